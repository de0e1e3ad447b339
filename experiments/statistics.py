"""Paired differences between scenarios that share their random numbers (blocks of replicates)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
COLUMNS = [
    "scenario",
    "baseline",
    "metric",
    "replicates",
    "mean_difference",
    "ci_low",
    "ci_high",
    "relative_difference",
    "variance_reduction",
    "baseline_value",
]


@dataclass(frozen=True)
class Paired:
    """Mean difference of pairs with its t interval; NaN where there are fewer than two pairs.

    `variance_reduction` is the variance that independent runs would give the difference, var(a) + var(b), over the
    variance of the paired one: how many times more runs would be needed without common random numbers; infinite
    where every pair differs by the same amount, NaN where the values do not vary at all.
    """

    mean: float
    low: float
    high: float
    variance_reduction: float


def paired(a: NDArray[np.floating], b: NDArray[np.floating], level: float = LEVEL) -> Paired:
    """Difference a - b of values of the same blocks, float64 (n,) each; t interval of n - 1 degrees of freedom."""
    difference = np.asarray(a, float) - np.asarray(b, float)
    n = len(difference)
    mean = float(difference.mean())
    if n < 2:
        return Paired(mean, np.nan, np.nan, np.nan)
    spread = float(difference.std(ddof=1))
    half = float(stats.t.ppf(0.5 + level / 2, n - 1)) * spread / np.sqrt(n)
    unpaired = float(np.var(a, ddof=1) + np.var(b, ddof=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = float(np.divide(unpaired, spread**2))
    return Paired(mean, mean - half, mean + half, gain)


def compare_values(values: pd.DataFrame, baseline: str, level: float = LEVEL) -> pd.DataFrame:
    """The table of a comparison.

    Parameters
    ----------
    values : DataFrame
        Columns scenario, seed, metric, value; a block is a seed, and only seeds that both scenarios have are used.
    baseline : str
        Scenario that the others are measured against.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; a row for each other scenario and metric, in the order of `values`. No rows when no seed of
        the baseline is there.
    """
    if values.empty or baseline not in set(values["scenario"]):
        return pd.DataFrame(columns=COLUMNS)
    wide = values.pivot(index=["metric", "seed"], columns="scenario", values="value")
    rows = []
    for scenario in [name for name in values["scenario"].unique() if name != baseline]:
        for metric in values["metric"].unique():
            block = wide.loc[metric][[scenario, baseline]].dropna()
            if block.empty:
                continue
            a, b = block[scenario].to_numpy(), block[baseline].to_numpy()
            p, level_b = paired(a, b, level), float(b.mean())
            rows.append(
                {
                    "scenario": scenario,
                    "baseline": baseline,
                    "metric": metric,
                    "replicates": len(block),
                    "mean_difference": p.mean,
                    "ci_low": p.low,
                    "ci_high": p.high,
                    "relative_difference": p.mean / abs(level_b) if level_b else np.nan,
                    "variance_reduction": p.variance_reduction,
                    "baseline_value": level_b,
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def distinguishable(table: pd.DataFrame) -> pd.Series:
    """Rows whose interval leaves out 0; False where there is no interval."""
    return (table["ci_low"] > 0) | (table["ci_high"] < 0)
