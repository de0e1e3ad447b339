"""Which factors can be left alone? Screening by elementary effects."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import factor_label
from experiments.texts.catalogue import Words, phrase

_MOST = 25  # factors drawn; the least important are left out and counted


def morris(table: pd.DataFrame, outcome: tuple[str, str, str, str], runs: style.Runs) -> Figure:
    """Mean absolute effect of each factor with its interval, and the spread that tells of interaction or curvature.

    Parameters
    ----------
    table : DataFrame
        What `experiments.answers.sensitivity.morris_effects` gives.
    outcome : tuple of str
        What was analysed and its unit (zh, en, unit zh, unit en).
    """
    style.apply()
    shown = table.head(_MOST).iloc[::-1]
    place = np.arange(len(shown))
    figure, axis = plt.subplots(figsize=(style.width(), 0.42 * len(shown) + 2.1))
    axis.barh(place, shown["mu_star"], height=0.55, color=style.COLOURS[0], zorder=2)
    lines = axis.hlines(place, shown["ci_low"], shown["ci_high"], color="black", linewidth=1.4, zorder=3)
    (spread,) = axis.plot(shown["sigma"], place, "D", color="black", markerfacecolor="white", markersize=5, zorder=4)
    axis.set_yticks(
        place, [factor_label(str(name)) for name in shown["factor"]], fontsize=7.5, linespacing=style.LEADING
    )
    axis.set_xlim(left=0)
    axis.set_xlabel(
        style.say("charts.morris.change_over_the_whole_range_of", unit=Words(*outcome[2:]), between="\n"),
        fontsize=8.5,
        linespacing=style.LEADING,
    )
    axis.xaxis.set_major_formatter(style.tick)
    axis.grid(axis="y", visible=False)
    left = len(table) - len(shown)
    what = style.say(
        "charts.morris.trajectories", outcome=Words(*outcome[:2]), trajectories=int(table["trajectories"].iloc[0])
    )
    what += " · " + style.say("charts.morris.smaller_factors_not_shown", left=left) if left else ""
    words = [
        style.say("charts.morris.mean_absolute_effect"),
        style.say("charts.morris.n_95_interval"),
        style.say("charts.morris.spread_interaction_or_curvature"),
    ]
    style.frame(
        figure,
        phrase("charts.morris.screening_of_factors_morris"),
        runs,
        what,
        ([axis.patches[0], lines, spread], words),
    )
    return figure
