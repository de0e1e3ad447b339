"""Which option is best, and how sure is its place? A league table with rank probabilities."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.draws import FEWEST, mean_draws
from experiments.statistics import LEVEL, anytime_p_values, holm, t_p_values

DRAWS = 10_000


def ranking(
    values: pd.DataFrame, metric: str, better: int, *, sequential: bool = False, draws: int = DRAWS, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Order the options by the mean of a metric, with the probability of each place.

    Probabilities are shares of joint draws of the means (`experiments.answers.draws`), so what options share by common
    random numbers cancels; options that are equal share their places evenly. An option that is no better than another
    has p_best of 95 % or more in at most 5 % of cases, whatever the number of replicates (0.6 % at three). Which option
    leads is chosen by the data, so that *one* of two equal ones has it in at most 10 % (1.2 % at three): to call an
    option best, take its `rank_high` of 1.

    rank_low and rank_high hold the true rank of every option at once with 95 %: pairs of options are told apart by
    paired t tests with Holm's correction over all pairs (Mogstad, Romano, Shaikh and Wilhelm 2024).

    Parameters
    ----------
    values : DataFrame
        Columns option, seed, metric, value; only seeds that every option has are used.
    better : int
        +1 when more is better, -1 when less is.
    sequential : bool
        Whether the number of replicates was decided by what they said; pairs are then told apart by tests that hold at
        every look at once.

    Returns
    -------
    league : DataFrame
        Columns option, metric, replicates, mean, rank (1 is best), rank_low, rank_high, expected_rank, p_best, p_worst,
        in the order of rank; probabilities are NaN with fewer than three replicates.
    probabilities : DataFrame
        Columns option, rank, probability: one row per option and place.
    """
    rows = values[values["metric"] == metric]
    wide = rows.pivot(index="seed", columns="option", values="value").reindex(columns=rows["option"].unique()).dropna()
    if wide.empty:
        raise ValueError(f"no seed has '{metric}' for every option")
    options, table = list(wide.columns), wide.to_numpy(float)
    means = table.mean(axis=0)
    share = _shares(table, better, draws, np.random.default_rng(seed))
    above = _surely_above(better * table, sequential)
    places = np.arange(1, len(options) + 1)
    league = pd.DataFrame(
        {
            "option": options,
            "metric": metric,
            "replicates": len(table),
            "mean": means,
            "rank": (-better * pd.Series(means)).rank(method="min").astype(int),
            "rank_low": 1 + above.sum(axis=0),
            "rank_high": len(options) - above.sum(axis=1),
            "expected_rank": share @ places,
            "p_best": share[:, 0],
            "p_worst": share[:, -1],
        }
    ).sort_values(["rank", "expected_rank"], kind="stable")
    long = pd.DataFrame(
        {"option": np.repeat(options, len(places)), "rank": np.tile(places, len(options)), "probability": share.ravel()}
    )
    return league.reset_index(drop=True), long


def _shares(table: NDArray[np.float64], better: int, draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Share of draws in which each option has each place, float64 (options, places)."""
    n, k = table.shape
    if n < FEWEST:
        return np.full((k, k), np.nan)
    drawn = mean_draws(table, draws, rng)
    order = np.lexsort((rng.random(drawn.shape), -better * drawn), axis=1)
    share = np.zeros((k, k))
    for place in range(k):
        share[:, place] = np.bincount(order[:, place], minlength=k) / draws
    return share


def _surely_above(table: NDArray[np.float64], sequential: bool) -> NDArray[np.bool_]:
    """Whether the option of the row is above that of the column, bool (options, options), all pairs at once with 95 %.

    Values are the better the larger. A difference that is the same in all blocks counts as sure, but for one of none.
    """
    n, k = table.shape
    a, b = np.triu_indices(k, 1)
    above = np.zeros((k, k), dtype=bool)
    if n < 2 or not len(a):
        return above
    difference = table[:, a] - table[:, b]
    mean, error = difference.mean(axis=0), difference.std(axis=0, ddof=1) / np.sqrt(n)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(mean == 0, 0.0, np.abs(mean / error))
    p = anytime_p_values(np.full(len(t), n), t) if sequential else t_p_values(np.full(len(t), n), t)
    sure = holm(p) < 1 - LEVEL
    above[a, b], above[b, a] = sure & (mean > 0), sure & (mean < 0)
    return above
