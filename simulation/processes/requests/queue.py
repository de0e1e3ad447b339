"""The queues at the desks, served day by day: contact, work by priority, outcome of what is done.

A stable sort by desk and priority over rows in the order of opening (by day, then by luck, never by the rows of the
residents) is first come, first served inside a priority.
"""

import numpy as np
from numba import njit

from simulation.domains import DAYS_PER_WEEK
from simulation.inner import inner_njit
from simulation.random import Stream, draw, key, unit_interval
from simulation.state.tickets import COMMITTEE, DEPARTMENT, FIRM, NOT_YET, OPEN, RESOLVED, STREET, UNRESOLVED, WITHDRAWN

_RESOLVE, _FAILURE, _WITHDRAW = int(Stream.RESOLVE), int(Stream.AFTER_FAILURE), int(Stream.WITHDRAW)
_PRIORITIES = 3
_DONE = 1e-9  # hours left that are rounding only
_ROW = np.uint32(1)  # rows are numbered without sign: numba then need not look for rows counted from the end
_ATTEMPTS = 16  # addresses of draws kept apart for the attempts of one ticket


@inner_njit
def _sort(tickets, desks, waiting, n_waiting, today, keys, place, order, start, rest_from, uncalled):
    """Counting sort of what is open today by desk and priority; `start[d]` is the first of desk d in `order`,
    `rest_from[d]` the first of it that is neither urgent nor due.

    `waiting[:n_waiting]` are the tickets that may be open, in order; those that have ended leave it. Returns how many
    stay, and how many hotline tickets that nobody has called yet stand in `uncalled`, in order. `keys` and `place` are
    room to work in.
    """
    status, tier, unit, opened = tickets.status, tickets.tier, tickets.unit, tickets.opened
    hotline, urgent, contacted = tickets.hotline, tickets.urgent, tickets.contacted
    first, due = desks.first, desks.due
    n_keys = desks.hours.shape[0] * _PRIORITIES
    place[:] = 0
    stay = n_uncalled = 0
    for k in range(n_waiting):
        t = waiting[k]
        if status[t] != OPEN:
            continue
        key = n_keys
        if opened[t] <= today:
            desk = first[tier[t]] + unit[t]
            key = desk * _PRIORITIES
            if not urgent[t]:
                key += 1 if hotline[t] and today - opened[t] >= due[desk] else 2
            if hotline[t] and contacted[t] == NOT_YET:
                uncalled[n_uncalled] = t
                n_uncalled += 1
        keys[stay] = key
        place[key] += _ROW
        waiting[stay] = t
        stay += 1
    before = np.uint32(0)
    for k in range(n_keys + 1):
        place[k], before = before, before + place[k]
    for d in range(desks.hours.shape[0]):
        start[d], rest_from[d] = place[d * _PRIORITIES], place[d * _PRIORITIES + _PRIORITIES - 1]
    start[desks.hours.shape[0]] = place[n_keys]
    for k in range(stay):
        order[place[keys[k]]] = waiting[k]
        place[keys[k]] += _ROW
    return stay, n_uncalled


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


@inner_njit
def _contact(tickets, desks, uncalled, rest, cost, today):
    """First contact with the `uncalled` in the order of opening; takes it off the hours that are left, `rest`."""
    contacted, first, tier, unit = tickets.contacted, desks.first, tickets.tier, tickets.unit
    for t in uncalled:
        d = first[tier[t]] + unit[t]
        if rest[d] >= cost:
            contacted[t] = today
            rest[d] -= cost


@inner_njit
def _help(tickets, desks, order, lo, hi, hours, per_ticket):
    """Volunteers take over visits and errands: what residents bring to the office themselves, nothing urgent.

    Returns the hours used and the end of what they served.
    """
    hotline, urgent, left = tickets.hotline, tickets.urgent, tickets.left
    rest, end = hours, lo
    for k in range(lo, hi):
        if rest <= 0.0:
            break
        t = order[k]
        if hotline[t] or urgent[t]:
            continue
        given = min(rest, per_ticket, left[t])
        left[t] -= given
        rest -= given
        end = k + 1
    return hours - rest, end


@inner_njit
def _volunteers(tickets, desks, order, start, rest, end, helped_to):
    """Volunteers serve who came to them, then visits and errands at their committee; `end` is set for their desks.

    `helped_to[d]` becomes the end of what they served at desk d, one of the committees.
    """
    first = desks.first
    for d in range(helped_to.shape[0]):
        helped_to[d] = start[d]
    for d in range(first[FIRM]):
        worked, end[d] = serve(order, start[d], start[d + 1], rest[d], desks.per_ticket[d], tickets.left)
        rest[d] -= worked
        c = first[COMMITTEE] + d
        hours = desks.help[c] + rest[d]
        done, helped_to[c] = _help(tickets, desks, order, start[c], start[c + 1], hours, desks.per_ticket[c])
        desks.helped[c] += done


