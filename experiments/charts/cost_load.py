"""Cost and load side by side: what an option spends, and what it does to those who serve."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.answers.costs import COSTS
from experiments.charts import style
from experiments.texts import numbers as words
from experiments.texts.catalogue import phrase
from simulation.metrics.table import METRICS

LOADS = ("load_committee", "load_property", "load_street")
_SPAN = 0.6  # of a row that the marks of one option take


def cost_load(table: pd.DataFrame, names: style.Names, runs: style.Runs) -> Figure:
    """Left, spending beyond the baseline; right, change of the three loads with intervals.

    Parameters
    ----------
    table : DataFrame
        What `experiments.statistics.compare_values` gives.
    names : Names
        From the top down.
    """
    style.apply()
    scenarios = style.among(names, table)
    figure, axes = plt.subplots(1, 2, sharey=True, figsize=(style.width(), 0.62 * len(scenarios) + 2.0))
    place = np.arange(len(scenarios))[::-1]
    _costs(axes[0], table, scenarios, place)
    _loads(axes[1], table, scenarios, place)
    axes[0].set_yticks(
        place, [style.label(names, name, "\n") for name in scenarios], fontsize=8, linespacing=style.LEADING
    )
    axes[0].set_ylim(-0.6, len(scenarios) - 0.4)
    left, right = (axis.get_legend_handles_labels() for axis in axes)
    what = style.interval(runs, phrase("common.n_95_paired_t_interval_hollow_it"))
    style.frame(figure, phrase("common.cost_and_load"), runs, what, (left[0] + right[0], left[1] + right[1]))
    return figure


def _values(table: pd.DataFrame, metric: str, scenarios: list[str]) -> pd.DataFrame:
    return table[table["metric"] == metric].set_index("scenario").reindex(scenarios)


def _costs(axis: Axes, table: pd.DataFrame, scenarios: list[str], place: np.ndarray) -> None:
    step = _SPAN / len(COSTS)
    spent = [_values(table, metric, scenarios)["mean_difference"].to_numpy(float) / words.YI for metric in COSTS]
    sizes = np.abs(np.concatenate(spent))
    sizes = sizes[sizes > 0]
    if len(sizes) > 1 and sizes.max() / sizes.min() > 100:
        axis.set_xscale("symlog", linthresh=max(float(sizes.min()), 1e-3 * float(sizes.max())))
    for k, (metric, values) in enumerate(zip(COSTS, spent, strict=True)):
        axis.barh(
            place + _SPAN / 2 - (k + 0.5) * step,
            values,
            step,
            color=(style.COLOURS[0], "white")[k],
            hatch=("", "////")[k],
            edgecolor="black",
            linewidth=0.5,
            label=style.text(METRICS[metric].zh, METRICS[metric].en),
        )
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_xlabel(style.say("charts.cost_load.beyond_the_baseline_million_yuan"), fontsize=8.5)
    axis.xaxis.set_major_formatter(style.tick)
    axis.tick_params(axis="x", labelsize=7.5)
    axis.grid(axis="y", visible=False)


def _loads(axis: Axes, table: pd.DataFrame, scenarios: list[str], place: np.ndarray) -> None:
    for k, metric in enumerate(LOADS):
        part = _values(table, metric, scenarios)
        said = words.judged(part.reset_index().assign(metric=metric))
        clear, y = np.array([words.matters(word) for word in said]), place + _SPAN * (0.33 - 0.33 * k)
        middle, colour = 100 * part["mean_difference"].to_numpy(float), style.COLOURS[k + 1]
        style.total_interval(axis, y, part, 100, upright=False)
        axis.hlines(y, 100 * part["ci_low"], 100 * part["ci_high"], color=colour, linewidth=1.6)
        axis.plot(middle, y, style.MARKERS[k], color=colour, markersize=6, linestyle="none", markerfacecolor="white")
        axis.plot(
            middle[clear],
            y[clear],
            style.MARKERS[k],
            color=colour,
            markersize=6,
            linestyle="none",
            label=style.text(METRICS[metric].zh, METRICS[metric].en) if clear.any() else None,
        )
        if not clear.any():
            axis.plot(
                [],
                [],
                style.MARKERS[k],
                color=colour,
                markerfacecolor="white",
                linestyle="none",
                label=style.text(METRICS[metric].zh, METRICS[metric].en),
            )
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_xlabel(style.say("charts.cost_load.change_of_load_percentage_points_left"), fontsize=8.5)
    axis.tick_params(axis="x", labelsize=7.5)
    axis.grid(axis="y", visible=False)
