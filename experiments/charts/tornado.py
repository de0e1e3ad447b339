"""What if one thing is otherwise? Changes when each factor leaves its base value alone."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.charts import style
from experiments.charts.factors import factor_label, value_name
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, phrase

_MOST = 25


def tornado(table: pd.DataFrame, outcome: tuple[str, str, str, str], runs: style.Runs) -> Figure:
    """One row per factor, one bar per value, the largest swing on top; hollow where the interval holds 0.

    `table` is what `experiments.answers.sensitivity.one_at_a_time` gives, `outcome` that of `morris`.
    """
    style.apply()
    factors = list(dict.fromkeys(table["factor"]))[:_MOST][::-1]
    figure, axis = plt.subplots(figsize=(style.width(), 0.42 * len(factors) + 1.9))
    reach = float(table[["change", "ci_low", "ci_high"]].abs().max(axis=None)) or 1.0
    for place, factor in enumerate(factors):
        rows = table[table["factor"] == factor].reset_index(drop=True)
        step = 0.8 / len(rows)
        for k, (row, clear) in enumerate(zip(rows.itertuples(), map(words.matters, words.verdicts(rows)), strict=True)):
            y = place + 0.4 - step * (k + 0.5)
            axis.barh(
                y,
                row.change,
                height=step * 0.9,
                color=style.COLOURS[0] if clear else "white",
                edgecolor=style.COLOURS[0] if clear else style.GREY,
                zorder=2,
            )
            axis.hlines(y, row.ci_low, row.ci_high, color="black", linewidth=1, zorder=3)
            end = max(row.change, row.ci_high, 0) if row.change >= 0 else min(row.change, row.ci_low, 0)
            axis.annotate(
                style.text(*value_name(row.to))
                if value_name(row.to)[0] != value_name(row.to)[1]
                else value_name(row.to)[0],
                (end, y),
                xytext=(4 if row.change >= 0 else -4, 0),
                textcoords="offset points",
                ha="left" if row.change >= 0 else "right",
                va="center",
                fontsize=6.5,
            )
    axis.axvline(0, color="black", linewidth=0.8)
    axis.set_xlim(-1.3 * reach, 1.3 * reach)
    axis.set_yticks(
        np.arange(len(factors)), [factor_label(name) for name in factors], fontsize=7.5, linespacing=style.LEADING
    )
    axis.set_xlabel(style.say("charts.tornado.change", unit=Words(*outcome[2:])), fontsize=8.5)
    axis.xaxis.set_major_formatter(style.tick)
    axis.grid(axis="y", visible=False)
    mark = style.interval(runs, phrase("charts.tornado.lines_95_paired_t_interval_hollow"))
    style.frame(
        figure, phrase("charts.tornado.one_factor_at_a_time"), runs, f"{style.text(outcome[0], outcome[1])} · {mark}"
    )
    return figure
