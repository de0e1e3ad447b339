"""Who gains and who loses, by life stage and subdistrict."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.charts import scales, style
from experiments.texts.catalogue import phrase


def winners(
    frame: pd.DataFrame, names: style.Names, labels: dict[str, dict[int, tuple[str, str]]], runs: style.Runs
) -> Figure:
    """Diverging bars: share of residents who lose to the left, who gain to the right.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, by, group, gain, lose (shares), mean (points).
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    labels : dict
        Name (zh, en) of each group code by kind of group ("life_stage", "subdistrict").
    """
    style.apply()
    scenarios = style.among(names, frame)
    kinds = [kind for kind in labels if kind in set(frame["by"])]
    most = max(frame[frame["by"] == kind]["group"].nunique() for kind in kinds)
    figure, axes = plt.subplots(
        len(scenarios),
        len(kinds),
        squeeze=False,
        sharex=True,
        figsize=(style.width(), (0.2 * most + 0.45) * len(scenarios) + 1.6),
    )
    for r, scenario in enumerate(scenarios):
        for c, kind in enumerate(kinds):
            part = frame[(frame["scenario"] == scenario) & (frame["by"] == kind)].sort_values("group", ascending=False)
            _panel(axes[r, c], part, [style.text(*labels[kind][int(g)]) for g in part["group"]])
            axes[r, c].set_xlim(-5 - 100 * float(frame["lose"].max()), 118)
        axes[r, 0].set_title(style.label(names, scenario), loc="left", fontsize=9)
    for axis in axes[-1]:
        axis.set_xlabel(style.say("charts.winners.share_of_residents"), fontsize=8)
    what = style.say("charts.winners.changes_above_1_point_count_figures")
    handles, texts = axes[0, 0].get_legend_handles_labels()
    style.frame(figure, phrase("common.who_gains_and_who_loses"), runs, what, (handles, texts))
    return figure


def _panel(axis: Axes, part: pd.DataFrame, groups: list[str]) -> None:
    place = np.arange(len(part))
    axis.barh(
        place,
        100 * part["gain"],
        color=scales.BETTER,
        edgecolor="black",
        linewidth=0.4,
        label=style.say("common.gain"),
    )
    axis.barh(
        place,
        -100 * part["lose"],
        color=scales.WORSE,
        edgecolor="black",
        hatch="////",
        linewidth=0.4,
        label=style.say("common.lose"),
    )
    axis.set_yticks(place, groups, fontsize=7.5)
    axis.axvline(0, color="black", linewidth=0.8)
    for y, (share, mean) in enumerate(zip(part["gain"], part["mean"], strict=True)):
        axis.text(100 * share + 1, y, f"{mean:+z.2f}".replace("-", "−"), va="center", fontsize=7)
    axis.set_xticks(range(0, 101, 25))
    axis.tick_params(axis="x", labelsize=7.5)
    axis.grid(axis="y", visible=False)
