"""Difference from the baseline, sorted, with intervals; grey where the interval holds 0."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.statistics import distinguishable
from simulation.metrics import METRICS

GROUPS = (
    ("满意度（分）", "satisfaction (points)", lambda name: name.startswith("satisfaction") and "gini" not in name, 1.0),
    ("负荷与比率（百分点）", "loads and rates (percentage points)",
     lambda name: METRICS[name].unit_en == "share (0–1)" or name.startswith("load_"), 100.0),
)


def differences(table: pd.DataFrame, names: dict[str, tuple[str, str]], note: str) -> Figure:
    """Dots with 95 % intervals; one row of panels a scenario, one column a kind of unit."""
    style.apply()
    scenarios = [name for name in names if name in set(table["scenario"])]
    counts = [sum(choose(m) for m in table["metric"].unique()) for _, _, choose, _ in GROUPS]
    height = 0.23 * max(counts) + 1.0
    figure, axes = plt.subplots(len(scenarios), len(GROUPS), figsize=(12, height * len(scenarios) + 1.2), squeeze=False)
    for row, scenario in enumerate(scenarios):
        for column, (zh, en, choose, factor) in enumerate(GROUPS):
            part = table[(table["scenario"] == scenario) & table["metric"].map(choose)]
            _panel(axes[row, column], part, factor)
            axes[row, column].set_xlabel(f"{zh} {en}", fontsize=8)
        axes[row, 0].set_title(f"{names[scenario][0]} {names[scenario][1]}", loc="left", fontsize=9)
    style.title(figure, "与基线的差异（最后52周）", "Difference from the baseline (last 52 weeks)", note)
    return figure


def _panel(axis: Axes, part: pd.DataFrame, factor: float) -> None:
    part = part.sort_values("mean_difference", ignore_index=True)
    clear = distinguishable(part)
    place = np.arange(len(part))
    low, high = part["ci_low"].fillna(part["mean_difference"]), part["ci_high"].fillna(part["mean_difference"])
    for chosen, colour, marker, fill in ((clear, style.COLOURS[0], "o", True), (~clear, style.GREY, "o", False)):
        rows = np.flatnonzero(chosen)
        axis.hlines(place[rows], factor * low[rows], factor * high[rows], color=colour, linewidth=1.6)
        axis.plot(factor * part["mean_difference"][rows], place[rows], marker, color=colour, markersize=5,
                  markerfacecolor=colour if fill else "white")
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_yticks(place, [f"{METRICS[m].zh} {METRICS[m].en}" for m in part["metric"]], fontsize=7.5)
    axis.set_ylim(-0.6, len(part) - 0.4)
    axis.grid(axis="y", visible=False)
