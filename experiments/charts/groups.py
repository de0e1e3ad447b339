"""Satisfaction of a single run by life stage and subdistrict, as a table of shades with figures."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import scales, style
from experiments.texts.catalogue import phrase
from simulation.metrics.table import METRICS


def groups(
    frame: pd.DataFrame, stages: dict[int, tuple[str, str]], streets: dict[int, tuple[str, str]], runs: style.Runs
) -> Figure:
    """Mean of every group; empty where nobody lives.

    Parameters
    ----------
    frame : DataFrame
        Columns life_stage, subdistrict (codes) and overall (0–100), one row per resident.
    stages, streets : dict
        Names (zh, en) by code.
    """
    style.apply()
    wide = frame.pivot_table("overall", "subdistrict", "life_stage").reindex(index=list(streets), columns=list(stages))
    figure, axis = plt.subplots(figsize=(style.width(), 0.42 * len(streets) + 1.9))
    window = scales.WINDOWS["satisfaction"]
    shown = axis.imshow(wide.to_numpy(float), cmap=scales.LEVELS, vmin=window.low, vmax=window.high, aspect="auto")
    low, high = shown.get_clim()
    for y, row in enumerate(wide.to_numpy(float)):
        for x, value in enumerate(row):
            if value == value:
                axis.text(
                    x,
                    y,
                    f"{value:.1f}",
                    ha="center",
                    va="center",
                    fontsize=8,
                    color="white" if value > (low + high) / 2 else "black",
                )
    axis.set_xticks(
        range(len(stages)), [style.text(*stages[k], "\n").replace(" (", "\n(") for k in stages], fontsize=7.5
    )
    axis.set_yticks(range(len(streets)), [style.text(*streets[k]) for k in streets], fontsize=7.5)
    axis.grid(visible=False)
    row = METRICS["satisfaction"]
    figure.colorbar(shown, ax=axis, label=style.text(row.unit_zh, row.unit_en))
    style.frame(
        figure,
        phrase("charts.groups.who_is_satisfied_subdistrict_and_life"),
        runs,
        style.say("charts.groups.means_at_the_end"),
    )
    return figure
