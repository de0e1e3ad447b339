"""What did the observations teach? Prior and posterior of each parameter."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.ranged import marks, ranged_rows, span
from experiments.texts.catalogue import phrase


def posterior(marginals: pd.DataFrame, draws: int, runs: style.Runs) -> Figure:
    """One row per parameter, its range as the width of the panel: mode of the prior, median and middle 90 % of the
    draws; those that the observations narrow most on top.

    Parameters
    ----------
    marginals : DataFrame
        What `experiments.answers.honesty.marginals` gives.
    draws : int
        Draws of the posterior.
    runs : Runs
        Those at each point of the design, which the emulators stand for.
    """
    table = marginals.sort_values("contraction", kind="stable")
    figure, axis, unit = ranged_rows(table, style.say("charts.posterior.range"), inches=0.36, size=7)
    place = np.arange(len(table))
    look = {"height": 0.4, "color": style.COLOURS[2], "edgecolor": "black", "linewidth": 0.4}
    span(axis, place, unit, ("q05", "q95"), label=style.say("charts.posterior.middle_90"), **look)
    marks(axis, unit("prior_mode"), place, "|", style.say("charts.posterior.default"), markersize=13)
    marks(axis, unit("median"), place, "o", style.say("charts.posterior.median"), markersize=5)
    for k, gone in enumerate(table["contraction"]):
        axis.text(1.09, k, f"{100 * gone:.0f} %".replace("-", "−"), fontsize=7, va="center", ha="left")
    axis.set_xlim(-0.07, 1.16)
    axis.set_ylim(-0.6, len(table) - 0.4)
    style.frame(
        figure,
        phrase("charts.posterior.what_the_observations_taught"),
        runs,
        style.say("charts.posterior.figures_at_the_right", draws=draws),
        axis.get_legend_handles_labels(),
    )
    return figure
