"""What did the evidence tell? Ranges of the parameters before and after calibration."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import factor_label
from experiments.texts.catalogue import phrase


def calibrated(ranges: pd.DataFrame, runs: style.Runs) -> Figure:
    """One row per parameter, its prior range as the width of the panel: what is left, its middle 90 %, and the best.

    Parameters
    ----------
    ranges : DataFrame
        What `experiments.answers.calibration.history_matching` gives as `ranges`.
    """
    style.apply()
    table = ranges.sort_values("shrinkage", kind="stable")
    width = (table["prior_high"] - table["prior_low"]).to_numpy(float)
    unit = {
        name: (table[name] - table["prior_low"]).to_numpy(float) / width
        for name in ("low", "high", "q05", "q95", "best")
    }
    place = np.arange(len(table))
    figure, axis = plt.subplots(figsize=(style.width(), 0.42 * len(table) + 1.9))
    axis.barh(place, np.ones(len(table)), height=0.7, color="#eeeeee", label=style.say("charts.calibrated.prior_range"))
    axis.barh(
        place,
        unit["high"] - unit["low"],
        left=unit["low"],
        height=0.4,
        color=style.COLOURS[5],
        label=style.say("charts.calibrated.not_ruled_out"),
    )
    axis.hlines(
        place,
        unit["q05"],
        unit["q95"],
        color=style.COLOURS[0],
        linewidth=3,
        label=style.say("charts.calibrated.middle_90_of_it"),
    )
    axis.plot(
        unit["best"],
        place,
        "D",
        color="black",
        markerfacecolor="white",
        markersize=6,
        linestyle="none",
        label=style.say("charts.calibrated.least_implausible"),
    )
    for k, row in enumerate(table.itertuples()):
        for across, number, side in ((-0.005, row.prior_low, "right"), (1.005, row.prior_high, "left")):
            axis.text(across, k, style.tick(number), fontsize=6.5, va="center", ha=side)
    axis.set_yticks(
        place,
        [factor_label(f"parameters.{name}") for name in table["parameter"]],
        fontsize=7.5,
        linespacing=style.LEADING,
    )
    axis.set_xlim(-0.07, 1.07)
    axis.set_xticks([])
    axis.grid(visible=False)
    style.frame(
        figure,
        phrase("charts.calibrated.calibration_what_the_evidence_rules_out"),
        runs,
        style.say("charts.calibrated.history_matching"),
        axis.get_legend_handles_labels(),
    )
    return figure
