"""The weekly step of every resident, fused into one pass over the gates (楼门).

Rows are sorted by community, estate, cell, gate and household, so the performance that the residents of a gate meet
is a loop constant and every sum over a gate is a sum over a slice. Each inner function is one equation of
`docs/model.md`; a function either looks things up or stores columns, never both, so that the compiler turns the
storing ones into SIMD code. Blocks of gates run in parallel; a gate is summed by one thread in a fixed order, so the
bits do not depend on the number of threads.

The shapes of what the equations work on are in `columns.py`.
"""

from typing import NamedTuple

import numpy as np
from numba import njit, prange

from simulation.random import GOLDEN, Stream, draw, key

N_DOMAINS = 10
N_NEAR = 7
PROPERTY = 7  # index of the domain
CHUNK = 2048  # residents whose columns are worked on together
VISIT_FLAG = 1 << 31
FIXED = 65536  # tallies of columns are integers with 16 fractional bits: exact in any order of summation
_F = np.float32
_ZERO, _HALF, _ONE = _F(0), _F(0.5), _F(1)
_U32 = np.uint32
_U64 = np.uint64
_BYTE = _F(255)
_TO_24 = _F(2.0**-24)
_FIXED = _F(FIXED)
_EXPERIENCE, _ISSUE, _VOLUNTEER = int(Stream.EXPERIENCE), int(Stream.ISSUE), int(Stream.VOLUNTEER)

# columns of the tallies of a gate; the first ten are the domains of satisfaction
T_OVERALL, T_EFFICACY, T_AWARE, T_SORT, T_HOURS, T_REGISTERED, T_ACTIVE, T_TRUST = 10, 11, 12, 13, 14, 15, 16, 17
N_TALLIES = 21  # trust takes four


@njit
def clip01(x):
    """Limit to [0, 1]."""
    return min(_ONE, max(_ZERO, x))


@njit(error_model="numpy")  # a check for division by zero would keep the loop around it from becoming SIMD code
def logistic(x):
    """1 / (1 + exp(-x)) by a rational approximation of tanh (Lambert's continued fraction), error below 2e-4.

    It has no call and no table, so a loop around it becomes SIMD code; arguments beyond 9 saturate.
    """
    h = min(_F(4.5), max(_F(-4.5), _HALF * x))
    h2 = h * h
    top = h * (_F(135135) + h2 * (_F(17325) + h2 * (_F(378) + h2)))
    bottom = _F(135135) + h2 * (_F(62370) + h2 * (_F(3150) + h2 * _F(28)))
    return _HALF + _HALF * top / bottom


@njit
def throw(bits, start):
    """64 random bits for each resident."""
    for i in range(bits.shape[0]):
        bits[i] = draw(start, i)


@njit
def use(y, used, bits, shift, exposure, noise):
    """Whether each resident uses a domain this week (0 or 1), and the noise of the experience, in y.

    `shift` (0 or 32) picks the half of the 64 random bits that decides use (8 bits) and the noise (24 bits).
    """
    for i in range(y.shape[0]):
        z = _U32(bits[i] >> shift)
        used[i] = _F(np.int32((z & _U32(255)) < _U32(exposure[i])))
        y[i] = noise * (_F(np.int32(z >> _U32(8))) * _TO_24 - _HALF)


@njit
def meet(y, beyond, mobility, q, norm):
    """The experience y of a domain at a gate, noise on entry, and how far it lies beyond the norm.

    `q` is the performance by mobility class (3,).
    """
    q0, q1, q2 = q[0], q[1], q[2]
    for i in range(y.shape[0]):
        kind = mobility[i]
        base = q0 if kind == 0 else (q1 if kind == 1 else q2)
        y[i] = base + y[i]
        beyond[i] = y[i] - norm


@njit
def satisfy(s, e, y, used, beyond, c):
    """Satisfaction (11, 12): performance and loss-averse disconfirmation of the expectations move it."""
    for i in range(s.shape[0]):
        gap = beyond[i] - c.own_expectation * e[i]
        gap = min(gap, c.loss_aversion * gap)
        target = clip01(c.base + c.performance * y[i] + c.disconfirmation * gap)
        s[i] += used[i] * c.satisfaction_rate * (target - s[i])


@njit
def at_rest(y, norm, base, performance, disconfirmation, loss_aversion, own_expectation):
    """Satisfaction that stays where it is (11) when the expectation equals the performance y met all along."""
    gap = y - norm - own_expectation * y
    return clip01(base + performance * y + disconfirmation * min(gap, loss_aversion * gap))


@njit
def expect(e, y, used, rate):
    """Predictive expectation (13): an exponential memory of one's own experience."""
    for i in range(e.shape[0]):
        e[i] += used[i] * rate * (y[i] - e[i])


