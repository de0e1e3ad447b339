"""Every replicate's own difference: whether the luck of a run could turn the answer."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.texts.catalogue import phrase
from simulation.metrics.table import METRICS

_COLUMNS = 2


def replicates(frame: pd.DataFrame, names: style.Names, metrics: tuple[str, ...], runs: style.Runs) -> Figure:
    """One dot per replicate and scenario, one panel per metric; the bar is the mean.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, seed, metric, difference (scenario − baseline of the same seed, unit of the metric).
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    """
    style.apply()
    scenarios = style.among(names, frame)
    rows = -(-len(metrics) // _COLUMNS)
    figure, axes = plt.subplots(
        rows, _COLUMNS, squeeze=False, sharey=True, figsize=(style.width(), rows * (0.42 * len(scenarios) + 0.75) + 1.2)
    )
    place = np.arange(len(scenarios))[::-1]
    for axis, metric in zip(axes.flat, metrics, strict=False):
        for k, scenario in enumerate(scenarios):
            part = frame[(frame["scenario"] == scenario) & (frame["metric"] == metric)].sort_values("seed")
            values, n = part["difference"].to_numpy(float), len(part)
            offsets = np.linspace(0.22, -0.22, n) if n > 1 else np.zeros(n)
            axis.plot(
                values,
                place[k] + offsets,
                style.MARKERS[k % 6],
                color=style.COLOURS[k % 6],
                markersize=4.5,
                markerfacecolor="white",
                linestyle="none",
            )
            if n:
                axis.vlines(values.mean(), place[k] - 0.32, place[k] + 0.32, color="black", linewidth=1.6)
        row = METRICS[metric]
        axis.axvline(0, color="black", linewidth=0.8, linestyle=(0, (4, 2)))
        axis.set_title(style.text(row.zh, row.en), loc="left", fontsize=9)
        axis.set_xlabel(style.text(row.unit_zh, row.unit_en), fontsize=8)
        axis.locator_params(axis="x", nbins=5)
        axis.xaxis.set_major_formatter(style.tick)
        axis.tick_params(axis="x", labelsize=7.5)
        axis.set_ylim(-0.6, len(scenarios) - 0.4)
        axis.grid(axis="y", visible=False)
    for axis in axes[:, 0]:
        axis.set_yticks(
            place, [style.label(names, name, "\n") for name in scenarios], fontsize=7.5, linespacing=style.LEADING
        )
    for axis in axes.flat[len(metrics) :]:
        axis.set_visible(False)
    what = style.say("charts.replicates.dots_each_replicate_minus_the_baseline")
    style.frame(figure, phrase("charts.replicates.do_the_replicates_agree"), runs, what)
    return figure
