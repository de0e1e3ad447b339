"""A week without queues, structure R1: whatever is turned in is worked on and ends on the day it is opened.

No desk runs out of hours, so nothing waits, nothing is put first and nobody withdraws. What the work takes is counted
as with queues: load is the hours that came over the hours available, and may stand above 1 for good.
"""

import numpy as np
from numba import njit

from simulation.processes.requests.queue import fate
from simulation.state.tickets import COMMITTEE, DEPARTMENT, FIRM, NOT_YET, OPEN, STREET, VOLUNTEER


@njit(cache=True)
def handle_week(seed, tickets, desks, work, contact_hours, escalate, reopen, work_days):
    """Work on every open ticket until it has ended, tier by tier, since what fails moves up.

    The parameters, the draws and what is changed in place are those of `queue.serve_week`.
    """
    first, status, tiers = desks.first, tickets.status, tickets.tier
    helpers = desks.help * work_days
    for tier in range(VOLUNTEER, DEPARTMENT + 1):
        for t in range(status.shape[0]):
            while status[t] == OPEN and tiers[t] == tier:
                _attempt(seed, t, tickets, desks, helpers, work, contact_hours, escalate, reopen)
        if tier == VOLUNTEER:
            for d in range(first[FIRM]):
                helpers[first[COMMITTEE] + d] += max(0.0, desks.hours[d] * work_days - desks.used[d])


@njit(cache=True)
def _attempt(seed, t, tickets, desks, helpers, work, contact_hours, escalate, reopen):
    """One attempt at ticket t: its hours are spent, then it ends, moves up, is handed over or is to be done again.

    `helpers` are the hours by desk that volunteers have left for visits and errands.
    """
    hotline, tier, today = tickets.hotline[t], tickets.tier[t], tickets.opened[t]
    desk = desks.first[tier] + tickets.unit[t]
    hours = tickets.left[t]
    if hotline and tickets.contacted[t] == NOT_YET:
        tickets.contacted[t] = today
        if not tickets.urgent[t]:  # whoever works on it at once has called
            desks.used[desk] += contact_hours
    if not hotline and not tickets.urgent[t]:
        taken = min(helpers[desk], hours)
        helpers[desk] -= taken
        desks.helped[desk] += taken
        hours -= taken
    desks.used[desk] += hours
    if tickets.misrouted[t]:
        tickets.misrouted[t] = False
        tickets.unit[t] = tickets.community[t]
    else:
        desks.waited[desk] += 1
        desks.finished[desk] += 1
        logit = desks.logit[desk] + (desks.gain[desk] if hotline else 0.0)
        chance = 1.0 / (1.0 + np.exp(-logit))
        opened_tick, attempts, person = tickets.opened_tick[t], tickets.attempts[t], tickets.person[t]
        tickets.status[t], tier = fate(
            seed, opened_tick, attempts, person, tickets.visit[t], chance, tier, escalate, reopen
        )
        if tickets.status[t] != OPEN:
            tickets.closed[t] = today
            return
        tickets.attempts[t] += 1
        if tier != tickets.tier[t]:
            tickets.tier[t] = tier
            tickets.unit[t] = (
                tickets.community[t]
                if tier == COMMITTEE
                else (tickets.street[t] if tier == STREET else desks.department[tickets.domain[t]])
            )
    desk = desks.first[tier] + tickets.unit[t]
    longer = desks.slow[desk] if tickets.visit[t] else (desks.care[desk] if hotline else 1.0)
    tickets.left[t] = tickets.factor[t] * work[tier] * desks.cut[desk] * longer
