"""A Gaussian process in place of the model: what a run would give where none was made, and how sure that is."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from threadpoolctl import threadpool_limits

_RESTARTS = 2


@dataclass(frozen=True)
class Emulator:
    """Linear trend and Gaussian process of its residuals, over the unit cube.

    Attributes
    ----------
    inflation : float
        Factor of the predicted variances, at least 1: the mean squared standardised error when each point is left out
        in turn, so that an emulator that is too sure of itself rules nothing out wrongly.
    r_squared : float
        Share of the variance that is predicted when each point is left out.
    """

    trend: NDArray[np.float64]
    process: Any
    inflation: float
    r_squared: float

    def __call__(self, unit: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and variance of one more run at points of the unit cube, float64 (n, d) -> (n,), (n,)."""
        middle, spread = self.process.predict(unit, return_std=True)
        return _design(unit) @ self.trend + middle, self.inflation * spread**2


def fit(unit: NDArray[np.float64], mean: NDArray[np.float64], variance: NDArray[np.float64], seed: int = 1) -> Emulator:
    """Fit to runs by maximum likelihood: squared exponential kernel with a length a dimension, and noise.

    Parameters
    ----------
    unit : ndarray
        float64 (n, d), points in the unit cube.
    mean, variance : ndarray
        float64 (n,): mean of the replicates at each point and the variance of that mean; NaN counts as 0.
    """
    trend = np.linalg.lstsq(_design(unit), mean, rcond=None)[0] if len(unit) > 2 * unit.shape[1] + 2 else \
        np.append(mean.mean(), np.zeros(unit.shape[1]))
    rest = mean - _design(unit) @ trend
    size = max(float(rest.var()), 1e-12 * max(float(np.abs(mean).max()), 1.0) ** 2)
    kernel = (ConstantKernel(size, (1e-3 * size, 1e3 * size)) * RBF(np.full(unit.shape[1], 0.7), (0.05, 20.0))
              + WhiteKernel(1e-2 * size, (1e-8 * size, 2 * size)))
    process = GaussianProcessRegressor(kernel, alpha=np.nan_to_num(variance) + 1e-10 * size,
                                       n_restarts_optimizer=_RESTARTS, random_state=seed)
    with threadpool_limits(1), warnings.catch_warnings():  # small matrices: threads would only wait for each other
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound means: no effect, or linear
        process.fit(unit, rest)
    inverse = np.linalg.inv(process.L_ @ process.L_.T)
    left_out = np.asarray(process.alpha_).ravel() / np.diag(inverse)  # error without the point (Rasmussen, eq. 5.12)
    standard = left_out * np.sqrt(np.diag(inverse))
    spread = float(np.mean((mean - mean.mean()) ** 2))
    r_squared = 1 - float(np.mean(left_out**2)) / spread if spread > 0 else np.nan
    return Emulator(np.asarray(trend, float), process, max(1.0, float(np.mean(standard**2))), r_squared)


def _design(unit: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.ones(len(unit)), unit])
