"""Distribution of gains: how many residents changed by how much, a histogram for each option."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.answers.gains import Kind, Spread, spread_of, together
from experiments.charts import scales, style
from experiments.statistics import t_interval
from experiments.texts.catalogue import phrase, section
from experiments.texts.numbers import number, signed

_KINDS: tuple[Kind, ...] = ("worse", "small", "better")
_LOOKS: dict[str, dict[str, Any]] = {
    "worse": {"facecolor": scales.WORSE, "hatch": "////"},
    "small": {"facecolor": scales.SMALL, "hatch": "...."},
    "better": {"facecolor": scales.BETTER},
}


def gains(frame: pd.DataFrame, names: style.Names, runs: style.Runs) -> Figure:
    """Share of the residents by change of satisfaction, all replicates together; in words the three shares.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, seed, change (points, tenths), residents; see `experiments.answers.gains.tally`.
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    """
    style.apply()
    shown = style.among(names, frame)
    figure, axes = plt.subplots(
        len(shown),
        1,
        sharex=True,
        squeeze=False,
        figsize=(style.width(), (1.95 if style.bilingual() else 1.75) * len(shown) + 1.4),
    )
    for axis, name in zip(axes.flat, shown, strict=True):
        rows = frame[frame["scenario"] == name]
        spreads = [
            spread_of(part["change"].to_numpy(), part["residents"].to_numpy()) for _, part in rows.groupby("seed")
        ]
        _panel(axis, together(spreads))
        title = f"{style.label(names, name)}\n{_told(spreads)}"
        axis.set_title(title, loc="left", fontsize=8.5, linespacing=style.LEADING)
    axes[-1, 0].set_xlabel(style.say("charts.gains.change"), fontsize=8)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    style.frame(figure, phrase("charts.gains.title"), runs, style.say("charts.gains.rule"), (handles, labels))
    return figure


def _panel(axis: Axes, spread: Spread) -> None:
    bars = spread.bars()
    for kind in _KINDS:
        part = [bar for bar in bars if bar.kind == kind]
        axis.bar(
            [bar.low + 0.5 for bar in part],
            [100 * bar.share for bar in part],
            width=0.92,
            edgecolor="black",
            linewidth=0.4,
            label=style.text(*section("charts.gains.kinds")[kind]),
            **_LOOKS[kind],
        )
    axis.axvline(0, color="black", linewidth=0.8, linestyle=(0, (3, 2)))
    axis.set_ylabel(style.say("charts.gains.share", "\n"), fontsize=8, linespacing=style.LEADING)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.tick_params(labelsize=7.5, labelbottom=True)
    axis.grid(axis="x", visible=False)


def _told(spreads: list[Spread]) -> str:
    """The three shares, with the interval over replicates where there are some, and the middle of all."""
    middle = signed(number(together(spreads).quantile(0.5), 1))
    return style.say(
        "charts.gains.told",
        between="\n",
        better=_share(spreads, "better"),
        small=_share(spreads, "small"),
        worse=_share(spreads, "worse"),
        median=middle,
    )


def _share(spreads: list[Spread], kind: Kind) -> str:
    mean, low, high = t_interval(np.array([100 * spread.share(kind) for spread in spreads]))
    span = "" if np.isnan(low) else f" ({number(low, 1)}–{number(high, 1)})"
    return f"{number(mean, 1)}%{span}"
