"""Turnout of in-service party members whom their community calls (双报到), by the threshold rule (31).

A call obliges; whether a member comes depends on the own threshold of (17), on how many of the community's members came
last week (Granovetter 1978), on what the gate's neighbours do, on the walk, and on how tired earlier calls left them.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.random import Stream, uniform
from simulation.state.table import F64, Flag
from simulation.state.world import World

MINUTES = 10  # that `double_report.walk` is for


def step(world: World) -> None:
    """Those who are called this week come or not; who comes tires, all recover."""
    m, p, levers = world.members, world.params, world.levers
    if not levers.called.any() and not m.fatigue.any():
        return
    coming = comes(world, levers.called)
    m.came[coming] = world.tick
    hours = np.where(coming, levers.called_hours[_home(world)], 0)
    m.fatigue += hours / p["volunteering.fatigue_hours"] - m.fatigue / p["volunteering.fatigue_memory"]


def comes(world: World, called: F64) -> Flag:
    """Who answers a call of this week, bool (n_members,); `called`: share of the members called, (n_communities,)."""
    m, home = world.members, _home(world)
    asked = uniform(world.seed, Stream.CALLED, m.resident) < called[home]
    return asked & (_drive(world, home) > world.residents.columns.threshold[m.resident])


def by_community(world: World, members: NDArray[np.bool_]) -> F64:
    """Members chosen by community, float64 (n_communities,), full scale."""
    return np.bincount(_home(world), members, len(world.communities)) / world.scale


def answered(world: World) -> Flag:
    """Who came to a call in the last `double_report.window` weeks, bool (n_members,)."""
    return world.members.came > world.tick - world.params["double_report.window"]


def _home(world: World) -> NDArray[np.int32]:
    return world.gates.community[world.residents.gate[world.members.resident]]


def _drive(world: World, home: NDArray[np.int32]) -> F64:
    """What speaks for coming, to be held against the threshold, float64 (n_members,)."""
    m, p, g, n = world.members, world.params, world.gates, len(world.communities)
    gate = world.residents.gate[m.resident]
    others = np.bincount(home, m.came == world.tick - 1, n) / np.maximum(np.bincount(home, minlength=n), 1)
    return (
        p["double_report.obligation"]
        + p["volunteering.neighbours"] * others[home]
        + p["volunteering.gate_norm"] * g.norm[gate]
        - p["double_report.walk"] * g.walk[gate] / MINUTES
        - p["volunteering.fatigue"] * m.fatigue
    )
