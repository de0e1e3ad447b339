"""Tickets: the table of open requests and the kernel that serves them day by day.

A request is one row until it is closed and, when it came by the hotline, called back. Rows keep the order of opening,
so a stable sort by desk and priority is first come, first served inside a priority. Whatever is drawn about a ticket
is addressed by the resident and the week of opening: the same request meets the same luck in every scenario.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.random import Stream, draw, key, unit_interval

VOLUNTEER, FIRM, COMMITTEE, STREET, DEPARTMENT = range(5)
N_TIERS = 5
OPEN, RESOLVED, UNRESOLVED, WITHDRAWN = range(4)
NOT_YET = -(2**31)  # before any day; days of the burn-in are negative
_RESOLVE, _FAILURE, _WITHDRAW = int(Stream.RESOLVE), int(Stream.AFTER_FAILURE), int(Stream.WITHDRAW)
_PRIORITIES = 3
_DONE = 1e-9  # hours left that are rounding only
_ATTEMPTS = 16  # addresses of draws kept apart for the attempts of one ticket


class Tickets(NamedTuple):
    """Columns of the tickets; one row a request."""

    resident: NDArray[np.int32]
    community: NDArray[np.int16]  # of the resident when opened
    firm: NDArray[np.int16]
    street: NDArray[np.int16]
    domain: NDArray[np.int8]
    visit: NDArray[np.bool_]  # a service visit, not an issue
    hotline: NDArray[np.bool_]
    urgent: NDArray[np.bool_]
    misrouted: NDArray[np.bool_]  # lies at the sibling of a split community
    tier: NDArray[np.int8]
    unit: NDArray[np.int16]  # community, firm, street or department by tier
    opened_tick: NDArray[np.int32]
    opened: NDArray[np.int32]  # day
    contacted: NDArray[np.int32]  # day of first contact
    closed: NDArray[np.int32]  # day, NOT_YET while open
    factor: NDArray[np.float64]  # its work over the mean work
    left: NDArray[np.float64]  # hours of work left at this tier
    attempts: NDArray[np.int8]
    status: NDArray[np.int8]
    called: NDArray[np.bool_]


_DTYPES = {
    "resident": np.int32,
    "community": np.int16,
    "firm": np.int16,
    "street": np.int16,
    "domain": np.int8,
    "visit": np.bool_,
    "hotline": np.bool_,
    "urgent": np.bool_,
    "misrouted": np.bool_,
    "tier": np.int8,
    "unit": np.int16,
    "opened_tick": np.int32,
    "opened": np.int32,
    "contacted": np.int32,
    "closed": np.int32,
    "factor": np.float64,
    "left": np.float64,
    "attempts": np.int8,
    "status": np.int8,
    "called": np.bool_,
}


def new_tickets(count: int, **columns: NDArray[np.generic] | int | float | bool) -> Tickets:
    """`count` tickets with the given columns; the others are zero, and NOT_YET for days that have not come."""
    rest = {"contacted": NOT_YET, "closed": NOT_YET} | columns
    return Tickets(
        **{
            name: np.full(count, rest.get(name, 0), dtype)
            if np.ndim(rest.get(name, 0)) == 0
            else np.asarray(rest[name], dtype)
            for name, dtype in _DTYPES.items()
        }
    )


def join(old: Tickets, new: Tickets) -> Tickets:
    """The rows of both, old ones first."""
    return Tickets._make(np.concatenate([a, b]) for a, b in zip(old, new, strict=True))


def keep(tickets: Tickets, rows: NDArray[np.bool_]) -> Tickets:
    """The chosen rows, in order."""
    chosen = np.flatnonzero(rows)  # counted once, not once a column
    return Tickets._make(column.take(chosen) for column in tickets)


class Desks(NamedTuple):
    """Where work is done: volunteers, firms, committees, streets, departments, one after another."""

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


@njit(cache=True)
def _sort(tickets, desks, waiting, n_waiting, today, sla_days, keys, order, start):
    """Counting sort of what is open today by desk and priority; `start[d]` is the first of desk d in `order`.

    `waiting[:n_waiting]` are the tickets that may be open, in order; those that have ended leave it. Returns how many
    stay.
    """
    n_keys = desks.hours.shape[0] * _PRIORITIES
    place = np.zeros(n_keys + 1, np.int64)
    stay = 0
    for k in range(n_waiting):
        t = waiting[k]
        if tickets.status[t] != OPEN:
            continue
        desk = desks.first[tickets.tier[t]] + tickets.unit[t]
        due = tickets.hotline[t] & (today - tickets.opened[t] >= sla_days // 2)
        priority = (2 - due) * (1 - tickets.urgent[t])  # 0 urgent, 1 due, 2 the rest
        keys[stay] = desk * _PRIORITIES + priority if tickets.opened[t] <= today else n_keys
        place[keys[stay]] += 1
        waiting[stay] = t
        stay += 1
    before = 0
    for k in range(n_keys + 1):
        place[k], before = before, before + place[k]
    for d in range(desks.hours.shape[0] + 1):
        start[d] = place[d * _PRIORITIES]
    for k in range(stay):
        order[place[keys[k]]] = waiting[k]
        place[keys[k]] += 1
    return stay


@njit(inline="always")
def serve(order, lo, hi, hours, per_ticket, left):
    """Give `hours` to the tickets `order[lo:hi]` in turn, at most `per_ticket` each.

    Returns the hours used and the end of those that were served. With `hours = c * h` and `per_ticket = h` this is one
    step of length h of a station with c servers.
    """
    rest = hours
    k = lo
    while k < hi and rest > 0.0:
        t = order[k]
        given = min(rest, per_ticket, left[t])
        left[t] -= given
        rest -= given
        k += 1
    return hours - rest, k


@njit(cache=True)
def _contact(tickets, desks, waiting, rest, cost, today):
    """First contact with hotline tickets in the order of opening, before any other work; takes it off `rest`."""
    for t in waiting:
        if (
            not tickets.hotline[t]
            or tickets.contacted[t] != NOT_YET
            or tickets.opened[t] > today
            or tickets.status[t] != OPEN
        ):
            continue
        d = desks.first[tickets.tier[t]] + tickets.unit[t]
        if rest[d] >= cost:
            tickets.contacted[t] = today
            rest[d] -= cost


@njit(cache=True)
def _serve_day(tickets, desks, order, start, rest, end):
    """Spend the `rest` of every desk's hours; `end[d]` becomes the end of those that desk d served."""
    for d in range(rest.shape[0]):
        worked, end[d] = serve(order, start[d], start[d + 1], rest[d], desks.per_ticket[d], tickets.left)
        desks.used[d] += worked + desks.hours[d] - rest[d]


