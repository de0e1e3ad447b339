"""What many runs say: the last year of a run, paired differences with t intervals, Holm's correction, dominance.

Scenarios that share their random numbers are compared in pairs; a block is a seed. Where replicates are added until
something is seen, intervals hold at every look at once (`anytime_half_widths`).
"""

import itertools
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from simulation.domains import WEEKS_PER_YEAR
from simulation.metrics.table import METRICS
from simulation.results import summarise

if TYPE_CHECKING:
    from pandas.core.groupby import SeriesGroupBy

LEVEL = 0.95
_PRIOR_VARIANCE = 10.0
"""Of the standardised mean in `anytime_half_widths`. Any value is valid; with this one there are intervals from three
replicates on, and from four on they are at most a sixth wider than with the best value for that number."""
DIFFERENCE = ["metric", "replicates", "mean_difference", "ci_low", "ci_high"]
"""What every table of mean paired differences from a baseline has, whatever its rows are."""
COLUMNS = [
    "scenario",
    "baseline",
    *DIFFERENCE,
    "relative_difference",
    "variance_reduction",
    "variance_reduction_low",
    "variance_reduction_high",
    "baseline_value",
]


@dataclass(frozen=True)
class Paired:
    """Mean difference of pairs with its t interval; NaN where there are fewer than two pairs.

    `variance_reduction` is the variance that independent runs would give the difference, var(a) + var(b), over the
    variance of the paired one: how many times more runs would be needed without common random numbers; infinite
    where every pair differs by the same amount, NaN where the values do not vary at all. Its interval is that of
    `variance_reduction_interval`; without one it is luck and should not be shown.
    """

    mean: float
    low: float
    high: float
    variance_reduction: float
    variance_reduction_low: float = np.nan
    variance_reduction_high: float = np.nan


def last_year(table: pd.DataFrame, weeks: int = WEEKS_PER_YEAR) -> pd.DataFrame:
    """Rows of the last 52 weeks, or so many, of a table with a column `tick`."""
    return table[table["tick"] > table["tick"].max() - weeks]


def last_year_values(district: pd.DataFrame) -> dict[str, float]:
    """Value of each metric of a run over its last year (see `simulation.results.summarise`)."""
    rows = last_year(district)
    values = {name: summarise(rows, name) for name in METRICS if name in rows.columns}
    return {name: value for name, value in values.items() if value is not None}


