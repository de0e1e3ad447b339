"""What makes an effect uncertain: luck, which parameters, which structure? The spread over draws, divided."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from experiments.answers.smooth import FEWEST, Smoother, beyond_chance, permuted, together
from experiments.statistics import LEVEL

LUCK, TOGETHER, REST = "luck", "together", "rest"
"""Parts of a split that are no factors: of luck, of all named factors in one regression, and what is left."""
COLUMNS = ["part", "share", "low", "high", "seen_from"]


def variance_split(
    results: pd.Series, factors: pd.DataFrame, replicates: NDArray[np.float64], seed: int = 1
) -> pd.DataFrame:
    """Divide the variance of an effect over draws of the parameters.

    Parameters
    ----------
    results : Series
        Difference from the baseline by draw, one run each.
    factors : DataFrame
        Indexed by draw, a column for each factor that the draws vary.
    replicates : float64 (n,)
        The same difference in replicates at the default parameters: they differ by luck alone.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. First luck: the variance between replicates over that between draws, with a 95 % interval by
        F (NaN with fewer than two replicates; wide with three). It is the luck at the replicates' own scale: where
        draws are run on a smaller sample, their greater luck is in the rest. Then the factors that explain more than
        chance, the largest first: the share that a smooth regression on this factor alone foretells
        (`experiments.answers.smooth`), so that factors which go together share it. A factor is named when its share
        passes `seen_from`, which the largest of all factors passes in 5 % of permutations of the draws. Then what the
        named ones foretell together, if they are several, and what is left beside that and luck.

    Raises
    ------
    ValueError
        If there are fewer than twenty draws, or the effect is the same in all.
    """
    y, x = _common(results, factors)
    smoothers = {str(name): Smoother(x[name]) for name in x.columns}
    column = y[:, None]
    shuffled = permuted(column, seed)[:, :, 0].T  # (draws, permutations)
    shares = {name: float(smoother.fit(column).share[0]) for name, smoother in smoothers.items()}
    chance = np.max([smoother.fit(shuffled).share for smoother in smoothers.values()], axis=0)
    limit = beyond_chance(chance)
    named = sorted((name for name in shares if shares[name] > limit), key=lambda name: -shares[name])
    luck, low, high = share_of_luck(replicates, y)
    rows: list[tuple[str, float, float, float, float]] = [(LUCK, luck, low, high, np.nan)]
    rows += [(name, shares[name], np.nan, np.nan, limit) for name in named]
    told = shares[named[0]] if named else 0.0
    if len(named) > 1:
        told = max(told, together([smoothers[name] for name in named], y))
        rows.append((TOGETHER, told, np.nan, np.nan, np.nan))
    rows.append((REST, max(1 - told - (0.0 if np.isnan(luck) else luck), 0.0), np.nan, np.nan, limit))
    return pd.DataFrame(rows, columns=COLUMNS)


def share_of_luck(replicates: NDArray[np.float64], draws: NDArray[np.float64]) -> tuple[float, float, float]:
    """Variance between replicates over that between draws, with its 95 % interval (F, normal values), at most 1."""
    if len(replicates) < 2:
        return np.nan, np.nan, np.nan
    ratio = float(np.var(replicates, ddof=1) / np.var(draws, ddof=1))
    spread = stats.f(len(replicates) - 1, len(draws) - 1)
    low, high = (ratio / float(spread.ppf(0.5 + side * LEVEL / 2)) for side in (1, -1))
    return min(ratio, 1.0), min(low, 1.0), min(high, 1.0)


def _common(results: pd.Series, factors: pd.DataFrame) -> tuple[NDArray[np.float64], pd.DataFrame]:
    """Results and factors of the draws that have both."""
    y = results.dropna()
    y = y[y.index.isin(factors.index)]
    if len(y) < FEWEST:
        raise ValueError(f"{len(y)} draws are too few to say what makes an effect uncertain; at least {FEWEST}")
    x = factors.loc[y.index]
    x = x.loc[:, x.nunique() > 1]
    if y.nunique() < 2 or x.empty:
        raise ValueError("the effect is the same in all draws, or nothing is varied")
    return y.to_numpy(np.float64), x
