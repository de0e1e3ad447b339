"""A result against one factor: a smooth curve, as stiff as the draws ask for, and what chance alone would show."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FEWEST = 20
"""Draws below which nothing is told of a factor."""
ALPHA = 0.05
"""Chance that any factor at all is named where none plays a part."""
PERMUTATIONS = 1_000
_MOST_CURVED = 3  # degrees of freedom beside the constant
_LEVELS = 4  # numbers of no more values than these are groups
_ALONE = 1e-9  # a draw that a curve goes through whatever it is: leverage 1


@dataclass(frozen=True)
class Fit:
    """Curves through results.

    Attributes
    ----------
    fitted : float64 (draws, results)
        The constant where no curve foretells the draws better.
    share : float64 (results,)
        Share of the variance that the curve foretells of draws that it has not seen (leave-one-out R2, Allen 1974);
        0 where there is no curve.
    """

    fitted: NDArray[np.float64]
    share: NDArray[np.float64]


class Smoother:
    """Regressions on one factor: natural cubic splines of 1 to 3 degrees of freedom, or means of groups.

    Knots stand at even quantiles (Hastie, Tibshirani and Friedman 2009, 5.2.1). Leave-one-out errors, which of a linear
    smoother can be had from one fit, choose among them and the constant. Words, switches and numbers of at most four
    values are groups.

    Parameters
    ----------
    factor : Series (draws,)
    """

    def __init__(self, factor: pd.Series) -> None:
        self._bases = [_orthonormal(basis) for basis in _designs(factor)]

    def fit(self, results: NDArray[np.float64]) -> Fit:
        """Curves through results, float64 (draws, results)."""
        return _best(self._bases, results)

    def chosen(self, result: NDArray[np.float64]) -> NDArray[np.float64] | None:
        """Columns of the regression that one result, float64 (draws,), chooses; None where it is the constant."""
        shares = [_best([basis], result[:, None]).share[0] for basis in self._bases]
        return self._bases[int(np.argmax(shares))] if shares and max(shares) > 0 else None


def together(smoothers: list[Smoother], result: NDArray[np.float64]) -> float:
    """Share of the variance of a result, float64 (draws,), that curves on several factors foretell in one sum."""
    bases = [basis for smoother in smoothers if (basis := smoother.chosen(result)) is not None]
    return float(_best([_orthonormal(np.hstack(bases))], result[:, None]).share[0]) if bases else 0.0


def _best(bases: list[NDArray[np.float64]], results: NDArray[np.float64]) -> Fit:
    """For each result the regression that foretells best what it has not seen, or the constant."""
    n = len(results)
    fitted = np.tile(results.mean(axis=0), (n, 1))
    alone = (results - fitted) * n / (n - 1)  # against the mean of all others
    total = (alone**2).sum(axis=0)
    least = total.copy()
    for basis in bases:
        curve = basis @ (basis.T @ results)
        free = 1 - (basis**2).sum(axis=1)[:, None]
        missed = np.where(free > _ALONE, (results - curve) / np.maximum(free, _ALONE), alone)
        error = (missed**2).sum(axis=0)
        better = error < least
        fitted[:, better], least[better] = curve[:, better], error[better]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(total > 0, 1 - least / total, 0.0)
    return Fit(fitted, share)


def _designs(factor: pd.Series) -> list[NDArray[np.float64]]:
    """Columns of each regression, the constant among them."""
    values = factor.nunique()
    if values < 2:
        return []
    if values <= _LEVELS or not pd.api.types.is_numeric_dtype(factor):
        return [pd.get_dummies(factor).to_numpy(np.float64)]
    x = factor.to_numpy(np.float64)
    x = (x - x.mean()) / x.std()
    return [_natural_spline(x, knots) for knots in range(2, _MOST_CURVED + 2)]


def _natural_spline(x: NDArray[np.float64], knots: int) -> NDArray[np.float64]:
    """Natural cubic spline with as many columns as knots, float64 (draws, knots)."""
    at = np.unique(np.quantile(x, np.linspace(0, 1, knots)))

    def bend(k: int) -> NDArray[np.float64]:
        return np.asarray((np.maximum(x - at[k], 0) ** 3 - np.maximum(x - at[-1], 0) ** 3) / (at[-1] - at[k]))

    last = len(at) - 2
    return np.column_stack([np.ones_like(x), x, *(bend(k) - bend(last) for k in range(last))])


def _orthonormal(basis: NDArray[np.float64]) -> NDArray[np.float64]:
    u, sizes, _ = np.linalg.svd(basis, full_matrices=False)
    return np.asarray(u[:, sizes > 1e-9 * sizes[0]])


def permuted(results: NDArray[np.float64], seed: int, times: int = PERMUTATIONS) -> NDArray[np.float64]:
    """Results with their draws shuffled, so that no factor tells of them; the columns of a draw stay together.

    Parameters
    ----------
    results : float64 (draws, results)

    Returns
    -------
    float64 (times, draws, results)
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(rng.random((times, len(results))), axis=1)
    return np.asarray(results[order])


def beyond_chance(largest: NDArray[np.float64]) -> float:
    """Value that the largest of all factors passes in `ALPHA` of the permutations, float64 (permutations,)."""
    return float(np.quantile(largest, 1 - ALPHA))
