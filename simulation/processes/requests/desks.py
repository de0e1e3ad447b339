"""Where requests are worked on: hours, speed and skill of every desk in the week."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.domains import DAYS_PER_WEEK
from simulation.parameters import Parameters
from simulation.processes.requests.hotline import effort_by_desk
from simulation.processes.staff import committee_hours
from simulation.state.tickets import COMMITTEE, DEPARTMENT, FIRM, OPEN, STREET
from simulation.state.world import World


class Desks(NamedTuple):
    """Desks of volunteers, firms, committees, streets and departments, one after another; full scale in every run."""

    first: NDArray[np.int64]  # (6,) first desk of each tier, then the number of desks
    hours: NDArray[np.float64]  # hours of a working day
    per_ticket: NDArray[np.float64]  # most hours that one ticket can receive in a day
    cut: NDArray[np.float64]  # time spent over standard time (corner cutting)
    slow: NDArray[np.float64]  # time of a visit over standard time (crowded rooms)
    logit: NDArray[np.float64]  # of resolving an issue
    gain: NDArray[np.float64]  # of that logit, for a request of the hotline
    care: NDArray[np.float64]  # time of a request of the hotline over standard time
    due: NDArray[np.float64]  # days from which a request of the hotline goes before others
    help: NDArray[np.float64]  # hours of a day that volunteers give to visits and errands at the desk
    helped: NDArray[np.float64]  # receives the hours that volunteers took over
    used: NDArray[np.float64]  # receives the hours worked
    waited: NDArray[np.float64]  # receives the days of this week that what was finished had waited
    finished: NDArray[np.int64]  # receives the number finished
    department: NDArray[np.int16]  # (10,) department of each domain


def first_desks(world: World) -> NDArray[np.int64]:
    """First desk of each tier, and the number of desks."""
    c, f, s, d = (len(x) for x in (world.communities, world.firms, world.streets, world.departments))
    return np.cumsum([0, c, f, c, s, d])


def queued(p: Parameters) -> bool:
    """Whether requests wait at the desks; in structure R1 they do not, and no overload is felt in the work."""
    return p["requests.queue"] > 0


def open_desks(world: World) -> Desks:
    """Hours, speed and skill of every desk this week."""
    p, c, first = world.params, world.communities, first_desks(world)
    week_days = p["staff.work_days"]
    committee = committee_hours(world)
    levers, granted = world.levers, _granted(world)
    kept = 1 - p["requests.authority_hours"] * granted
    volunteer = p["volunteering.substitution"] * p["volunteering.request_share"] * c.volunteer_hours
    errands = p["volunteering.errand_share"]
    hours = np.concatenate(
        [
            (1 - errands) * volunteer,
            world.firms.hours * kept[first[FIRM] : first[COMMITTEE]],
            committee,
            world.streets.hours * levers.street_hours * kept[first[STREET] : first[DEPARTMENT]],
            world.departments.hours * levers.department_hours * kept[first[DEPARTMENT] :],
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
    over = np.maximum(load - 1, 0) if queued(p) else np.zeros(first[-1])
    slow = np.ones(first[-1])
    slow[first[COMMITTEE] : first[STREET]] = visit_slowdown(world)
    n = first[-1]
    effort, helpers = effort_by_desk(world, first), np.zeros(n)
    helpers[first[COMMITTEE] : first[STREET]] = errands * volunteer / week_days
    return Desks(
        first,
        hours / week_days,
        np.full(n, p["staff.day_hours"]),
        np.maximum(p["staff.corner_floor"], 1 - p["staff.corner_cutting"] * over),
        slow,
        _resolve_logit(world, over, granted),
        p["requests.resolve_reform"] * effort,
        1 + p["requests.hotline_hours"] * effort,
        (1 - effort) * (p["requests.sla_days"] // 2),
        helpers,
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n, np.int64),
        world.department_of_domain,
    )


def visit_slowdown(world: World) -> NDArray[np.float64]:
    """Time of a visit over standard time by community, float64 (n_communities,): crowded rooms take longer."""
    p = world.params
    return 1 + p["room.visit_slowdown"] * np.clip(1 - world.communities.room_area / p["room.standard"], 0, 1)


def _resolve_logit(world: World, over: NDArray[np.float64], granted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Equation (8) for every desk."""
    p, levers, first = world.params, world.levers, first_desks(world)
    knowledge = np.zeros(first[-1])
    knowledge[first[COMMITTEE] : first[STREET]] = world.communities.knowledge
    knowledge[: first[FIRM]] = 1.0  # a gate head knows the gate
    skill = np.full(first[-1], p["staff.skill"])
    skill[first[STREET] : first[DEPARTMENT]] += levers.street_skill
    return (
        p["requests.resolve_base"]
        + p["requests.resolve_staff"] * (skill - 0.5)
        + p["requests.resolve_authority"] * _authority(world, granted)
        + p["requests.resolve_knowledge"] * knowledge
        - p["requests.resolve_overload"] * over
    )


def _authority(world: World, granted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Authority with which each desk can settle an issue, float64 (n_desks,): that of its tier, and what is granted."""
    p, first, authority = world.params, first_desks(world), granted.copy()
    authority[first[STREET] : first[DEPARTMENT]] += p["requests.authority_street"]
    authority[first[DEPARTMENT] :] += p["requests.authority_department"]
    return authority


def _granted(world: World) -> NDArray[np.float64]:
    """Authority that levers and context grant over each desk, float64 (n_desks,); each acts on the tier it names.

    Of a firm it is the mean over the households that it serves. Since 2018 streets may call departments in.
    """
    p, g, levers, first = world.params, world.gates, world.levers, first_desks(world)
    granted = np.zeros(first[-1])
    served = np.maximum(np.bincount(g.firm, g.households, len(world.firms)), 1)
    over_firm = np.bincount(g.firm, levers.authority_firm[g.community] * g.households, len(world.firms))
    granted[first[FIRM] : first[COMMITTEE]] = over_firm / served
    granted[first[COMMITTEE] : first[STREET]] = levers.authority_committee
    granted[first[STREET] : first[DEPARTMENT]] = levers.authority_street
    granted[first[DEPARTMENT] :] = levers.authority_department + p["requests.whistle"] * _learnt(world)
    return granted


def _learnt(world: World) -> float:
    """How far departments have learnt to come when a street whistles, 0-1: it takes as long as ranking does."""
    if not world.context.street_whistle:
        return 0.0
    weeks = (world.date - world.district.event_date("street_whistle")).days / DAYS_PER_WEEK
    return float(np.clip(weeks / world.params["requests.reform_weeks"], 0, 1))


def hours_waiting(world: World) -> NDArray[np.float64]:
    """Hours of work waiting at each desk, float64 (n_desks,)."""
    first = first_desks(world)
    hours = np.zeros(first[-1])
    _add_left(world.tickets, first, hours)
    return hours


@njit(cache=True)
def _add_left(t, first, hours):
    for k in range(t.left.shape[0]):
        if t.status[k] == OPEN:
            hours[first[t.tier[k]] + t.unit[k]] += t.left[k]
