"""Requests of the week, from what comes up to the closed ticket. One line of `step`, one file:

`report.py` (with `choice.py`) what is turned in, `route.py` its first desk, `queue.py` the work at the desks
(`desks.py`; without queues `at_once.py`), `outcome.py` what residents learn and say, `hotline.py` who learns from what
they say, `load.py` what is left. Conservation: opened = resolved + unresolved + withdrawn + open, by count, at the end
of every week.

Requests, desks and hours are full scale in every run, for a queue of a twentieth of the people is no twentieth of a
queue. In a sample each resident stands for `World.copies` persons at the same gate, numbered resident * copies + copy,
each with issues, choices, luck and patience of their own; only what happens to the first of them moves the resident's
own trust, efficacy and satisfaction.
"""

import numpy as np

from simulation.domains import DAYS_PER_WEEK
from simulation.processes.requests import at_once, hotline, load, outcome, queue, report
from simulation.processes.requests.desks import Desks, hours_waiting, open_desks, queued
from simulation.processes.requests.route import route, work_hours
from simulation.state.tickets import OPEN, join, keep
from simulation.state.world import World


def step(world: World) -> None:
    """One week of requests."""
    report.fade(world)
    reports = report.report(world)
    desks = open_desks(world)
    _open(world, reports, desks)
    _serve(world, desks)
    outcome.learn(world)
    outcome.call_back(world)
    hotline.step(world)
    survey = load.survey(world)
    load.count(world, survey)
    load.observe(world, desks, survey)
    world.handled = world.tickets
    still = (world.tickets.status == OPEN) | (world.tickets.hotline & ~world.tickets.called)
    world.tickets = keep(world.tickets, still)


def _open(world: World, reports: report.Reports, desks: Desks) -> None:
    """Tickets of what is turned in, behind those that wait."""
    new = route(world, reports, report.turned_in(world, reports), desks)
    n = len(world.communities)
    world.week.opened += np.bincount(new.community, minlength=n)
    world.week.hotline += np.bincount(new.community[new.hotline], minlength=n)
    world.tickets = join(world.tickets, new)


def _serve(world: World, desks: Desks) -> None:
    """Five days at the desks; then those who lose patience withdraw."""
    p, t = world.params, world.tickets
    before, days = hours_waiting(world), int(p["staff.work_days"])
    work, contact = work_hours(p), p["requests.contact_hours"]
    escalate, reopen = p["requests.escalate"], p["requests.reopen"]
    if queued(p):
        queue.serve_week(world.seed, world.tick, t, desks, work, contact, escalate, reopen, days)
    else:
        at_once.handle_week(world.seed, t, desks, work, contact, escalate, reopen, days)
    done = desks.used + desks.helped
    world.arrived += np.maximum(done + hours_waiting(world) - before, 0)  # contacts, and work that moved here
    sunday = DAYS_PER_WEEK * world.tick + DAYS_PER_WEEK - 1
    queue.withdraw(world.seed, world.tick, t, 1 / p["requests.patience_weeks"], sunday)
