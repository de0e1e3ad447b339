"""Turnout of in-service party members whom their community calls (双报到), by the threshold rule (31).

A call obliges; whether a member comes depends on the own threshold of (17), on how many of the community's members came
last week (Granovetter 1978), on what the gate's neighbours do, on the walk, and on how tired earlier calls left them.

They are asked when the week begins, before anybody moves or dies in it: who calls counts on those who come (`call`),
and those are the ones who tire (`step`). Who comes and leaves the district in the same week has still come.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.random import Stream, uniform
from simulation.state.table import F64, Flag
from simulation.state.world import World

MINUTES = 10  # that `double_report.walk` is for


def call(world: World, share: F64) -> Flag:
    """Call members this week, once: who comes, bool (n_members,), which `Members.came` remembers.

    Parameters
    ----------
    share : float64 array (n_communities,)
        Of the members of each community; who is called is drawn anew every week.
    """
    m, home = world.members, _home(world)
    asked = uniform(world.seed, Stream.CALLED, m.resident, world.tick) < share[home]
    coming = asked & (_drive(world, home) > world.residents.columns.threshold[m.resident])
    m.came[coming] = world.tick
    return coming


def step(world: World) -> None:
    """Those who came this week, and are still members here, tire; all recover."""
    m, p = world.members, world.params
    came = m.came == world.tick
    if not came.any() and not m.fatigue.any():
        return
    hours = np.where(came, world.levers.called_hours[_home(world)], 0)
    m.fatigue += hours / p["volunteering.fatigue_hours"] - m.fatigue / p["volunteering.fatigue_memory"]


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
