"""The equations of a resident's week, each a function of operators: of one resident's numbers, or of lanes of them.

Each is one equation of `docs/model.md`. None knows how many residents it is given at once (`lanes/`) nor
where their numbers are kept; `passes.py` loads and stores. What is said by `if` of one resident is a mask here.
"""

import numpy as np
from numba import njit

from simulation.processes.residents.lanes.memory import ramp
from simulation.processes.residents.lanes.operators import as_float, as_int, where
from simulation.random import GOLDEN, mix
from simulation.state.output import FIXED
from simulation.state.residents import IN_STEPS

_F = np.float32
_ZERO, _HALF, _ONE = _F(0), _F(0.5), _F(1)
_U64 = np.uint64
_TO_24 = _F(2.0**-24)
_FIXED = _F(FIXED)
_STEP = _F(1 / IN_STEPS)
_BYTE, _PER_BYTE, _PER_256 = _F(255), _F(1 / 255), _F(1 / 256)


@njit(forceinline=True)
def clip01(x):
    """Limit to [0, 1]."""
    return min(_ONE, max(_ZERO, x))


@njit(forceinline=True, error_model="numpy")  # the divisor is never zero
def logistic(x):
    """1 / (1 + exp(-x)) by a rational approximation of tanh (Lambert's continued fraction), error below 2e-4.

    It has no call and no table; arguments beyond 9 saturate.
    """
    h = min(_F(4.5), max(_F(-4.5), _HALF * x))
    h2 = h * h
    top = h * (_F(135135) + h2 * (_F(17325) + h2 * (_F(378) + h2)))
    bottom = _F(135135) + h2 * (_F(62370) + h2 * (_F(3150) + h2 * _F(28)))
    return _HALF + _HALF * top / bottom


@njit(forceinline=True)
def throw(here, start, copies, copy):
    """64 random bits for one person of each resident: resident i stands for the persons i * copies + (0 ... copies)."""
    person = _U64(here[0] * copies + copy)
    return mix(ramp(here, start + GOLDEN * person, GOLDEN * _U64(copies)))


@njit(forceinline=True)
def unit(word):
    """A float32 in [0, 1) from the upper 24 bits of 32."""
    return as_float(word >> 8) * _TO_24


@njit(forceinline=True)
def uses(word, exposure):
    """Whether a resident uses a domain this week: eight of 32 random bits against the chance in 1/256."""
    return (word & 255) < exposure


@njit(forceinline=True)
def steps(difference):
    """Personal differences in 1/256 on the scale of satisfaction."""
    return _STEP * as_float(difference)


@njit(forceinline=True)
def offered(performance, provider):
    """What a person finds: the performance of the place, and how the own provider differs from it (in 1/256)."""
    return clip01(performance + steps(provider))


@njit(forceinline=True)
def perceived(found, believed, used, noise, hearsay):
    """Perceived performance y of a domain (11a).

    Who uses the domain knows it from experience; who does not holds the belief E, moved by the share `hearsay` of the
    way to what there is to be found.
    """
    weight = where(used, hearsay + (_ONE - hearsay), hearsay)
    return believed + weight * (found - believed) + where(used, noise, _ZERO)


@njit(forceinline=True)
def aimed(y, believed, norm, leaning, c):
    """Satisfaction that a performance y leads to, met with a belief E (11); it rests there once E is y."""
    gap = y - norm - c.own_expectation * believed
    return clip01(leaning + c.performance * y + c.disconfirmation * min(gap, c.loss_aversion * gap))


@njit(forceinline=True)
def judged(s, y, believed, norm, leaning, c):
    """Satisfaction after a week: performance and disconfirmation move it (11, 12)."""
    return s + c.satisfaction_rate * (aimed(y, believed, norm, leaning, c) - s)


@njit(forceinline=True)
def expected(believed, y, rate):
    """Expectation follows what is perceived (13)."""
    return clip01(believed + rate * (y - believed))


@njit(forceinline=True)
def weighed(total):
    """Overall index: importance weights are bytes that sum to 255."""
    return total * _PER_BYTE


@njit(forceinline=True)
def fixed(x):
    """A number in [0, 1], or hours, with 16 fractional bits, as an integer: sums of these are exact in any order."""
    return as_int(x * _FIXED + _HALF)


@njit(forceinline=True)
def influenced(x, difference, rate):
    """Social influence (16): move by `rate` times the weighted difference that the ties show."""
    return clip01(x + rate * difference)


@njit(forceinline=True)
def reverted(f, base, difference, shift, influence, memory):
    """Efficacy: social influence (16) and return to its personal base shifted by community size (15)."""
    x = f + influence * difference
    return clip01(x + memory * (base + shift - x))


@njit(forceinline=True)
def learnt(a, near, campaign, diffusion, forgetting):
    """Awareness (21): campaign and aware ties teach those who do not know yet, and people forget."""
    return a + (campaign + diffusion * near) * (_ONE - a) - forgetting * a


@njit(forceinline=True)
def sorts(habit, aware, constant, weight):
    """Probability of sorting waste right (22)."""
    return logistic(constant + weight * habit) * aware


@njit(forceinline=True)
def accustomed(habit, done, rise, fall):
    """The habit that follows what is done (23)."""
    return habit + (done - habit) * where(done > habit, rise, fall)


@njit(forceinline=True)
def drive(f, near, fatigue, threshold, term, c):
    """How far the terms of volunteering (17) pass the personal threshold."""
    return f + c.volunteer_neighbours * near + term - c.volunteer_fatigue * fatigue - threshold


@njit(forceinline=True)
def enlisted(was, x, fatigue, word, other, hazard, c):
    """Whether one is registered after this week, from two random words.

    Children carry an infinite threshold, so their drive `x` is minus infinity and they never join.
    """
    joins = (unit(word) < hazard * logistic(_F(4) * x)) & (x > _F(-8))
    stays = unit(other) >= c.exit_base + c.exit_fatigue * fatigue
    return where(was, stays, joins)


@njit(forceinline=True)
def tired(fatigue, given, per_hour, recovery):
    """Fatigue grows with hours and fades."""
    return fatigue + (given * per_hour - fatigue * recovery)


@njit(forceinline=True)
def trusting(trust, exposure, found, rate, negative):
    """Trust in the property firm follows the service met; bad service counts `negative` times.

    `rate` is that of a contact, so a week moves trust by the expected contacts of the week, the probability of use.
    """
    gap = found - trust
    gap = where(gap > _ZERO, gap, gap * negative)
    return trust + rate * as_float(exposure) * _PER_256 * gap


@njit(forceinline=True)
def in_bytes(x):
    """A number in [0, 1] in 1/255."""
    return as_int(x * _BYTE + _HALF)
