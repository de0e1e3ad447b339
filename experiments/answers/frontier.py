"""What does a better result cost? The cost-effectiveness frontier, with what is dominated and by what."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.costs import YEARLY
from experiments.answers.draws import FEWEST, mean_draws
from experiments.answers.outcomes import better
from experiments.statistics import dominators, t_interval

DRAWS = 2_000
COLUMNS = ["option", "cost", "effect", "status", "dominated_by", "compared_with", "icer"]


def frontier(table: pd.DataFrame) -> pd.DataFrame:
    """Sort options into efficient, dominated and extendedly dominated.

    Dominated: another option costs no more and gives no less, and one of the two is strictly better. Extendedly
    dominated: a mix of two others would cost no more and give more (Weinstein 1990). ICER: extra yuan for each extra
    unit of effect against the next cheaper efficient option.

    Parameters
    ----------
    table : DataFrame
        Columns option, cost (yuan a year), effect (in the better direction); other columns are kept. The option to do
        nothing must be a row, usually (0, 0).

    Returns
    -------
    DataFrame
        The columns of `table` and status ("efficient", "dominated", "extendedly dominated"), dominated_by (names,
        " + " between two that a mix needs), compared_with (name of the next cheaper efficient option, "" for the
        cheapest), icer (NaN unless efficient); sorted by cost. Options of equal cost and effect share all this.
    """
    found = table.sort_values(["cost", "effect"], ascending=[True, False], kind="stable").reset_index(drop=True)
    cost, effect, names = found["cost"].to_numpy(float), found["effect"].to_numpy(float), list(found["option"])
    status, by = ["efficient"] * len(found), [""] * len(found)
    losses = np.column_stack([cost, -effect])
    for i in range(len(found)):
        beaten = dominators(losses, i)
        if beaten.any():
            status[i], by[i] = "dominated", names[int(np.flatnonzero(beaten)[np.argmax(effect[beaten])])]
    twin = [next(j for j in range(i + 1) if (cost[j], effect[j]) == (cost[i], effect[i])) for i in range(len(found))]
    hull = _hull(cost, effect, [i for i in range(len(found)) if status[i] == "efficient" and twin[i] == i])
    step = dict(zip(hull[1:], hull, strict=False))
    icer, against = np.full(len(found), np.nan), [""] * len(found)
    for i in (i for i in range(len(found)) if status[i] == "efficient"):
        before = step.get(twin[i])
        if twin[i] not in hull:
            below, above = max(j for j in hull if j < i), min(j for j in hull if j > i)
            status[i], by[i] = "extendedly dominated", f"{names[below]} + {names[above]}"
        elif before is not None:
            against[i] = names[before]
            icer[i] = (cost[i] - cost[before]) / (effect[i] - effect[before])
    return found.assign(status=status, dominated_by=by, compared_with=against, icer=icer)


def _hull(cost: NDArray[np.float64], effect: NDArray[np.float64], rows: list[int]) -> list[int]:
    """Rows of the concave frontier among undominated rows in the order of cost: each step is dearer than the last."""
    hull: list[int] = []
    for i in rows:
        while len(hull) > 1:
            a, b = hull[-2], hull[-1]
            if (cost[b] - cost[a]) * (effect[i] - effect[b]) <= (cost[i] - cost[b]) * (effect[b] - effect[a]):
                break
            hull.pop()
        hull.append(i)
    return hull


def cost_effectiveness(
    values: pd.DataFrame, metric: str, baseline: str, *, sequential: bool = False, draws: int = DRAWS, seed: int = 1
) -> pd.DataFrame:
    """The frontier of the options of a sweep, against one of them.

    Parameters
    ----------
    values : DataFrame
        Columns option, seed, metric, value, with `YEARLY` among the metrics.
    sequential : bool
        Whether the number of replicates was decided by what they said.

    Returns
    -------
    DataFrame
        Columns option, replicates, cost (mean of paired differences, yuan a year), cost_low, cost_high, effect (in the
        better direction of the metric), low, high (95 % paired t intervals), status, dominated_by, compared_with, icer
        (yuan a year for a unit), p_efficient (share of joint draws of all costs and effects, see
        `experiments.answers.draws`, in which the option lies on the frontier; NaN with fewer than three replicates).
    """
    gain = _pairs(values, metric, baseline) * better(metric)
    cost = _pairs(values, YEARLY, baseline).reindex(gain.index)
    rows = []
    for option in gain.columns:
        (c, c_low, c_high), (e, low, high) = (
            t_interval(table[option].to_numpy(), sequential=sequential) for table in (cost, gain)
        )
        rows.append(
            {
                "option": option,
                "replicates": len(gain),
                "cost": c,
                "cost_low": c_low,
                "cost_high": c_high,
                "effect": e,
                "low": low,
                "high": high,
            }
        )
    found = frontier(pd.DataFrame(rows))
    share = _on_frontier(cost.to_numpy(), gain.to_numpy(), draws, np.random.default_rng(seed))
    return found.assign(p_efficient=found["option"].map(dict(zip(gain.columns, share, strict=True))))


def _pairs(values: pd.DataFrame, metric: str, baseline: str) -> pd.DataFrame:
    """Differences from the baseline, a row per seed that all options have, a column per option, the baseline first."""
    rows = values[values["metric"] == metric]
    wide = rows.pivot(index="seed", columns="option", values="value").dropna()
    order = [baseline, *(name for name in rows["option"].unique() if name != baseline)]
    return wide[order].sub(wide[baseline], axis=0)


def _on_frontier(
    cost: NDArray[np.float64], gain: NDArray[np.float64], draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    options = cost.shape[1]
    if len(cost) < FEWEST:
        return np.full(options, np.nan)
    drawn = mean_draws(np.hstack([cost, gain]), draws, rng)
    _, twin = np.unique(np.vstack([cost, gain]), axis=1, return_inverse=True)
    hits = np.zeros(options)
    for row in drawn:
        c, e = row[:options], row[options:]
        order = np.lexsort((-e, c))
        best = np.maximum.accumulate(np.append(-np.inf, e[order]))[:-1]
        kept = [int(i) for i, above in zip(order, e[order] > best, strict=True) if above]
        hits[np.isin(twin, twin[_hull(c, e, kept)])] += 1  # options that are the same share their place
    return hits / draws
