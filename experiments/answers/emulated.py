"""How much of the spread does each factor explain, in a design that was not made for it? Sobol indices by emulator."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.statistics import LEVEL

FEWEST_PER_FACTOR = 5
"""Points for each factor below which no emulator is fitted; ten are better (Loeppky, Sacks and Welch 2009)."""
ENOUGH = 0.5
"""Share of the variance at points left out that an emulator must predict to be asked."""
COLUMNS = ["factor_a", "factor_b", "index", "value", "ci_low", "ci_high", "points", "r_squared"]
_SAMPLE = 1_200  # points at which functions are drawn, at most: the covariance of them all is factorised
_DRAWS = 100


def emulated_sobol(points: pd.DataFrame, results: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """First and total Sobol indices of a Gaussian process for the model (Le Gratiet, Cannamela and Iooss 2014).

    Functions are drawn that the runs allow; each has its indices by the estimators of Saltelli et al. (2010) and Jansen
    (1999), at points drawn again. The interval holds the doubt of the emulator and that of the finite sample. The noise
    of luck is left out: indices are shares of what factors explain.

    Parameters
    ----------
    points : DataFrame
        Indexed by point, one column per factor; numbers run over their range in the points, switches and words over
        their levels, all alike.
    results : DataFrame
        Indexed by point; columns value (mean of the replicates) and variance (of that mean, NaN where not known).

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, of which factor_b is ""; index is "first" or "total".

    Raises
    ------
    ValueError
        If there are fewer than five points for each factor, or the emulator predicts too little.
    """
    from threadpoolctl import threadpool_limits

    from experiments.answers.emulator import fit

    known = results.loc[[p for p in points.index if p in results.index]]
    known = known[np.isfinite(known["value"].astype(float))]
    varied = [name for name in points.columns if points[name].nunique() > 1]
    if len(known) < FEWEST_PER_FACTOR * len(varied):
        raise ValueError(
            f"{len(known)} points are too few for an emulator of {len(varied)} factors; at least "
            f"{FEWEST_PER_FACTOR * len(varied)} are needed"
        )
    if known["value"].nunique() < 2:
        raise ValueError("the result is the same at all points; no factor explains anything")
    levels = [_levels(points[name]) for name in varied]
    unit = np.column_stack(
        [_to_unit(points.loc[known.index, name], at) for name, at in zip(varied, levels, strict=True)]
    )
    emulator = fit(unit, known["value"].to_numpy(float), known["variance"].to_numpy(float), seed)
    if not emulator.r_squared >= ENOUGH:
        raise ValueError(
            f"an emulator predicts {100 * max(emulator.r_squared, 0):.0f} % of the variance at points left out, too "
            "little to be asked; more points or replicates are needed"
        )
    rng = np.random.default_rng(seed)
    sample = _saltelli(len(varied), levels, rng)
    with threadpool_limits(1):
        drawn = emulator.kriging.draws(sample.reshape(-1, len(varied)), _DRAWS, emulator.inflation, rng)
    found = np.stack([_indices(f.reshape(len(varied) + 2, -1), rng) for f in drawn])  # (draws, 2, factors)
    low, middle, high = np.quantile(found, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2], axis=0)
    rows = [
        (name, "", index, middle[i, k], low[i, k], high[i, k], len(known), emulator.r_squared)
        for i, index in enumerate(("first", "total"))
        for k, name in enumerate(varied)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _levels(column: pd.Series) -> list[object] | None:
    """Levels of a switch or of words in their order, None for numbers."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return None
    return sorted(set(column), key=str)


def _to_unit(column: pd.Series, levels: list[object] | None) -> NDArray[np.float64]:
    if levels is not None:
        return np.array([levels.index(value) for value in column], float) / (len(levels) - 1)
    values = column.to_numpy(float)
    return np.asarray((values - values.min()) / max(values.max() - values.min(), 1e-300))


def _saltelli(dimensions: int, levels: list[list[object] | None], rng: np.random.Generator) -> NDArray[np.float64]:
    """Two samples A and B, and A with each column from B, float64 (dimensions + 2, base, dimensions)."""
    both = qmc.Sobol(2 * dimensions, rng=rng).random(2 ** int(np.log2(_SAMPLE / (dimensions + 2))))
    for k, at in enumerate(levels):
        for column in (k, dimensions + k) if at is not None else ():
            both[:, column] = np.floor(both[:, column] * len(at or ())) / (len(at or ()) - 1)
    a, b = both[:, :dimensions], both[:, dimensions:]
    mixed = [np.where(np.arange(dimensions) == k, b, a) for k in range(dimensions)]
    return np.stack([a, b, *mixed])


def _indices(values: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """First and total indices of a function from its values at the sample, rows drawn again, float64 (2, factors)."""
    a, b, *mixed = values[:, rng.integers(0, values.shape[1], values.shape[1])]
    variance = np.var(np.concatenate([a, b]))
    first = [np.mean((b - b.mean()) * (m - a)) / variance for m in mixed]
    total = [np.mean((a - m) ** 2) / (2 * variance) for m in mixed]
    return np.array([first, total])
