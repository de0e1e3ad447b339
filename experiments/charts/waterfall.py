"""What did it? The effect of a plan taken apart by groups of measures, as two waterfalls side by side."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from experiments.answers.contributions import LEFT_OUT, REST, SHAPLEY, TOTAL
from experiments.charts import scales, style
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, phrase, section
from simulation.interventions.registry import interventions
from simulation.metrics.metric import Metric
from simulation.metrics.table import METRICS

_LOOKS: dict[str, dict[str, Any]] = {
    "better": {"facecolor": scales.BETTER},
    "worse": {"facecolor": scales.WORSE, "hatch": "////"},
    "whole": {"facecolor": style.TOTAL, "hatch": "...."},
}
_TALL, _BAR = 0.34, 0.62  # inches of a row, share of it that its bar fills


def group_name(group: str) -> Words:
    """Name of a group of measures, or of one of the rows that are none."""
    known = section("contributions.groups")
    if group in known:
        return known[group]
    item = interventions()[group]
    return Words(item.title_zh, item.title_en)


def waterfall(table: pd.DataFrame, metric: str, title: tuple[str, str], scale: float) -> Figure:
    """Bars from sum to sum, the whole last; whiskers hold a group's contribution at a further draw with 95 %.

    Parameters
    ----------
    table : DataFrame
        As `experiments.answers.contributions.contributions` makes it.
    title : (zh, en)
        Of the plan.
    scale : float
        Share of households in the runs.
    """
    style.apply()
    order = table.loc[table["reading"] == SHAPLEY, "group"].tolist()
    order.remove(TOTAL)
    shown, readings = METRICS[metric], section("charts.waterfall.readings")
    figure, axes = plt.subplots(
        1, 2, sharey=True, figsize=(style.width(), _TALL * (len(order) + 2) + 2.2), width_ratios=(1, 1)
    )
    for axis, reading in zip(axes, (SHAPLEY, LEFT_OUT), strict=True):
        part = table[table["reading"] == reading].set_index("group")
        _panel(axis, part.reindex([*order, REST, TOTAL]), shown)
        axis.set_title(style.text(*readings[reading], "\n"), loc="left", fontsize=8.5, linespacing=style.LEADING)
        axis.set_xlabel(style.text(*words.unit(shown, of_change=True)), fontsize=8)
    names = [style.text(*group_name(group)) for group in (*order, REST, TOTAL)]
    axes[0].set_yticks(np.arange(len(names)), names, fontsize=7.5)
    axes[0].invert_yaxis()
    draws = int(table["draws"].iloc[0])
    what = f"{style.say('charts.waterfall.whiskers')} · {style.say('charts.waterfall.numbers')}"
    heading = phrase("charts.waterfall.title", plan=Words(*title), metric=shown)
    named = section("charts.waterfall.bars")
    handles = [Patch(edgecolor="black", linewidth=0.4, **look) for look in _LOOKS.values()]
    legend = handles, [style.text(*named[kind]) for kind in _LOOKS]
    style.frame(figure, heading, style.Runs(1, scale, draws, scale), what, legend)
    return figure


def _panel(axis: Axes, part: pd.DataFrame, metric: Metric) -> None:
    """One waterfall; rows that a reading lacks stay empty."""
    factor = 100.0 if words.is_percent(metric) else 1.0
    value, low, high = (factor * part[name].to_numpy(float) for name in ("value", "low", "high"))
    whole = np.array([group == TOTAL for group in part.index])
    begin = np.where(whole, 0.0, np.concatenate([[0.0], np.cumsum(np.nan_to_num(value))[:-1]]))
    place = np.arange(len(part))
    good, bad = (sign * (metric.direction or 1) * value > 0 for sign in (1, -1))
    for kind, rows in {"better": ~whole & good, "worse": ~whole & bad, "whole": whole}.items():
        look = {"edgecolor": "black", "linewidth": 0.4, **_LOOKS[kind]}
        axis.barh(place[rows], value[rows], height=_BAR, left=begin[rows], **look)
    ends = begin + value
    for colour, wide in (("white", 2.6), ("black", 1.0)):  # a black line alone is lost on a dark bar
        axis.hlines(place, begin + low, begin + high, color=colour, linewidth=wide)
    there = place[np.isfinite(ends)]
    axis.vlines(ends[there[:-1]], there[:-1], there[1:], color=style.GREY, linewidth=0.6, zorder=0)
    edge = np.nanmax([begin, ends, begin + low, begin + high], axis=0)
    reach = float(np.nanmax(edge) - min(0.0, float(np.nanmin([begin + low, ends]))))
    for k in place[np.isfinite(value)]:
        axis.text(edge[k] + 0.02 * reach, k, words.signed(words.number(value[k], 2)), va="center", fontsize=7)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.margins(x=0.12)
    axis.tick_params(axis="x", labelsize=7.5)
    axis.grid(axis="y", visible=False)
