"""What residents learn from how their requests end, equations (9) and (11)-(13), and what they say when called back."""

from typing import NamedTuple

import numpy as np
from numba import get_num_threads, njit
from numpy.typing import NDArray

from simulation.domains import DAYS_PER_WEEK, SERVICE, TRUST_COMMITTEE, TRUST_FIRM, TRUST_NEIGHBOURS, TRUST_STREET
from simulation.inner import AHEAD, ask
from simulation.parameters import Parameters
from simulation.processes.residents.coefficients import coefficients
from simulation.processes.residents.equations import expected, judged
from simulation.random import Stream, draw, key, unit_interval
from simulation.state.residents import IN_STEPS
from simulation.state.tickets import OPEN, RESOLVED
from simulation.state.world import World
from simulation.threads import on_threads, take

_CALL_BACK = int(Stream.CALL_BACK)
_ACTOR = np.array([TRUST_NEIGHBOURS, TRUST_FIRM, TRUST_COMMITTEE, TRUST_STREET, TRUST_STREET])
"""Whom a resident credits, by tier."""
_NEAREST = 2**15  # rows from which near ties, 16-bit offsets, can reach a resident
_UNIFORM_WIDTH = 12.0**0.5  # width of a uniform distribution of unit variance


class Experience(NamedTuple):
    """Coefficients of the experience of a closed ticket, equation (9)."""

    base: float
    resolved: float
    speed: float
    days: float  # after which the speed counts 1/e
    manner: float


def learn(world: World) -> None:
    """Residents learn from the tickets that ended: satisfaction, trust, and efficacy with that of their ties."""
    p = world.params
    on_threads(
        _close,
        np.zeros(1, np.int64),
        get_num_threads(),
        world.tickets,
        world.copies,
        DAYS_PER_WEEK * world.tick,
        world.residents.columns,
        world.residents.since,
        _ACTOR,
        _manner(world),
        world.communities.norm[:, SERVICE],
        _experience_of(p),
        coefficients(p),
        p["trust.rate"],
        p["trust.negative"],
        p["efficacy.event"],
        p["efficacy.hearsay"],
    )


def _manner(world: World) -> NDArray[np.float64]:
    """One less mean burnout of the community's workers."""
    w, n = world.workers, len(world.communities)
    filled = w.vacancy == 0
    count = np.bincount(w.community[filled], minlength=n)
    return 1 - np.bincount(w.community[filled], w.burnout[filled], n) / np.maximum(count, 1)


def _experience_of(p: Parameters) -> Experience:
    return Experience(
        p["requests.experience_base"],
        p["requests.experience_resolved"],
        p["requests.experience_speed"],
        p["requests.experience_days"],
        p["requests.experience_manner"],
    )


@njit(inline="always")
def _experience(resolved, days, manner, c):
    """Experience of a closed ticket, equation (9), in 0-1."""
    return c.base + c.resolved * resolved + c.speed * np.exp(-days / c.days) + c.manner * manner


@njit(inline="always")
def _move(efficacy, who, lo, hi, change):
    """Efficacy of a resident moves by `change`, if the resident's row lies in lo to hi."""
    if lo <= who < hi:
        efficacy[who] = min(1.0, max(0.0, efficacy[who] + change))


@njit(inline="always")
def _hear(efficacy, near, far, who, lo, hi, change, share):
    """Efficacy of the resident and, by hearsay, of the ties moves by the outcome, for rows in lo to hi."""
    if lo - _NEAREST <= who < hi + _NEAREST:
        _move(efficacy, who, lo, hi, change)
        for k in range(near.shape[1]):
            if near[who, k] != 0:
                _move(efficacy, who + near[who, k], lo, hi, share * change)
    if far[who] != who:
        _move(efficacy, far[who], lo, hi, share * change)


