"""Paths over the weeks, one panel per metric, with bands over replicates."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.texts.catalogue import Words, phrase
from experiments.texts.numbers import YI
from simulation.metrics.metric import Kind
from simulation.metrics.table import METRICS

SMOOTH_WEEKS = 4
_NAMED = 3  # starts that the subtitle names; more are in the report's table of options


def paths(
    frame: pd.DataFrame,
    names: style.Names,
    baseline: str,
    metrics: tuple[str, ...],
    starts: style.Names,
    runs: style.Runs,
) -> Figure:
    """Mean over replicates (four-week means; running totals as they are) with the range of the replicates as a band.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, seed, date and the metrics; one row per week, scenario and seed.
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    baseline : str
        Scenario drawn in black; one that is not in `names` for none.
    starts : dict
        Label (zh, en) of each intervention's start by ISO date.
    """
    style.apply()
    columns = 2
    rows = -(-len(metrics) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(style.width(), 2.0 * rows + 1.7), sharex=True, squeeze=False)
    for axis, metric in zip(axes.flat, metrics, strict=False):
        _panel(axis, frame, list(names), baseline, metric)
        for day in starts:
            axis.axvline(_place(day), color=style.GREY, linewidth=0.8, linestyle=(0, (2, 2)))
    for axis in axes.flat[len(metrics) :]:
        axis.set_visible(False)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    band = style.say("charts.paths.band_range_of_replicates", between="") if runs.n > 1 else ""
    what = band + style.say("charts.paths.n_4_week_means_not_of_totals")
    style.frame(
        figure,
        phrase("charts.paths.paths_over_the_weeks"),
        runs,
        " · ".join([what, *_told(starts)]),
        (handles, [style.label(names, label) for label in labels]),
    )
    return figure


def _told(starts: style.Names) -> list[str]:
    """What the upright lines are, with names while these are few."""
    lines = [style.say("charts.paths.upright_dashes_start_of_a_measure")] if starts else []
    return lines + [f"{day[:7]} {style.text(*name)}" for day, name in sorted(starts.items()) if len(starts) <= _NAMED]


def _place(day: str) -> float:
    """Position of an ISO date on the axis: days since 1970."""
    return float(np.datetime64(day, "D").astype(np.int64))


def drawn(frame: pd.DataFrame, scenario: str, metric: str) -> pd.DataFrame:
    """What is drawn of a scenario, in the unit of `unit`: a row for each week, a column for each seed."""
    wide = frame[frame["scenario"] == scenario].pivot(index="date", columns="seed", values=metric)
    if METRICS[metric].summary != "last":
        wide = wide.rolling(SMOOTH_WEEKS, min_periods=1).mean()
    return wide / YI if METRICS[metric].kind is Kind.MONEY else wide


def unit(metric: str) -> Words:
    """Unit in which a metric is drawn."""
    row = METRICS[metric]
    return phrase("common.hundred_million_yuan") if row.kind is Kind.MONEY else Words(row.unit_zh, row.unit_en)


def _panel(axis: Axes, frame: pd.DataFrame, scenarios: list[str], baseline: str, metric: str) -> None:
    row = METRICS[metric]
    order = [name for name in scenarios if name == baseline] + [name for name in scenarios if name != baseline]
    first = 0 if baseline in scenarios else 1  # the first style is the baseline's
    for k, scenario in enumerate(order, first):
        wide = drawn(frame, scenario, metric)
        colour = style.BASELINE if scenario == baseline else style.COLOURS[(k - 1) % len(style.COLOURS)]
        dashes = style.DASHES[(k - first) % len(style.DASHES)]
        axis.plot(wide.index, wide.mean(axis=1), color=colour, linestyle=dashes, linewidth=1.6, label=scenario)
        if wide.shape[1] > 1:
            axis.fill_between(wide.index, wide.min(axis=1), wide.max(axis=1), color=colour, alpha=0.2, linewidth=0)
    axis.set_title(style.text(row.zh, row.en), loc="left", fontsize=9)
    axis.set_ylabel(style.text(*unit(metric), "\n"), fontsize=8, linespacing=style.LEADING)
    axis.tick_params(labelsize=8)
    axis.locator_params(axis="y", nbins=6)
    axis.yaxis.set_major_formatter(style.tick)
    axis.xaxis.set_major_locator(AutoDateLocator(minticks=3, maxticks=7))  # type: ignore[no-untyped-call]
