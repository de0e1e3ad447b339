"""How sure is the order of the options? Probability of each place."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import cut
from experiments.texts.catalogue import Words, phrase
from simulation.metrics.table import METRICS

_MOST = 20  # options drawn, the best
_NAME_EMS = 42.0  # of a line
_DARK = 0.55  # above it the number is white


def ranks(league: pd.DataFrame, places: pd.DataFrame, names: style.Names, metric: str, runs: style.Runs) -> Figure:
    """Grey table: one row per option from the best down, one column per place, the darker the more probable.

    Parameters
    ----------
    league, places : DataFrame
        What `experiments.answers.ranking.ranking` gives.
    names : dict
        Names (zh, en) by option.
    """
    style.apply()
    order = list(league["option"])[:_MOST]
    table = places.pivot(index="option", columns="rank", values="probability").reindex(order).iloc[:, : len(order)]
    figure, axis = plt.subplots(figsize=(style.width(), (0.4 if style.bilingual() else 0.3) * len(order) + 1.9))
    share = table.to_numpy(float)
    axis.imshow(np.nan_to_num(share), cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(share):
        if value >= 0.005:
            axis.text(
                column,
                row,
                f"{100 * value:.0f}",
                ha="center",
                va="center",
                fontsize=7.5,
                color="white" if value > _DARK else "black",
            )
    means = league.set_index("option")["mean"]
    axis.set_yticks(
        range(len(order)),
        [cut(style.label(names, name, "\n"), _NAME_EMS) for name in order],
        fontsize=7,
        linespacing=style.LEADING,
    )
    for k, name in enumerate(order):
        axis.annotate(
            style.tick(round(float(means[name]), 3)),
            (1.0, k),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=7.5,
        )
    axis.set_xticks(range(share.shape[1]), [str(k + 1) for k in range(share.shape[1])], fontsize=8)
    axis.set_xlabel(style.say("charts.ranks.place_1_is_best"), fontsize=8.5)
    axis.grid(visible=False)
    row = METRICS[metric]
    unit = Words(row.unit_zh, row.unit_en)
    what = style.say("charts.ranks.mean_on_the_right_in_the", row=row, unit=unit)
    style.frame(figure, phrase("charts.ranks.how_sure_is_the_ranking_of"), runs, what)
    return figure
