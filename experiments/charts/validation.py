"""Patterns observed and simulated: accepted range and simulated interval, one row each, on its own scale."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from experiments.charts import style
from experiments.texts.catalogue import phrase
from experiments.validation.patterns import PATTERNS, USES, VERDICTS

_MARKS = {
    "pass": ("o", True),
    "borderline": ("D", True),
    "fail": ("X", False),
    "absent": ("", False),
    "missing": ("", False),
}
"""Marker by verdict, and whether it is filled: shapes differ, so that grey is enough."""
_RANGE = "#cccccc"


def validation(table: pd.DataFrame, runs: style.Runs) -> Figure:
    """Bars: accepted ranges; marks with whiskers: simulated means and 95 % intervals; one panel a use of patterns.

    Parameters
    ----------
    table : DataFrame
        What `experiments.validation.patterns.judge` gives, for one structure.
    """
    style.apply()
    drawn = table[table["verdict"].isin(("pass", "borderline", "fail"))]
    groups = [(use, drawn[drawn["use"] == use]) for use in USES if (drawn["use"] == use).any()]
    figure, axes = plt.subplots(
        max(len(groups), 1),
        1,
        squeeze=False,
        height_ratios=[len(part) + 0.8 for _, part in groups] or [1],
        figsize=(style.width(), 0.34 * len(drawn) + 0.5 * len(groups) + 1.7),
    )
    for axis, (use, part) in zip(axes[:, 0], groups, strict=False):
        _panel(axis, part)
        axis.set_title(style.text(USES[use][0], USES[use][1]), loc="left", fontsize=9)
    handles = [
        Patch(facecolor=_RANGE, edgecolor="black", linewidth=0.4),
        *(
            Line2D(
                [],
                [],
                color="black",
                marker=marker,
                markersize=6,
                linestyle="none",
                markerfacecolor="black" if filled else "white",
            )
            for marker, filled in (_MARKS[v] for v in ("pass", "borderline", "fail"))
        ),
    ]
    labels = [
        style.say("charts.validation.accepted_range"),
        *(style.text(*VERDICTS[v]) for v in ("pass", "borderline", "fail")),
    ]
    count = drawn["verdict"].value_counts()
    what = (
        style.interval(runs, phrase("charts.validation.whiskers_95_t_interval"))
        + " · "
        + style.say("charts.validation.each_row_has_its_own_scale")
    )
    style.frame(
        figure,
        phrase("charts.validation.patterns_of_pass", passed=count.get("pass", 0), n_drawn=len(drawn)),
        runs,
        what,
        (handles, labels),
    )
    return figure


def _panel(axis: Axes, part: pd.DataFrame) -> None:
    rows = part.to_dict("records")
    place = np.arange(len(rows))[::-1]
    for y, row in zip(place, rows, strict=True):
        pattern = PATTERNS[row["pattern"]]
        low, high, value, left, right = (
            _scaled(x, pattern.axis_low, pattern.axis_high)
            for x in (pattern.low, pattern.high, row["value"], row["ci_low"], row["ci_high"])
        )
        axis.barh(y, high - low, 0.6, low, color=_RANGE, edgecolor="black", linewidth=0.4)
        if not np.isnan(left):
            axis.hlines(y, left, right, color="black", linewidth=1.8)
        marker, filled = _MARKS[row["verdict"]]
        axis.plot(
            value,
            y,
            marker,
            color="black",
            markersize=6,
            markerfacecolor="black" if filled else "white",
            zorder=3,
            clip_on=False,
        )
        axis.text(1.02, y, _figures(row), fontsize=7, va="center", transform=axis.get_yaxis_transform())
    axis.set_yticks(place, [f"{row['pattern']} {style.text(row['zh'], row['en'])}" for row in rows], fontsize=7)
    axis.set_xlim(0, 1)
    axis.set_xticks([])
    axis.set_ylim(-0.6, len(rows) - 0.4)
    axis.grid(visible=False)


def _scaled(value: float, low: float, high: float) -> float:
    """Place on the axis of a row, 0 to 1; what lies beyond stands at its end."""
    return float(np.clip((value - low) / (high - low), 0, 1))


def _figures(row: dict[str, float | str]) -> str:
    """Simulated value and unit, and the accepted range."""
    low, high = (row["low"], row["high"])
    if pd.isna(low):
        accepted = f"≤ {style.tick(float(high))}"
    elif pd.isna(high):
        accepted = f"≥ {style.tick(float(low))}"
    else:
        accepted = f"{style.tick(float(low))}–{style.tick(float(high))}"
    unit = style.text(str(row["unit_zh"]), str(row["unit_en"]))
    return f"{style.tick(_short(float(row['value'])))}  [{accepted}]  {unit}"


def _short(value: float) -> float:
    return float(f"{value:.3g}") if abs(value) < 1000 else round(value)
