"""Compiled steps of an epidemic among the residents: who is exposed in a day, and how the infected get on.

A susceptible resident is exposed with probability 1 - exp(-force) a day; times in the exposed and infectious states are
geometric, so their means are exact and the mean curve is that of the SEIR equations (Kermack & McKendrick 1927).
"""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simulation.elementary import expm1
from simulation.random import Stream, draw, key, unit_interval
from simulation.state.infection import EXPOSED, INFECTIOUS, REMOVED, SUSCEPTIBLE

_CONTACT, _HOME, _COURSE, _DETECT = (int(Stream.CONTACT), int(Stream.HOME), int(Stream.COURSE), int(Stream.DETECT))
_MEMBERS = 64  # addresses of draws kept apart for the members of a household
_FULL = 2.0**64
_LARGEST = np.nextafter(_FULL, 0)


def chance_threshold(force: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Probability 1 - exp(-force) as a threshold of a 64-bit draw, uint64 of the same shape."""
    return np.minimum(-expm1(-force) * _FULL, _LARGEST).astype(np.uint64)


@njit
def _hits(start, lo, hi, threshold):
    """How many of the draws of rows lo to hi lie below the threshold; a loop without branches becomes SIMD code."""
    n = 0
    for i in range(lo, hi):
        n += draw(start, i) < threshold
    return n


@njit(parallel=True, cache=True)
def expose(seed, day, gate_ptr, threshold, imported, detected, state, quarantined):
    """Expose the susceptible residents of every gate to contacts beyond the home, and to travel.

    Parameters
    ----------
    seed, day : int
        Address of the draws.
    gate_ptr : int64[n_gates + 1]
    threshold : uint64[n_gates]
        Of being exposed at all; the lowest part, below `imported`, is exposure on travel.
    imported : uint64
    detected : float64[n_gates]
        Chance that somebody exposed on travel is found and told to stay at home.
    state, quarantined : uint8[n], bool[n]
        Changed in place.
    """
    start, found = key(seed, day, _CONTACT), key(seed, day, _DETECT)
    for g in prange(threshold.shape[0]):
        if _hits(start, gate_ptr[g], gate_ptr[g + 1], threshold[g]) == 0:
            continue  # most gates on most days
        for i in range(gate_ptr[g], gate_ptr[g + 1]):
            if state[i] != SUSCEPTIBLE:
                continue
            z = draw(start, i)
            if z < threshold[g]:
                state[i] = EXPOSED
                quarantined[i] = z < imported and unit_interval(draw(found, i)) < detected[g]


@njit(cache=True)
def expose_at_home(seed, day, infectious, household, first, member, chance, state):
    """Expose the household of every infectious resident; each of its infectious members is a risk of its own.

    Parameters
    ----------
    infectious : int64[k]
        Rows of infectious residents.
    household, first, member : int32[n], int64[n_households + 1], int32[n]
        Household of each resident; the residents of household h are the rows member[first[h]:first[h + 1]].
    chance : float
        Of being exposed by one infectious member in a day.
    state : uint8[n]
        Changed in place.
    """
    start = key(seed, day, _HOME)
    for k in range(infectious.shape[0]):
        h = household[infectious[k]]
        source = 0
        while member[first[h] + source] != infectious[k]:
            source += 1
        for m in range(first[h], first[h + 1]):
            j = member[m]
            if state[j] == SUSCEPTIBLE and unit_interval(draw(start, j * _MEMBERS + source)) < chance:
                state[j] = EXPOSED


@njit(cache=True)
def advance(seed, day, infected, to_infectious, to_removed, state):
    """One day in the course of those who are infected; the chances are of leaving the state in a day."""
    start = key(seed, day, _COURSE)
    for k in range(infected.shape[0]):
        i = infected[k]
        u = unit_interval(draw(start, i))
        if state[i] == EXPOSED:
            if u < to_infectious:
                state[i] = INFECTIOUS
        elif u < to_removed:
            state[i] = REMOVED
