"""What the week leaves at the desks: requests that ended or stay open, loads, and the delays that residents expect."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.domains import DAYS_PER_WEEK, N_DOMAINS
from simulation.processes.requests.desks import Desks, first_desks
from simulation.state.tickets import (
    COMMITTEE,
    DEPARTMENT,
    FIRM,
    N_STATUS,
    OPEN,
    RESOLVED,
    STREET,
    UNRESOLVED,
    VOLUNTEER,
    WITHDRAWN,
)
from simulation.state.world import COUNTED, World


class Survey(NamedTuple):
    """Tickets counted at the end of a week."""

    ended: NDArray[np.int64]  # (4, n_communities) ended this week, by status and community
    waited: NDArray[np.float64]  # (n_communities) days from opening to end of what ended this week
    still: NDArray[np.int64]  # (n_communities, 10) open, by domain
    open_number: NDArray[np.int64]  # (n_desks) open
    open_days: NDArray[np.float64]  # (n_desks) days that the open ones have waited


def survey(world: World) -> Survey:
    """Count the tickets of the world."""
    n, first = len(world.communities), first_desks(world)
    counted = Survey(
        np.zeros((N_STATUS, n), np.int64),
        np.zeros(n),
        np.zeros((n, N_DOMAINS), np.int64),
        np.zeros(first[-1], np.int64),
        np.zeros(first[-1]),
    )
    _add_tickets(world.tickets, first, DAYS_PER_WEEK * world.tick, counted)
    return counted


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
            days[desk] += monday + DAYS_PER_WEEK - opened[k]
        elif closed[k] >= monday:
            ended[status[k], c] += 1
            waited[c] += closed[k] - opened[k] + 1


def count(world: World, survey: Survey) -> None:
    """Counts of the week and of all weeks, and the open requests of each community."""
    w = world.week
    w.resolved += survey.ended[RESOLVED]
    w.unresolved += survey.ended[UNRESOLVED]
    w.withdrawn += survey.ended[WITHDRAWN]
    w.waited += survey.waited
    world.communities.open_issues[:] = survey.still
    for name in COUNTED:
        world.balance[name] = world.balance.get(name, 0) + int(getattr(w, name).sum())


def observe(world: World, desks: Desks, survey: Survey) -> None:
    """Loads of the week, and the delays that residents come to expect (exponential average)."""
    p, first = world.params, first_desks(world)
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
