"""Cost against effect: which options give more for their money, and which are dominated."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.charts import style
from experiments.texts.catalogue import Words, phrase
from experiments.texts.numbers import YI
from simulation.metrics.table import METRICS


def frontier(frame: pd.DataFrame, names: style.Names, metric: str, runs: style.Runs) -> Figure:
    """One mark an option with its interval; the line joins those that no other one beats in both cost and effect.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, cost (yuan a year beyond the baseline), effect, low, high (in the better direction of the
        metric), efficient (bool), and where parameters were drawn ci_low_total, ci_high_total;
        the baseline itself is the origin and may be a row.
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    metric : str
        Metric of the effect.
    """
    style.apply()
    figure, axis = plt.subplots(figsize=(style.width(), 4.4))
    row = METRICS[metric]
    unit = Words(row.unit_zh, row.unit_en)
    rows = frame.set_index("scenario").reindex(style.among(names, frame))
    cost = rows["cost"].to_numpy(float) / YI
    _line(axis, cost, rows)
    style.total_interval(axis, cost, rows, upright=True)
    for k, (name, x, found) in enumerate(zip(rows.index, cost, rows.itertuples(), strict=True)):
        colour, good = style.COLOURS[k % len(style.COLOURS)], bool(found.efficient)
        if np.isfinite(found.low):
            axis.vlines(x, found.low, found.high, color=colour, linewidth=1.8)
        axis.plot(
            x,
            found.effect,
            style.MARKERS[k % len(style.MARKERS)],
            color=colour,
            markersize=8,
            markerfacecolor=colour if good else "white",
            linestyle="none",
            label=style.label(names, str(name)),
        )
    axis.axhline(0, color="black", linewidth=0.8)
    _spread(axis, cost)
    style.name_axes(
        axis,
        style.say("charts.frontier.public_spending_beyond_the_baseline_million", between="\n"),
        style.say("common.gain_in", row=row, unit=unit, between="\n"),
    )
    axis.tick_params(labelsize=8)
    marks = style.say("charts.frontier.line_efficient_frontier_hollow_dominated")
    bars = style.interval(runs, phrase("common.bars_95_paired_t_interval"))
    style.frame(figure, phrase("common.cost_and_effect"), runs, f"{marks} · {bars}", axis.get_legend_handles_labels())
    return figure


def _line(axis: Axes, cost: NDArray[np.float64], rows: pd.DataFrame) -> None:
    good = rows["efficient"].to_numpy(bool)
    points = np.array(sorted([(0.0, 0.0), *zip(cost[good], rows["effect"].to_numpy(float)[good], strict=True)]))
    axis.step(points[:, 0], points[:, 1], where="post", color=style.GREY, linewidth=1, linestyle=(0, (4, 2)), zorder=1)
    axis.plot(0, 0, "x", color="black", markersize=7, label=style.say("common.baseline"), linestyle="none")


def _spread(axis: Axes, cost: NDArray[np.float64]) -> None:
    """Symmetric logarithmic axis when costs differ by orders of magnitude."""
    sizes = np.abs(cost[cost != 0])
    if len(sizes) > 1 and sizes.max() / sizes.min() > 30:
        axis.set_xscale("symlog", linthresh=float(sizes.min()))
        axis.set_xlim(min(1.6 * float(cost.min()), -0.25 * float(sizes.min())), 1.8 * max(float(cost.max()), 1.0))
    axis.xaxis.set_major_formatter(style.tick)
