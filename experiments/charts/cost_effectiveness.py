"""What does a better result cost? Many options, the efficient ones by name."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import cut
from simulation.metrics.table import METRICS

_MILLION = 1e6
_MOST_NAMED = 12
_NAME_EMS = 7.0  # of a name in the legend, for each inch of the figure


def cost_effectiveness(table: pd.DataFrame, names: style.Names, metric: str, runs: style.Runs) -> Figure:
    """One mark an option; the line joins the efficient ones, numbered from the cheapest and named in the legend.

    Parameters
    ----------
    table : DataFrame
        What `experiments.answers.frontier.cost_effectiveness` gives.
    names : dict
        Names (zh, en) by option.
    """
    style.apply()
    figure, axis = plt.subplots(figsize=(style.width(), 4.8))
    row = METRICS[metric]
    for status, marker, fill, words in (
        ("dominated", "o", "white", style.text("被占优", "dominated")),
        ("extendedly dominated", "s", "#bbbbbb", style.text("被组合占优", "extendedly dominated")),
    ):
        part = table[table["status"] == status]
        axis.vlines(part["cost"] / _MILLION, part["low"], part["high"], color="#bbbbbb", linewidth=1)
        axis.plot(
            part["cost"] / _MILLION,
            part["effect"],
            marker,
            color=style.GREY,
            markerfacecolor=fill,
            markersize=5,
            linestyle="none",
            label=words if len(part) else None,
        )
    best = table[table["status"] == "efficient"].sort_values(["cost", "effect"])
    cost = best["cost"].to_numpy(float) / _MILLION
    axis.vlines(cost, best["low"], best["high"], color=style.COLOURS[0], linewidth=1.6)
    axis.plot(cost, best["effect"], "-D", color=style.COLOURS[0], markersize=7, linewidth=1.2)
    for k, (x, found) in enumerate(zip(cost, best.itertuples(), strict=True)):
        words = f"{k + 1}  {cut(style.label(names, str(found.option)), _NAME_EMS * style.width())}"
        if np.isfinite(found.icer):
            words += " · " + style.tick(round(found.icer / _MILLION, 2))
        axis.annotate(str(k + 1), (x, found.effect), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=8)
        if k < _MOST_NAMED:
            axis.plot([], [], "D", color=style.COLOURS[0], linestyle="none", label=words)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_xlabel(
        style.text("比基线多花的公共支出（百万元）", "public spending beyond the baseline (million yuan)"), fontsize=8.5
    )
    axis.set_ylabel(
        style.text(f"{row.zh}的改善：{row.unit_zh}", f"gain in {row.en}: {row.unit_en}", "\n"),
        fontsize=8.5,
        linespacing=style.LEADING,
    )
    axis.xaxis.set_major_formatter(style.tick)
    axis.tick_params(labelsize=8)
    bars = style.interval(runs, "竖线：95%配对t区间", "bars: 95 % paired t interval")
    line = style.text(
        "线：成本效果前沿，名称后为每多改善一单位的花费（百万元）",
        "line: cost-effectiveness frontier; behind the name: million yuan for each further unit",
    )
    style.frame(
        figure, "钱花在哪里最见效", "Where money does most", runs, f"{line} · {bars}", axis.get_legend_handles_labels()
    )
    return figure
