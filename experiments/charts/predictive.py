"""Does the calibrated model show what was observed? Each pattern before and after."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.ranged import marks, span
from experiments.texts.catalogue import phrase
from experiments.validation.patterns import PATTERNS


def predictive(told: pd.DataFrame, draws: int, runs: style.Runs) -> Figure:
    """One row per pattern, each on its own scale: observed range, and the middle 90 % of what worlds show with
    parameters from the prior and from the posterior; of draws that were run, the median as well.

    Parameters
    ----------
    told : DataFrame
        What `experiments.answers.honesty.predictive` gives, with `run_median` where draws were run.
    draws : int
        Draws of the posterior.
    runs : Runs
        Those at each point of the design, which the emulators stand for.
    """
    style.apply()
    figure, axis = plt.subplots(figsize=(style.width(), 0.46 * len(told) + 1.9))
    place = np.arange(len(told))[::-1]
    ends = told.filter(["prior_q05", "prior_q95", "q05", "q95", "low", "high", "run_median"]).to_numpy(float)
    least, width = ends.min(axis=1), np.maximum(np.ptp(ends, axis=1), 1e-12)

    def unit(column: str) -> np.ndarray:
        return np.asarray((told[column].to_numpy(float) - least) / width)

    look = {"height": 0.8, "color": "#dddddd", "edgecolor": "black", "linewidth": 0.4}
    span(axis, place, unit, ("low", "high"), label=style.say("charts.predictive.observed"), **look)
    before, after = style.say("charts.predictive.prior"), style.say("charts.predictive.posterior")
    bars = (
        ("prior_", 0.18, style.DASHES[2], style.GREY, "x", before),
        ("", -0.12, style.DASHES[0], "black", "o", after),
    )
    for prefix, up, dashes, colour, marker, label in bars:
        axis.hlines(place + up, unit(f"{prefix}q05"), unit(f"{prefix}q95"), color=colour, linewidth=2, linestyle=dashes)
        marks(
            axis, unit(f"{prefix}median"), place + up, marker, label, color=colour, markerfacecolor=colour, markersize=5
        )
    if "run_median" in told:
        marks(axis, unit("run_median"), place - 0.3, "^", style.say("charts.predictive.runs"))
    for y, row in zip(place, told.to_dict("records"), strict=True):
        mark = "≥ " if row["censored"] == "above" else ""
        words = f"{mark}{style.tick(row['low'])}" if mark else f"{style.tick(row['low'])}–{style.tick(row['high'])}"
        axis.text(1.02, y, words, fontsize=7, va="center", transform=axis.get_yaxis_transform())
    names = [f"{name} {style.text(PATTERNS[name].zh, PATTERNS[name].en)}" for name in told["target"]]
    axis.set_yticks(place, names, fontsize=7)
    axis.set_xlim(-0.02, 1.02)
    axis.set_ylim(-0.6, len(told) - 0.4)
    axis.set_xticks([])
    axis.grid(visible=False)
    title = phrase("charts.predictive.patterns_before_and_after")
    told = style.say("charts.predictive.each_row_has_its_own_scale", draws=draws)
    style.frame(figure, title, runs, told, axis.get_legend_handles_labels())
    return figure
