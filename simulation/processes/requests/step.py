"""Requests (steps 6 and 7): new tickets enter queues, desks serve them, residents learn from the outcome.

Conservation: opened = resolved + unresolved + withdrawn + open, by count, at the end of every week.
"""

from typing import NamedTuple

import numpy as np
from numba import get_num_threads, njit, prange
from numpy.typing import NDArray

from simulation.parameters import Parameters
from simulation.processes.requests import intake, tickets
from simulation.processes.requests.tickets import (
    COMMITTEE,
    DEPARTMENT,
    FIRM,
    OPEN,
    RESOLVED,
    STREET,
    UNRESOLVED,
    VOLUNTEER,
    WITHDRAWN,
    Desks,
)
from simulation.processes.staff import committee_hours
from simulation.random import Stream, draw, key, unit_interval
from simulation.state.world import World

COMMUNITY_SERVICE = 9
_CALL_BACK = int(Stream.CALL_BACK)
_ACTOR = np.array([3, 0, 1, 2, 2])  # whom a resident credits, by tier: row of `trust`
_NEAREST = 2**15  # rows from which near ties, 16-bit offsets, can reach a resident
_UNIFORM_WIDTH = 12.0**0.5  # width of a uniform distribution of unit variance


def step(world: World) -> None:
    """One week of requests."""
    _latent_fade(world)
    desks = _desks(world)
    intake.step(world, desks)
    t, p = world.tickets, world.params
    before = _hours_left(world)
    tickets.serve_week(
        world.seed,
        world.tick,
        t,
        desks,
        intake.work_hours(p),
        p["requests.contact_hours"],
        int(p["requests.sla_days"]),
        p["requests.escalate"],
        p["requests.reopen"],
        int(p["staff.work_days"]),
    )
    world.arrived += np.maximum(desks.used + _hours_left(world) - before, 0)  # contacts, and work that moved here
    tickets.withdraw(world.seed, world.tick, t, 1 / p["requests.patience_weeks"], 7 * world.tick + 6)
    _learn(world)
    _call_back(world)
    survey = _survey(world)
    _count(world, survey)
    _observe(world, desks, survey)
    world.handled = t
    world.tickets = tickets.keep(t, (t.status == OPEN) | (t.hotline & ~t.called))


def _hours_left(world: World) -> NDArray[np.float64]:
    """Hours of work waiting at each desk, float64 (n_desks,)."""
    first = _first(world)
    hours = np.zeros(first[-1])
    _add_left(world.tickets, first, hours)
    return hours


@njit(cache=True)
def _add_left(t, first, hours):
    for k in range(t.left.shape[0]):
        if t.status[k] == OPEN:
            hours[first[t.tier[k]] + t.unit[k]] += t.left[k]


def _latent_fade(world: World) -> None:
    world.communities.latent *= 1 - 1 / world.params["needs.latent_decay"]
    world.communities.latent *= (1 - np.minimum(world.levers.matching, 1))[:, None]


def _first(world: World) -> NDArray[np.int64]:
    """First desk of each tier, and the number of desks."""
    c, f, s, d = (len(x) for x in (world.communities, world.firms, world.streets, world.departments))
    return np.cumsum([0, c, f, c, s, d])


def _desks(world: World) -> Desks:
    """Hours, speed and skill of every desk this week."""
    p, c, first = world.params, world.communities, _first(world)
    week_days = p["staff.work_days"]
    committee = committee_hours(world)
    volunteer = p["volunteering.substitution"] * p["volunteering.request_share"] * c.volunteer_hours
    hours = np.concatenate(
        [
            volunteer,
            world.firms.hours,
            committee,
            world.streets.hours * world.levers.street_hours,
            world.departments.hours * world.levers.department_hours,
        ]
    )
    load = np.concatenate(
        [
            np.zeros(len(c)),
            world.firms.load_memory,
            c.load_memory,
            world.streets.load_memory,
            world.departments.load_memory,
        ]
    )
    over = np.maximum(load - 1, 0)
    slow = np.ones(first[-1])
    slow[first[COMMITTEE] : first[STREET]] = intake.visit_slowdown(world)
    n = first[-1]
    return Desks(
        first,
        hours / week_days,
        np.full(n, p["staff.day_hours"]),
        np.maximum(p["staff.corner_floor"], 1 - p["staff.corner_cutting"] * over),
        slow,
        _resolve_logit(world, over),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n, np.int64),
        world.department_of_domain,
    )


