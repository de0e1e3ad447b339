"""A Gaussian process in place of the model for portfolios of measures: what they would change, over draws.

The general emulator (`experiments.answers.emulator`) knows neither that nothing bought changes nothing, nor that runs
of one draw of the parameters share what is peculiar to it. Here the effect of a portfolio x at draw d is

    y(x, d) = f(x) + g_d(x) + noise

f: an additive process (Duvenaud, Nickisch and Rasmussen 2011) of first and second order, a kernel for each measure that
is 0 where it is off; where it is on, it is that of the option's size (its effect alone at the defaults) times a slope
that is alike at doses near each other (Matern 5/2). g_d: a first-order process of its own for each draw, the random
slopes of a hierarchical model, one of them shared by all measures. Variances have the highest posterior density, with
weak priors around the sizes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from experiments.statistics import LEVEL

_REACHES = (0.5, 1.0, 2.0, 4.0)
"""Lengths over which doses are alike that are tried, in units of the range of a dose."""
_BOUNDS = (-14.0, 4.0)  # of the logarithm of a variance, in units of the mean square of the values
_MAIN, _OWN, _PAIR, _NOISE = 0.5, 0.2, 0.2, 0.03
"""Medians of the priors of deviations: of slopes and of what draws do to them, as shares of sizes, of interactions, and
of noise as a share of the values."""
_WIDTH = 2.0  # standard deviation of the logarithm of a variance: within a factor of 7 of the median of a deviation
_ROOT = np.sqrt(5.0)

Codes = NDArray[np.int64]
"""Portfolios, (portfolios, measures): 0 where a measure is off, else the number of its option from 1."""


@dataclass(frozen=True)
class PortfolioEmulator:
    """Effect of portfolios on one metric.

    Attributes
    ----------
    codes, draws, values
        Runs that it was fitted to: portfolios (n, measures), draw of each (n,), effect of each, float64 (n,).
    alike : sequence of ndarray
        Kernel of each measure between its options, float64 (options + 1, options + 1), row and column 0 are 0.
    sizes : sequence of ndarray
        Size of each option of each measure, float64 (options + 1,), 0 first.
    main, own : ndarray
        Variance of the effect of each measure, and of what a draw adds to it, float64 (measures + 1,); the last of both
        is of a slope that all measures share.
    pair : float
        Variance of an interaction over the geometric mean of those of both measures.
    noise : float
        Variance of what is left: the luck of a sample and interactions of more than two.
    """

    codes: Codes
    draws: NDArray[np.int64]
    values: NDArray[np.float64]
    alike: Sequence[NDArray[np.float64]]
    sizes: Sequence[NDArray[np.float64]]
    main: NDArray[np.float64]
    own: NDArray[np.float64]
    pair: float
    noise: float

    @cached_property
    def _inverse(self) -> NDArray[np.float64]:
        stack = self._between(self.codes, self.codes)
        same = self.draws[:, None] == self.draws
        whole = _shared(stack, self.main, self.pair) + same * np.tensordot(self.own, stack, 1)
        return np.asarray(np.linalg.inv(whole + self.noise * np.eye(len(self.values))))

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        return np.asarray(self._inverse @ self.values)

    @cached_property
    def inflation(self) -> float:
        """Factor of the variances: mean squared standardised error of draws that were left out, at least 1."""
        error, deviation = self.left_out()
        return max(1.0, float(np.mean((error / deviation) ** 2)))

    @cached_property
    def reach(self) -> float:
        """Half-width of an interval of 95 % over its deviation: Student's t, for variances are known from few draws."""
        return float(stats.t.ppf(0.5 + LEVEL / 2, len(np.unique(self.draws)) - 1))

    @cached_property
    def explained(self) -> float:
        """Share of the variance of effects that is foretold of draws that were left out."""
        error, _ = self.left_out()
        return 1 - float(np.mean(error**2) / np.var(self.values))

    def __call__(self, codes: Codes) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean over draws of the effect of portfolios (m,), and its covariance at one further draw (m, m).

        The covariance holds the doubt of the emulator, what a draw of the parameters moves, and the noise of a run.
        """
        near = _shared(self._between(codes, self.codes), self.main, self.pair)
        own = self._between(codes, codes)
        doubt = _shared(own, self.main, self.pair) - near @ self._inverse @ near.T
        spread = doubt + np.tensordot(self.own, own, 1) + self.noise * (codes[:, None] == codes).all(axis=2)
        return near @ self._weights, self.inflation * (spread + spread.T) / 2

    def _between(self, a: Codes, b: Codes) -> NDArray[np.float64]:
        return _stack(self.alike, self.sizes, a, b)

    def tables(self) -> tuple[list[NDArray[np.float64]], list[list[NDArray[np.float64]]]]:
        """The mean taken apart: what each option adds alone, and each two options together, exactly.

        Returns
        -------
        alone : list of (options + 1,)
            By measure.
        together : list of list of (options + 1, options + 1)
            By measure and each measure before it.
        """
        near = [table[:, column] for table, column in zip(self.alike, self.codes.T, strict=True)]  # (options + 1, n)
        shared = self.main[-1] * float(_total(self.sizes, self.codes) @ self._weights)
        alone = [
            a * (k @ self._weights) + shared * size for a, k, size in zip(self.main[:-1], near, self.sizes, strict=True)
        ]
        together = [
            [self.pair * np.sqrt(self.main[j] * self.main[i]) * (near[i] * self._weights) @ near[j].T for i in range(j)]
            for j in range(len(near))
        ]
        return alone, together

    def left_out(self, together: NDArray[np.int64] | None = None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Errors at runs that are left out, and their deviations, float64 (n,) each; variances stay as they are.

        In closed form (Rasmussen and Williams 2006, 5.12, for blocks). `together`: int (n,), runs of one number are
        left out at once; those of each draw unless told otherwise.
        """
        together = self.draws if together is None else together
        error, deviation = np.zeros(len(self.values)), np.zeros(len(self.values))
        for number in np.unique(together):
            rows = together == number
            spread = np.linalg.inv(self._inverse[np.ix_(rows, rows)])
            error[rows] = spread @ self._weights[rows]
            deviation[rows] = np.sqrt(np.diag(spread))
        return error, deviation


