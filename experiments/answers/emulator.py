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
    """Linear trend and Gaussian process around it, over the unit cube (universal kriging; Cressie 1993, 3.4).

    Attributes
    ----------
    trend, doubt : ndarray
        Coefficients of the trend by generalised least squares, float64 (k,), and their covariance, float64 (k, k).
    pull : ndarray
        K^-1 F, float64 (n, k): how the trend at the runs weighs on a prediction.
    inflation : float
        Factor of the predicted variances, at least 1: the mean squared standardised error when each point is left out
        in turn, so that an emulator that is too sure of itself rules nothing out wrongly.
    r_squared : float
        Share of the variance that is predicted when each point is left out.
    """

    trend: NDArray[np.float64]
    doubt: NDArray[np.float64]
    pull: NDArray[np.float64]
    process: Any
    inflation: float
    r_squared: float

    def __call__(self, unit: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and variance of one more run at points of the unit cube, float64 (n, d) -> (n,), (n,)."""
        middle, spread = self.process.predict(unit, return_std=True)
        design = _design(unit, len(self.trend))
        open_ = design - self.process.kernel_(unit, self.process.X_train_) @ self.pull
        variance = spread**2 + np.einsum("ij,jk,ik->i", open_, self.doubt, open_)
        return design @ self.trend + middle, self.inflation * variance


def fit(unit: NDArray[np.float64], mean: NDArray[np.float64], variance: NDArray[np.float64], seed: int = 1) -> Emulator:
    """Fit to runs by maximum likelihood: squared exponential kernel with a length per dimension, and noise.

    Parameters
    ----------
    unit : ndarray
        float64 (n, d), points in the unit cube.
    mean, variance : ndarray
        float64 (n,): mean of the replicates at each point and the variance of that mean; NaN counts as 0.
    """
    columns = unit.shape[1] + 1 if len(unit) > 2 * unit.shape[1] + 2 else 1
    design = _design(unit, columns)
    trend = np.linalg.lstsq(design, mean, rcond=None)[0]
    rest = mean - design @ trend
    size = max(float(rest.var()), 1e-12 * max(float(np.abs(mean).max()), 1.0) ** 2)
    kernel = ConstantKernel(size, (1e-3 * size, 1e3 * size)) * RBF(
        np.full(unit.shape[1], 0.7), (0.05, 20.0)
    ) + WhiteKernel(1e-2 * size, (1e-8 * size, 2 * size))
    process = GaussianProcessRegressor(
        kernel, alpha=np.nan_to_num(variance) + 1e-10 * size, n_restarts_optimizer=_RESTARTS, random_state=seed
    )
    with threadpool_limits(1), warnings.catch_warnings():  # small matrices: threads would only wait for each other
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound means: no effect, or linear
        process.fit(unit, rest)
    inverse = np.linalg.inv(process.L_ @ process.L_.T)
    pull = inverse @ design
    doubt = np.asarray(np.linalg.inv(design.T @ pull), np.float64)
    projected = inverse - pull @ doubt @ pull.T  # what the runs say beside the trend
    process.alpha_ = projected @ rest  # the mean of the process around the trend by generalised least squares
    shift = doubt @ (pull.T @ rest)
    left_out = process.alpha_ / np.diag(projected)  # error without the point (Dubrule 1983)
    standard = left_out * np.sqrt(np.diag(projected))
    spread = float(np.mean((mean - mean.mean()) ** 2))
    r_squared = 1 - float(np.mean(left_out**2)) / spread if spread > 0 else np.nan
    coefficients = np.asarray(trend + shift, np.float64)
    return Emulator(coefficients, doubt, pull, process, max(1.0, float(np.mean(standard**2))), r_squared)


def _design(unit: NDArray[np.float64], columns: int) -> NDArray[np.float64]:
    """Terms of the trend, float64 (n, columns): a constant, or a constant and every dimension."""
    return np.column_stack([np.ones(len(unit)), unit])[:, :columns]
