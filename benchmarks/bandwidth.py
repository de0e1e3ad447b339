"""Copy bandwidth of the machine: what no layout of columns can beat."""

import time

import numba
import numpy as np
from numba import njit, prange

_MEGABYTES = 256
_ROUNDS = 7


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


def _timed(source: np.ndarray, target: np.ndarray) -> float:
    began = time.perf_counter()
    _copy(source, target)
    return time.perf_counter() - began


def bytes_per_resident() -> int:
    """Bytes of a resident's columns that one week moves at least once: read, and written where it changes.

    Ties are looked up in four-byte mirrors; a mirror that is not in cache costs a whole cache line more, which is not
    counted here.
    """
    domains = 10
    satisfaction = domains * (2 * 4 * 2 + 1 + 1)  # S and E read and written, exposure and importance read
    topic = 2 * 4 + 4  # influence on the topic, topic of the mirror to come
    ties = 7 * 2 + 4 + 4 + 8 * 4 + 4  # offsets, far tie, own mirror, eight mirrors, mirror written
    civic = 4 * (2 + 1 + 2 + 2 + 2 + 1 + 1) + 2 + 1 + 1  # efficacy, base, awareness, habit, fatigue, threshold, hours
    trust = 4 * 5 + 1
    overall = 4 + 1
    return satisfaction + topic + ties + civic + trust + overall
