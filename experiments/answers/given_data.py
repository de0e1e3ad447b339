"""Which factors matter, from any sample of points? PAWN and RBD-FAST (SALib), Borgonovo's delta, scores of trees."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.statistics import LEVEL
from experiments.study.unit_cube import problem

FEWEST = 16
"""Points below which no index is given: four in each of four slices."""
DUMMY = "dummy"
"""A factor that plays no part: an index that is not above its own tells nothing."""
COLUMNS = [
    "factor",
    "pawn",
    "pawn_max",
    "delta",
    "delta_low",
    "delta_high",
    "first",
    "first_low",
    "first_high",
    "score",
]
_RESAMPLES = 100
_GRID = 100
_TREES = 100
_SHARE_OF_FACTORS = 0.6  # that a tree looks at, as ema_workbench's feature scores


def given_data(points: pd.DataFrame, results: pd.Series, seed: int = 1) -> pd.DataFrame:
    """Sensitivity indices that ask for no design, only for points that cover the factors.

    Parameters
    ----------
    points : DataFrame
        Indexed by point, one column per factor: numbers, switches or words.
    results : Series
        Result by point; points without it are left out.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, a row for each factor, the largest PAWN index first, and one for `DUMMY`, last. pawn: median
        distance (Kolmogorov-Smirnov) between the distribution of the result in a slice of the factor and that of all
        (Pianosi and Wagener 2018); pawn_max: the largest. delta: half the area between the densities (Borgonovo 2007;
        Plischke, Borgonovo and Smith 2013), bias taken out by bootstrap, with a basic bootstrap interval. first: first
        order index by RBD-FAST (Tarantola et al. 2006; bias by Tissot and Prieur 2012), SALib's bootstrap interval.
        score: importance in extremely randomised trees (Geurts et al. 2006), all of them sum to 1.

    Raises
    ------
    ValueError
        If there are fewer than sixteen points, or the result does not vary.
    """
    y = results.reindex(points.index).astype(float)
    y = y[np.isfinite(y)]
    if len(y) < FEWEST:
        raise ValueError(f"{len(y)} points are too few for indices of sensitivity; at least {FEWEST} are needed")
    if y.nunique() < 2:
        raise ValueError("the result is the same at all points; no factor matters")
    rng = np.random.default_rng(seed)
    x = np.column_stack([as_ranks(points.loc[y.index, name], rng) for name in points.columns] + [rng.random(len(y))])
    names, result = [*map(str, points.columns), DUMMY], y.to_numpy()
    found = pd.DataFrame({"factor": names})
    for columns in (_pawn(x, result), _delta(x, result, rng), _rbd_fast(x, result, names, seed)):
        found = found.assign(**columns)
    found["score"] = _scores(x, result, seed)
    order = found.iloc[:-1].sort_values("pawn", ascending=False, kind="stable")
    return pd.concat([order, found.iloc[-1:]], ignore_index=True)[COLUMNS]


def as_ranks(column: pd.Series, rng: np.random.Generator) -> NDArray[np.float64]:
    """Values of a factor as places between 0 and 1, float64 (n,); values that are equal share theirs at random.

    Slices of equal numbers of points then hold points of one level, or of few that are neighbours.
    """
    levels = {value: k for k, value in enumerate(sorted(set(column), key=lambda v: (isinstance(v, str), v)))}
    codes = column.map(levels).to_numpy(float)
    order = np.lexsort((rng.random(len(codes)), codes))
    ranks = np.empty(len(codes))
    ranks[order] = (np.arange(len(codes)) + 0.5) / len(codes)
    return ranks


def _slices(count: int) -> int:
    """Slices of a factor: about as many as points in each, a power of two, since SALib's sums of others may pass 1."""
    return 4 if count < 64 else 8


def _pawn(x: NDArray[np.float64], y: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    from SALib.analyze import pawn

    found = pawn.analyze(problem([str(k) for k in range(x.shape[1])]), x, y, S=_slices(len(y)))
    return {"pawn": np.asarray(found["median"], float), "pawn_max": np.asarray(found["maximum"], float)}


def _rbd_fast(
    x: NDArray[np.float64], y: NDArray[np.float64], names: list[str], seed: int
) -> dict[str, NDArray[np.float64]]:
    from SALib.analyze import rbd_fast

    harmonics = int(np.clip(len(y) // 10, 1, 10))  # few points carry few of them
    with np.errstate(invalid="ignore"):  # a resample in which the result does not vary
        found = rbd_fast.analyze(
            problem(names), x, y, M=harmonics, num_resamples=_RESAMPLES, conf_level=LEVEL, seed=seed
        )
    first, half = np.asarray(found["S1"], float), np.asarray(found["S1_conf"], float)
    return {"first": first, "first_low": first - half, "first_high": first + half}


def _delta(x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    """Delta of each factor; one bandwidth makes it a product of matrices, where SALib's takes seconds a resample."""
    n, width = len(y), float(y.std(ddof=1)) * len(y) ** -0.2
    grid = np.linspace(y.min() - 3 * width, y.max() + 3 * width, _GRID)
    density = np.exp(-0.5 * ((grid[:, None] - y) / width) ** 2) / (width * np.sqrt(2 * np.pi))  # (grid, n)
    step = grid[1] - grid[0]
    slices = np.minimum((x * _slices(n)).astype(int), _slices(n) - 1)
    weights = np.vstack([np.ones(n), rng.multinomial(n, np.full(n, 1 / n), size=_RESAMPLES)])
    values = np.zeros((len(weights), x.shape[1]))
    for row, weight in enumerate(weights):
        weighed = density * weight
        whole = weighed.sum(axis=1) / n
        for k in range(x.shape[1]):
            inside = (slices[:, k][:, None] == np.arange(_slices(n))).astype(float)  # (n, slices)
            size = weight @ inside
            part = weighed @ inside / np.maximum(size, 1)
            values[row, k] = 0.5 * step * (np.abs(part - whole[:, None]).sum(axis=0) * size).sum() / n
    first, drawn = values[0], values[1:]
    low, high = np.quantile(drawn, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2], axis=0)
    bias = drawn.mean(axis=0) - first
    return {
        "delta": np.maximum(first - bias, 0),
        "delta_low": np.maximum(2 * first - high, 0),
        "delta_high": np.maximum(2 * first - low, 0),
    }


def _scores(x: NDArray[np.float64], y: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    from sklearn.ensemble import ExtraTreesRegressor

    trees = ExtraTreesRegressor(_TREES, max_features=_SHARE_OF_FACTORS, random_state=seed)
    return np.asarray(trees.fit(x, y).feature_importances_, float)
