"""Which factors drive the result? Shares of its variance, alone and with all interactions."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import factor_label


def sobol(table: pd.DataFrame, outcome: tuple[str, str], runs: style.Runs) -> Figure:
    """First-order and total Sobol indices, the most important factor on top; whiskers: 95 % bootstrap.

    Parameters
    ----------
    table : DataFrame
        What `experiments.answers.sensitivity.sobol_indices` gives; pairs are not drawn.
    outcome : tuple of str
        What was analysed (zh, en).
    """
    style.apply()
    wide = table[table["index"] != "second"].pivot(index="factor_a", columns="index")
    order = wide["value"]["total"].sort_values(kind="stable").index
    wide = wide.reindex(order)
    figure, axis = plt.subplots(figsize=(style.width(), 0.42 * len(order) + 1.9))
    place = np.arange(len(order))
    for shift, index, colour, fill, words in (
        (0.19, "first", style.COLOURS[0], style.COLOURS[0], style.text("单独作用（一阶）", "alone (first order)")),
        (-0.19, "total", "black", "white", style.text("含交互（总效应）", "with interactions (total)")),
    ):
        value = wide["value"][index].to_numpy(float)
        low, high = wide["ci_low"][index].to_numpy(float), wide["ci_high"][index].to_numpy(float)
        axis.barh(place + shift, value, height=0.36, color=fill, edgecolor=colour, label=words, zorder=2)
        axis.hlines(place + shift, low, high, color="#444444", linewidth=1.3, zorder=3)
    axis.set_yticks(place, [factor_label(str(name)) for name in order], fontsize=7.5, linespacing=style.LEADING)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_xlabel(style.text("占结果方差的份额", "share of the variance of the result"), fontsize=8.5)
    axis.xaxis.set_major_formatter(style.tick)
    axis.grid(axis="y", visible=False)
    blocks = int(table["blocks"].iloc[0])
    what = style.text(
        f"{outcome[0]}，样本{blocks}组，线：95%自助法区间",
        f"{outcome[1]}; {blocks} sample blocks; lines: 95 % bootstrap interval",
    )
    style.frame(
        figure,
        "哪些不确定因素最要紧（Sobol指数）",
        "Which uncertain factors matter (Sobol indices)",
        runs,
        what,
        axis.get_legend_handles_labels(),
    )
    return figure
