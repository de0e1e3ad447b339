"""What ties see of a resident: a mirror of four bytes, written for the next week.

From the lowest byte up: satisfaction with the topic of the week, efficacy and awareness in 1/255, whether the resident
acts as a volunteer, and a bit that says that somebody is there: an empty slot shows nothing and counts for nothing.
Differences are taken between mirrored values, so symmetric ties conserve the mean (16).
"""

import numpy as np
from numba import njit

from simulation.district.people.ties import N_NEAR
from simulation.inner import inner_njit
from simulation.processes.residents.equations import in_bytes
from simulation.processes.residents.lanes.kinds import Width
from simulation.processes.residents.lanes.memory import load, rows
from simulation.processes.residents.lanes.operators import as_float, marked, signed, where, zeros

_F = np.float32
_U32 = np.uint32
_U64 = np.uint64
_BYTE = _F(255)
_LOWEST = 255
_SLOTS = Width(8)  # those of the near ties, and one more
_EFFICACY, _AWARE, _ACTIVE, _THERE = 8, 16, 24, 25  # first bits above those of the topic


@inner_njit
def fetch(shown, tied, near, far, seen, lo, hi, front):
    """Collect what the eight ties of the residents `lo` to `hi` show, uint32 (8, m) from column `front` on.

    An empty slot shows oneself here; `tied`, uint8 (m), has a bit for each slot that has a tie. Unsigned indices spare
    a look for rows counted from the end.
    """
    slots = near.reshape(-1)
    for row in range(lo, hi):
        i, m = _U64(row), _U64(front + row - lo)
        for k in range(N_NEAR):
            shown[_U64(k), m] = seen[_U64(row + near[i, _U64(k)])]
        shown[_U64(N_NEAR), m] = seen[_U64(far[i])]
        first = N_NEAR * row
        here = rows(_SLOTS, first, first + N_NEAR, slots.shape[0])
        empty = marked(load(slots, here) == 0) >> _U64(first - here[0])
        tied[m] = (~empty & _U64(2**N_NEAR - 1)) | _U64(far[i] != row) << _U64(N_NEAR)


@njit(forceinline=True, error_model="numpy")  # the divisor is never zero
def look(width, mine, shown, tied, there, weights, bound):
    """What the eight ties show, weighted: differences on the topic and in efficacy, means of awareness and activity.

    Opinions further than `bound` do not count. Differences are in 1/255; fewer ties move less, so symmetric ties
    conserve the mean (16). Means are over the ties that are there.
    """
    own = mine & _LOWEST
    topic, efficacy, aware, active, present = zeros(width), zeros(width), zeros(width), zeros(width), zeros(width)
    slots = load(tied, there)
    for k in range(N_NEAR + 1):
        weight, x = weights[k], where(((slots >> k) & 1) > 0, load(shown[k], there), _U32(0))
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
