"""Elementary functions of arrays whose bits do not depend on the processor's vector instructions.

numpy holds several implementations of exp, expm1, log, log1p, log10 and power and takes the one for the widest vectors
(AVX-512, AVX2, ...) that it finds. They differ in the last bit, which weeks later can turn a decision. Here each is a
compiled loop over the scalar function of the C library, which is also what the kernels call. Results are as numpy's:
float32 for float32, else float64, of the shape of the argument; no warning is given outside the domain.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from simulation.compiled import seal_files

seal_files()


def exp(x: ArrayLike) -> Any:
    """e to the power of x."""
    return _each(_exp, x)


def expm1(x: ArrayLike) -> Any:
    """e to the power of x, less 1; exact for small x."""
    return _each(_expm1, x)


def log(x: ArrayLike) -> Any:
    """Natural logarithm: -inf at 0, NaN below."""
    return _each(_log, x)


def log1p(x: ArrayLike) -> Any:
    """Natural logarithm of 1 + x, exact for small x."""
    return _each(_log1p, x)


def log10(x: ArrayLike) -> Any:
    """Decimal logarithm: -inf at 0, NaN below."""
    return _each(_log10, x)


def power(base: float, exponent: ArrayLike) -> Any:
    """A number to the power of each exponent."""
    return _each(_power, exponent, float(base))


def _each(kernel: Callable[..., None], x: ArrayLike, *more: float) -> Any:
    values = np.asarray(x)
    if values.dtype != np.float32:
        values = values.astype(np.float64, copy=False)
    values = np.ascontiguousarray(values)
    made = np.empty_like(values)
    kernel(made.reshape(-1), values.reshape(-1), *more)
    return made.reshape(np.shape(x))[()]


@njit(cache=True)
def _exp(made: Any, x: Any) -> None:
    for i in range(x.size):
        made[i] = math.exp(x[i])


@njit(cache=True)
def _expm1(made: Any, x: Any) -> None:
    for i in range(x.size):
        made[i] = math.expm1(x[i])


@njit(cache=True)
def _log(made: Any, x: Any) -> None:
    for i in range(x.size):
        made[i] = math.log(x[i])


@njit(cache=True)
def _log1p(made: Any, x: Any) -> None:
    for i in range(x.size):
        made[i] = math.log1p(x[i])


@njit(cache=True)
def _log10(made: Any, x: Any) -> None:
    for i in range(x.size):
        made[i] = math.log10(x[i])


@njit(cache=True)
def _power(made: Any, exponent: Any, base: Any) -> None:
    for i in range(exponent.size):
        made[i] = math.pow(base, exponent[i])