def _resolve_logit(world: World, over: NDArray[np.float64]) -> NDArray[np.float64]:
    """Equation (8) for every desk."""
    p, first = world.params, _first(world)
    knowledge = np.zeros(first[-1])
    knowledge[first[COMMITTEE] : first[STREET]] = world.communities.knowledge
    knowledge[: first[FIRM]] = 1.0  # a gate head knows the gate
    authority = np.zeros(first[-1])
    authority[first[COMMITTEE] : first[DEPARTMENT]] = world.levers.authority
    authority[first[STREET] : first[DEPARTMENT]] += p["requests.authority_street"]
    authority[first[DEPARTMENT] :] = p["requests.authority_department"]
    skill = np.full(first[-1], p["staff.skill"])
    skill[first[STREET] : first[DEPARTMENT]] += world.levers.street_skill
    reform = p["requests.resolve_reform"] * world.ramp("hotline_reform") if world.context.hotline_reform else 0.0
    return (
        p["requests.resolve_base"]
        + reform
        + p["requests.resolve_staff"] * (skill - 0.5)
        + p["requests.resolve_authority"] * authority
        + p["requests.resolve_knowledge"] * knowledge
        - p["requests.resolve_overload"] * over
    )


@njit(inline="always")
def _experience(resolved, days, manner, c):
    """Experience of a closed ticket, equation (9), in 0-1."""
    return c[0] + c[1] * resolved + c[2] * np.exp(-days / c[3]) + c[4] * manner


@njit(inline="always")
def _meet(satisfaction, expectation, who, y, norm, e):
    """Satisfaction and expectation of a domain after one experience y, equations (11)-(13)."""
    base, performance, disconfirmation, aversion, own, rate, rate_e = e
    gap = y - norm - own * expectation[who]
    gap = min(gap, aversion * gap)
    target = min(1.0, max(0.0, base + performance * y + disconfirmation * gap))
    satisfaction[who] += rate * (target - satisfaction[who])
    expectation[who] += rate_e * (y - expectation[who])


@njit(inline="always")
def _move(efficacy, who, lo, hi, change):
    """Efficacy of a resident moves by `change`, if the resident's row lies in lo to hi."""
    if lo <= who < hi:
        efficacy[who] = min(1.0, max(0.0, efficacy[who] + change))


@njit(inline="always")
def _hear(efficacy, near, far, who, lo, hi, change, share):
    """Efficacy of the resident and, by hearsay, of the eight ties moves by the outcome, for rows in lo to hi."""
    if lo - _NEAREST <= who < hi + _NEAREST:
        _move(efficacy, who, lo, hi, change)
        for k in range(near.shape[1]):
            _move(efficacy, who + near[who, k], lo, hi, share * change)
    _move(efficacy, far[who], lo, hi, share * change)


@njit(inline="always")
def _close_for(lo, hi, t, first_day, col, actor, manner, norm, ticket, equations, trust_rate, negative, event, share):
    """What residents in rows lo to hi learn from the tickets that ended, in the order of the tickets."""
    # names for the columns: to take them from the tuples in the loop counts references, which costs more than the work
    resident, status, opened, closed, tier = t.resident, t.status, t.opened, t.closed, t.tier
    community, visit, trust, efficacy, near, far = t.community, t.visit, col.trust, col.efficacy, col.near, col.far
    satisfaction, expectation = col.satisfaction[COMMUNITY_SERVICE], col.expectation[COMMUNITY_SERVICE]
    for k in range(resident.shape[0]):
        if closed[k] < first_day or status[k] == OPEN:
            continue
        who = resident[k]
        resolved = 1.0 if status[k] == RESOLVED else 0.0
        if not visit[k]:
            _hear(efficacy, near, far, who, lo, hi, event if resolved > 0 else -event, share)
        if not lo <= who < hi:
            continue
        y = _experience(resolved, closed[k] - opened[k], manner[community[k]], ticket)
        _meet(satisfaction, expectation, who, y, norm[community[k]], equations)
        row = actor[tier[k]]
        gap = y - trust[row, who]
        step = trust_rate * (gap if gap > 0 else negative * gap)
        trust[row, who] = min(1.0, max(0.0, trust[row, who] + step))


@njit(parallel=True, cache=True)
def _close(parts, t, first_day, col, actor, manner, norm, ticket, equations, trust_rate, negative, event, share):
    """Apply the experience of every ticket that ended in this week, a part of the residents a thread.

    What a resident learns depends on no other resident, so the bits do not depend on the number of parts.
    """
    n = col.efficacy.shape[0]
    for part in prange(parts):
        _close_for(
            n * part // parts,
            n * (part + 1) // parts,
            t,
            first_day,
            col,
            actor,
            manner,
            norm,
            ticket,
            equations,
            trust_rate,
            negative,
            event,
            share,
        )


def _ticket_constants(p: Parameters) -> NDArray[np.float64]:
    return np.array(
        [
            p["requests.experience_base"],
            p["requests.experience_resolved"],
            p["requests.experience_speed"],
            p["requests.experience_days"],
            p["requests.experience_manner"],
        ]
    )