@njit
def add_weighted(total, s, importance):
    """Adds one domain to the weighted index (weights in 1/255)."""
    for i in range(total.shape[0]):
        total[i] += s[i] * _F(np.int32(importance[i]))


@njit
def tally(x):
    """Sum of a column in [0, 1] over the gate with 16 fractional bits, as an integer (exact in any order)."""
    t = np.int32(0)
    for i in range(x.shape[0]):
        t += np.int32(x[i] * _FIXED + _HALF)
    return np.int64(t)


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
        own, total = np.int32(mine[i] & _U32(255)), np.int32(0)
        for k in range(N_NEAR + 1):
            d = np.int32(shown[k, i] & _U32(255)) - own
            total += weights[k] * d * np.int32((d < bound) & (d > -bound))
        topic[i] = _F(total)


@njit
def examples(efficacy, aware, active, mine, shown, weights):
    """Weighted differences in efficacy, awareness (both in 1/255) and activity over the ties."""
    for i in range(efficacy.shape[0]):
        own = np.int32((mine[i] >> _U32(8)) & _U32(255))
        f, a, v = np.int32(0), np.int32(0), np.int32(0)
        for k in range(N_NEAR + 1):
            x = shown[k, i]
            f += weights[k] * (np.int32((x >> _U32(8)) & _U32(255)) - own)
            a += weights[k] * np.int32((x >> _U32(16)) & _U32(255))
            v += weights[k] * np.int32(x >> _U32(24))
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
def drift(x, difference, rate):
    """Social influence (16): move by `rate` times the weighted difference that the ties show."""
    for i in range(x.shape[0]):
        x[i] = clip01(x[i] + rate * difference[i])


@njit
def revert(f, base, difference, shift, influence, memory):
    """Efficacy: social influence (16) and return to its personal base shifted by community size (15)."""
    for i in range(f.shape[0]):
        x = f[i] + influence * difference[i]
        f[i] = clip01(x + memory * (base[i] + shift - x))


@njit
def learn(aware, near, campaign, diffusion):
    """Awareness (21): campaign and aware ties teach those who do not know yet."""
    for i in range(aware.shape[0]):
        a = aware[i]
        aware[i] = a + (campaign + diffusion * near[i]) * (_ONE - a)


@njit
def sort_waste(habit, done, aware, constant, weight, rise, fall):
    """Waste sorting (22, 23): probability of sorting right, and the habit that follows it."""
    for i in range(habit.shape[0]):
        g = habit[i]
        p = logistic(constant + weight * g) * aware[i]
        done[i] = p
        habit[i] = g + (p - g) * (rise if p > g else fall)


@njit
def drive(x, f, near, fatigue, threshold, term, c):
    """How far the terms of volunteering (17) pass the personal threshold."""
    share = c.volunteer_neighbours * c.active_share
    for i in range(x.shape[0]):
        x[i] = f[i] + share * near[i] + term - c.volunteer_fatigue * fatigue[i] - threshold[i]


@njit
def enlist(state, x, fatigue, start, hazard, c):
    """Register, leave, act: 0 (not registered), 1 (registered), 2 (active this week).

    Children carry an infinite threshold, so their drive `x` is minus infinity and they never join.
    """
    for i in range(state.shape[0]):
        z = draw(start, i)
        u = _F(np.int32(_U32(z) >> _U32(8))) * _TO_24
        w = _F(np.int32(_U32(z >> _U64(32)) >> _U32(8))) * _TO_24
        joins = np.int32((u < hazard * logistic(_F(4) * x[i])) & (x[i] > _F(-8)))
        stays = np.int32(w >= c.exit_base + c.exit_fatigue * fatigue[i])
        was = np.int32(state[i] > 0)
        member = was * stays + (1 - was) * joins
        state[i] = np.uint8(member + member * np.int32(x[i] > _ZERO))


@njit
def give(given, state, hours):
    """Hours given this week by those who act."""
    for i in range(given.shape[0]):
        given[i] = _F(np.int32(state[i] >> np.uint8(1))) * hours[i]


@njit
def tire(fatigue, given, per_hour, recovery):
    """Fatigue grows with hours and fades."""
    for i in range(fatigue.shape[0]):
        fatigue[i] += given[i] * per_hour - fatigue[i] * recovery


@njit
def trust_service(trust, exposure, q, rate, negative):
    """Trust in the property firm follows the service met week by week; bad weeks count `negative` times."""
    for i in range(trust.shape[0]):
        gap = q - trust[i]
        gap = gap if gap > _ZERO else gap * negative
        trust[i] += rate * _F(np.int32(exposure[i])) * _F(1 / 256) * gap