def last_year_table(weeks: pd.DataFrame, metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """The same of many runs, with a column `run`, for all metrics or some: columns run, metric, value; runs sorted.

    The numbers of a run do not depend on which others are in the table: it is summed on its own, week by week.
    """
    names = [name for name in METRICS if name in weeks.columns and (metrics is None or name in metrics)]
    codes, runs = pd.factorize(weeks["run"], sort=True)
    order = np.argsort(codes, kind="stable")
    block = np.ascontiguousarray(weeks[names].to_numpy(np.float64)[order])
    ticks, ends = weeks["tick"].to_numpy()[order], np.searchsorted(codes[order], np.arange(len(runs) + 1))
    kinds = np.array([METRICS[name].summary for name in names])
    values = np.full((len(runs), len(names)), np.nan)
    for row, (begin, end) in enumerate(itertools.pairwise(ends)):
        part = block[begin:end][ticks[begin:end] > ticks[begin:end].max() - WEEKS_PER_YEAR]
        known = ~np.isnan(part)
        count, total = known.sum(axis=0), np.where(known, part, 0.0).sum(axis=0)
        latest = part[len(part) - 1 - np.argmax(known[::-1], axis=0), np.arange(len(names))]
        chosen = np.where(kinds == "last", latest, np.where(kinds == "sum", total, total / np.maximum(count, 1)))
        values[row] = np.where(count > 0, chosen, np.nan)
    rows, columns = np.nonzero(~np.isnan(values))
    return pd.DataFrame(
        {
            "run": np.asarray(runs, object)[rows],
            "metric": np.array(names, object)[columns],
            "value": values[rows, columns],
        }
    )


def t_interval(
    values: NDArray[np.floating], level: float = LEVEL, *, sequential: bool = False
) -> tuple[float, float, float]:
    """Mean of the values of replicates, float64 (n,), with its t interval; NaN values are left out.

    Equal values have an interval of no width, a single one has none (NaN). Where the values themselves decided how many
    there are (`sequential`), the interval is that of `anytime_half_widths`.
    """
    kept = np.asarray(values, float)
    kept = kept[~np.isnan(kept)]
    if not kept.size:
        return np.nan, np.nan, np.nan
    if sequential:
        spread = np.std(kept, ddof=1) if kept.size > 1 else np.nan
        mean, half = float(kept.mean()), float(anytime_half_widths(np.array([kept.size]), np.array([spread]), level)[0])
        return mean, mean - half, mean + half
    p = paired(kept, np.zeros(kept.size), level)
    return p.mean, p.low, p.high


def paired(a: NDArray[np.floating], b: NDArray[np.floating], level: float = LEVEL) -> Paired:
    """Difference a - b of values of the same blocks, float64 (n,) each; t interval of n - 1 degrees of freedom."""
    from scipy.stats import ttest_rel  # a fifth of the start of a worker, which compares nothing

    a, b = np.asarray(a, float), np.asarray(b, float)
    mean = float((a - b).mean())
    if len(a) < 2:
        return Paired(mean, np.nan, np.nan, np.nan)
    unpaired = _variance(a) + _variance(b)
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of differences that are all the same: no width, not unsure
        interval = ttest_rel(a, b).confidence_interval(level)
        gain = float(np.divide(unpaired, _variance(a - b)))
    return Paired(mean, float(interval.low), float(interval.high), gain, *variance_reduction_interval(a, b, level))


def variance_reduction_interval(
    a: NDArray[np.floating], b: NDArray[np.floating], level: float = LEVEL
) -> tuple[float, float]:
    """Interval of (var(a) + var(b)) / var(a - b) of pairs, float64 (n,) each, exact where they are bivariate normal.

    The ratio is (var(a + b) / var(a - b) + 1) / 2, and the ratio of variances of a correlated pair has the interval of
    Pitman (1939) and Morgan (1939). NaN with fewer than three pairs, or where sums or differences do not vary.
    """
    n, total, change = len(a), _variance(a + b) if len(a) else 0.0, _variance(a - b) if len(a) else 0.0
    if n < 3 or total <= 0 or change <= 0:
        return np.nan, np.nan
    shared = float(np.corrcoef(a + b, a - b)[0, 1]) ** 2
    spread = 1 + 2 * (1 - shared) * float(stdtrit(n - 2, 0.5 + level / 2)) ** 2 / (n - 2)
    far = spread + np.sqrt(spread**2 - 1)  # times its inverse is 1
    return (total / change / far + 1) / 2, (total / change * far + 1) / 2


def _variance(values: NDArray[np.floating]) -> float:
    """Sample variance; exactly 0 of values that are all the same, where a rounded mean would leave a trace."""
    return float(np.var(values - values[0], ddof=1))


def group_intervals(values: "SeriesGroupBy[Any, Any]", level: float = LEVEL) -> pd.DataFrame:
    """The same for each group of values: columns n, mean, half (half-width of the t interval; NaN where n is 1)."""
    found = values.agg(n="count", mean="mean", std="std")
    freedom = (found["n"] - 1).where(found["n"] > 1)  # NaN for a single value
    half = stdtrit(freedom, 0.5 + level / 2) * found["std"] / np.sqrt(found["n"])
    return found.assign(half=half).drop(columns="std")


def anytime_intervals(values: "SeriesGroupBy[Any, Any]", level: float = LEVEL) -> pd.DataFrame:
    """As `group_intervals`, but valid at all numbers of replicates at once, so that one may stop when one likes."""
    found = values.agg(n="count", mean="mean", std="std")
    half = anytime_half_widths(found["n"].to_numpy(), found["std"].to_numpy(float), level)
    return found.assign(half=half).drop(columns="std")


def anytime_half_widths(
    count: NDArray[np.integer], spread: NDArray[np.floating], level: float = LEVEL
) -> NDArray[np.float64]:
    """Half-widths of a confidence sequence for the mean of normal values whose variance is not known.

    The mixture t sequence of Wang and Ramdas (2023, Anytime-valid t-tests and confidence sequences for Gaussian means
    with unknown variance, after Lai 1976): the values that the martingale of scale-invariant likelihood ratios, with a
    normal mixture over the standardised mean, does not rule out. With probability `level` the mean lies in *all*.

    Parameters
    ----------
    count : int (k,)
        Replicates so far.
    spread : float64 (k,)
        Their standard deviation (n - 1 in the denominator).

    Returns
    -------
    float64 (k,)
        Infinite where so few say nothing yet (fewer than three at 95 %); NaN with fewer than two.
    """
    n = np.asarray(count, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = 1 + _PRIOR_VARIANCE * n
        bound = (np.sqrt(prior) / (1 - level)) ** (2 / n)
        reach = np.where(bound < prior, (bound - 1) / (1 - bound / prior), np.inf)  # of t^2 / (n - 1)
        half = np.sqrt(reach * (n - 1) / n) * spread
    half = np.where((np.asarray(spread) == 0) & (bound < prior), 0.0, half)
    return np.where(n < 2, np.nan, np.where(bound < prior, half, np.inf))


def anytime_p_values(count: NDArray[np.integer], t: NDArray[np.floating]) -> NDArray[np.float64]:
    """p-values of no difference that hold at all numbers of replicates at once; see `anytime_half_widths`.

    Parameters
    ----------
    count, t : (k,)
        Replicates so far, and the t statistic of their mean.
    """
    n = np.asarray(count, float)
    prior, reach = 1 + _PRIOR_VARIANCE * n, np.asarray(t, float) ** 2 / np.maximum(n - 1, 1)
    with np.errstate(over="ignore", invalid="ignore"):
        ratio = np.where(np.isinf(reach), prior, (1 + reach) / (1 + reach / prior))
        evidence = ratio ** (n / 2) / np.sqrt(prior)
    return np.where(n < 2, np.nan, np.minimum(1.0, 1 / evidence))


def at_any_time(table: pd.DataFrame, level: float = LEVEL) -> tuple[pd.DataFrame, pd.Series]:
    """A table of differences with intervals that hold at every look at once, and such p-values.

    Parameters
    ----------
    table : DataFrame
        Columns mean_difference, ci_low, ci_high (paired t intervals), replicates.
    """
    n, mean, error = table["replicates"].to_numpy(), table["mean_difference"].to_numpy(float), _errors(table, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(mean == 0, 0.0, mean / error)
    wide = anytime_half_widths(n, error * np.sqrt(n), level)
    p = pd.Series(anytime_p_values(n, t), table.index)
    return table.assign(ci_low=mean - wide, ci_high=mean + wide), p


def _errors(table: pd.DataFrame, level: float) -> NDArray[np.float64]:
    """Standard errors of the mean differences of a table, from their t intervals."""
    half = (table["ci_high"] - table["ci_low"]).to_numpy(float) / 2
    freedom = np.maximum(table["replicates"].to_numpy() - 1, 1)
    return np.asarray(half / stdtrit(freedom, 0.5 + level / 2))


def t_p_values(count: NDArray[np.integer], t: NDArray[np.floating]) -> NDArray[np.float64]:
    """Two-sided p-values of t statistics (k,) of the means of so many replicates, (k,)."""
    return np.asarray(2 * stdtr(np.maximum(np.asarray(count) - 1, 1), -np.abs(t)))


def p_values(table: pd.DataFrame, level: float = LEVEL) -> pd.Series:
    """Two-sided p-values of the paired t tests that the intervals of a table of differences come from.

    Parameters
    ----------
    table : DataFrame
        Columns mean_difference, ci_low, ci_high, replicates. A difference that is the same in all pairs has p 0, or 1
        when it is 0; without an interval p is NaN.
    """
    mean, error = table["mean_difference"].to_numpy(float), _errors(table, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = pd.Series(t_p_values(table["replicates"].to_numpy(), mean / error), table.index)
    return p.mask(error == 0, pd.Series((mean == 0).astype(float), table.index)).where(~np.isnan(error))


def holm(p: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Holm's step-down adjusted p-values (Holm 1979), float64 (n,); NaN stay NaN and do not count."""
    from statsmodels.stats.multitest import multipletests  # takes a second to load, and only reports ask

    given = np.asarray(p, float)
    adjusted, known = np.full(given.shape, np.nan), np.isfinite(given)
    if known.any():
        adjusted[known] = multipletests(given[known], method="holm")[1]
    return adjusted


def undominated(losses: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Rows that no other row dominates (no worse in every column, better in one): the Pareto front.

    Parameters
    ----------
    losses : float64 (rows, objectives)
        Each the better the smaller. Rows that are equal share their fate.

    Returns
    -------
    bool (rows,)
    """
    return np.array([not dominators(losses, row).any() for row in range(len(losses))], dtype=bool)


def dominators(losses: NDArray[np.float64], row: int) -> NDArray[np.bool_]:
    """Rows that dominate one of them, bool (rows,)."""
    own = losses[row]
    return np.asarray((losses <= own).all(axis=1) & (losses < own).any(axis=1))


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
                    "variance_reduction_low": p.variance_reduction_low,
                    "variance_reduction_high": p.variance_reduction_high,
                    "baseline_value": level_b,
                }
            )
    return pd.DataFrame(rows, columns=COLUMNS)
