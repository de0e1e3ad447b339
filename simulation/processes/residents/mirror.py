"""What ties see of a resident: a mirror of four bytes, written for the next week.

From the lowest byte up: satisfaction with the topic of the week, efficacy and awareness in 1/255, whether the resident
acts as a volunteer, and a bit that says that somebody is there: an empty slot shows nothing and counts for nothing.
Differences are taken between mirrored values, so symmetric ties conserve the mean (16).
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
_EFFICACY, _AWARE, _ACTIVE, _THERE = _U32(8), _U32(16), _U32(24), _U32(25)  # first bits above those of the topic
_BIT = _U32(1)


@njit
def fetch(shown, near, far, seen, lo):
    """Collect what the eight ties of each resident of the gate show, uint32 (8, m); nil where there is no tie."""
    for i in range(far.shape[0]):
        row = lo + i
        for k in range(N_NEAR):
            offset = near[i, k]
            shown[k, i] = seen[_U64(row + offset)] * _U32(offset != 0)
        shown[N_NEAR, i] = seen[_U64(far[i])] * _U32(far[i] != row)


@njit
def opinions(topic, mine, shown, weights, bound):
    """Weighted differences on the topic over the ties; opinions further than `bound` do not count (in 1/255)."""
    for i in range(topic.shape[0]):
        own, total = np.int32(mine[i] & _LOWEST), np.int32(0)
        for k in range(N_NEAR + 1):
            x = shown[k, i]
            d = np.int32(x & _LOWEST) - own
            total += weights[k] * d * np.int32((d < bound) & (d > -bound)) * np.int32(x >> _THERE)
        topic[i] = _F(total)


@njit(error_model="numpy")  # a check for division by zero would keep the loop from becoming SIMD code
def examples(efficacy, aware, active, mine, shown, weights):
    """Weighted differences in efficacy (in 1/255), and weighted means of awareness and activity over the ties there."""
    for i in range(efficacy.shape[0]):
        own = np.int32((mine[i] >> _EFFICACY) & _LOWEST)
        f, a, v, there = np.int32(0), np.int32(0), np.int32(0), np.int32(0)
        for k in range(N_NEAR + 1):
            x = shown[k, i]
            weight = weights[k] * np.int32(x >> _THERE)
            f += weight * (np.int32((x >> _EFFICACY) & _LOWEST) - own)
            a += weight * np.int32((x >> _AWARE) & _LOWEST)
            v += weight * np.int32((x >> _ACTIVE) & _BIT)
            there += weight
        share = _F(1) / _F(max(there, np.int32(1)))
        efficacy[i], aware[i], active[i] = _F(f), share * _F(a) / _BYTE, share * _F(v)


@njit
def look(topic, efficacy, aware, active, shown, near, far, seen, lo, c):
    """What the eight ties show, weighted: differences on the topic and in efficacy, awareness, share of active ones.

    A mirror of four bytes is all that a tie sees of another resident. Differences are taken between mirrored values,
    and fewer ties move less, so symmetric ties conserve the mean (16).
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
        seen[i] = s | e | a | (_U32(state[i] >> np.uint8(1)) << _ACTIVE) | (_BIT << _THERE)