def _learn(world: World) -> None:
    p, c = world.params, world.communities
    phi = p["satisfaction.normative_weight"]
    equations = (
        p["satisfaction.base"],
        p["satisfaction.performance"],
        p["satisfaction.disconfirmation"],
        p["satisfaction.loss_aversion"],
        1 - phi,
        1 / p["satisfaction.memory"],
        1 / p["satisfaction.expectation_memory"],
    )
    _close(
        get_num_threads(),
        world.tickets,
        7 * world.tick,
        world.residents.columns,
        _ACTOR,
        _manner(world),
        phi * c.norm[:, COMMUNITY_SERVICE],
        _ticket_constants(p),
        equations,
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
        y += width * (unit_interval(draw(start, t.resident[k])) - 0.5)
        due[c] += 1
        contacted[c] += t.contacted[k] >= t.opened[k] and t.contacted[k] - t.opened[k] <= contact_days
        settled[c] += done
        pleased[c] += y > threshold


def _call_back(world: World) -> None:
    p, w = world.params, world.week
    _answer(
        world.seed,
        world.tick,
        world.tickets,
        7 * world.tick + 6,
        int(p["requests.sla_days"]),
        int(p["requests.contact_days"]),
        _manner(world),
        _ticket_constants(p),
        p["requests.satisfied_threshold"],
        p["requests.satisfied_noise"] * _UNIFORM_WIDTH,
        w.due,
        w.responded,
        w.settled,
        w.pleased,
    )


class _Survey(NamedTuple):
    """Tickets counted at the end of a week."""

    ended: NDArray[np.int64]  # (4, n_communities) ended this week, by status and community
    waited: NDArray[np.float64]  # (n_communities) days from opening to end of what ended this week
    still: NDArray[np.int64]  # (n_communities, 10) open, by domain
    open_number: NDArray[np.int64]  # (n_desks) open
    open_days: NDArray[np.float64]  # (n_desks) days that the open ones have waited


def _survey(world: World) -> _Survey:
    n, first = len(world.communities), _first(world)
    survey = _Survey(
        np.zeros((4, n), np.int64),
        np.zeros(n),
        np.zeros((n, 10), np.int64),
        np.zeros(first[-1], np.int64),
        np.zeros(first[-1]),
    )
    _add_tickets(world.tickets, first, 7 * world.tick, survey)
    return survey


@njit(cache=True)
def _add_tickets(t, first, monday, survey):
    # names for the columns: to take them from the tuples in the loop counts references, which costs more than the work
    status, closed, opened, community, domain = t.status, t.closed, t.opened, t.community, t.domain
    tier, unit, ended, waited, still = t.tier, t.unit, survey.ended, survey.waited, survey.still
    number, days = survey.open_number, survey.open_days
    for k in range(status.shape[0]):
        c = community[k]
        if status[k] == OPEN:
            still[c, domain[k]] += 1
            desk = first[tier[k]] + unit[k]
            number[desk] += 1
            days[desk] += monday + 7 - opened[k]
        elif closed[k] >= monday:
            ended[status[k], c] += 1
            waited[c] += closed[k] - opened[k] + 1


def _count(world: World, survey: _Survey) -> None:
    w = world.week
    w.resolved += survey.ended[RESOLVED]
    w.unresolved += survey.ended[UNRESOLVED]
    w.withdrawn += survey.ended[WITHDRAWN]
    w.waited += survey.waited
    world.communities.open_issues[:] = survey.still
    for name in ("opened", "resolved", "unresolved", "withdrawn"):
        world.balance[name] = world.balance.get(name, 0) + int(getattr(w, name).sum())


def _observe(world: World, desks: Desks, survey: _Survey) -> None:
    """Loads of the week, and the delays that residents come to expect (exponential average)."""
    p, first = world.params, _first(world)
    committees = slice(first[COMMITTEE], first[STREET])
    supply, asked = desks.hours * p["staff.work_days"], world.arrived.copy()
    supply[committees] += world.committee_fixed
    asked[committees] += world.committee_owed
    load = np.divide(asked, supply, out=np.zeros_like(supply), where=supply > 0)
    share = 1 / p["channel.delay_memory"]
    memory = 1 / p["staff.load_memory"]
    number = desks.finished + survey.open_number
    mean = (desks.waited + survey.open_days) / np.maximum(number, 1)
    for tier, table in (
        (FIRM, world.firms),
        (COMMITTEE, world.communities),
        (STREET, world.streets),
        (DEPARTMENT, world.departments),
    ):
        rows = slice(first[tier], first[tier + 1])
        table.load[:] = load[rows]
        table.hours_needed[:] = asked[rows]
        table.hours_supplied[:] = supply[rows]
        table.load_memory += memory * (load[rows] - table.load_memory)
        table.delay += share * np.where(number[rows] > 0, mean[rows] - table.delay, 0)
    rows = slice(first[VOLUNTEER], first[FIRM])
    world.communities.volunteer_delay += share * np.where(
        number[rows] > 0, mean[rows] - world.communities.volunteer_delay, 0
    )
