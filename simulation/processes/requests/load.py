"""What the week leaves at the desks: requests that ended or stay open, loads, and the delays that residents expect."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.domains import DAYS_PER_WEEK, N_DOMAINS
from simulation.parameters import Parameters
from simulation.processes.requests.desks import Desks, first_desks, queued
from simulation.processes.requests.route import work_hours
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
    still: NDArray[np.int64]  # (n_communities, 10) issues that are open, by domain
    visits: NDArray[np.int64]  # (n_communities) visits that are open
    open_days: NDArray[np.float64]  # (n_desks) days of this week that the open ones have waited


def survey(world: World) -> Survey:
    """Count the tickets of the world."""
    n, first = len(world.communities), first_desks(world)
    counted = Survey(
        np.zeros((N_STATUS, n), np.int64),
        np.zeros(n),
        np.zeros((n, N_DOMAINS), np.int64),
        np.zeros(n, np.int64),
        np.zeros(first[-1]),
    )
    _add_tickets(world.tickets, first, DAYS_PER_WEEK * world.tick, counted)
    return counted


@njit(cache=True)
def _add_tickets(t, first, monday, survey):
    # names for the columns: to take them from the tuples in the loop counts references, which costs more than the work
    status, closed, opened, community, domain = t.status, t.closed, t.opened, t.community, t.domain
    tier, unit, ended, waited, still = t.tier, t.unit, survey.ended, survey.waited, survey.still
    days, visit, visits = survey.open_days, t.visit, survey.visits
    for k in range(status.shape[0]):
        c = community[k]
        if status[k] == OPEN:
            if visit[k]:
                visits[c] += 1
            else:
                still[c, domain[k]] += 1
            days[first[tier[k]] + unit[k]] += monday + DAYS_PER_WEEK - max(opened[k], monday)
        elif closed[k] >= monday:
            ended[status[k], c] += 1
            waited[c] += closed[k] - opened[k] + 1


def count(world: World, survey: Survey) -> None:
    """Counts of the week and of all weeks, and the open requests of each community: a visit is no issue."""
    w = world.week
    w.resolved += survey.ended[RESOLVED]
    w.unresolved += survey.ended[UNRESOLVED]
    w.withdrawn += survey.ended[WITHDRAWN]
    w.waited += survey.waited
    world.communities.open_issues[:] = survey.still
    world.communities.open_visits[:] = survey.visits
    for name in COUNTED:
        world.balance[name] = world.balance.get(name, 0) + int(getattr(w, name).sum())


def observe(world: World, desks: Desks, survey: Survey) -> None:
    """Loads of the week, and the delays that residents come to expect."""
    p, first = world.params, first_desks(world)
    committees = slice(first[COMMITTEE], first[STREET])
    supply, asked = desks.hours * p["staff.work_days"], world.arrived.copy()
    supply[committees] += world.committee_fixed
    asked[committees] += world.committee_owed - desks.helped[committees]
    load = np.divide(asked, supply, out=np.zeros_like(supply), where=supply > 0)
    memory = 1 / p["staff.load_memory"]
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
    _expect(world, desks, survey)


def _expect(world: World, desks: Desks, survey: Survey) -> None:
    """Delays that residents expect: an exponential memory of what is seen and heard of each desk, in days.

    The delay that a week shows is the days that its requests waited over the number finished (Little 1961): a mean of
    the ages of what is open would count those most who never get anywhere. What is heard of the same kind of desk
    weighs as `channel.delay_hearsay` requests beside those of the desk itself: all that the district saw of it, and of
    each desk what one request would take there at leisure. So a desk that nobody goes to is judged by the others, a
    kind of desk that nobody goes to by the hours it has, and both are tried again.
    """
    p, first, c = world.params, first_desks(world), world.communities
    days = desks.waited + survey.open_days
    heard, share, work = p["channel.delay_hearsay"], 1 / p["channel.delay_memory"], work_hours(p)
    for tier, delay in (
        (VOLUNTEER, c.volunteer_delay),
        (FIRM, world.firms.delay),
        (COMMITTEE, c.delay),
        (STREET, world.streets.delay),
        (DEPARTMENT, world.departments.delay),
    ):
        rows = slice(first[tier], first[tier + 1])
        finished, alone = desks.finished[rows], _alone(p, desks.hours[rows], work[tier])
        elsewhere = (days[rows].sum() + alone.sum()) / (finished.sum() + len(alone))
        delay += share * ((days[rows] + heard * elsewhere) / (finished + heard) - delay)


def _alone(p: Parameters, hours: NDArray[np.float64], work: float) -> NDArray[np.float64]:
    """Days that a request of `work` hours takes at desks with so many `hours` a day and nothing else to do.

    Without queues (R1) it is the day itself, whatever the hours.
    """
    if not queued(p):
        return np.ones(len(hours))
    days = np.maximum(1, work / np.maximum(hours, 1e-9)) * DAYS_PER_WEEK / p["staff.work_days"]
    return np.minimum(days, DAYS_PER_WEEK * p["requests.patience_weeks"])