@inner_njit
def _serve_day(tickets, desks, uncalled, order, start, rest_from, rest, end, helped_to, contact_hours, today):
    """Spend the `rest` of every desk's hours: on what is urgent or due, on first contacts, on the rest.

    `end[d]` becomes the end of those that desk d served. Where urgent and due work takes all hours, contacts wait.
    `helped_to` is room to work in.
    """
    left, hotline, contacted, per_ticket = tickets.left, tickets.hotline, tickets.contacted, desks.per_ticket
    _volunteers(tickets, desks, order, start, rest, end, helped_to)
    for d in range(desks.first[FIRM], rest.shape[0]):
        worked, end[d] = serve(order, start[d], rest_from[d], rest[d], per_ticket[d], left)
        rest[d] -= worked
    _contact(tickets, desks, uncalled, rest, contact_hours, today)
    for d in range(desks.first[FIRM], rest.shape[0]):
        if end[d] == rest_from[d]:
            worked, end[d] = serve(order, rest_from[d], start[d + 1], rest[d], per_ticket[d], left)
            rest[d] -= worked
        for k in range(start[d], end[d]):  # whoever works on a request has called
            t = order[k]
            if hotline[t] and contacted[t] == NOT_YET:
                contacted[t] = today
        end[d] = max(end[d], helped_to[d])
    for d in range(rest.shape[0]):
        desks.used[d] += desks.hours[d] - rest[d]


@njit(inline="always")
def fate(seed, opened_tick, attempts, person, visit, chance, tier, escalate, reopen):
    """What becomes of a ticket whose work is done: its status, and the tier that works on it if it stays open.

    A visit ends; an issue is resolved with `chance`, equation (8). If it is not, it moves up, is done again, or is
    closed unresolved.
    """
    address = np.int64(opened_tick) * _ATTEMPTS + attempts
    if visit or unit_interval(draw(key(seed, address, _RESOLVE), person)) < chance:
        return RESOLVED, tier
    w = unit_interval(draw(key(seed, address, _FAILURE), person))
    again = attempts < _ATTEMPTS - 1
    if w < escalate and tier < DEPARTMENT and again:
        return OPEN, max(tier + 1, COMMITTEE)
    if escalate <= w < escalate + reopen and again:
        return OPEN, tier
    return UNRESOLVED, tier


@inner_njit
def _finish_day(seed, tickets, desks, order, start, end, chances, today, monday, work, escalate, reopen):
    """End, pass on or repeat every ticket that was served and has no work left; `work` is the mean by tier, hours.

    `chances`, float64 (2, n_desks): of success at each desk, and with a hotline ticket.
    """
    left, tiers, units, visit, misrouted = tickets.left, tickets.tier, tickets.unit, tickets.visit, tickets.misrouted
    status, closed, opened, factor = tickets.status, tickets.closed, tickets.opened, tickets.factor
    ticks, attempts, person, domain = tickets.opened_tick, tickets.attempts, tickets.person, tickets.domain
    community, street, department = tickets.community, tickets.street, desks.department
    first, cut, slow, waited, finished = desks.first, desks.cut, desks.slow, desks.waited, desks.finished
    hotline, care = tickets.hotline, desks.care
    for d in range(end.shape[0]):
        for k in range(start[d], end[d]):
            t = order[k]
            if left[t] > _DONE:
                continue
            if misrouted[t]:
                misrouted[t] = False
                units[t] = community[t]
            else:
                waited[d] += today - max(opened[t], monday) + 1
                finished[d] += 1
                odds = chances[1, d] if hotline[t] else chances[0, d]
                status[t], tier = fate(
                    seed, ticks[t], attempts[t], person[t], visit[t], odds, tiers[t], escalate, reopen
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
            longer = slow[desk] if visit[t] else (care[desk] if hotline[t] else 1.0)
            left[t] = factor[t] * work[tiers[t]] * cut[desk] * longer


@njit(cache=True)
def serve_week(seed, tick, tickets, desks, work, contact_hours, escalate, reopen, work_days):
    """Serve all desks for a week, day by day: work by priority and contacts, then outcomes.

    Parameters
    ----------
    seed, tick : int
        Address of the draws; day numbers are DAYS_PER_WEEK * tick + weekday.
    tickets, desks : Tickets, Desks
        Changed in place. Tickets opened later in the week wait for their day.
    work : float64[5]
        Mean hours of work by tier.
    """
    n, n_desks = tickets.resident.shape[0], desks.hours.shape[0]
    waiting, n_waiting = np.arange(n, dtype=np.uint32), n
    keys, order, uncalled = np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint32)
    place, start = np.empty(n_desks * _PRIORITIES + 1, np.uint32), np.empty(n_desks + 1, np.int64)
    end, rest_from, helped_to = np.empty(n_desks, np.int64), np.empty(n_desks, np.int64), np.empty(n_desks, np.int64)
    rest, chances = np.empty(n_desks), np.empty((2, n_desks))
    for d in range(n_desks):
        chances[0, d] = 1.0 / (1.0 + np.exp(-desks.logit[d]))
        chances[1, d] = 1.0 / (1.0 + np.exp(-desks.logit[d] - desks.gain[d]))
    for weekday in range(work_days):
        today = DAYS_PER_WEEK * tick + weekday
        n_waiting, n_uncalled = _sort(
            tickets, desks, waiting, n_waiting, today, keys, place, order, start, rest_from, uncalled
        )
        rest[:] = desks.hours
        called = uncalled[:n_uncalled]
        _serve_day(tickets, desks, called, order, start, rest_from, rest, end, helped_to, contact_hours, today)
        monday = DAYS_PER_WEEK * tick
        _finish_day(seed, tickets, desks, order, start, end, chances, today, monday, work, escalate, reopen)


@njit(cache=True)
def withdraw(seed, tick, tickets, hazard, last_day):
    """Residents who lose patience take their request back, or give their visit up."""
    start = key(seed, tick, _WITHDRAW)
    for t in range(tickets.resident.shape[0]):
        waits = tickets.status[t] == OPEN and tickets.opened_tick[t] < tick
        if waits and unit_interval(draw(start, tickets.person[t])) < hazard:
            tickets.status[t] = WITHDRAWN
            tickets.closed[t] = last_day
