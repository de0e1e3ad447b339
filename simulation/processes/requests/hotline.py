"""The 12345 hotline since its reform: residents learn that it answers, and ranked offices learn to answer.

Without the reform (context `hotline_reform`), and before its day, nothing here moves.

Who knows and tries the channel grows as an innovation does (Bass 1969): by publicity, and by hearsay from those who
use it, the more of them are served. Every month streets are ranked by the three rates of their call-backs; the worse
its place, the more an office turns to requests of the hotline: it takes them earlier, gives them more time and
settles more of them. The hours come from visits and from requests that come another way.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.state.tickets import COMMITTEE
from simulation.state.world import World

_RATES = 3  # of a call-back: responded, settled, satisfied


def reformed(world: World) -> bool:
    """Whether the hotline has been reformed by this week."""
    return world.context.hotline_reform and world.in_force("hotline_reform")


def step(world: World) -> None:
    """Success as the communities see it; after the reform also hearsay of it, and the month's ranking."""
    _see(world)
    if reformed(world):
        _spread(world)
        _rank(world)


def effort_by_desk(world: World, first: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far each desk has turned to requests of the hotline, 0-1, float64 (n_desks,).

    Committees follow their street; departments are called by all streets.
    """
    effort = world.streets.effort
    others = np.zeros(first[COMMITTEE])  # volunteers and firms
    departments = np.full(len(world.departments), effort.mean())
    return np.concatenate([others, effort[world.communities.subdistrict], effort, departments])


def _see(world: World) -> None:
    """Share of requests that the hotline settled, remembered by community."""
    c, w = world.communities, world.week
    memory = 1 / world.params["channel.delay_memory"]
    share = w.settled / np.maximum(w.due, 1)
    c.hotline_success += np.where(w.due > 0, memory * (share - c.hotline_success), 0)


def _spread(world: World) -> None:
    """dk = (p + q s k)(1 - k): k those who know the channel, s the share of requests settled (27)."""
    p, c = world.params, world.communities
    rate = p["channel.hotline_publicity"] + p["channel.hotline_hearsay"] * c.hotline_success * c.hotline_known
    c.hotline_known += rate * (1 - c.hotline_known)


def _rank(world: World) -> None:
    """Count the call-backs of the streets; in the last week of a month rank them, and let them learn (28)."""
    p, s, w = world.params, world.streets, world.week
    street, n = world.communities.subdistrict, len(s)
    s.ranked_due += np.bincount(street, w.due, n)
    s.ranked_good += np.bincount(street, w.responded + w.settled + w.pleased, n)
    weeks = int(p["requests.ranking_weeks"])
    if world.tick % weeks != weeks - 1:
        return
    place = ranks(s.ranked_good / (_RATES * np.maximum(s.ranked_due, 1)))
    goal = p["requests.ranking_floor"] + (1 - p["requests.ranking_floor"]) * place
    s.effort += weeks / p["requests.reform_weeks"] * (goal - s.effort)
    s.ranked_due[:] = s.ranked_good[:] = 0


def ranks(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place on the list, 0 the best to 1 the worst, float64 (n,); a street alone is in the middle."""
    n = len(rates)
    if n == 1:
        return np.array([0.5])
    return np.argsort(np.argsort(-rates, kind="stable"), kind="stable") / (n - 1)
