"""The weekly step of every resident, fused into one pass over the gates (楼门).

Rows are sorted by community, estate, cell, gate and household, so the performance that the residents of a gate meet
is a loop constant and every sum over a gate is a sum over a slice. Each inner function is one equation of
`docs/model.md`; a function either looks things up or stores columns, never both, so that the compiler turns the
storing ones into SIMD code. Blocks of gates run in parallel; a gate is summed by one thread in a fixed order, so the
bits do not depend on the number of threads.
"""

from typing import NamedTuple

import numpy as np
from numba import njit, prange

from simulation.population.random import GOLDEN, Stream, draw, key

N_DOMAINS = 10
N_NEAR = 7
PROPERTY = 7  # index of the domain
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


class Columns(NamedTuple):
    """Residents as columns; n rows. Domain columns have shape (10, n)."""

    satisfaction: np.ndarray  # float32 (10, n), 0-1
    expectation: np.ndarray  # float32 (10, n), predictive expectation, 0-1
    exposure: np.ndarray  # uint8 (10, n), weekly probability of use in 1/256
    importance: np.ndarray  # uint8 (10, n), weights that sum to 255
    mobility: np.ndarray  # uint8, 0 daytime-available, 1 commuter, 2 slow walker
    adult: np.ndarray  # uint8, 1 if the resident raises issues
    near: np.ndarray  # int16 (n, 7), ties as row offsets
    far: np.ndarray  # uint32, row of the eighth tie
    seen: np.ndarray  # uint32, what ties see this week
    seen_next: np.ndarray  # uint32, what they will see next week
    efficacy: np.ndarray  # float32
    efficacy_base: np.ndarray  # float32
    awareness: np.ndarray  # float32, of waste sorting
    habit: np.ndarray  # float32, of waste sorting
    volunteer: np.ndarray  # uint8, 0 no, 1 registered, 2 active
    fatigue: np.ndarray  # float32
    threshold: np.ndarray  # float32, of acting; infinite for children
    hours: np.ndarray  # float32, weekly hours when active
    trust: np.ndarray  # float32 (4, n): property firm, committee, street office, neighbours
    overall: np.ndarray  # float32, weighted index of the week


class Places(NamedTuple):
    """What the residents of a gate meet this week."""

    blocks: np.ndarray  # int64 (n_blocks + 1), first gate of blocks of about equal population
    gate_ptr: np.ndarray  # int64 (n_gates + 1), first row of each gate
    performance: np.ndarray  # float32 (n_gates, 10, 3) by mobility class
    norm: np.ndarray  # float32 (n_gates, 10), weighted normative expectation
    efficacy_shift: np.ndarray  # float32 (n_gates), effect of community size
    sorting: np.ndarray  # float32 (n_gates), constant of the sorting logit
    campaign: np.ndarray  # float32 (n_gates), awareness taught a week
    volunteering: np.ndarray  # float32 (n_gates), gate norm and organisations nearby
    registration: np.ndarray  # float32 (n_gates), hazard a week
    issue: np.ndarray  # uint32 (n_gates), threshold of the draw
    visit: np.ndarray  # uint32 (n_gates), threshold of the draw


class Coefficients(NamedTuple):
    """Scalars of the equations (float32 unless said)."""

    base: float
    performance: float
    disconfirmation: float
    loss_aversion: float
    own_expectation: float
    satisfaction_rate: float
    expectation_rate: float
    noise: float  # width of the uniform noise
    topic_influence: float  # per unit of weighted difference in 1/255
    efficacy_influence: float
    efficacy_memory: float
    tie_share: float  # turns a weighted sum in 1/255 into a mean
    active_share: float  # turns a weighted count of active ties into a share
    diffusion: float
    habit_weight: float
    habit_rise: float
    habit_fall: float
    volunteer_neighbours: float
    volunteer_fatigue: float
    exit_base: float
    exit_fatigue: float
    fatigue_per_hour: float
    fatigue_recovery: float
    trust_rate: float
    trust_negative: float
    bound: int  # bound of confidence in 1/255
    weights: np.ndarray  # int32 (8), weights of the ties


class Output(NamedTuple):
    """What a week leaves behind for the rest of the model."""

    found: np.ndarray  # uint32, rows with an issue (with VISIT_FLAG: a visit), block by block
    found_ptr: np.ndarray  # int64 (n_blocks), where a block may write
    found_count: np.ndarray  # int64 (n_blocks), how many it wrote
    tallies: np.ndarray  # int64 (n_gates, N_TALLIES)


