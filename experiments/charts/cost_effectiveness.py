"""What does a better result cost? Many options, the efficient ones by name."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import cut
from experiments.texts.catalogue import Words, phrase
from experiments.texts.numbers import YI
from simulation.metrics.table import METRICS

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
    unit = Words(row.unit_zh, row.unit_en)
    for status, marker, fill, words in (
        ("dominated", "o", "white", style.say("common.dominated")),
        ("extendedly dominated", "s", "#bbbbbb", style.say("charts.cost_effectiveness.extendedly_dominated")),
    ):
        part = table[table["status"] == status]
        axis.vlines(part["cost"] / YI, part["low"], part["high"], color="#bbbbbb", linewidth=1)
        axis.plot(
            part["cost"] / YI,
            part["effect"],
            marker,
            color=style.GREY,
            markerfacecolor=fill,
            markersize=5,
            linestyle="none",
            label=words if len(part) else None,
        )
    best = table[table["status"] == "efficient"].sort_values(["cost", "effect"])
    cost = best["cost"].to_numpy(float) / YI
    axis.vlines(cost, best["low"], best["high"], color=style.COLOURS[0], linewidth=1.6)
    axis.plot(cost, best["effect"], "-D", color=style.COLOURS[0], markersize=7, linewidth=1.2)
    for k, (x, found) in enumerate(zip(cost, best.itertuples(), strict=True)):
        words = f"{k + 1}  {cut(style.label(names, str(found.option)), _NAME_EMS * style.width())}"
        if np.isfinite(found.icer):
            words += " · " + style.tick(round(found.icer / YI, 2))
        axis.annotate(str(k + 1), (x, found.effect), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=8)
        if k < _MOST_NAMED:
            axis.plot([], [], "D", color=style.COLOURS[0], linestyle="none", label=words)
    axis.axhline(0, color="black", linewidth=0.8)
    style.name_axes(
        axis,
        style.say("charts.cost_effectiveness.public_spending_beyond_the_baseline_million"),
        style.say("common.gain_in", row=row, unit=unit, between="\n"),
    )
    axis.xaxis.set_major_formatter(style.tick)
    axis.tick_params(labelsize=8)
    bars = style.interval(runs, phrase("common.bars_95_paired_t_interval"))
    line = style.say("charts.cost_effectiveness.line_cost_effectiveness_frontier_behind_the")
    style.frame(
        figure,
        phrase("charts.cost_effectiveness.where_money_does_most"),
        runs,
        f"{line} · {bars}",
        axis.get_legend_handles_labels(),
    )
    return figure