def alike(doses: NDArray[np.float64], sizes: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """Kernel between the options of a measure, the first row and column for where it is off.

    `doses`: float64 (options, fields), each field from 0 to 1; `sizes`: float64 (options,), only their ratios matter;
    `reach`: length over which slopes are alike.
    """
    far = _ROOT * cdist(doses, doses) / reach if doses.shape[1] else np.zeros((len(doses), len(doses)))
    share = sizes / np.abs(sizes).max() if sizes.any() else np.ones(len(sizes))
    found = np.zeros((len(doses) + 1, len(doses) + 1))
    found[1:, 1:] = np.outer(share, share) * (1 + far + far**2 / 3) * np.exp(-far)
    return found


def fit(
    codes: Codes,
    draws: NDArray[np.int64],
    values: NDArray[np.float64],
    doses: Sequence[NDArray[np.float64]],
    sizes: Sequence[NDArray[np.float64]],
) -> PortfolioEmulator:
    """The emulator of the highest posterior density.

    Parameters
    ----------
    codes, draws, values
        As in `PortfolioEmulator`; the portfolio of nothing is not among them, its effect is 0 by definition.
    doses : sequence of ndarray
        For each measure those of its options, float64 (options, fields), from 0 to 1.
    sizes : sequence of ndarray
        For each measure the effect of its options alone, as far as that is known, float64 (options,).
    """
    unit = float(np.mean(values**2)) or 1.0
    largest = np.array([float(np.abs(size).max()) for size in sizes])
    scale = float(largest.max()) or 1.0
    prior = _prior(np.array([*largest, scale]) / np.sqrt(unit))
    best, kernels, theta = np.inf, [], np.zeros(0)
    known = [np.array([0.0, *size]) / scale for size in sizes]
    with threadpool_limits(1):  # small matrices: threads would only wait for each other
        for reach in _REACHES:
            tried = [alike(table, size, reach) for table, size in zip(doses, sizes, strict=True)]
            found = _likeliest(_stack(tried, known, codes, codes), draws, values / np.sqrt(unit), prior)
            if found[1] < best:
                theta, best, kernels = *found, tried
    n, variances = len(doses) + 1, unit * np.exp(theta)
    pair, noise = float(np.exp(theta[-2])), float(variances[-1])
    return PortfolioEmulator(codes, draws, values, kernels, known, variances[:n], variances[n : 2 * n], pair, noise)


def _prior(sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Medians of the logarithms of all variances, float64 (2 measures + 2,), within the bounds.

    `sizes`: of the measures, and last that of what they share, in units of the root mean square of the values.
    """
    deviations = np.array([*(_MAIN * sizes), *(_OWN * sizes), _PAIR, _NOISE])
    return np.asarray(np.clip(2 * np.log(np.maximum(deviations, 1e-6)), *_BOUNDS))


def _total(sizes: Sequence[NDArray[np.float64]], codes: Codes) -> NDArray[np.float64]:
    """Sizes of all options of portfolios together, float64 (portfolios,)."""
    return np.asarray(sum(size[codes[:, j]] for j, size in enumerate(sizes)), np.float64)


def _stack(
    tables: Sequence[NDArray[np.float64]], sizes: Sequence[NDArray[np.float64]], a: Codes, b: Codes
) -> NDArray[np.float64]:
    """Kernel of each measure between portfolios, and of what they share, float64 (measures + 1, len(a), len(b))."""
    each = [table[np.ix_(a[:, j], b[:, j])] for j, table in enumerate(tables)]
    return np.stack([*each, np.outer(_total(sizes, a), _total(sizes, b))])


def _shared(stack: NDArray[np.float64], main: NDArray[np.float64], pair: float) -> NDArray[np.float64]:
    """Kernel of f: first order, and second order by the formula of Newton and Girard."""
    rooted = np.tensordot(np.sqrt(main[:-1]), stack[:-1], 1)
    both = (rooted**2 - np.tensordot(main[:-1], stack[:-1] ** 2, 1)) / 2
    return np.asarray(np.tensordot(main, stack, 1) + pair * both)


def _likeliest(
    stack: NDArray[np.float64], draws: NDArray[np.int64], values: NDArray[np.float64], prior: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Logarithms of main and own variances, share of pairs and noise; and minus the log of their posterior density."""
    n, same = len(stack), draws[:, None] == draws
    own, each = stack * same, stack[:-1]
    squares = each**2

    def objective(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        main, slope, share, noise = np.exp(theta[:n]), np.exp(theta[n:-2]), np.exp(theta[-2]), np.exp(theta[-1])
        rooted = np.tensordot(np.sqrt(main[:-1]), each, 1)
        both = (rooted**2 - np.tensordot(main[:-1], squares, 1)) / 2
        whole = np.tensordot(main, stack, 1) + share * both + np.tensordot(slope, own, 1)
        try:
            factor = cho_factor(whole + (noise + 1e-9) * np.eye(len(values)), lower=True)
        except np.linalg.LinAlgError:
            return np.inf, np.zeros_like(theta)
        weights = cho_solve(factor, values)
        height = 0.5 * values @ weights + np.log(np.diag(factor[0])).sum()
        pull = np.outer(weights, weights) - cho_solve(factor, np.eye(len(values)))
        by_main = np.einsum("ij,kij->k", pull, stack) * main
        first = np.einsum("ij,kij->k", pull * rooted, each) * np.sqrt(main[:-1])
        by_main[:-1] += share / 2 * (first - np.einsum("ij,kij->k", pull, squares) * main[:-1])
        by_own = np.einsum("ij,kij->k", pull, own) * slope
        ends = [np.einsum("ij,ij", pull, both) * share, np.trace(pull) * noise]
        away = (theta - prior) / _WIDTH
        height += 0.5 * float(away @ away)
        return float(height), away / _WIDTH - 0.5 * np.array([*by_main, *by_own, *ends])

    found = minimize(objective, prior, jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * len(prior))
    return np.asarray(found.x, np.float64), float(found.fun)