@njit
def show(seen, topic, f, aware, state):
    """The mirror of next week: topic satisfaction, efficacy, awareness in 1/255, and whether active."""
    for i in range(seen.shape[0]):
        s = _U32(np.int32(topic[i] * _BYTE + _HALF))
        e = _U32(np.int32(f[i] * _BYTE + _HALF)) << _U32(8)
        a = _U32(np.int32(aware[i] * _BYTE + _HALF)) << _U32(16)
        seen[i] = s | e | a | (_U32(state[i] >> np.uint8(1)) << _U32(24))


@njit
def arise(events, bits, adult, issue, visit):
    """What comes up for each resident of a gate this week: 1 for an issue, 2 for a service visit, 3 for both."""
    for i in range(events.shape[0]):
        low, high = _U32(bits[i]), _U32(bits[i] >> _U64(32))
        events[i] = adult[i] * (np.uint8(low < issue) | np.uint8(high < visit) << np.uint8(1))


@njit
def collect(events, lo, found, count):
    """Append the rows with an issue or a visit to `found` from `count` on; few have one."""
    for i in range(events.shape[0]):
        if events[i] == 0:
            continue
        if events[i] & 1:
            found[count] = _U32(lo + i)
            count += 1
        if events[i] & 2:
            found[count] = _U32(lo + i) | _U32(VISIT_FLAG)
            count += 1
    return count


@njit
def weigh(overall, total):
    """Overall index of each resident: importance weights are bytes that sum to 255."""
    for i in range(total.shape[0]):
        overall[i] = total[i] * _F(1 / 255)


@njit
def _count(state, level):
    t = np.int32(0)
    for i in range(state.shape[0]):
        t += np.int32(state[i] >= level)
    return np.int64(t)


@njit
def _ties(first, last, w, shown, topic_now, col, at, c):
    """Influence on the topic of the week for the gates of a chunk; leaves what else the ties show in `w`."""
    base = at.gate_ptr[first]
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        a, b = lo - base, hi - base
        topic = w.y[a:b]
        look(
            topic, w.efficacy[a:b], w.aware[a:b], w.active[a:b], shown, col.near[lo:hi], col.far[lo:hi], col.seen, lo, c
        )
        drift(col.satisfaction[topic_now, lo:hi], topic, c.topic_influence)


@njit
def _domains(first, last, keys, w, col, at, c, tallies):
    """Experience of the ten domains. Domain by domain over a chunk: few streams of memory at a time stay fast."""
    base, end = at.gate_ptr[first], at.gate_ptr[last]
    n = end - base
    total, bits, y, used, beyond = w.total[:n], w.bits[:n], w.y[:n], w.used[:n], w.beyond[:n]
    total[:] = _ZERO
    for d in range(N_DOMAINS):
        s, e = col.satisfaction[d, base:end], col.expectation[d, base:end]
        if d & 1 == 0:
            throw(bits, keys[d >> 1] + GOLDEN * _U64(base))
        use(y, used, bits, _U64(32 * (d & 1)), col.exposure[d, base:end], c.noise)
        for g in range(first, last):
            lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
            meet(
                y[lo - base : hi - base],
                beyond[lo - base : hi - base],
                col.mobility[lo:hi],
                at.performance[g, d],
                at.norm[g, d],
            )
        satisfy(s, e, y, used, beyond, c)
        expect(e, y, used, c.expectation_rate)
        add_weighted(total, s, col.importance[d, base:end])
        for g in range(first, last):
            tallies[g, d] = tally(s[at.gate_ptr[g] - base : at.gate_ptr[g + 1] - base])
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        overall = col.overall[lo:hi]
        weigh(overall, total[lo - base : hi - base])
        tallies[g, T_OVERALL] = tally(overall)


@njit
def _sorting(g, lo, hi, aware, done, col, at, c, tallies):
    known = col.awareness[lo:hi]
    learn(known, aware, at.campaign[g], c.diffusion * c.tie_share)
    sort_waste(col.habit[lo:hi], done, known, at.sorting[g], c.habit_weight, c.habit_rise, c.habit_fall)
    tallies[g, T_AWARE] = tally(known)
    tallies[g, T_SORT] = tally(done)


@njit
def _volunteers(g, lo, hi, start, active, x, given, col, at, c, tallies):
    state, fatigue = col.volunteer[lo:hi], col.fatigue[lo:hi]
    drive(x, col.efficacy[lo:hi], active, fatigue, col.threshold[lo:hi], at.volunteering[g], c)
    enlist(state, x, fatigue, start, at.registration[g], c)
    give(given, state, col.hours[lo:hi])
    tire(fatigue, given, c.fatigue_per_hour, c.fatigue_recovery)
    tallies[g, T_HOURS] = tally(given)
    tallies[g, T_REGISTERED] = _count(state, np.uint8(1))
    tallies[g, T_ACTIVE] = _count(state, np.uint8(2))