@njit(inline="always")
def _fate(seed, opened_tick, attempts, resident, visit, chance, tier, escalate, reopen):
    """What becomes of a ticket whose work is done: its status, and the tier that works on it if it stays open.

    A visit ends; an issue is resolved with `chance`, equation (8). If it is not, it moves up, is done again, or is
    closed unresolved.
    """
    address = np.int64(opened_tick) * _ATTEMPTS + attempts
    if visit or unit_interval(draw(key(seed, address, _RESOLVE), resident)) < chance:
        return RESOLVED, tier
    w = unit_interval(draw(key(seed, address, _FAILURE), resident))
    again = attempts < _ATTEMPTS - 1
    if w < escalate and tier < DEPARTMENT and again:
        return OPEN, max(tier + 1, COMMITTEE)
    if escalate <= w < escalate + reopen and again:
        return OPEN, tier
    return UNRESOLVED, tier


@njit(cache=True)
def _finish_day(seed, tickets, desks, order, start, end, today, work, escalate, reopen):
    """End, pass on or repeat every ticket that was served and has no work left; `work` is the mean by tier, hours."""
    # names for the columns: to take them from the tuples in the loop counts references, which costs more than the work
    left, tiers, units, visit, misrouted = tickets.left, tickets.tier, tickets.unit, tickets.visit, tickets.misrouted
    status, closed, opened, factor = tickets.status, tickets.closed, tickets.opened, tickets.factor
    ticks, attempts, resident, domain = tickets.opened_tick, tickets.attempts, tickets.resident, tickets.domain
    community, street, department = tickets.community, tickets.street, desks.department
    first, cut, slow, waited, finished = desks.first, desks.cut, desks.slow, desks.waited, desks.finished
    chance = 1.0 / (1.0 + np.exp(-desks.logit))
    for d in range(end.shape[0]):
        for k in range(start[d], end[d]):
            t = order[k]
            if left[t] > _DONE:
                continue
            if misrouted[t]:
                misrouted[t] = False
                units[t] = community[t]
            else:
                waited[d] += today - opened[t] + 1
                finished[d] += 1
                status[t], tier = _fate(
                    seed, ticks[t], attempts[t], resident[t], visit[t], chance[d], tiers[t], escalate, reopen
                )
                if status[t] != OPEN:
                    closed[t] = today
                    continue
                attempts[t] += 1
                if tier != tiers[t]:
                    tiers[t] = tier
                    units[t] = (
                        community[t] if tier == COMMITTEE else (street[t] if tier == STREET else department[domain[t]])
                    )
            desk = first[tiers[t]] + units[t]
            left[t] = factor[t] * work[tiers[t]] * cut[desk] * (slow[desk] if visit[t] else 1.0)


@njit(cache=True)
def serve_week(seed, tick, tickets, desks, work, contact_hours, sla_days, escalate, reopen, work_days):
    """Serve all desks for a week, day by day: contact, work by priority, then outcomes.

    Parameters
    ----------
    seed, tick : int
        Address of the draws; day numbers are 7 * tick + weekday.
    tickets, desks : Tickets, Desks
        Changed in place. Tickets opened later in the week wait for their day.
    work : float64[5]
        Mean hours of work by tier.
    """
    n = tickets.resident.shape[0]
    waiting, n_waiting = np.arange(n), n
    keys, order = np.empty(n, np.int64), np.empty(n, np.int64)
    start = np.empty(desks.hours.shape[0] + 1, np.int64)
    rest, end = np.empty(desks.hours.shape[0]), np.empty(desks.hours.shape[0], np.int64)
    for weekday in range(work_days):
        today = 7 * tick + weekday
        n_waiting = _sort(tickets, desks, waiting, n_waiting, today, sla_days, keys, order, start)
        rest[:] = desks.hours
        _contact(tickets, desks, waiting[:n_waiting], rest, contact_hours, today)
        _serve_day(tickets, desks, order, start, rest, end)
        _finish_day(seed, tickets, desks, order, start, end, today, work, escalate, reopen)


@njit(cache=True)
def withdraw(seed, tick, tickets, hazard, last_day):
    """Residents who lose patience take their request back, or give their visit up."""
    start = key(seed, tick, _WITHDRAW)
    for t in range(tickets.resident.shape[0]):
        waits = tickets.status[t] == OPEN and tickets.opened_tick[t] < tick
        if waits and unit_interval(draw(start, tickets.resident[t])) < hazard:
            tickets.status[t] = WITHDRAWN
            tickets.closed[t] = last_day
