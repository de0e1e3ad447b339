"""What each lever does alone: satisfaction, committee load and public cost side by side."""

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

PANELS = (
    ("satisfaction", *phrase("common.satisfaction_points"), 1.0),
    ("load_committee", *phrase("charts.levers.committee_load_percentage_points"), 100.0),
    ("cost", *phrase("charts.levers.public_cost_to_the_end_of"), 1 / words.YI),
)
_LINEAR_TO, _MOST = 0.1, 600.0  # hundred million yuan
_INTERVAL = ["mean_difference", "ci_low", "ci_high"]


def levers(table: pd.DataFrame, names: style.Names) -> Figure:
    """Dots with 95 % intervals, one row per lever, sorted by what it does to satisfaction.

    Parameters
    ----------
    table : DataFrame
        What `experiments.study.measures.measure_effects` gives; rows of whole levers (`measure` empty) are drawn.
    names : dict
        Titles (zh, en) by kind.
    """
    style.apply()
    whole = table[table["measure"].fillna("") == ""]
    order = whole[whole["metric"] == "satisfaction"].sort_values("mean_difference")["kind"]
    figure, axes = plt.subplots(1, len(PANELS), sharey=True, figsize=(11, 0.36 * len(order) + 1.9))
    for axis, (metric, zh, en, unit) in zip(axes, PANELS, strict=True):
        _panel(axis, _costs(whole) if metric == "cost" else whole[whole["metric"] == metric], order, unit, metric)
        axis.set_xlabel(style.text(zh, en, "\n"), fontsize=8)
    axes[0].set_yticks(np.arange(len(order)), [style.text(*names[kind], "\n") for kind in order], fontsize=7.5)
    axes[2].set_xscale("symlog", linthresh=_LINEAR_TO)
    axes[2].set_xlim(-_LINEAR_TO / 5, _MOST)
    axes[2].set_xticks([0, 0.1, 1, 10, 100])
    axes[2].xaxis.set_major_formatter(style.tick)
    runs = style.Runs(int(whole["replicates"].iloc[0]), float(whole["scale"].iloc[0]))
    mark = style.interval(runs, phrase("common.n_95_paired_t_interval_hollow_it"))
    mark += " · " + style.say("charts.levers.mobilisation_against_a_baseline_with_the")
    style.frame(
        figure,
        phrase("charts.levers.each_lever_alone_difference_from_its"),
        runs,
        mark,
    )
    return figure


def _costs(whole: pd.DataFrame) -> pd.DataFrame:
    """Capital and operating cost added up; money does not depend on luck enough for an interval to show."""
    return whole[whole["metric"].isin(COSTS)].groupby("kind", as_index=False)[_INTERVAL].sum()


def _panel(axis: Axes, part: pd.DataFrame, order: "pd.Series[str]", unit: float, metric: str) -> None:
    rows = part.set_index("kind").reindex(order)[_INTERVAL]
    own = METRICS[COSTS[0] if metric == "cost" else metric]
    ends = zip(rows["ci_low"], rows["ci_high"], strict=True)
    clear = [words.matters(words.verdict(own, low, high)) for low, high in ends]
    for place, (row, sure) in enumerate(zip((unit * rows).to_numpy(), clear, strict=True)):
        colour = style.COLOURS[0] if sure else style.GREY
        axis.hlines(place, row[1], row[2], color=colour, linewidth=1.6)
        axis.plot(row[0], place, "o", color=colour, markersize=4.5, markerfacecolor=colour if sure else "white")
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_ylim(-0.6, len(order) - 0.4)
