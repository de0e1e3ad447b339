"""Random numbers by address: a draw is a pure function of (seed, stream, unit, tick).

No generator state exists, so two scenarios share every draw that the policy does not touch (common random numbers),
and any draw can be made again alone, on any thread. The mixer is the finaliser of splitmix64 (Steele, Lea & Flood
2014, "Fast splittable pseudorandom number generators"); tests check it for correlations between neighbouring units,
ticks and streams.
"""

from enum import IntEnum
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from simulation.compiled import seal_files
from simulation.yaml_source import SourceError

seal_files()

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S32, _S11 = (np.uint64(s) for s in (30, 27, 31, 32, 11))
_ONE = np.uint64(1)
_TO_UNIT = 2.0**-53
LARGEST_SEED = 2**63 - 1


def replicate_seeds(first: int, replicates: int) -> range:
    """Seeds of the replicates of an experiment: `first`, `first` + 1, ...

    Raises
    ------
    SourceError
        If one of them is not from 0 to `LARGEST_SEED`.
    """
    if not 0 <= first <= LARGEST_SEED - replicates + 1:
        raise SourceError(
            f"seed {first}: must be from 0 to {LARGEST_SEED - replicates + 1}, so that {replicates} replicates have "
            "seeds up to 2^63 - 1"
        )
    return range(first, first + replicates)


class Stream(IntEnum):
    """One number a decision. Numbers are part of the results: never reuse or reorder them."""

    EXPERIENCE = 0  # 0-7: a hash for a resident and tick serves two domains
    ISSUE = 8
    ISSUE_DETAIL = 9
    CHANNEL = 10
    WORK = 12
    RESOLVE = 13
    AFTER_FAILURE = 14
    WITHDRAW = 15
    CALL_BACK = 16
    VOLUNTEER = 17
    FEE = 18
    MOVE = 19
    QUIT = 21
    WORKER = 22
    ORGANISATION_BIRTH = 23
    ORGANISATION_EXIT = 24
    DISPATCH = 25
    SELF_HELP = 26
    INITIAL = 27  # 27-36: attributes drawn once
    MISROUTE = 41
    SPLIT = 43
    CONTACT = 44
    HOME = 45
    COURSE = 46
    DETECT = 47
    LUCK = 60
    QUEUE = 61
    OWNERS = 70
    COURT = 71
    SEAT = 80
    TURN = 81
    CALLED = 82
    LIFE = 90
    NEWCOMER = 91
    STAGE = 92
    OWNER_MOVE = 93
    ROOM = 94
    OCCUPATION = 95


@njit(inline="always")
def mix(z: np.uint64) -> np.uint64:
    """Finaliser of splitmix64: a bijection of 64-bit words whose output bits all depend on all input bits."""
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@njit(inline="always")
def key(seed: int, tick: int, stream: int) -> np.uint64:
    """64-bit start of the sequence of one (seed, tick, stream); the draw of a unit is `mix(key + GOLDEN * unit)`."""
    start = mix(np.uint64(seed) + GOLDEN)
    start = mix(start ^ (np.uint64(tick) * _M1 + _ONE))
    return mix(start + GOLDEN * np.uint64(stream + 1))


@njit(inline="always")
def draw(start: np.uint64, unit: int | np.int64) -> np.uint64:
    """64 random bits of one unit under the key `start`."""
    return mix(start + GOLDEN * np.uint64(unit))


@njit(inline="always")
def unit_interval(bits: np.uint64) -> float:
    """A float64 in [0, 1) from the top 53 bits."""
    return np.float64(bits >> _S11) * _TO_UNIT


def bits(seed: int, stream: int, units: ArrayLike, tick: ArrayLike = 0) -> NDArray[np.uint64]:
    """64 random bits for each unit, the same as `draw(key(seed, tick, stream), unit)` in a kernel.

    `units` and `tick` broadcast; negative ticks (burn-in) wrap to 64 bits as in the kernels.
    """
    ids, ticks = np.asarray(units).astype(np.uint64, copy=False), np.asarray(tick, np.int64)
    if ticks.ndim:
        ids, ticks = np.broadcast_arrays(ids, ticks)
    made = np.empty(ids.shape, np.uint64)
    each = np.ascontiguousarray(ids).reshape(-1), np.ascontiguousarray(ticks).reshape(-1)
    _draw_each(made.reshape(-1), np.uint64(seed), int(stream), *each)
    return made[()]  # of one unit the number, as numpy has it


@njit(cache=True)
def _draw_each(made: Any, seed: Any, stream: Any, units: Any, ticks: Any) -> None:
    """Draws of the units, in the one week of `ticks` or each in its own."""
    start = np.uint64(0)
    for i in range(units.size):
        if i < ticks.size:
            start = key(seed, ticks[i], stream)
        made[i] = draw(start, units[i])


def uniform(seed: int, stream: int, units: ArrayLike, tick: ArrayLike = 0) -> NDArray[np.float64]:
    """float64 in [0, 1), one for each unit (shape of `units` broadcast with `tick`)."""
    return np.multiply(bits(seed, stream, units, tick) >> _S11, _TO_UNIT, dtype=np.float64)
