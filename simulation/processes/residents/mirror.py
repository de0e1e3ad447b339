"""What ties see of a resident: a mirror of four bytes, written for the next week.

From the lowest byte up: satisfaction with the topic of the week, efficacy and awareness in 1/255, and whether the
resident acts as a volunteer. Differences are taken between mirrored values, so symmetric ties conserve the mean (16).
"""

import numpy as np
from numba import njit

from simulation.state.residents import N_NEAR

_F = np.float32
_HALF = _F(0.5)
_U32 = np.uint32
_U64 = np.uint64
_BYTE = _F(255)
_LOWEST = _U32(255)
_EFFICACY, _AWARE, _ACTIVE = _U32(8), _U32(16), _U32(24)  # first bit of each byte above that of the topic


@njit
def fetch(shown, near, far, seen, lo):
    """Collect what the eight ties of each resident of the gate show, uint32 (8, m)."""
    for i in range(far.shape[0]):
        row = lo + i
        for k in range(N_NEAR):
            shown[k, i] = seen[_U64(row + near[i, k])]
        shown[N_NEAR, i] = seen[_U64(far[i])]


@njit
def opinions(topic, mine, shown, weights, bound):
    """Weighted differences on the topic over the ties; opinions further than `bound` do not count (in 1/255)."""
    for i in range(topic.shape[0]):
        own, total = np.int32(mine[i] & _LOWEST), np.int32(0)
        for k in range(N_NEAR + 1):
            d = np.int32(shown[k, i] & _LOWEST) - own
            total += weights[k] * d * np.int32((d < bound) & (d > -bound))
        topic[i] = _F(total)


@njit
def examples(efficacy, aware, active, mine, shown, weights):
    """Weighted differences in efficacy, awareness (both in 1/255) and activity over the ties."""
    for i in range(efficacy.shape[0]):
        own = np.int32((mine[i] >> _EFFICACY) & _LOWEST)
        f, a, v = np.int32(0), np.int32(0), np.int32(0)
        for k in range(N_NEAR + 1):
            x = shown[k, i]
            f += weights[k] * (np.int32((x >> _EFFICACY) & _LOWEST) - own)
            a += weights[k] * np.int32((x >> _AWARE) & _LOWEST)
            v += weights[k] * np.int32(x >> _ACTIVE)
        efficacy[i], aware[i], active[i] = _F(f), _F(a), _F(v)


@njit
def look(topic, efficacy, aware, active, shown, near, far, seen, lo, c):
    """What the eight ties show, weighted: differences on the topic and in efficacy, awareness, active volunteers.

    A mirror of four bytes is all that a tie sees of another resident. Differences are taken between mirrored values,
    so symmetric ties conserve the mean (16).
    """
    fetch(shown, near, far, seen, lo)
    mine = seen[lo : lo + topic.shape[0]]
    opinions(topic, mine, shown, c.weights, c.bound)
    examples(efficacy, aware, active, mine, shown, c.weights)


@njit
def show(seen, topic, f, aware, state):
    """The mirror of next week: topic satisfaction, efficacy, awareness in 1/255, and whether active."""
    for i in range(seen.shape[0]):
        s = _U32(np.int32(topic[i] * _BYTE + _HALF))
        e = _U32(np.int32(f[i] * _BYTE + _HALF)) << _EFFICACY
        a = _U32(np.int32(aware[i] * _BYTE + _HALF)) << _AWARE
        seen[i] = s | e | a | (_U32(state[i] >> np.uint8(1)) << _ACTIVE)