@njit
def _civic(first, last, start, w, col, at, c, tallies):
    """Efficacy, waste sorting, volunteering and trust for the gates of a chunk, each in a pass of its own."""
    base = at.gate_ptr[first]
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        a, b = lo - base, hi - base
        f = col.efficacy[lo:hi]
        revert(
            f, col.efficacy_base[lo:hi], w.efficacy[a:b], at.efficacy_shift[g], c.efficacy_influence, c.efficacy_memory
        )
        tallies[g, T_EFFICACY] = tally(f)
        _sorting(g, lo, hi, w.aware[a:b], w.y[: hi - lo], col, at, c, tallies)
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        _volunteers(
            g,
            lo,
            hi,
            start + GOLDEN * _U64(lo),
            w.active[lo - base : hi - base],
            w.y[: hi - lo],
            w.used[: hi - lo],
            col,
            at,
            c,
            tallies,
        )
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        trust_service(
            col.trust[0, lo:hi],
            col.exposure[PROPERTY, lo:hi],
            at.performance[g, PROPERTY, 0],
            c.trust_rate,
            c.trust_negative,
        )
    for k in range(4):
        for g in range(first, last):
            tallies[g, T_TRUST + k] = tally(col.trust[k, at.gate_ptr[g] : at.gate_ptr[g + 1]])


@njit
def _needs(first, last, start, w, adult, at, found, count):
    """Issues and visits of the gates of a chunk; returns how many rows `found` holds then."""
    base, end = at.gate_ptr[first], at.gate_ptr[last]
    events = w.events[: end - base]
    throw(w.bits[: end - base], start + GOLDEN * _U64(base))
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        a, b = lo - base, hi - base
        arise(events[a:b], w.bits[a:b], adult[lo:hi], at.issue[g], at.visit[g])
    return collect(events, base, found, count)


class _Scratch(NamedTuple):
    """Working columns of a chunk, float32 unless said, small enough for the second cache."""

    total: np.ndarray
    efficacy: np.ndarray
    aware: np.ndarray
    active: np.ndarray
    y: np.ndarray
    used: np.ndarray
    beyond: np.ndarray
    bits: np.ndarray  # uint64
    events: np.ndarray  # uint8


@njit
def _chunk_end(first, last, gate_ptr):
    """The gate after the last one of a chunk of about CHUNK residents that begins at `first`."""
    end = first + 1
    while end < last and gate_ptr[end + 1] - gate_ptr[first] <= CHUNK:
        end += 1
    return end


@njit
def _block(b, keys, topic_now, topic_next, widest, col, at, c, out):
    """The gates of one block, chunk by chunk; returns how many rows `out.found` received."""
    size = CHUNK + widest
    w = _Scratch(
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.uint64),
        np.empty(size, np.uint8),
    )
    shown = np.empty((N_NEAR + 1, widest), np.uint32)
    count = out.found_ptr[b]
    first = at.blocks[b]
    while first < at.blocks[b + 1]:
        last = _chunk_end(first, at.blocks[b + 1], at.gate_ptr)
        _ties(first, last, w, shown, topic_now, col, at, c)
        _domains(first, last, keys, w, col, at, c, out.tallies)
        _civic(first, last, keys[6], w, col, at, c, out.tallies)
        lo, hi = at.gate_ptr[first], at.gate_ptr[last]
        show(
            col.seen_next[lo:hi],
            col.satisfaction[topic_next, lo:hi],
            col.efficacy[lo:hi],
            col.awareness[lo:hi],
            col.volunteer[lo:hi],
        )
        count = _needs(first, last, keys[5], w, col.adult, at, out.found, count)
        first = last
    return count - out.found_ptr[b]


@njit(parallel=True, cache=True, nogil=True)
def step_residents(seed, tick, topic_now, topic_next, widest, col, at, c, out):
    """One week of all residents.

    Parameters
    ----------
    seed, tick : int
        Address of the draws.
    topic_now, topic_next : int
        Domain that the mirror `seen` shows, and the one that `seen_next` shall show.
    widest : int
        Residents of the largest gate.
    col, at, c, out : Columns, Places, Coefficients, Output
        `col` is changed in place, `out` is filled; after the call the caller swaps `seen` and `seen_next`.
    """
    keys = np.empty(7, np.uint64)
    for p in range(5):
        keys[p] = key(seed, tick, _EXPERIENCE + p)
    keys[5] = key(seed, tick, _ISSUE)
    keys[6] = key(seed, tick, _VOLUNTEER)
    counts = out.found_count  # numba 0.68 drops a store to a field of a named tuple inside prange: name the array first
    for b in prange(at.blocks.shape[0] - 1):
        counts[b] = _block(b, keys, topic_now, topic_next, widest, col, at, c, out)
