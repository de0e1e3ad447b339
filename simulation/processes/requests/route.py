"""The first desk of a request, and the work that it brings."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.domains import DAYS_PER_WEEK
from simulation.elementary import exp, log
from simulation.inner import AHEAD, ask
from simulation.parameters import Parameters
from simulation.processes.requests import choice
from simulation.processes.requests.desks import Desks, visit_slowdown
from simulation.processes.requests.report import Reports
from simulation.random import Stream, draw, key, uniform, unit_interval
from simulation.state.table import make
from simulation.state.tickets import COMMITTEE, DEPARTMENT, FIRM, STREET, VOLUNTEER, Tickets
from simulation.state.world import World

_DISPATCH, _MISROUTE = int(Stream.DISPATCH), int(Stream.MISROUTE)


class Routing(NamedTuple):
    """What decides the first desk of a request and the work it brings."""

    to_committee: float  # share of the hotline's tickets
    to_street: float  # share of them
    sibling: NDArray[np.int64]  # community that a confused request goes to, by community; -1 if none
    misroute: NDArray[np.float64]  # share of requests that are confused, by community
    handover: float  # hours to hand such a request over
    work: NDArray[np.float64]  # (5,) mean hours by tier
    visit: float  # mean hours of a visit
    slow: NDArray[np.float64]  # time of a visit over standard time, by community


def work_hours(p: Parameters) -> NDArray[np.float64]:
    """Mean hours of a request's work by tier, float64 (5,)."""
    return np.array(
        [
            p["requests.work_visit"],
            p["requests.work_firm"],
            p["requests.work_committee"],
            p["requests.work_street"],
            p["requests.work_department"],
        ]
    )


def route(world: World, reports: Reports, rows: NDArray[np.int64], desks: Desks) -> Tickets:
    """Tickets of the `rows` of the reports at their first desks; sets `world.arrived`, hours by desk."""
    r, g = world.residents, world.gates
    new = make(Tickets, len(rows), opened_tick=world.tick, factor=_work_factors(world, reports.person[rows]))
    world.arrived = np.zeros(len(desks.hours))
    _route(
        world.seed,
        world.tick,
        rows,
        reports,
        r.gate,
        g.community,
        g.firm,
        g.subdistrict,
        _routing(world),
        desks,
        new,
        world.arrived,
    )
    return new


def _routing(world: World) -> Routing:
    p = world.params
    return Routing(
        p["requests.committee_share"],
        p["requests.street_share"],
        _sibling(world),
        world.levers.misroute,
        p["requests.handover_hours"],
        work_hours(p),
        p["requests.work_visit"],
        visit_slowdown(world),
    )


def _sibling(world: World) -> NDArray[np.int64]:
    """The community that a confused request goes to: the parent of a new part, else the latest part; -1 if none."""
    c = world.communities
    other = c.parent.astype(np.int64)
    other[c.parent[c.parent >= 0]] = np.flatnonzero(c.parent >= 0)
    return other


def _work_factors(world: World, person: NDArray[np.int64]) -> NDArray[np.float64]:
    """Work over mean work of each request, log-normal with mean 1."""
    u, v = (uniform(world.seed, Stream.WORK, person, 2 * world.tick + k) for k in (0, 1))
    return lognormal(u, v, world.params["requests.work_cv"])


def lognormal(u: NDArray[np.float64], v: NDArray[np.float64], cv: float) -> NDArray[np.float64]:
    """Log-normal numbers with mean 1 and coefficient of variation `cv` from two uniform ones (Box & Muller 1958)."""
    normal = np.sqrt(-2 * log(1 - u)) * np.cos(2 * np.pi * v)
    sigma = np.sqrt(log(1 + cv**2))
    return exp(sigma * normal - sigma**2 / 2)


@njit(inline="always")
def _tier(channel, u, to_committee, to_street):
    """First tier of a request; the hotline dispatches to committee, street or department by the draw u."""
    if channel == choice.VOLUNTEER:
        return VOLUNTEER
    if channel == choice.FIRM:
        return FIRM
    if channel == choice.COMMITTEE or u < to_committee:
        return COMMITTEE
    return STREET if u < to_committee + to_street else DEPARTMENT


@njit(cache=True)
def _route(seed, tick, rows, reports, gate, gate_community, gate_firm, gate_street, routing, desks, new, arrived):
    """Fill the tickets `new`, one for each of the `rows` of the reports; `arrived` receives hours by desk.

    On entry `new.factor` is the work of each over the mean work. A visit keeps its factor over a committee's mean work.
    """
    # names for the columns: to take them from the tuples in the loop counts references, which costs more than the work
    persons, residents, visits, domains = reports.person, reports.resident, reports.visit, reports.domain
    channels, urgents, weekdays = reports.channel, reports.urgent, reports.weekday
    person, resident, community = new.person, new.resident, new.community
    firm, street, domain, visit, hotline, urgent = new.firm, new.street, new.domain, new.visit, new.hotline, new.urgent
    misrouted, tier, unit, opened = new.misrouted, new.tier, new.unit, new.opened
    factor, left, work, slow = new.factor, new.left, routing.work, routing.slow
    sibling, misroute, first, cut = routing.sibling, routing.misroute, desks.first, desks.cut
    department, care, to_committee, to_street = desks.department, desks.care, routing.to_committee, routing.to_street
    dispatch, confuse = key(seed, tick, _DISPATCH), key(seed, tick, _MISROUTE)
    for k in range(rows.shape[0]):
        row = rows[k]
        ask(gate, residents[rows[min(k + AHEAD, rows.shape[0] - 1)]])
        who = persons[row]
        g = gate[residents[row]]
        c = gate_community[g]
        t = _tier(channels[row], unit_interval(draw(dispatch, who)), to_committee, to_street)
        confused = t == COMMITTEE and sibling[c] >= 0 and unit_interval(draw(confuse, who)) < misroute[c]
        u = (
            gate_firm[g]
            if t == FIRM
            else gate_street[g]
            if t == STREET
            else department[domains[row]]
            if t == DEPARTMENT
            else sibling[c]
            if confused
            else c
        )
        mean = routing.visit if visits[row] else work[t]
        desk = first[t] + u
        longer = slow[c] if visits[row] else (care[desk] if channels[row] == choice.HOTLINE else 1.0)
        hours = routing.handover if confused else mean * factor[k] * longer
        arrived[desk] += hours
        left[k] = hours if confused else hours * cut[desk]
        if visits[row]:
            factor[k] = factor[k] * mean / work[COMMITTEE]
        person[k], resident[k] = who, residents[row]
        community[k], firm[k], street[k] = c, gate_firm[g], gate_street[g]
        domain[k], visit[k], hotline[k] = domains[row], visits[row], channels[row] == choice.HOTLINE
        urgent[k], misrouted[k], tier[k], unit[k] = urgents[row], confused, t, u
        opened[k] = DAYS_PER_WEEK * tick + weekdays[row]
