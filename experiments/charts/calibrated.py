"""What did the evidence tell? Ranges of the parameters before and after calibration."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.ranged import marks, ranged_rows, span
from experiments.texts.catalogue import phrase


def calibrated(ranges: pd.DataFrame, runs: style.Runs) -> Figure:
    """One row per parameter, its prior range as the width of the panel: what is left, its middle 90 %, and the best.

    Parameters
    ----------
    ranges : DataFrame
        What `experiments.answers.calibration.history_matching` gives as `ranges`.
    """
    table = ranges.sort_values("shrinkage", kind="stable")
    figure, axis, unit = ranged_rows(table, style.say("charts.calibrated.prior_range"), inches=0.42, size=7.5)
    place, left = np.arange(len(table)), style.say("charts.calibrated.not_ruled_out")
    span(axis, place, unit, ("low", "high"), height=0.4, color=style.COLOURS[5], label=left)
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
