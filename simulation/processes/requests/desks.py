"""Where requests are worked on: hours, speed and skill of every desk in the week."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.processes.staff import committee_hours
from simulation.state.tickets import COMMITTEE, DEPARTMENT, FIRM, OPEN, STREET
from simulation.state.world import World


class Desks(NamedTuple):
    """Desks of volunteers, firms, committees, streets and departments, one after another; hours of the run's scale."""

    first: NDArray[np.int64]  # (6,) first desk of each tier, then the number of desks
    hours: NDArray[np.float64]  # hours of a working day
    per_ticket: NDArray[np.float64]  # most hours that one ticket can receive in a day
    cut: NDArray[np.float64]  # time spent over standard time (corner cutting)
    slow: NDArray[np.float64]  # time of a visit over standard time (crowded rooms)
    logit: NDArray[np.float64]  # of resolving an issue
    used: NDArray[np.float64]  # receives the hours worked
    waited: NDArray[np.float64]  # receives the days waited by what was finished
    finished: NDArray[np.int64]  # receives the number finished
    department: NDArray[np.int16]  # (10,) department of each domain


def first_desks(world: World) -> NDArray[np.int64]:
    """First desk of each tier, and the number of desks."""
    c, f, s, d = (len(x) for x in (world.communities, world.firms, world.streets, world.departments))
    return np.cumsum([0, c, f, c, s, d])


def open_desks(world: World) -> Desks:
    """Hours, speed and skill of every desk this week."""
    p, c, first = world.params, world.communities, first_desks(world)
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
    slow[first[COMMITTEE] : first[STREET]] = visit_slowdown(world)
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


def visit_slowdown(world: World) -> NDArray[np.float64]:
    """Time of a visit over standard time by community, float64 (n_communities,): crowded rooms take longer."""
    p = world.params
    return 1 + p["room.visit_slowdown"] * np.clip(1 - world.communities.room_area / p["room.standard"], 0, 1)


def _resolve_logit(world: World, over: NDArray[np.float64]) -> NDArray[np.float64]:
    """Equation (8) for every desk."""
    p, first = world.params, first_desks(world)
    knowledge = np.zeros(first[-1])
    knowledge[first[COMMITTEE] : first[STREET]] = world.communities.knowledge
    knowledge[: first[FIRM]] = 1.0  # a gate head knows the gate
    skill = np.full(first[-1], p["staff.skill"])
    skill[first[STREET] : first[DEPARTMENT]] += world.levers.street_skill
    reform = p["requests.resolve_reform"] * world.ramp("hotline_reform") if world.context.hotline_reform else 0.0
    return (
        p["requests.resolve_base"]
        + reform
        + p["requests.resolve_staff"] * (skill - 0.5)
        + p["requests.resolve_authority"] * _authority(world)
        + p["requests.resolve_knowledge"] * knowledge
        - p["requests.resolve_overload"] * over
    )


def _authority(world: World) -> NDArray[np.float64]:
    """Authority with which each desk can settle an issue, float64 (n_desks,); levers and context act on one tier each.

    Of a firm it is the mean over the households that it serves. Since 2018 streets may call departments in.
    """
    p, levers, first = world.params, world.levers, first_desks(world)
    authority = np.zeros(first[-1])
    g, served = world.gates, np.maximum(np.bincount(world.gates.firm, world.gates.households, len(world.firms)), 1)
    over_firm = np.bincount(g.firm, levers.authority_firm[g.community] * g.households, len(world.firms))
    authority[first[FIRM] : first[COMMITTEE]] = over_firm / served
    authority[first[COMMITTEE] : first[STREET]] = levers.authority_committee
    authority[first[STREET] : first[DEPARTMENT]] = p["requests.authority_street"] + levers.authority_street
    whistle = p["requests.whistle"] * world.ramp("street_whistle") if world.context.street_whistle else 0.0
    authority[first[DEPARTMENT] :] = p["requests.authority_department"] + levers.authority_department + whistle
    return authority


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
