"""Difference from the baseline, sorted, with intervals; filled where it matters, grey where it does not."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.charts import scales, style
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, phrase
from simulation.metrics.metric import Kind
from simulation.metrics.table import METRICS


def _is_index(name: str) -> bool:
    return METRICS[name].kind is Kind.POINTS


def _is_rate(name: str) -> bool:
    return METRICS[name].kind.percent


def _is_count(name: str) -> bool:
    """Neither points nor rate; money goes from nothing to millions and has no percentage worth a picture."""
    return not (_is_index(name) or _is_rate(name) or METRICS[name].kind is Kind.MONEY)


GROUPS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    (*phrase("common.satisfaction_points"), _is_index),
    (*phrase("charts.differences.loads_and_rates_percentage_points"), _is_rate),
    (*phrase("charts.differences.quantities_of_baseline"), _is_count),
)
_MARKS = {
    "better": ("^", scales.BETTER, scales.BETTER),
    "worse": ("v", scales.WORSE, scales.WORSE),
    "moved": ("D", scales.NEITHER, scales.NEITHER),
    "": ("o", style.GREY, "white"),
}
"""Marker, colour and fill by what a verdict says; "moved" is that of a metric without a better side."""
_TOTAL = ("ci_low_total", "ci_high_total")
_LINEAR_TO = 10.0
_TITLE = 8.0  # points
_LEAST_EMS = 8.0  # of the line of a title


def differences(table: pd.DataFrame, names: style.Names, runs: style.Runs) -> Figure:
    """Dots with 95 % intervals; one column of panels per scenario, one row per kind of unit.

    The interval of luck and parameters is pale, behind that of luck.

    Metrics are sorted by the mean difference over scenarios, and a row of panels has one scale, so that scenarios can
    be compared. `table` is that of `cost_load`; scenarios stand from left to right.
    """
    style.apply()
    scenarios = style.among(names, table)
    groups = [(zh, en, _scaled(table[table["metric"].map(choose)], choose)) for zh, en, choose in GROUPS]
    groups = [(zh, en, part) for zh, en, part in groups if len(part)] or groups[:1]
    counts = [part["metric"].nunique() for *_, part in groups]
    wide = max(style.width(), 3.4 + 1.25 * len(scenarios) + (2 if style.bilingual() else 0))
    figure, axes = plt.subplots(
        len(groups),
        len(scenarios),
        sharex="row",
        sharey="row",
        squeeze=False,
        figsize=(wide, 0.185 * sum(counts) + 0.55 * len(groups) + 1.6),
        height_ratios=[count + 0.5 for count in counts],
    )
    for row, (zh, en, part) in enumerate(groups):
        order = part.groupby("metric")["mean_difference"].mean().sort_values(kind="stable").index
        for axis, scenario in zip(axes[row], scenarios, strict=True):
            _panel(axis, part[part["scenario"] == scenario].set_index("metric").reindex(order))
            axis.tick_params(axis="x", labelsize=7)
        _spread(axes[row, 0], part)
        axes[row, 0].set_title(style.text(zh, en), loc="left", fontsize=8.5, pad=4)
    column = (wide - (3.2 if style.bilingual() else 2.2)) / max(len(scenarios), 1)  # less the names of the metrics
    for axis, scenario in zip(axes[0], scenarios, strict=True):
        axis.annotate(
            _broken(style.label(names, scenario, "\n"), 0.9 * column * 72 / _TITLE),
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 20),
            textcoords="offset points",
            fontsize=_TITLE,
            va="bottom",
            linespacing=style.LEADING,
            color="black",
        )
    mark = style.interval(runs, phrase("common.n_95_paired_t_interval_hollow_it"))
    mark += " · " + style.say("charts.differences.marks")
    mark += " · " + style.say("charts.differences.axes_with_ticks_1_10_100")
    style.frame(figure, phrase("charts.differences.difference_from_the_baseline_last_52"), runs, mark)
    return figure


def _kind(word: Words) -> str:
    if not words.matters(word):
        return ""
    return {words.BETTER: "better", words.WORSE: "worse"}.get(word, "moved")


def _spread(axis: Axes, part: pd.DataFrame) -> None:
    """Logarithmic beyond one unit where differences go from fractions to tens; few ticks either way."""
    if float(part["mean_difference"].abs().max()) > _LINEAR_TO:
        axis.set_xscale("symlog", linthresh=1.0)
    else:
        axis.locator_params(axis="x", nbins=4)
    axis.xaxis.set_major_formatter(style.tick)


def _broken(title: str, room: float) -> str:
    """A title on lines that a column can hold, `room` in units of the font size."""
    lines = []
    for line in title.split("\n"):
        now = ""
        for piece in line.split(" ") if " " in line else line:
            if now and style.ems(now + piece) > max(room, _LEAST_EMS):
                lines.append(now)
                now = ""
            now += (" " if now and " " in line else "") + piece
        lines.append(now)
    return "\n".join(lines)


def _scaled(part: pd.DataFrame, choose: Callable[[str], bool]) -> pd.DataFrame:
    """Differences in the unit of their panel; quantities whose baseline is 0 have no percentage."""
    part = part.assign(word=[_kind(word) for word in words.judged(part)])
    columns = ["mean_difference", "ci_low", "ci_high", *(name for name in _TOTAL if name in part)]
    if choose is _is_count:
        part = part[part["baseline_value"] != 0]
        part[columns] = 100 * part[columns].div(part["baseline_value"].abs(), axis=0)
    elif choose is _is_rate:
        part[columns] *= 100
    return part


def _panel(axis: Axes, part: pd.DataFrame) -> None:
    """One row per metric of the index; a metric that the scenario lacks stays empty."""
    place = np.arange(len(part))
    middle = part["mean_difference"].to_numpy()
    style.total_interval(axis, place, part, upright=False)
    low, high = part["ci_low"].fillna(part["mean_difference"]), part["ci_high"].fillna(part["mean_difference"])
    for word, (marker, colour, fill) in _MARKS.items():
        rows = np.flatnonzero(part["word"].eq(word).to_numpy())
        axis.hlines(place[rows], low.to_numpy()[rows], high.to_numpy()[rows], color=colour, linewidth=1.6)
        (dots,) = axis.plot(
            middle[rows],
            place[rows],
            marker,
            color=colour,
            markersize=4.5,
            markerfacecolor=fill,
            clip_on=False,
            zorder=3,
        )
        dots.set_in_layout(False)  # half a mark at the edge of a panel may lie outside it
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_yticks(place, [style.text(METRICS[m].zh, METRICS[m].en) for m in part.index], fontsize=7.5)
    axis.set_ylim(-0.6, max(len(part), 1) - 0.4)
