"""What follows from who lives where, read twice a year: adults, commuters, ages and lone elders by gate, demand."""

import numpy as np
from numba import njit

from simulation.district.people.stages import CHILD, COMMUTER, OLD_FROM, STUDENT_FROM
from simulation.processes import services
from simulation.processes.demography.rates import bearing
from simulation.state.facilities import SERVICES, demand
from simulation.state.gates import lone_elders
from simulation.state.world import World

CENSUS_WEEKS = 26
"""Weeks between two readings."""


def step(world: World) -> None:
    """Count people by gate and by need, and set access anew for the kinds of service whose demand has changed."""
    r, g, at = world.residents, world.gates, world.places
    minutes = np.zeros(len(g))
    _count(
        at.gate_ptr,
        r.age,
        r.status,
        r.life_stage,
        r.commute_minutes,
        g.adults,
        g.older,
        g.children,
        g.commuters,
        minutes,
    )
    h = world.households
    g.lone_elders[:] = lone_elders(h.first, h.member[h.first[:-1]], r.older > 0, r.gate, len(g))
    mean = minutes / np.maximum(g.commuters, 1) / r.donors.commute_mean
    g.commute[:] = np.where(g.commuters > 0, mean, 1.0)
    world.birth_chance = bearing(world)
    before, cells = world.demand, len(world.cell_community)
    world.demand = demand(g.cell, at.gate_ptr, r.age, r.columns.mobility, cells, world.scale, world.params)
    changed = {need for need, people in world.demand.items() if not np.array_equal(people, before[need])}
    services.update(world, {kind for kind, service in SERVICES.items() if service.need in changed})


@njit(cache=True)
def _count(gate_ptr, age, status, stage, commute, adults, older, children, commuters, minutes):
    for g in range(gate_ptr.shape[0] - 1):
        adults[g] = older[g] = children[g] = commuters[g] = 0
        for i in range(gate_ptr[g], gate_ptr[g + 1]):
            adults[g] += stage[i] != CHILD
            older[g] += age[i] >= OLD_FROM
            children[g] += age[i] < STUDENT_FROM
            commuters[g] += status[i] == COMMUTER
            minutes[g] += commute[i]
