"""What bounds the resident step: bytes that a week must move, and the copy bandwidth of the machine."""

import time

import numba
import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simulation.state.residents import Columns

_MEGABYTES = 256
_ROUNDS = 7
_READ_AND_WRITTEN = ("satisfaction", "expectation", "efficacy", "awareness", "habit", "volunteer", "fatigue")


@njit(parallel=True, cache=True)
def _copy(source, target):
    for i in prange(source.shape[0]):
        target[i] = source[i]


def copy_bandwidth(threads: int) -> float:
    """Bytes a second read and written by a large copy, the best of some rounds (as STREAM does, McCalpin 1995)."""
    source = np.ones(_MEGABYTES * 2**20 // 8)
    target = np.zeros_like(source)
    numba.set_num_threads(threads)
    _copy(source, target)
    best = min(_timed(source, target) for _ in range(_ROUNDS))
    return 2 * source.nbytes / best


def _timed(source: NDArray[np.float64], target: NDArray[np.float64]) -> float:
    began = time.perf_counter()
    _copy(source, target)
    return time.perf_counter() - began


def bytes_per_resident(columns: Columns) -> float:
    """Bytes of a resident's columns that no order of computing can keep from moving in a week.

    Each column is moved once, and a column that is read and changed once more on its way back; what is used again
    within a chunk comes from the cache. The mirrors of ties are not counted again: they are a few megabytes, which the
    last cache holds.
    """
    n = len(columns.overall)
    sizes = {name: column.nbytes / n for name, column in columns._asdict().items()}
    again = sum(sizes[name] for name in _READ_AND_WRITTEN) + columns.trust[0].nbytes / n
    return sum(sizes.values()) + again


def variables_written(columns: Columns) -> int:
    """Variables of a resident that the step brings up to date in a week: those above, trust in the firm, the index of
    the week and what ties will see.
    """
    each = (getattr(columns, name) for name in _READ_AND_WRITTEN)
    return sum(1 if column.ndim == 1 else len(column) for column in each) + 3
