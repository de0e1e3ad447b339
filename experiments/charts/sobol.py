"""Which factors drive the result? Shares of its variance, alone and with all interactions."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import factor_label
from experiments.texts.catalogue import Words, phrase


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
        (0.19, "first", style.COLOURS[0], style.COLOURS[0], style.say("charts.sobol.alone_first_order")),
        (-0.19, "total", "black", "white", style.say("charts.sobol.with_interactions_total")),
    ):
        value = wide["value"][index].to_numpy(float)
        low, high = wide["ci_low"][index].to_numpy(float), wide["ci_high"][index].to_numpy(float)
        axis.barh(place + shift, value, height=0.36, color=fill, edgecolor=colour, label=words, zorder=2)
        axis.hlines(place + shift, low, high, color="#444444", linewidth=1.3, zorder=3)
    axis.set_yticks(place, [factor_label(str(name)) for name in order], fontsize=7.5, linespacing=style.LEADING)
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_xlabel(style.say("charts.sobol.share_of_the_variance_of_the"), fontsize=8.5)
    axis.xaxis.set_major_formatter(style.tick)
    axis.grid(axis="y", visible=False)
    blocks = int(table["blocks"].iloc[0])
    named = Words(*outcome[:2])
    what = style.say("charts.sobol.sample_blocks_lines_95_bootstrap_interval", outcome=named, blocks=blocks)
    style.frame(
        figure,
        phrase("charts.sobol.which_uncertain_factors_matter_sobol_indices"),
        runs,
        what,
        axis.get_legend_handles_labels(),
    )
    return figure
