"""Which option does well whatever turns out to be true? Regret of each option over the cases."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import cut
from experiments.texts.catalogue import Words, phrase
from simulation.metrics.table import METRICS

_NAME_EMS = 42.0  # of a line


def regret(table: pd.DataFrame, robust: pd.DataFrame, names: style.Names, metric: str, runs: style.Runs) -> Figure:
    """One row per option, least maximal regret on top: a dot per case, bar from 0 to the largest, diamond at the mean.

    Parameters
    ----------
    table, robust : DataFrame
        What `experiments.answers.robustness.regrets` and `robustness` give.
    names : dict
        Names (zh, en) by option.
    """
    style.apply()
    order = list(robust["option"])[::-1]
    figure, axis = plt.subplots(figsize=(style.width(), 0.5 * len(order) + 1.9))
    found = robust.set_index("option")
    for place, option in enumerate(order):
        values = np.sort(table.loc[table["option"] == option, "regret"].to_numpy(float))
        axis.barh(place, found.at[option, "max_regret"], height=0.62, color="#dddddd", zorder=1)
        axis.plot(
            values, place + np.linspace(-0.22, 0.22, len(values)), ".", color=style.COLOURS[0], markersize=3.5, zorder=2
        )
        axis.plot(
            found.at[option, "mean_regret"], place, "D", color="black", markerfacecolor="white", markersize=6, zorder=3
        )
        axis.annotate(
            f"{100 * found.at[option, 'satisficing_share']:.0f} %",
            (1.0, place),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="center",
            fontsize=8,
        )
    axis.set_xlim(0, 1.15 * max(float(robust["max_regret"].max()), 1e-9))
    axis.set_yticks(
        range(len(order)),
        [cut(style.label(names, name, "\n"), _NAME_EMS) for name in order],
        fontsize=7.5,
        linespacing=style.LEADING,
    )
    row = METRICS[metric]
    unit = Words(row.unit_zh, row.unit_en)
    axis.set_xlabel(
        style.say("charts.regret.regret_behind_the_best_option_of", row=row, unit=unit, between="\n"),
        fontsize=8.5,
        linespacing=style.LEADING,
    )
    axis.xaxis.set_major_formatter(style.tick)
    axis.grid(axis="y", visible=False)
    enough = style.tick(round(float(robust["threshold"].iloc[0]), 3))
    what = " · ".join(
        (
            style.say("charts.regret.dots_cases_grey_bar_largest_regret", cases=int(robust["cases"].max())),
            style.say("charts.regret.right_share_of_cases_that_reach", enough=enough),
        )
    )
    style.frame(figure, phrase("charts.regret.robustness_regret_of_the_options"), runs, what)
    return figure
