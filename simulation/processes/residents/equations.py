"""The equations of a resident's week as compiled functions over the residents of a gate, or of some gates.

Each function is one equation of `docs/model.md`. A function either looks things up or stores columns, never both, so
that the compiler turns the storing ones into SIMD code.
"""

import numpy as np
from numba import njit

from simulation.random import GOLDEN, draw, mix
from simulation.state.output import FIXED, VISIT_FLAG
from simulation.state.residents import IN_STEPS

_F = np.float32
_ZERO, _HALF, _ONE = _F(0), _F(0.5), _F(1)
_U32 = np.uint32
_U64 = np.uint64
_TO_24 = _F(2.0**-24)
_FIXED = _F(FIXED)
_STEP = _F(1 / IN_STEPS)


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
def throw_apart(bits, start, step):
    """64 random bits for one person of each resident: their addresses lie `step` apart."""
    stride = GOLDEN * _U64(step)
    for i in range(bits.shape[0]):
        bits[i] = mix(start + stride * _U64(i))


@njit
def use(noise, used, bits, shift, exposure, width):
    """Whether each resident uses a domain this week (0 or 1), and the noise of the experience.

    `shift` (0 or 32) picks the half of the 64 random bits that decides use (8 bits) and the noise (24 bits).
    """
    for i in range(noise.shape[0]):
        z = _U32(bits[i] >> shift)
        used[i] = _F(np.int32((z & _U32(255)) < _U32(exposure[i])))
        noise[i] = width * (_F(np.int32(z >> _U32(8))) * _TO_24 - _HALF)


@njit
def lean(leaning, aspiration, disposition, luck, own_norm, c):
    """Level of each person's judgements (11): intercept, disposition and luck; and the weighted own norm."""
    for i in range(leaning.shape[0]):
        leaning[i] = c.base + _STEP * _F(np.int32(disposition[i]) + np.int32(luck[i]))
        aspiration[i] = c.normative * _STEP * _F(np.int32(own_norm[i]))


@njit
def offered(performance, provider):
    """What a person finds: the performance of the place, and how the own provider differs from it (in 1/256)."""
    return clip01(performance + _STEP * _F(np.int32(provider)))


@njit
def meet(found, norms, mobility, provider, aspiration, q, norm):
    """What each resident of a gate finds in a domain, and the weighted norm, the community's and one's own.

    `q` is the performance by mobility class (3,).
    """
    q0, q1, q2 = q[0], q[1], q[2]
    for i in range(found.shape[0]):
        kind = mobility[i]
        found[i] = offered(q0 if kind == 0 else (q1 if kind == 1 else q2), provider[i])
        norms[i] = norm + aspiration[i]


@njit
def perceived(found, believed, used, noise, hearsay):
    """Perceived performance y of a domain (11a).

    Who uses the domain (`used` 1) knows it from experience; who does not holds the belief E, moved by the share
    `hearsay` of the way to what there is to be found.
    """
    weight = hearsay + used * (_ONE - hearsay)
    return believed + weight * (found - believed) + used * noise


@njit
def judge(s, e, noise, used, found, norms, leaning, c):
    """Performance and disconfirmation move satisfaction every week (11, 12), and expectation follows (13)."""
    for i in range(s.shape[0]):
        believed = e[i]
        y = perceived(found[i], believed, used[i], noise[i], c.hearsay)
        gap = y - norms[i] - c.own_expectation * believed
        gap = min(gap, c.loss_aversion * gap)
        target = clip01(leaning[i] + c.performance * y + c.disconfirmation * gap)
        s[i] += c.satisfaction_rate * (target - s[i])
        e[i] = clip01(believed + c.expectation_rate * (y - believed))


@njit
def at_rest(y, norm, leaning, performance, disconfirmation, loss_aversion, own_expectation):
    """Satisfaction that stays where it is (11) when the expectation equals the performance y met all along."""
    gap = y - norm - own_expectation * y
    return clip01(leaning + performance * y + disconfirmation * min(gap, loss_aversion * gap))


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
def learn(aware, near, campaign, diffusion, forgetting):
    """Awareness (21): campaign and aware ties teach those who do not know yet, and people forget."""
    for i in range(aware.shape[0]):
        a = aware[i]
        aware[i] = a + (campaign + diffusion * near[i]) * (_ONE - a) - forgetting * a


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
    for i in range(x.shape[0]):
        x[i] = f[i] + c.volunteer_neighbours * near[i] + term - c.volunteer_fatigue * fatigue[i] - threshold[i]


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
def trust_service(trust, exposure, provider, q, rate, negative):
    """Trust in the property firm follows the service met; bad service counts `negative` times.

    `rate` is that of a contact, so a week moves trust by the expected contacts of the week, the probability of use.
    """
    for i in range(trust.shape[0]):
        gap = offered(q, provider[i]) - trust[i]
        gap = gap if gap > _ZERO else gap * negative
        trust[i] += rate * _F(np.int32(exposure[i])) * _F(1 / 256) * gap


@njit
def arise(events, bits, adult, issue, visit):
    """What comes up for each resident of a gate this week: 1 for an issue, 2 for a service visit, 3 for both."""
    for i in range(events.shape[0]):
        low, high = _U32(bits[i]), _U32(bits[i] >> _U64(32))
        events[i] = adult[i] * (np.uint8(low < issue) | np.uint8(high < visit) << np.uint8(1))


@njit
def collect(events, first, step, found, count):
    """Append the persons with an issue or a visit, `step` apart, to `found` from `count` on; few have one."""
    for i in range(events.shape[0]):
        if events[i] == 0:
            continue
        if events[i] & 1:
            found[count] = _U32(first + step * i)
            count += 1
        if events[i] & 2:
            found[count] = _U32(first + step * i) | _U32(VISIT_FLAG)
            count += 1
    return count


@njit
def weigh(overall, total):
    """Overall index of each resident: importance weights are bytes that sum to 255."""
    for i in range(total.shape[0]):
        overall[i] = total[i] * _F(1 / 255)


@njit
def count_from(state, level):
    """How many residents of the gate have at least this state."""
    t = np.int32(0)
    for i in range(state.shape[0]):
        t += np.int32(state[i] >= level)
    return np.int64(t)
