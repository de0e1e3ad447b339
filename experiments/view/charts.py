"""Charts beside the map: the policy against the baseline, week by week."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, MaxNLocator, ScalarFormatter
from numpy.typing import NDArray

from experiments.charts import style
from experiments.texts.catalogue import Lang
from experiments.texts.page import say
from experiments.view import paint
from experiments.view.session import Pair

_WIDE, _HIGH = 3.5, 1.475  # inches of a panel
_YI = 1e8  # yuan in 亿元
_FIRST_WEEKS = 26  # the axis begins with so many and grows
_DASHED = (0, (4, 2))
_GREY = "#555555"
_SMALL = 8.0  # points


@dataclass(frozen=True)
class Line:
    """One metric: its label, policy and baseline week by week, float64 (weeks,)."""

    label: str
    policy: NDArray[np.float64]
    baseline: NDArray[np.float64]


@dataclass(frozen=True)
class Panel:
    """One small chart.

    `least` is the least height of its axis, so that noise does not fill it; `ends` fix it; sums and counts begin at 0.
    """

    title: str
    lines: list[Line]
    least: float = 0.0
    counts: bool = False
    ends: tuple[float, float] | None = None


def panels(pair: Pair, lang: Lang) -> list[Panel]:
    """Satisfaction, committee load, hotline rates, spending, and infected if there is an epidemic."""

    def line(label: str, metric: str, factor: float = 1.0) -> Line:
        return Line(say(lang, label), factor * pair.policy.series(metric), factor * pair.baseline.series(metric))

    found = [
        Panel(say(lang, "chart_satisfaction"), [line("policy", "satisfaction")], 1.0),
        Panel(say(lang, "chart_load"), [line("policy", "load_committee")], 0.1),
        Panel(
            say(lang, "chart_rates"),
            [
                line("response", "response_rate"),
                line("resolution", "resolution_rate"),
                line("satisfied", "satisfied_rate"),
            ],
            ends=(-0.04, 1.04),
        ),
        Panel(
            say(lang, "chart_cost"),
            [line("capital", "cost_capital_yuan", 1 / _YI), line("operating", "cost_operating_yuan", 1 / _YI)],
            0.1,
            counts=True,
        ),
    ]
    if pair.scenario.context.epidemic:
        found.insert(3, Panel(say(lang, "chart_infected"), [line("policy", "infected")], 10, counts=True))
    return found


@dataclass
class _Sheet:
    """A figure that is drawn again and again: making axes and ticks anew would cost as much as drawing them."""

    key: tuple[str, ...]
    figure: Figure
    axes: list[Axes]
    lines: list[list[tuple[Line2D, Line2D]]]
    empty: list[Text]


_kept = threading.local()  # every visitor's thread has its own sheet


def draw(pair: Pair, lang: Lang) -> bytes:
    """All panels, one above the other, as one PNG."""
    found = panels(pair, lang)
    key = (lang, *(panel.title for panel in found))
    sheet: _Sheet | None = getattr(_kept, "sheet", None)
    if sheet is None or sheet.key != key:
        sheet = _kept.sheet = _make(key, found, lang)
    shown = len(found[0].lines[0].policy)
    weeks, step = np.arange(1, shown + 1), max(shown // 4, 1)
    for panel, axes, lines, empty in zip(found, sheet.axes, sheet.lines, sheet.empty, strict=True):
        for line, (policy, baseline) in zip(panel.lines, lines, strict=True):
            policy.set_data(weeks, line.policy)
            policy.set_markevery((shown % step, step))
            baseline.set_data(weeks, line.baseline)
        axes.set_xlim(0, min(pair.scenario.weeks, max(_FIRST_WEEKS, round(1.05 * shown))))
        _scale(axes, panel)
        empty.set_visible(not shown)
    return paint.png(sheet.figure)


def _make(key: tuple[str, ...], found: list[Panel], lang: Lang) -> _Sheet:
    """An empty sheet: titles, legends, and lines without points."""
    sheet = _Sheet(key, paint.blank(_WIDE, _HIGH * len(found)), [], [], [])
    each = 0.98 / len(found)
    below = 0.24 / len(found)  # room for the name of the axis
    for k, panel in enumerate(found):
        axes = sheet.figure.add_axes((0.135, below + each * (len(found) - 1 - k), 0.845, each * 0.55))
        # a given y spares a search for room
        axes.set_title(panel.title, loc="left", fontsize=9, pad=17, x=-0.13, y=1.0)
        lines = [_empty_lines(axes, line, place) for place, line in enumerate(panel.lines)]
        handles = [*(policy for policy, _ in lines), lines[0][1]]
        axes.legend(
            handles=handles,
            labels=[*(line.label for line in panel.lines), say(lang, "baseline")],
            loc="lower left",
            bbox_to_anchor=(-0.15, 0.99),
            ncols=len(handles),
            fontsize=_SMALL,
            frameon=False,
            columnspacing=0.8,
            handlelength=1.5,
            handletextpad=0.3,
            borderaxespad=0.1,
        )
        axes.tick_params(labelsize=_SMALL)
        sheet.empty.append(
            axes.text(
                0.5,
                0.5,
                say(lang, "empty"),
                transform=axes.transAxes,
                ha="center",
                va="center",
                fontsize=9,
                color=_GREY,
            )
        )
        sheet.axes.append(axes)
        sheet.lines.append(lines)
    sheet.axes[-1].set_xlabel(say(lang, "weeks_axis"), fontsize=_SMALL, labelpad=0)
    return sheet


def _empty_lines(axes: Axes, line: Line, k: int) -> tuple[Line2D, Line2D]:
    """The policy, and the baseline dashed over it, so that both are seen where they coincide."""
    policy = axes.plot([], [], color=style.COLOURS[k], linewidth=1.5, marker=style.MARKERS[k], markersize=3.5)[0]
    return policy, axes.plot([], [], color="black", linestyle=_DASHED, linewidth=1.0, zorder=3)[0]


def _scale(axes: Axes, panel: Panel) -> None:
    """Ends and ticks of the axes; the numbers of the lines fill the height but for a twentieth at each end."""
    values = np.concatenate([series for line in panel.lines for series in (line.policy, line.baseline)])
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    if panel.counts:
        low, high = 0.0, max(high, panel.least)
    room = max(0.05 * (high - low), (panel.least - (high - low)) / 2)
    axes.set_ylim(panel.ends or (low - room, high + room))
    plain = ScalarFormatter(useOffset=False)
    plain.set_scientific(False)
    axes.yaxis.set_major_formatter(plain)
    axes.yaxis.set_major_locator(FixedLocator([0, 0.5, 1]) if panel.ends else MaxNLocator(4))
    axes.yaxis.set_visible(values.size > 0)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))


def sparkline(policy: NDArray[np.float64], baseline: NDArray[np.float64], marked: Sequence[int] = ()) -> bytes:
    """A small chart of one number over the weeks, baseline dashed; upright dots at the weeks to mark, from 1."""
    figure = paint.blank(3.8, 1.1)
    axes = figure.add_axes((0.11, 0.2, 0.87, 0.72))
    weeks = np.arange(1, len(policy) + 1)
    axes.plot(weeks, baseline, color="black", linestyle=_DASHED, linewidth=1.1, zorder=3)
    axes.plot(weeks, policy, color=style.COLOURS[0], linewidth=1.6)
    for week in marked:
        axes.axvline(week, color=_GREY, linewidth=1.0, linestyle=(0, (1, 2)), zorder=1)
    axes.tick_params(labelsize=_SMALL)
    _scale(axes, Panel("", [Line("", policy, baseline)], 1.0))
    return paint.png(figure)