@njit(cache=True, nogil=True)
def _close(
    counter,
    parts,
    t,
    copies,
    first_day,
    col,
    since,
    actor,
    manner,
    norm,
    ticket,
    c,
    trust_rate,
    negative,
    event,
    share,
):
    """What residents learn from the tickets that ended in this week, part after part of the residents.

    Parts are taken from `counter` on (int64 [1], shared by threads), the tickets of each in their order. What a
    resident learns depends on no other resident, so the bits do not depend on the number of parts. Of the persons that
    a resident stands for, the first is the resident: its requests come at the rate of one person. Who has come to the
    row since a request was opened learns nothing from it.

    Parameters
    ----------
    since : int16[n]
        Tick at which each resident came.
    norm : float64[n_communities]
        Normative expectation of community services.
    c : Coefficients
        Of the equations of a resident's week.
    """
    # names for the columns: to take them from the tuples in the loop counts references, which costs more than the work
    person, resident, status, opened, closed = t.person, t.resident, t.status, t.opened, t.closed
    tier, community, visit = t.tier, t.community, t.visit
    trust, efficacy, near, far = col.trust, col.efficacy, col.near, col.far
    satisfaction, expectation = col.satisfaction[SERVICE], col.expectation[SERVICE]
    disposition, luck, aspiration, week = col.disposition, col.luck, col.aspiration, t.opened_tick
    n, last = efficacy.shape[0], resident.shape[0] - 1
    part = take(counter)
    while part < parts:
        lo, hi = n * part // parts, n * (part + 1) // parts
        for k in range(resident.shape[0]):
            soon = resident[min(k + AHEAD, last)]
            ask(since, soon)
            ask(far, soon)
            if lo <= soon < hi:
                ask(efficacy, soon)
                ask(near, soon)
                ask(satisfaction, soon)
                ask(expectation, soon)
                ask(disposition, soon)
                ask(luck, soon)
                ask(aspiration, soon)
            if closed[k] < first_day or status[k] == OPEN or person[k] % copies > 0:
                continue
            who = resident[k]
            if week[k] < since[who]:
                continue
            resolved = 1.0 if status[k] == RESOLVED else 0.0
            if not visit[k]:
                _hear(efficacy, near, far, who, lo, hi, event if resolved > 0 else -event, share)
            if not lo <= who < hi:
                continue
            y = _experience(resolved, closed[k] - opened[k], manner[community[k]], ticket)
            own_norm = c.normative * (norm[community[k]] + aspiration[who] / IN_STEPS)
            leaning = c.base + (disposition[who] + luck[who]) / IN_STEPS
            believed = expectation[who]
            satisfaction[who] = judged(satisfaction[who], y, believed, own_norm, leaning, c)
            expectation[who] = expected(believed, y, c.expectation_rate)
            row = actor[tier[k]]
            gap = y - trust[row, who]
            step = trust_rate * (gap if gap > 0 else negative * gap)
            trust[row, who] = min(1.0, max(0.0, trust[row, who] + step))
        part = take(counter)


def call_back(world: World) -> None:
    """Call back the hotline tickets whose time has come; the three rates of the week."""
    p, w = world.params, world.week
    _answer(
        world.seed,
        world.tick,
        world.tickets,
        DAYS_PER_WEEK * world.tick + DAYS_PER_WEEK - 1,
        int(p["requests.sla_days"]),
        int(p["requests.contact_days"]),
        _manner(world),
        _experience_of(p),
        p["requests.satisfied_threshold"],
        p["requests.satisfied_noise"] * _UNIFORM_WIDTH,
        w.due,
        w.responded,
        w.settled,
        w.pleased,
    )


@njit(cache=True)
def _answer(
    seed, tick, t, today, sla_days, contact_days, manner, ticket, threshold, width, due, contacted, settled, pleased
):
    """Call back every hotline ticket whose time has come, and count the three rates by community."""
    start = key(seed, tick, _CALL_BACK)
    for k in range(t.resident.shape[0]):
        if not t.hotline[k] or t.called[k] or t.opened[k] + sla_days > today:
            continue
        t.called[k] = True
        c = t.community[k]
        done = t.status[k] == RESOLVED and t.closed[k] <= t.opened[k] + sla_days
        days = t.closed[k] - t.opened[k] if done else sla_days
        y = _experience(1.0 if done else 0.0, days, manner[c], ticket)
        y += width * (unit_interval(draw(start, t.person[k])) - 0.5)
        due[c] += 1
        contacted[c] += t.contacted[k] >= t.opened[k] and t.contacted[k] - t.opened[k] <= contact_days
        settled[c] += done
        pleased[c] += y > threshold
