"""Which portfolios are worth considering? What the search found, and what the best ones hold."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.answers.confirmed import picked
from experiments.answers.outcomes import SPENDING
from experiments.charts import style
from experiments.charts.factors import factor_name, value_name
from experiments.texts.catalogue import Words, phrase
from experiments.texts.numbers import YI
from simulation.metrics.table import METRICS

_MOST = 18  # portfolios in the table: evenly along the front
_UPRIGHT = 3  # characters of a dose that fit across a square
_BEYOND = 1.3  # the axis of costs ends at this multiple of the budget: what costs more cannot be chosen


def pareto(
    portfolios: pd.DataFrame,
    confirmed: pd.DataFrame,
    factors: list[str],
    budget: float,
    runs: style.Runs,
    metric: str = "satisfaction",
) -> Figure:
    """Left, cost against the metric, the front filled; right, what the portfolios of the front switch on.

    Parameters
    ----------
    portfolios : DataFrame
        What `experiments.answers.search.search` gives, cost beyond the baseline in yuan.
    confirmed : DataFrame
        What `experiments.answers.confirmed.confirmed` gives: some of the front on fresh seeds and at draws.
    factors : list of str
        Columns of the factors.
    budget : float
        Yuan; a line.
    runs : Runs
        Replicates and scale of the search; draws of what was confirmed.
    """
    style.apply()
    front = portfolios[portfolios["front"]].sort_values(SPENDING, kind="stable")
    shown = picked(front, _MOST)
    switches = [name for name in factors if {False, True} >= set(portfolios[name].dropna())]
    figure, axes = plt.subplots(1, 2, figsize=(style.width(), 0.34 * len(switches) + 3.6), width_ratios=[1, 1.05])
    far = _scatter(axes[0], portfolios, front, shown, budget, metric)
    _confirmed(axes[0], confirmed, metric)
    _table(axes[1], shown, switches, factors)
    what = " · ".join(
        (
            style.say("charts.pareto.portfolios_run_on_the_front", n_portfolios=len(portfolios), n_front=len(front)),
            style.say("charts.pareto.front_of_four_objectives_satisfaction_equity"),
            *([style.say("charts.pareto.far_beyond_the_budget_not_shown", far=far)] if far else []),
            *([style.say("charts.style.pale_line_luck_and_parameters")] if runs.draws else []),
        )
    )
    style.frame(
        figure,
        phrase("charts.pareto.portfolios_worth_considering_within_the_budget"),
        runs,
        what,
        axes[0].get_legend_handles_labels(),
    )
    return figure


def _scatter(
    axis: Axes, portfolios: pd.DataFrame, front: pd.DataFrame, picked: pd.DataFrame, budget: float, metric: str
) -> int:
    """Draw cost against the metric; returns how many portfolios lie beyond the axis."""
    rest = portfolios[~portfolios["front"]]
    axis.plot(
        rest[SPENDING] / YI,
        rest[metric],
        "o",
        color=style.GREY,
        markerfacecolor="white",
        markersize=4,
        linestyle="none",
        label=style.say("charts.pareto.other_portfolio"),
    )
    axis.plot(
        front[SPENDING] / YI,
        front[metric],
        "D",
        color=style.COLOURS[0],
        markersize=5.5,
        linestyle="none",
        label=style.say("charts.pareto.front"),
    )
    axis.axvline(
        budget / YI, color="black", linewidth=1, linestyle=(0, (4, 2)), label=style.say("charts.pareto.budget")
    )
    for k, (cost, value) in enumerate(zip(picked[SPENDING] / YI, picked[metric], strict=True)):
        axis.annotate(str(k + 1), (cost, value), xytext=(0, 5), textcoords="offset points", fontsize=6.5, ha="center")
    named = METRICS[metric]
    unit = Words(named.unit_zh, named.unit_en)
    style.name_axes(
        axis,
        style.say("charts.pareto.spending_beyond_the_baseline_million_yuan", between="\n"),
        style.say("charts.pareto.metric_with_unit", named=named, unit=unit, between="\n"),
        8,
    )
    axis.xaxis.set_major_formatter(style.tick)
    axis.tick_params(labelsize=7.5)
    end = max(_BEYOND * budget, 1.05 * float(front[SPENDING].max()))
    shown = portfolios[portfolios[SPENDING] <= end]
    axis.set_xlim(*_room(shown[SPENDING] / YI, end / YI))
    axis.set_ylim(*_room(shown[metric], float(shown[metric].max())))
    return len(portfolios) - len(shown)


def _confirmed(axis: Axes, confirmed: pd.DataFrame, metric: str) -> None:
    """Options on fresh seeds and at draws, at the level of the baseline that the search saw."""
    if confirmed.empty:
        return
    rows = confirmed[confirmed["metric"] == metric].set_index("option")
    spent = confirmed[confirmed["metric"] == SPENDING].set_index("option")["confirmed"].reindex(rows.index)
    total = rows[["ci_low_total", "ci_high_total"]].add(rows["baseline_value"], axis=0)
    style.total_interval(axis, (spent / YI).to_numpy(float), total, upright=True)
    axis.errorbar(
        spent / YI,
        rows["baseline_value"] + rows["confirmed"],
        yerr=(rows["ci_high"] - rows["ci_low"]) / 2,
        fmt="o",
        color="black",
        markerfacecolor="white",
        markersize=5,
        linewidth=1,
        label=style.say("charts.pareto.confirmed", seeds=int(rows["replicates"].max())),
    )


def _room(values: pd.Series, end: float) -> tuple[float, float]:
    """Ends of an axis from the least value to `end`, with some room."""
    margin = 0.06 * (end - float(values.min()))
    return float(values.min()) - margin, end + margin


def _table(axis: Axes, picked: pd.DataFrame, switches: list[str], factors: list[str]) -> None:
    """A column per portfolio; a filled square where the lever is on, with its doses as numbers."""
    for down, name in enumerate(switches):
        doses = [dose for dose in factors if dose.startswith(f"{name}.")]
        for across in range(len(picked)):
            row = picked.iloc[across]
            if row[name] is True or row[name] == 1:
                axis.plot(across, down, "s", color="black" if not doses else style.COLOURS[5], markersize=9)
                words = " ".join(value_name(row[dose])[0] for dose in doses)
                axis.text(
                    across,
                    down,
                    words,
                    ha="center",
                    va="center",
                    fontsize=5.5,
                    rotation=90 if len(words) > _UPRIGHT else 0,
                )
            else:
                axis.plot(across, down, ".", color="#cccccc", markersize=3)
    axis.set_xlim(-0.6, max(len(picked), 1) - 0.4)
    axis.set_ylim(len(switches) - 0.4, -0.6)
    axis.set_xticks(range(len(picked)), [str(k + 1) for k in range(len(picked))], fontsize=6.5)
    axis.set_yticks(
        range(len(switches)),
        [style.text(*factor_name(name), "\n" if len(switches) < 9 else " ") for name in switches],
        fontsize=6.5,
        linespacing=style.LEADING,
    )
    axis.set_xlabel(style.say("charts.pareto.portfolios_of_the_front_cheapest_first"), fontsize=8)
    axis.grid(visible=False)