@njit
def clip01(x):
    """Limit to [0, 1]."""
    return min(_ONE, max(_ZERO, x))


@njit
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
def experience(s, e, total, exposure, mobility, importance, q, norm, start, shift, c):
    """One domain: performance met, disconfirmation, satisfaction and expectation (11-13); adds to the weighted index.

    `q` is the performance by mobility class (3,), `norm` the weighted normative expectation; `shift` (0 or 32) picks
    the half of the 64 random bits that decides use (8 bits) and the noise of the experience (24 bits).
    """
    q0, q1, q2 = q[0], q[1], q[2]
    for i in range(s.shape[0]):
        z = _U32(draw(start, i) >> shift)
        used = _F(np.int32((z & _U32(255)) < _U32(exposure[i])))
        kind = mobility[i]
        y = q0 if kind == 0 else (q1 if kind == 1 else q2)
        y += c.noise * (_F(np.int32(z >> _U32(8))) * _TO_24 - _HALF)
        gap = y - norm - c.own_expectation * e[i]
        gap = min(gap, c.loss_aversion * gap)
        target = clip01(c.base + c.performance * y + c.disconfirmation * gap)
        x = s[i] + used * c.satisfaction_rate * (target - s[i])
        s[i] = x
        e[i] += used * c.expectation_rate * (y - e[i])
        total[i] += x * _F(np.int32(importance[i]))


@njit
def tally(x):
    """Sum of a column in [0, 1] over the gate with 16 fractional bits, as an integer (exact in any order)."""
    t = np.int32(0)
    for i in range(x.shape[0]):
        t += np.int32(x[i] * _FIXED + _HALF)
    return np.int64(t)


@njit
def look(topic, efficacy, aware, active, near, far, seen, lo, weights, bound):
    """What the eight ties show: weighted differences on the topic and in efficacy, awareness, active volunteers.

    A mirror of four bytes is all that a tie sees of another resident. Opinions further away than `bound` (in 1/255)
    do not count (bounded confidence). Differences are taken between mirrored values, so symmetric ties conserve
    the mean.
    """
    for i in range(topic.shape[0]):
        row = lo + i
        mine = seen[row]
        s0 = np.int32(mine & _U32(255))
        f0 = np.int32((mine >> _U32(8)) & _U32(255))
        ds = np.int32(0)
        df = np.int32(0)
        a = np.int32(0)
        v = np.int32(0)
        for k in range(N_NEAR):
            x = seen[_U64(row + near[i, k])]
            w = weights[k]
            d = np.int32(x & _U32(255)) - s0
            ds += w * d * np.int32(abs(d) < bound)
            df += w * (np.int32((x >> _U32(8)) & _U32(255)) - f0)
            a += w * np.int32((x >> _U32(16)) & _U32(255))
            v += w * np.int32(x >> _U32(24))
        x = seen[_U64(far[i])]
        w = weights[N_NEAR]
        d = np.int32(x & _U32(255)) - s0
        ds += w * d * np.int32(abs(d) < bound)
        df += w * (np.int32((x >> _U32(8)) & _U32(255)) - f0)
        a += w * np.int32((x >> _U32(16)) & _U32(255))
        v += w * np.int32(x >> _U32(24))
        topic[i] = _F(ds)
        efficacy[i] = _F(df)
        aware[i] = _F(a)
        active[i] = _F(v)


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
def volunteer(state, fatigue, given, f, near, threshold, hours, start, term, hazard, c):
    """Volunteering (17): register, act when the terms pass the personal threshold, tire, leave.

    `state` is 0 (not registered), 1 (registered), 2 (active this week); `given` receives the hours of the week.
    Children carry a threshold of infinity and never join.
    """
    for i in range(state.shape[0]):
        z = draw(start, i)
        u = _F(np.int32(_U32(z) >> _U32(8))) * _TO_24
        w = _F(np.int32(_U32(z >> _U64(32)) >> _U32(8))) * _TO_24
        tired = fatigue[i]
        drive = f[i] + c.volunteer_neighbours * c.active_share * near[i] + term - c.volunteer_fatigue * tired - threshold[i]
        joins = np.int32((u < hazard * logistic(_F(4) * drive)) & (drive > _F(-8)))
        stays = np.int32(w >= c.exit_base + c.exit_fatigue * tired)
        was = np.int32(state[i] > 0)
        member = was * stays + (1 - was) * joins
        acts = member * np.int32(drive > _ZERO)
        state[i] = np.uint8(member + acts)
        h = _F(acts) * hours[i]
        given[i] = h
        fatigue[i] = tired + h * c.fatigue_per_hour - tired * c.fatigue_recovery


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
def arise(adult, start, lo, issue, visit, found, count):
    """Rows of this gate with an issue or a service visit this week, appended to `found` from `count` on."""
    for i in range(adult.shape[0]):
        z = draw(start, i)
        found[count] = _U32(lo + i)
        count += np.int64((_U32(z) < issue) & (adult[i] > 0))
        found[count] = _U32(lo + i) | _U32(VISIT_FLAG)
        count += np.int64((_U32(z >> _U64(32)) < visit) & (adult[i] > 0))
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
def _domains(g, lo, hi, keys, total, col, at, c, tallies):
    for i in range(hi - lo):
        total[i] = _ZERO
    for d in range(N_DOMAINS):
        s = col.satisfaction[d, lo:hi]
        start = keys[d >> 1] + GOLDEN * _U64(lo)
        experience(s, col.expectation[d, lo:hi], total, col.exposure[d, lo:hi], col.mobility[lo:hi],
                   col.importance[d, lo:hi], at.performance[g, d], at.norm[g, d], start, _U64(32 * (d & 1)), c)
        tallies[g, d] = tally(s)
    overall = col.overall[lo:hi]
    weigh(overall, total)
    tallies[g, T_OVERALL] = tally(overall)


