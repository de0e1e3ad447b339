"""What ties see of a resident: a mirror of four bytes, written for the next week.

From the lowest byte up: satisfaction with the topic of the week, efficacy and awareness in 1/255, whether the resident
acts as a volunteer, and a bit that says that somebody is there: an empty slot shows nothing and counts for nothing.
Differences are taken between mirrored values, so symmetric ties conserve the mean (16).
"""

import numpy as np
from numba import njit

from simulation.processes.residents.equations import in_bytes
from simulation.processes.residents.lanes.memory import load
from simulation.processes.residents.lanes.operators import as_float, signed, where, zeros
from simulation.state.residents import N_NEAR

_F = np.float32
_U32 = np.uint32
_U64 = np.uint64
_BYTE = _F(255)
_LOWEST = 255
_EFFICACY, _AWARE, _ACTIVE, _THERE = 8, 16, 24, 25  # first bits above those of the topic


@njit
def fetch(shown, near, far, seen, lo, front):
    """Collect what the eight ties of each resident of a gate show, uint32 (8, m) from column `front` on.

    Nil where there is no tie. Unsigned indices spare a look for rows counted from the end.
    """
    for m in range(far.shape[0]):
        i, row = _U64(m), lo + m
        for k in range(N_NEAR):
            offset = near[i, _U64(k)]
            shown[_U64(k), _U64(front) + i] = seen[_U64(row + offset)] * _U32(offset != 0)
        shown[_U64(N_NEAR), _U64(front) + i] = seen[_U64(far[i])] * _U32(far[i] != row)


@njit(forceinline=True, error_model="numpy")  # the divisor is never zero
def look(width, mine, shown, there, weights, bound):
    """What the eight ties show, weighted: differences on the topic and in efficacy, means of awareness and activity.

    Opinions further than `bound` do not count. Differences are in 1/255; fewer ties move less, so symmetric ties
    conserve the mean (16). Means are over the ties that are there.
    """
    own = mine & _LOWEST
    topic, efficacy, aware, active, present = zeros(width), zeros(width), zeros(width), zeros(width), zeros(width)
    for k in range(N_NEAR + 1):
        x, weight = load(shown[k], there), weights[k]
        difference = signed(x & _LOWEST) - signed(own)
        close = (difference < bound) & (difference > -bound) & (x > 0)
        topic += where(close, difference * weight, 0)
        efficacy += signed((x >> _EFFICACY) & _LOWEST) * weight
        aware += signed((x >> _AWARE) & _LOWEST) * weight
        active += where(((x >> _ACTIVE) & 1) > 0, weight, 0)
        present += where(x > 0, weight, 0)
    efficacy -= signed((mine >> _EFFICACY) & _LOWEST) * present
    share = _F(1) / as_float(max(present, 1))
    return as_float(topic), as_float(efficacy), share * as_float(aware) / _BYTE, share * as_float(active)


@njit(forceinline=True)
def mirrored(topic, f, aware, active):
    """The mirror of next week: topic satisfaction, efficacy, awareness in 1/255, and whether active."""
    levels = in_bytes(topic) | in_bytes(f) << _EFFICACY | in_bytes(aware) << _AWARE
    return levels | where(active, (1 << _ACTIVE) | (1 << _THERE), 1 << _THERE)
