"""Who gains and who loses, by life stage and subdistrict."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style


def winners(frame: pd.DataFrame, names: dict[str, tuple[str, str]], labels: dict[str, dict[int, str]],
            note: str) -> Figure:
    """Diverging bars: share of residents who lose to the left, who gain to the right.

    Parameters
    ----------
    frame : DataFrame
        Columns scenario, by, group, gain, lose (shares), mean (points).
    labels : dict
        Name of each group code by kind of group ("life_stage", "subdistrict").
    """
    style.apply()
    scenarios = [name for name in names if name in set(frame["scenario"])]
    kinds = [kind for kind in labels if kind in set(frame["by"])]
    figure, axes = plt.subplots(len(scenarios), len(kinds), figsize=(12, 2.3 * len(scenarios) + 1.4), squeeze=False,
                                sharex=True)
    for r, scenario in enumerate(scenarios):
        for c, kind in enumerate(kinds):
            axis = axes[r, c]
            part = frame[(frame["scenario"] == scenario) & (frame["by"] == kind)].sort_values("group", ascending=False)
            place = np.arange(len(part))
            axis.barh(place, 100 * part["gain"], color=style.COLOURS[0], edgecolor="black", linewidth=0.4,
                      label="得益 gain")
            axis.barh(place, -100 * part["lose"], color="white", edgecolor="black", hatch="////", linewidth=0.4,
                      label="受损 lose")
            axis.set_yticks(place, [labels[kind][int(g)] for g in part["group"]], fontsize=7.5)
            axis.axvline(0, color="black", linewidth=0.8)
            for y, (share, mean) in enumerate(zip(part["gain"], part["mean"], strict=True)):
                axis.text(100 * share + 1, y, f"{mean:+z.2f}", va="center", fontsize=7)
            axis.set_xlim(-5 - 100 * float(frame["lose"].max()), 112)
            axis.grid(axis="y", visible=False)
        axes[r, 0].set_title(f"{names[scenario][0]} {names[scenario][1]}", loc="left", fontsize=9)
    for axis in axes[-1]:
        axis.set_xlabel("居民比例（%） share of residents (%)", fontsize=8)
    handles, texts = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, texts, loc="outside upper right", ncols=2, fontsize=8)
    style.title(figure, "谁得益、谁受损", "Who gains and who loses", note)
    return figure
