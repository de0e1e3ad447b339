"""What did the evidence tell? Ranges of the parameters before and after calibration."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.ranged import marks, ranged_rows
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
    place = np.arange(len(table))
    figure, axis = plt.subplots(figsize=(style.width(), 0.42 * len(table) + 1.9))
    unit = ranged_rows(axis, table, style.say("charts.calibrated.prior_range"), size=7.5)
    axis.barh(
        place,
        unit("high") - unit("low"),
        left=unit("low"),
        height=0.4,
        color=style.COLOURS[5],
        label=style.say("charts.calibrated.not_ruled_out"),
    )
    axis.hlines(
        place,
        unit("q05"),
        unit("q95"),
        color=style.COLOURS[0],
        linewidth=3,
        label=style.say("charts.calibrated.middle_90_of_it"),
    )
    marks(axis, unit("best"), place, "D", style.say("charts.calibrated.least_implausible"))
    axis.set_xlim(-0.07, 1.07)
    style.frame(
        figure,
        phrase("charts.calibrated.calibration_what_the_evidence_rules_out"),
        runs,
        style.say("charts.calibrated.history_matching"),
        axis.get_legend_handles_labels(),
    )
    return figure
