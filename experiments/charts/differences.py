"""Difference from the baseline, sorted, with intervals; grey where the interval holds 0."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.statistics import distinguishable
from simulation.metrics import METRICS


def _is_index(name: str) -> bool:
    return METRICS[name].unit_en.startswith("points")


def _is_rate(name: str) -> bool:
    return METRICS[name].unit_en == "share (0–1)" or name.startswith("load_")


def _is_count(name: str) -> bool:
    """Neither points nor rate; money goes from nothing to millions and has no percentage worth a picture."""
    return not (_is_index(name) or _is_rate(name) or METRICS[name].unit_en == "yuan")


GROUPS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("满意度（分）", "satisfaction (points)", _is_index),
    ("负荷与比率（百分点）", "loads and rates (percentage points)", _is_rate),
    ("数量（%）", "quantities (% of baseline)", _is_count),
)


def differences(table: pd.DataFrame, names: dict[str, tuple[str, str]], note: str) -> Figure:
    """Dots with 95 % intervals; one row of panels a scenario, one column a kind of unit.

    Parameters
    ----------
    table : DataFrame
        What `experiments.statistics.compare_values` gives.
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    """
    style.apply()
    scenarios = [name for name in names if name in set(table["scenario"])]
    most = max(sum(choose(metric) for metric in METRICS) for *_, choose in GROUPS)
    figure, axes = plt.subplots(len(scenarios), len(GROUPS), figsize=(16, (0.23 * most + 1) * len(scenarios) + 1.2),
                                squeeze=False)
    for row, scenario in enumerate(scenarios):
        for axis, (zh, en, choose) in zip(axes[row], GROUPS, strict=True):
            part = table[(table["scenario"] == scenario) & table["metric"].map(choose)]
            _panel(axis, _scaled(part, choose))
            axis.set_xlabel(f"{zh} {en}", fontsize=8)
        axes[row, 0].set_title(f"{names[scenario][0]} {names[scenario][1]}", loc="left", fontsize=9)
    style.title(figure, "与基线的差异（最后52周）", "Difference from the baseline (last 52 weeks)", note)
    return figure


def _scaled(part: pd.DataFrame, choose: Callable[[str], bool]) -> pd.DataFrame:
    """Differences in the unit of their panel, sorted; quantities whose baseline is 0 have no percentage."""
    part = part.copy()
    columns = ["mean_difference", "ci_low", "ci_high"]
    if choose is _is_count:
        part = part[part["baseline_value"] != 0]
        part[columns] = 100 * part[columns].div(part["baseline_value"].abs(), axis=0)
    elif choose is _is_rate:
        part[columns] *= 100
    return part.sort_values("mean_difference", ignore_index=True)


def _panel(axis: Axes, part: pd.DataFrame) -> None:
    clear, place = distinguishable(part), np.arange(len(part))
    low, high = part["ci_low"].fillna(part["mean_difference"]), part["ci_high"].fillna(part["mean_difference"])
    for chosen, colour, fill in ((clear, style.COLOURS[0], style.COLOURS[0]), (~clear, style.GREY, "white")):
        rows = np.flatnonzero(chosen)
        axis.hlines(place[rows], low[rows], high[rows], color=colour, linewidth=1.6)
        axis.plot(part["mean_difference"][rows], place[rows], "o", color=colour, markersize=5, markerfacecolor=fill)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_yticks(place, [f"{METRICS[m].zh} {METRICS[m].en}" for m in part["metric"]], fontsize=7.5)
    axis.set_ylim(-0.6, max(len(part), 1) - 0.4)
    axis.grid(axis="y", visible=False)
