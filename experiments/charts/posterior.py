"""What did the observations teach? Prior and posterior of each parameter."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import factor_label
from experiments.texts.catalogue import phrase


def posterior(marginals: pd.DataFrame, runs: style.Runs) -> Figure:
    """One row per parameter, its range as the width of the panel: mode of the prior, median and middle 90 % of the
    draws; those that the observations narrow most on top.

    Parameters
    ----------
    marginals : DataFrame
        What `experiments.answers.honesty.marginals` gives.
    """
    style.apply()
    table = marginals.sort_values("contraction", kind="stable")
    width = (table["prior_high"] - table["prior_low"]).to_numpy(float)
    unit = {
        name: (table[name] - table["prior_low"]).to_numpy(float) / width
        for name in ("prior_mode", "q05", "median", "q95")
    }
    place = np.arange(len(table))
    figure, axis = plt.subplots(figsize=(style.width(), 0.36 * len(table) + 1.9))
    axis.barh(place, np.ones(len(table)), height=0.7, color="#eeeeee", label=style.say("charts.posterior.range"))
    axis.barh(
        place,
        unit["q95"] - unit["q05"],
        left=unit["q05"],
        height=0.4,
        color=style.COLOURS[2],
        edgecolor="black",
        linewidth=0.4,
        label=style.say("charts.posterior.middle_90"),
    )
    axis.plot(
        unit["prior_mode"],
        place,
        "|",
        color="black",
        markersize=13,
        linestyle="none",
        label=style.say("charts.posterior.default"),
    )
    axis.plot(
        unit["median"],
        place,
        "o",
        color="black",
        markerfacecolor="white",
        markersize=5,
        linestyle="none",
        label=style.say("charts.posterior.median"),
    )
    for k, row in enumerate(table.itertuples()):
        for across, number, side in ((-0.005, row.prior_low, "right"), (1.005, row.prior_high, "left")):
            axis.text(across, k, style.tick(number), fontsize=6.5, va="center", ha=side)
        axis.text(1.09, k, f"{100 * row.contraction:.0f} %".replace("-", "−"), fontsize=7, va="center", ha="left")
    axis.set_yticks(
        place,
        [factor_label(f"parameters.{name}") for name in table["parameter"]],
        fontsize=7,
        linespacing=style.LEADING,
    )
    axis.set_xlim(-0.07, 1.16)
    axis.set_ylim(-0.6, len(table) - 0.4)
    axis.set_xticks([])
    axis.grid(visible=False)
    style.frame(
        figure,
        phrase("charts.posterior.what_the_observations_taught"),
        runs,
        style.say("charts.posterior.figures_at_the_right"),
        axis.get_legend_handles_labels(),
    )
    return figure
