"""Which levers help each other? Matrix of main effects and pairwise interactions."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.charts import scales, style
from experiments.charts.factors import factor_name
from experiments.texts import numbers as verdict
from experiments.texts.catalogue import Words, phrase
from simulation.metrics.table import METRICS


def synergy(table: pd.DataFrame, runs: style.Runs) -> Figure:
    """Numbers of `experiments.answers.synergy.synergy`: effects alone on the diagonal, interactions below it.

    Colours are those of the interactions; a number in brackets has an interval that holds 0.
    """
    style.apply()
    factors = list(dict.fromkeys(table["factor_a"]))
    metric = METRICS[str(table["metric"].iloc[0])]
    unit = Words(metric.unit_zh, metric.unit_en)
    size = len(factors)
    value, clear = np.full((size, size), np.nan), np.zeros((size, size), bool)
    for row, sure in zip(table.itertuples(), map(verdict.matters, verdict.verdicts(table)), strict=True):
        cell = factors.index(row.factor_b), factors.index(row.factor_a)
        value[cell], clear[cell] = row.effect, sure
    shown = np.where(np.eye(size, dtype=bool), np.nan, value)
    reach = float(np.nanmax(np.abs(shown))) if np.isfinite(shown).any() else 1.0
    figure, axis = plt.subplots(figsize=(style.width(), 0.52 * size + 2.3))
    image = axis.imshow(
        shown, cmap=scales.of_difference(metric.name), vmin=-(reach or 1.0), vmax=reach or 1.0, aspect="auto"
    )
    for (down, across), number in np.ndenumerate(value):
        if np.isfinite(number):
            dark = down != across and abs(number) > 0.75 * reach
            words = f"{number:+.3g}".replace("-", "−")
            axis.text(
                across,
                down,
                words if clear[down, across] else f"({words})",
                ha="center",
                va="center",
                fontsize=7.5,
                color="white" if dark else "black",
            )
        if down == across:
            axis.add_patch(Rectangle((across - 0.5, down - 0.5), 1, 1, fill=False, edgecolor="black", linewidth=1))
    axis.set_xticks(range(size), [str(k + 1) for k in range(size)], fontsize=8)
    axis.set_yticks(
        range(size), [f"{k + 1}  {style.text(*factor_name(name))}" for k, name in enumerate(factors)], fontsize=7.5
    )
    axis.grid(visible=False)
    bar = figure.colorbar(image, ax=axis, pad=0.02, shrink=0.9)
    bar.set_label(style.say("charts.synergy.interaction", unit=unit), fontsize=8)
    bar.ax.tick_params(labelsize=7.5)
    what = " · ".join(
        (
            style.text(metric.zh, metric.en),
            style.say("charts.synergy.framed_mean_effect_of_the_lever"),
            style.say("charts.synergy.others_how_much_both_together_exceed"),
            style.interval(runs, phrase("charts.synergy.in_brackets_the_95_interval_holds")),
        )
    )
    style.frame(figure, phrase("charts.synergy.levers_that_help_or_hinder_each"), runs, what)
    return figure
