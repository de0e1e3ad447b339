"""How much does each option change? Paired differences, and how many of them chance alone would show."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from experiments.statistics import COLUMNS, LEVEL, compare_values


def differences(values: pd.DataFrame, baseline: str, level: float = LEVEL) -> pd.DataFrame:
    """Paired differences from the baseline with t intervals, and p-values that allow for their number.

    Parameters
    ----------
    values : DataFrame
        Columns scenario (or option), seed, metric, value; a block is a seed.
    baseline : str
        Scenario or option that the others are measured against.

    Returns
    -------
    DataFrame
        Columns of `experiments.statistics.COLUMNS`, then p_value (paired t test, two-sided), p_holm (Holm's correction
        over all rows of the table; below 0.05 the difference is clear however many were looked at) and tests (rows
        that have a test).
    """
    named = values.assign(scenario=values["option"]) if "option" in values else values
    table = compare_values(named[["scenario", "seed", "metric", "value"]], baseline, level)
    half = (table["ci_high"] - table["ci_low"]).to_numpy(float) / 2
    p = p_from_interval(table["mean_difference"].to_numpy(float), half, table["replicates"].to_numpy(int), level)
    return table.assign(p_value=p, p_holm=holm(p), tests=int(np.isfinite(p).sum()))[
        [*COLUMNS, "p_value", "p_holm", "tests"]
    ]


def p_from_interval(
    mean: NDArray[np.float64], half: NDArray[np.float64], replicates: NDArray[np.int64], level: float = LEVEL
) -> NDArray[np.float64]:
    """Two-sided p-values of the t tests that belong to t intervals of half width `half`; float64 (n,) each.

    A difference that is the same in all pairs has p 0, or 1 when it is 0; without an interval p is NaN.
    """
    freedom = np.maximum(replicates - 1, 1)
    error = half / stats.t.ppf(0.5 + level / 2, freedom)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = 2 * stats.t.sf(np.abs(mean) / error, freedom)
    p = np.where(error == 0, np.where(mean == 0, 1.0, 0.0), p)
    return np.where(np.isfinite(half), p, np.nan)


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Holm's step-down adjusted p-values (Holm 1979), float64 (n,) -> (n,); NaN stay NaN and do not count."""
    adjusted = np.full(len(p), np.nan)
    rows = np.flatnonzero(np.isfinite(p))
    order = rows[np.argsort(p[rows], kind="stable")]
    steps = p[order] * (len(order) - np.arange(len(order)))
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
