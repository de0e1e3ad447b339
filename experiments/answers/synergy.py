"""Which levers help each other, and which get in each other's way? Main effects and pairwise interactions."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.statistics import holm, p_values, paired

COLUMNS = ["metric", "factor_a", "factor_b", "term", "replicates", "effect", "ci_low", "ci_high", "p_value", "p_holm"]


def synergy(points: pd.DataFrame, values: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Effects of a two-level design, full or a fraction that tells pairs apart, by least squares in every block.

    A main effect is the change when the factor goes from its first (lower, off) to its second level, mean over the
    levels of the others. An interaction is how much more the two do together than the sum of what each does alone,
    y(1, 1) - y(1, 0) - y(0, 1) + y(0, 0), mean over the others: above 0 they complement each other where more is
    better. Each seed gives its own estimate; the interval is that of their mean.

    Parameters
    ----------
    points : DataFrame
        Indexed by point; one column per factor, each with two values.
    values : DataFrame
        Columns point, seed, metric, value of one scenario; only seeds that every point has are used.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; term is "main" (factor_a is factor_b) or "interaction". p_holm is over all rows.

    Raises
    ------
    ValueError
        If a factor has other than two values, or the design cannot tell the effects apart.
    """
    factors = list(points.columns)
    wide = values[values["metric"] == metric].pivot(index="seed", columns="point", values="value")
    wide = wide.reindex(columns=points.index).dropna()
    if wide.empty:
        raise ValueError(f"no seed has '{metric}' at every point of the design")
    signs = np.column_stack([_signs(points[name]) for name in factors])
    pairs = [(a, b) for a in range(len(factors)) for b in range(a + 1, len(factors))]
    design = np.column_stack([np.ones(len(points)), signs, *(signs[:, a] * signs[:, b] for a, b in pairs)])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError(
            f"{len(points)} points cannot tell {len(factors)} main effects and {len(pairs)} "
            f"interactions apart; use a full two-level factorial"
        )
    found = np.linalg.lstsq(design, wide.to_numpy(float).T, rcond=None)[0][1:]
    terms = [(a, a, "main", 2.0) for a in range(len(factors))] + [(a, b, "interaction", 4.0) for a, b in pairs]
    rows = []
    for (a, b, term, scale), estimates in zip(terms, found, strict=True):
        p = paired(scale * estimates, np.zeros(len(estimates)))
        rows.append(
            {
                "metric": metric,
                "factor_a": factors[a],
                "factor_b": factors[b],
                "term": term,
                "replicates": len(estimates),
                "mean_difference": p.mean,
                "ci_low": p.low,
                "ci_high": p.high,
            }
        )
    table = pd.DataFrame(rows)
    chance = p_values(table)
    return table.rename(columns={"mean_difference": "effect"}).assign(p_value=chance, p_holm=holm(chance))[COLUMNS]


def _signs(column: pd.Series) -> NDArray[np.float64]:
    """-1 for the lower or first level of a factor and +1 for the other, float64 (points,)."""
    levels = list(dict.fromkeys(column))
    if len(levels) != 2:
        raise ValueError(f"factor '{column.name}' has {len(levels)} values; interactions need two levels")
    if all(isinstance(level, int | float | np.number | np.bool_) for level in levels):
        levels = sorted(levels)
    return np.asarray(np.where(column == levels[0], -1.0, 1.0))
