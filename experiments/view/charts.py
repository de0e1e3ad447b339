"""Charts beside the map: the policy against the baseline, week by week."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, ScalarFormatter
from numpy.typing import NDArray

from experiments.charts import style
from experiments.view import paint
from experiments.view.session import Pair
from experiments.view.words import Lang, say

_WIDE, _HIGH = 3.5, 5.9  # inches
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
    """One small chart. `least` is the least height of its axis, so that noise does not fill it; `ends` fix it."""

    title: str
    lines: list[Line]
    least: float = 0.0
    ends: tuple[float, float] | None = None


def panels(pair: Pair, lang: Lang) -> list[Panel]:
    """Satisfaction, committee load, hotline rates, spending, and infected if there is an epidemic."""
    def line(label: str, metric: str, factor: float = 1.0) -> Line:
        return Line(say(lang, label), factor * pair.policy.series(metric), factor * pair.baseline.series(metric))

    found = [
        Panel(say(lang, "chart_satisfaction"), [line("policy", "satisfaction")], 1.0),
        Panel(say(lang, "chart_load"), [line("policy", "load_committee")], 0.1),
        Panel(say(lang, "chart_rates"), [line("response", "response_rate"), line("resolution", "resolution_rate"),
                                         line("satisfied", "satisfied_rate")], ends=(-0.04, 1.04)),
        Panel(say(lang, "chart_cost"), [line("capital", "cost_capital_yuan", 1 / _YI),
                                        line("operating", "cost_operating_yuan", 1 / _YI)], 0.1),
    ]
    if pair.scenario.context.epidemic:
        found.insert(3, Panel(say(lang, "chart_infected"), [line("policy", "infected")], 10))
    return found


def draw(pair: Pair, lang: Lang) -> bytes:
    """All panels, one above the other, as one PNG."""
    figure, found = paint.blank(_WIDE, _HIGH), panels(pair, lang)
    each = 0.985 / len(found)
    for k, panel in enumerate(found):
        axes = figure.add_axes((0.135, 0.055 + each * (len(found) - 1 - k), 0.845, each * 0.55))
        _draw_panel(axes, lang, panel, pair.scenario.weeks)
        if k == len(found) - 1:
            axes.set_xlabel(say(lang, "weeks_axis"), fontsize=_SMALL, labelpad=0)
    return paint.png(figure)


def _draw_panel(axes: Axes, lang: Lang, panel: Panel, weeks: int) -> None:
    axes.set_title(panel.title, loc="left", fontsize=9, pad=17, x=-0.13)
    shown = len(panel.lines[0].policy)
    handles: list[Line2D] = []
    for k, line in enumerate(panel.lines):
        handles += _draw_line(axes, line, k, len(panel.lines) > 1)
    handles += axes.plot([], [], color="black", linestyle=_DASHED, linewidth=1.1, label=say(lang, "baseline"))
    axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.15, 0.99), ncols=len(handles), fontsize=_SMALL,
                frameon=False, columnspacing=0.8, handlelength=1.5, handletextpad=0.3, borderaxespad=0.1)
    axes.set_xlim(0, min(weeks, max(_FIRST_WEEKS, round(1.05 * shown))))
    _scale(axes, panel)
    axes.tick_params(labelsize=_SMALL)
    if not shown:
        axes.set_yticks([])
        axes.text(0.5, 0.5, say(lang, "empty"), transform=axes.transAxes, ha="center", va="center", fontsize=9,
                  color=_GREY)


def _draw_line(axes: Axes, line: Line, k: int, many: bool) -> list[Line2D]:
    """Policy over baseline; lines of one panel differ in colour and mark."""
    weeks = np.arange(1, len(line.policy) + 1)
    axes.plot(weeks, line.baseline, color=style.COLOURS[k] if many else "black", linestyle=_DASHED, linewidth=1.1)
    step = max(len(weeks) // 4, 1)
    return axes.plot(weeks, line.policy, color=style.COLOURS[k], linewidth=1.5, label=line.label,
                     marker=style.MARKERS[k], markevery=(len(weeks) % step, step), markersize=3.5)


def _scale(axes: Axes, panel: Panel) -> None:
    if panel.ends:
        axes.set_ylim(panel.ends)
    low, high = axes.get_ylim()
    if high - low < panel.least:
        middle = (low + high) / 2
        axes.set_ylim(middle - panel.least / 2, middle + panel.least / 2)
    plain = ScalarFormatter(useOffset=False)
    plain.set_scientific(False)
    axes.yaxis.set_major_formatter(plain)
    axes.yaxis.set_major_locator(FixedLocator([0, 0.5, 1]) if panel.ends else MaxNLocator(4))
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))


def sparkline(policy: NDArray[np.float64], baseline: NDArray[np.float64]) -> bytes:
    """A small chart of one number over the weeks, baseline dashed."""
    figure = paint.blank(3.8, 1.1)
    axes = figure.add_axes((0.11, 0.2, 0.87, 0.72))
    weeks = np.arange(1, len(policy) + 1)
    axes.plot(weeks, baseline, color="black", linestyle=_DASHED, linewidth=1.1)
    axes.plot(weeks, policy, color=style.COLOURS[0], linewidth=1.6)
    axes.tick_params(labelsize=_SMALL)
    _scale(axes, Panel("", [], 1.0))
    return paint.png(figure)
