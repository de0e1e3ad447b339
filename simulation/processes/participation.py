"""Who takes part in activities (30): places are offered, some residents want one, and each person's turn is drawn.

Places of the week are those of activities, which organisations and programmes hold at the office of their community,
and the uses of culture venues that access gives (3a). Persons differ for good: many never take part, a few often do.
Activities are bounded by distance, by how often people come, and by their places; the venues' uses already are.
"""

import numpy as np
from numba import njit, prange

from simulation.processes import access
from simulation.processes.epidemic import daily_life
from simulation.processes.quality import leisure_hours
from simulation.random import Stream, draw, key, uniform, unit_interval
from simulation.state.residents import KEENEST
from simulation.state.table import F64
from simulation.state.world import World

_TURN = int(Stream.TURN)


def step(world: World) -> None:
    """Fill the places of the week, and note who took one, and how much of the activities was taken up."""
    c, g, n = world.communities, world.gates, len(world.communities)
    open_share = daily_life.venues_open(world)
    offered, wanted = open_share * places(world), wishes(world)
    asked = world.by_community(wanted) / world.scale
    c.attended[:] = np.minimum(1, np.divide(asked, offered, out=np.ones(n), where=offered > 0))
    met = np.minimum(1, np.divide(offered, asked, out=np.zeros(n), where=asked > 0))
    expected = wanted * met[g.community] + open_share * world.scale * venue_uses(world)
    luck = uniform(world.seed, Stream.SEAT, np.arange(n), world.tick)
    seats, taken = np.zeros(len(g), np.int64), np.zeros(len(g), np.int64)
    _allot(expected, g.community, luck, np.zeros(n), seats)
    r = world.residents
    _take_turns(world.seed, world.tick, world.places.gate_ptr, seats, g.keen, r.keen, r.took_part, taken)
    world.week.participants[:] = world.by_community(taken) / world.scale


def places(world: World) -> F64:
    """Places at activities of the week by community, float64 (n_communities,), full scale.

    Of the hours of organisations for culture and social life a share is open to residents; programmes are.
    """
    p = world.params
    hours = p["participation.open_hours"] * leisure_hours(world) + world.levers.programme_hours
    return p["culture.attendances_per_hour"] * hours


def wishes(world: World) -> F64:
    """Attendances of activities that the residents of each gate want this week, float64 (n_gates,), in the run.

    The keenest come `participation.rate` times a week if it is next door; the wish falls with the walk as in (2).
    """
    p, g = world.params, world.gates
    near = access.weight(g.walk, p["access.catchment_near"])
    return p["participation.rate"] * near * g.keen / KEENEST


def venue_uses(world: World) -> F64:
    """Uses of culture venues in the week by gate of home, float64 (n_gates,), full scale."""
    g = world.gates
    living = np.bincount(g.cell, g.residents, len(world.venue_uses))
    return (world.venue_uses / np.maximum(living, 1))[g.cell] * g.residents


@njit(cache=True)
def _allot(expected, community, luck, so_far, seats):
    """Whole places by gate: those of a community add up to its sum, rounded once by the community's luck."""
    for g in range(expected.shape[0]):
        c = community[g]
        before = np.floor(so_far[c] + luck[c])
        so_far[c] += expected[g]
        seats[g] = np.int64(np.floor(so_far[c] + luck[c]) - before)


@njit(parallel=True, cache=True)
def _take_turns(seed, tick, gate_ptr, seats, keen_of_gate, keen, took_part, taken):
    """Systematic sampling in each gate with probability proportional to keenness: as many turns as there are places."""
    start = key(seed, tick, _TURN)
    for g in prange(seats.shape[0]):
        if seats[g] == 0 or keen_of_gate[g] == 0:
            continue
        apart, left, so_far = keen_of_gate[g] / seats[g], seats[g], 0
        turn = unit_interval(draw(start, g)) * apart
        passed = np.int64(turn)  # whole numbers compare faster
        for i in range(gate_ptr[g], gate_ptr[g + 1]):
            so_far += keen[i]
            if so_far > passed and left > 0:
                took_part[i] = tick
                while so_far > passed and left > 0:
                    turn += apart
                    passed = np.int64(turn)
                    left -= 1
        taken[g] = seats[g] - left