@njit
def _civic(g, lo, hi, start, difference, known, active, done, col, at, c, tallies):
    f, aware, state = col.efficacy[lo:hi], col.awareness[lo:hi], col.volunteer[lo:hi]
    revert(f, col.efficacy_base[lo:hi], difference, at.efficacy_shift[g], c.efficacy_influence, c.efficacy_memory)
    learn(aware, known, at.campaign[g], c.diffusion * c.tie_share)
    sort_waste(col.habit[lo:hi], done, aware, at.sorting[g], c.habit_weight, c.habit_rise, c.habit_fall)
    tallies[g, T_EFFICACY] = tally(f)
    tallies[g, T_AWARE] = tally(aware)
    tallies[g, T_SORT] = tally(done)
    volunteer(state, col.fatigue[lo:hi], done, f, active, col.threshold[lo:hi], col.hours[lo:hi], start,
              at.volunteering[g], at.registration[g], c)
    tallies[g, T_HOURS] = tally(done)
    tallies[g, T_REGISTERED] = _count(state, np.uint8(1))
    tallies[g, T_ACTIVE] = _count(state, np.uint8(2))
    firm = at.performance[g, PROPERTY, 0]
    trust_service(col.trust[0, lo:hi], col.exposure[PROPERTY, lo:hi], firm, c.trust_rate, c.trust_negative)
    for k in range(4):
        tallies[g, T_TRUST + k] = tally(col.trust[k, lo:hi])


@njit
def _block(b, keys, topic_now, topic_next, widest, col, at, c, out):
    """The gates of one block; returns how many rows `out.found` received."""
    scratch = np.empty((6, widest), np.float32)
    first = out.found_ptr[b]
    count = first
    for g in range(at.blocks[b], at.blocks[b + 1]):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        m = hi - lo
        offset = GOLDEN * _U64(lo)
        total, topic, difference = scratch[0, :m], scratch[1, :m], scratch[2, :m]
        known, active, done = scratch[3, :m], scratch[4, :m], scratch[5, :m]
        look(topic, difference, known, active, col.near[lo:hi], col.far[lo:hi], col.seen, lo, c.weights, c.bound)
        drift(col.satisfaction[topic_now, lo:hi], topic, c.topic_influence)
        _domains(g, lo, hi, keys, total, col, at, c, out.tallies)
        _civic(g, lo, hi, keys[6] + offset, difference, known, active, done, col, at, c, out.tallies)
        show(col.seen_next[lo:hi], col.satisfaction[topic_next, lo:hi], col.efficacy[lo:hi],
             col.awareness[lo:hi], col.volunteer[lo:hi])
        count = arise(col.adult[lo:hi], keys[5] + offset, lo, at.issue[g], at.visit[g], out.found, count)
    return count - first


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
