"""A Gaussian process in place of the model: what a run would give where none was made, and how sure that is."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dpotri
from scipy.optimize import minimize
from scipy.spatial.distance import cdist
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from threadpoolctl import threadpool_limits

_SMOOTHNESS = 2.5
_FOLDS = 6
_STEPS = 40  # of the search for the likeliest lengths: on a ridge more of them only walk along it
_ROOT = np.sqrt(5.0)
Objective = Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]]


@dataclass(frozen=True)
class Kriging:
    """Linear trend and Gaussian process around it, over the unit cube (universal kriging; Cressie 1993, 3.4).

    Attributes
    ----------
    trend, doubt : ndarray
        Coefficients of the trend by generalised least squares, float64 (k,), and their covariance, float64 (k, k).
    pull : ndarray
        K^-1 F, float64 (n, k): how the trend at the points weighs on a prediction.
    scale : float
        Standard deviation of the process's unit.
    """

    trend: NDArray[np.float64]
    doubt: NDArray[np.float64]
    pull: NDArray[np.float64]
    scale: float
    process: Any

    def __call__(self, unit: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and variance at points of the unit cube, (n, d) -> (n,), (n,); noise that is known is left out."""
        design = _design(unit, len(self.trend))
        near = self.process.kernel_(unit, self.process.X_train_)
        middle = near @ self.process.alpha_
        explained = np.einsum("ij,ij->i", near @ self.process.inverse, near)
        spread = np.maximum(self.process.kernel_.diag(unit) - explained, 0.0)
        open_ = design - near @ self.pull
        variance = spread + np.einsum("ij,jk,ik->i", open_, self.doubt, open_)
        return design @ self.trend + self.scale * middle, self.scale**2 * variance

    @cached_property
    def _places(self) -> NDArray[np.float64]:
        """Points in units of the lengths, float64 (n, d)."""
        return np.asarray(self.process.X_train_ / self.process.kernel_.k1.k2.length_scale, np.float64)

    def mean(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """The mean alone, (n, d) -> (n,): without the variance it costs a tenth."""
        kernel = self.process.kernel_.k1
        near = kernel.k1.constant_value * _matern(cdist(unit / kernel.k2.length_scale, self._places))
        return np.asarray(_design(unit, len(self.trend)) @ self.trend + self.scale * (near @ self.process.alpha_))

    def draws(
        self, unit: NDArray[np.float64], count: int, inflation: float, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Functions that the points allow, without noise, at points of the unit cube, float64 (count, n)."""
        design = _design(unit, len(self.trend))
        near = self.process.kernel_(unit, self.process.X_train_)
        open_ = design - near @ self.pull
        smooth = self.process.kernel_.k1(unit) - near @ self.process.inverse @ near.T + open_ @ self.doubt @ open_.T
        values, vectors = np.linalg.eigh((smooth + smooth.T) / 2)
        root = vectors * np.sqrt(inflation * np.maximum(values, 0.0)) * self.scale  # below 0 by rounding
        middle = design @ self.trend + self.scale * (near @ self.process.alpha_)
        return np.asarray(middle + rng.standard_normal((count, len(unit))) @ root.T)


@dataclass(frozen=True)
class Emulator:
    """Kriging of the means of replicates, with variances that hold where it was not fitted.

    Attributes
    ----------
    kriging : Kriging
        Fitted to all points.
    noise : float
        Variance that replicates leave in the mean at a point, as the factor below corrects it; 0 where there is one
        replicate, whose noise the kriging has to find.
    inflation : float
        Factor of the predicted variances: the mean squared standardised error of a sixth of the points that was left
        out, *with all lengths estimated anew*. A process that has seen them seems surer than it is elsewhere.
    r_squared : float
        Share of the variance at the points that is predicted when they are left out.
    """

    kriging: Kriging
    noise: float
    inflation: float
    r_squared: float

    def __call__(self, unit: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and variance at points of the unit cube, (n, d) -> (n,), (n,); one more point has `noise` on top."""
        middle, variance = self.kriging(unit)
        return middle, self.inflation * variance

    def mean(self, unit: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean at points of the unit cube, (n, d) -> (n,)."""
        return self.kriging.mean(unit)

    def times(self, factor: float) -> "Emulator":
        """The emulator of so many times the values."""
        kriging = replace(self.kriging, trend=factor * self.kriging.trend, scale=factor * self.kriging.scale)
        return replace(self, kriging=kriging, noise=factor**2 * self.noise)


def fit(unit: NDArray[np.float64], mean: NDArray[np.float64], variance: NDArray[np.float64], seed: int = 1) -> Emulator:
    """Fit by maximum likelihood: Matern kernel (5/2) with a length per dimension, and noise.

    Parameters
    ----------
    unit : ndarray
        float64 (n, d), points in the unit cube.
    mean, variance : ndarray
        float64 (n,): mean of the replicates at each point and the variance of that mean; NaN counts as 0.
    """
    noise = np.nan_to_num(variance)
    with threadpool_limits(1), warnings.catch_warnings():  # small matrices: threads would only wait for each other
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound means: no effect, or linear
        whole = _krige(unit, mean, noise, seed)
        error, standard = _left_out(unit, mean, noise, whole, seed)
    spread, inflation = float(np.mean((mean - mean.mean()) ** 2)), float(np.mean(standard**2))
    return Emulator(
        whole,
        inflation * float(noise.mean()),
        inflation,
        1 - float(np.mean(error**2)) / spread if spread > 0 else np.nan,
    )


def _left_out(
    unit: NDArray[np.float64], mean: NDArray[np.float64], noise: NDArray[np.float64], whole: Kriging, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Errors at points that were left out, a fold at a time, and the same over their deviations, (n,) each."""
    folds = np.random.default_rng(seed).permutation(len(unit)) % min(_FOLDS, len(unit))
    error, standard = np.zeros(len(unit)), np.zeros(len(unit))
    for fold in range(folds.max() + 1):
        out = folds == fold
        part = _krige(unit[~out], mean[~out], noise[~out], seed, whole.process.kernel_)
        middle, variance = part(unit[out])
        error[out] = mean[out] - middle
        deviation = np.sqrt(variance + noise[out])
        standard[out] = np.divide(error[out], deviation, out=np.zeros(out.sum()), where=deviation > 0)
    return error, standard


def _krige(
    unit: NDArray[np.float64], mean: NDArray[np.float64], noise: NDArray[np.float64], seed: int, start: Any = None
) -> Kriging:
    """Kriging with the likeliest lengths; the search begins at `start`, or at two places without one."""
    columns = unit.shape[1] + 1 if len(unit) > 2 * unit.shape[1] + 2 else 1
    design = _design(unit, columns)
    trend = np.linalg.lstsq(design, mean, rcond=None)[0]
    rest = mean - design @ trend
    scale = max(float(rest.std()), 1e-6 * max(float(np.abs(mean).max()), 1e-300))
    process = GaussianProcessRegressor(
        start or _kernel(unit.shape[1]),
        alpha=noise / scale**2 + 1e-10,
        optimizer=_likeliest(unit, rest / scale, noise / scale**2 + 1e-10),
        n_restarts_optimizer=0 if start else 1,
        random_state=seed,
    ).fit(unit, rest / scale)
    inverse = np.linalg.inv(process.L_ @ process.L_.T)
    pull = inverse @ design
    doubt = np.asarray(np.linalg.inv(design.T @ pull), np.float64)
    shift = doubt @ (pull.T @ rest)
    process.alpha_ = inverse @ (rest - design @ shift) / scale  # around the trend by generalised least squares
    process.inverse = inverse
    return Kriging(np.asarray(trend + shift, np.float64), doubt, pull, scale, process)


def _kernel(dimensions: int) -> Any:
    lengths = Matern(np.full(dimensions, 1.0), (0.1, 20.0), nu=_SMOOTHNESS)
    return ConstantKernel(1.0, (1e-3, 1e3)) * lengths + WhiteKernel(1e-2, (1e-8, 2.0))


def _likeliest(unit: NDArray[np.float64], values: NDArray[np.float64], noise: NDArray[np.float64]) -> Any:
    """The search that sklearn asks for, in few steps, with a gradient of our own.

    That of sklearn holds an n by n matrix for each dimension: at 700 points of 35 it takes twenty times as long.
    """
    objective = negative_log_likelihood(unit, values, noise)

    def search(theirs: Any, start: NDArray[np.float64], bounds: Any) -> tuple[NDArray[np.float64], float]:
        found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": _STEPS})
        return found.x, found.fun

    return search


def negative_log_likelihood(
    unit: NDArray[np.float64], values: NDArray[np.float64], noise: NDArray[np.float64]
) -> Objective:
    """Minus the log marginal likelihood of `_kernel` and its gradient, as functions of its `theta`.

    `theta`: logarithms of variance, lengths (d of them) and noise (Rasmussen and Williams 2006, 5.9). With W = a a' -
    1/K, M = W . dk/dr² and points x, the slope in a length is a sum over pairs of M (x - x')², two matrix products.
    """

    def objective(theta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        size, lengths, white = np.exp(theta[0]), np.exp(theta[1:-1]), np.exp(theta[-1])
        at = unit / lengths
        apart = cdist(at, at)
        smooth = size * _matern(apart)
        try:
            factor = cho_factor(smooth + np.diag(white + noise), lower=True, check_finite=False)
        except np.linalg.LinAlgError:
            return np.inf, np.zeros_like(theta)
        weights = cho_solve(factor, values, check_finite=False)
        height = 0.5 * values @ weights + np.log(np.diag(factor[0])).sum() + len(values) / 2 * np.log(2 * np.pi)
        lower = np.tril(dpotri(factor[0], lower=1)[0])
        pull = np.outer(weights, weights) - (lower + np.tril(lower, -1).T)
        pair = pull * (size * 5 / 3) * (1 + _ROOT * apart) * np.exp(-_ROOT * apart)
        spread = 2 * (pair.sum(axis=1) @ at**2 - np.einsum("ij,ij->j", at, pair @ at))
        slope = 0.5 * np.array([np.einsum("ij,ij->", pull, smooth), *spread, white * np.trace(pull)])
        return float(height), -slope

    return objective


def _matern(apart: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matern correlation (5/2) at distances in units of the length."""
    far = _ROOT * apart
    return np.asarray((1 + far + far**2 / 3) * np.exp(-far))


def _design(unit: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    """Terms of the trend, float64 (n, columns): a constant, or a constant and every dimension."""
    return np.column_stack([np.ones(len(unit)), unit])[:, :columns]
