"""Paths over the weeks, one panel a metric, with bands over replicates."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.charts import style
from simulation.metrics import METRICS

SMOOTH_WEEKS = 4
_LABELS = 3  # of starts; more would lie over one another


def paths(frame: pd.DataFrame, names: dict[str, tuple[str, str]], baseline: str, metrics: tuple[str, ...],
          starts: dict[str, str], note: str) -> Figure:
    """Mean over replicates (four-week means; running totals as they are) with the range of the replicates as a band.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, seed, date and the metrics.
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    starts : dict
        Label of each intervention's start by ISO date.
    """
    style.apply()
    columns = 2
    rows = -(-len(metrics) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(11, 2.4 * rows + 1.5), sharex=True, squeeze=False)
    for axis, metric in zip(axes.flat, metrics, strict=False):
        _panel(axis, frame, list(names), baseline, metric)
        for day in starts:
            axis.axvline(_place(day), color=style.GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    for day, label in starts.items() if len(starts) <= _LABELS else ():
        axes[0, 0].annotate(label, (_place(day), 0.98), xycoords=("data", "axes fraction"),
                            xytext=(2, 0), textcoords="offset points", rotation=90, va="top", fontsize=6.5,
                            color="#444444", bbox={"color": "white", "alpha": 0.8, "pad": 0.5, "linewidth": 0})
    for axis in axes.flat[len(metrics):]:
        axis.set_visible(False)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    labels = [f"{names[label][0]} {names[label][1]}" for label in labels]
    figure.legend(handles, labels, loc="outside upper right", ncols=1, fontsize=8, handlelength=4)
    style.title(figure, "逐周路径", "Paths over the weeks", note)
    return figure


def _place(day: str) -> float:
    """Position of an ISO date on the axis: days since 1970."""
    return float(np.datetime64(day, "D").astype(np.int64))


def _panel(axis: Axes, frame: pd.DataFrame, scenarios: list[str], baseline: str, metric: str) -> None:
    for k, scenario in enumerate([baseline] + [name for name in scenarios if name != baseline]):
        wide = frame[frame["scenario"] == scenario].pivot(index="date", columns="seed", values=metric)
        if METRICS[metric].summary != "last":
            wide = wide.rolling(SMOOTH_WEEKS, min_periods=1).mean()
        colour = style.BASELINE if scenario == baseline else style.COLOURS[(k - 1) % len(style.COLOURS)]
        dashes = style.DASHES[k % len(style.DASHES)]
        axis.plot(wide.index, wide.mean(axis=1), color=colour, linestyle=dashes, linewidth=1.6, label=scenario)
        if wide.shape[1] > 1:
            axis.fill_between(wide.index, wide.min(axis=1), wide.max(axis=1), color=colour, alpha=0.2, linewidth=0)
    row = METRICS[metric]
    axis.set_title(f"{row.zh} {row.en}", loc="left", fontsize=9)
    axis.set_ylabel(f"{row.unit_zh}\n{row.unit_en}", fontsize=8, linespacing=style.LEADING)
    axis.tick_params(labelsize=8)
