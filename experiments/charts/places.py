"""Where does it make a difference? Differences of one outcome by place, a panel for each option."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import scales, style
from experiments.texts.catalogue import phrase

_MOST_OPTIONS = 4
_ENDS = 12
"""Places at either end that are drawn where there are many."""
_MARKS = {"better": ("^", scales.BETTER), "worse": ("v", scales.WORSE)}


def places(
    table: pd.DataFrame, names: style.Names, places: Mapping[str, tuple[str, str]], outcome: str, runs: style.Runs
) -> Figure:
    """One row for each place, the same in all panels, sorted by the mean over options; hollow where it cannot be told.

    Parameters
    ----------
    table : DataFrame
        Rows of one outcome of `experiments.answers.by_place.differences_by_place`.
    names : dict
        Titles (zh, en) by option.
    places : mapping
        Names (zh, en) of places by code; a place without one stands by its code.
    outcome : str
        Name of the outcome.
    """
    style.apply()
    options = list(dict.fromkeys(table["option"]))[:_MOST_OPTIONS]
    order = list(table.groupby("place")["mean_difference"].mean().sort_values(kind="stable").index)
    if len(order) > 2 * _ENDS:
        order = [*order[:_ENDS], *order[-_ENDS:]]
    figure, axes = plt.subplots(
        1,
        len(options),
        sharex=True,
        sharey=True,
        squeeze=False,
        figsize=(max(style.width(), 3.0 + 1.7 * len(options)), 0.2 * len(order) + 2.2),
    )
    at = np.arange(len(order))
    for axis, option in zip(axes[0], options, strict=True):
        rows = table[table["option"] == option].set_index("place").reindex(order)
        style.total_interval(axis, at, rows, upright=False)
        low, high = (rows[name].fillna(rows["mean_difference"]).to_numpy(float) for name in ("ci_low", "ci_high"))
        for k, (middle, verdict) in enumerate(zip(rows["mean_difference"], rows["verdict"], strict=True)):
            clear = verdict in ("better", "worse", "more", "less")
            marker, colour = _MARKS.get(verdict, ("D" if clear else "o", scales.NEITHER if clear else style.GREY))
            axis.hlines(k, low[k], high[k], color=colour, linewidth=1.6)
            axis.plot(
                middle, k, marker, color=colour, markersize=4.5, markerfacecolor=colour if clear else "white", zorder=3
            )
        axis.axvline(0, color="black", linewidth=0.8)
        axis.set_title(style.label(names, option, "\n"), loc="left", fontsize=8, linespacing=style.LEADING)
        axis.xaxis.set_major_formatter(style.tick)
        axis.locator_params(axis="x", nbins=4)
        axis.tick_params(axis="x", labelsize=7)
    axes[0, 0].set_yticks(at, [style.text(*places.get(code, (code, code))) for code in order], fontsize=7.5)
    axes[0, 0].set_ylim(-0.6, len(order) - 0.4)
    mark = f"{outcome} · {style.interval(runs, phrase('common.n_95_paired_t_interval_hollow_it'))}"
    if len(order) < table["place"].nunique():
        mark += " · " + style.say("charts.places.ends", ends=_ENDS, count=table["place"].nunique())
    style.frame(figure, phrase("charts.places.where"), runs, mark)
    return figure
