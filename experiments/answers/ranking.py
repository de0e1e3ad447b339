"""Which option is best, and how sure is its place? A league table with rank probabilities."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

RESAMPLES = 10_000


def ranking(
    values: pd.DataFrame, metric: str, better: int, *, resamples: int = RESAMPLES, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Order the options by the mean of a metric; draw whole blocks again to see how often each has which place.

    A resample draws as many seeds as there are, with replacement, the same for all options, so that what they share
    by common random numbers cancels. Its deviations are stretched by sqrt(n / (n - 1)), since few blocks understate
    the variance of a mean by that much. Equal means share their places evenly.

    Parameters
    ----------
    values : DataFrame
        Columns option, seed, metric, value; only seeds that every option has are used.
    better : int
        +1 when more is better, -1 when less is.

    Returns
    -------
    league : DataFrame
        Columns option, metric, replicates, mean, rank (1 is best), expected_rank, p_best, p_worst, in the order of
        rank; probabilities are NaN with fewer than two replicates.
    probabilities : DataFrame
        Columns option, rank, probability: one row per option and place.
    """
    rows = values[values["metric"] == metric]
    wide = rows.pivot(index="seed", columns="option", values="value").reindex(columns=rows["option"].unique()).dropna()
    if wide.empty:
        raise ValueError(f"no seed has '{metric}' for every option")
    options, table = list(wide.columns), wide.to_numpy(float)
    means = table.mean(axis=0)
    share = _shares(table, better, resamples, np.random.default_rng(seed))
    places = np.arange(1, len(options) + 1)
    league = pd.DataFrame(
        {
            "option": options,
            "metric": metric,
            "replicates": len(table),
            "mean": means,
            "rank": (-better * pd.Series(means)).rank(method="min").astype(int),
            "expected_rank": share @ places,
            "p_best": share[:, 0],
            "p_worst": share[:, -1],
        }
    ).sort_values(["rank", "expected_rank"], kind="stable")
    long = pd.DataFrame(
        {"option": np.repeat(options, len(places)), "rank": np.tile(places, len(options)), "probability": share.ravel()}
    )
    return league.reset_index(drop=True), long


def _shares(table: NDArray[np.float64], better: int, resamples: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Share of resamples in which each option has each place, float64 (options, places)."""
    n, k = table.shape
    if n < 2:
        return np.full((k, k), np.nan)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=resamples) / n
    middle = table.mean(axis=0)
    drawn = middle + (weights @ (table - middle)) * np.sqrt(n / (n - 1))
    order = np.lexsort((rng.random(drawn.shape), -better * drawn), axis=1)
    share = np.zeros((k, k))
    for place in range(k):
        share[:, place] = np.bincount(order[:, place], minlength=k) / resamples
    return share
