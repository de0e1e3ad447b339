"""Demography-light (step 3): renter households move, and others like them move in.

The flat, its household's make-up and its ties stay; the newcomers bring no history with the place. Ages are held
stationary: births, deaths and ageing over four years are left out, so the number of residents is conserved.
"""

import numpy as np
from numba import njit

from simulation.population.kernels import PROPERTY
from simulation.population.random import Stream, draw, key, unit_interval
from simulation.world import World

WEEKS_PER_YEAR = 52.0
_MOVE = int(Stream.MOVE)


@njit(cache=True)
def _move(seed, tick, hazard, renters, household_ptr, gate, performance, trust_start, aware, habit, col):
    """Replace the renters who leave; returns how many households moved."""
    start = key(seed, tick, _MOVE)
    moved = 0
    for k in range(renters.shape[0]):
        h = renters[k]
        if unit_interval(draw(start, h)) >= hazard:
            continue
        moved += 1
        for i in range(household_ptr[h], household_ptr[h + 1]):
            for d in range(col.satisfaction.shape[0]):
                y = performance[gate[i], d, col.mobility[i]]
                col.satisfaction[d, i] = y
                col.expectation[d, i] = y
            for a in range(4):
                col.trust[a, i] = trust_start
            col.efficacy[i] = col.efficacy_base[i]
            col.awareness[i] = aware
            col.habit[i] = habit
            col.volunteer[i] = 0
            col.fatigue[i] = 0.0
    return moved


def step(world: World) -> None:
    """Moves of one week; newcomers are as aware of sorting as the district's mean."""
    p, col = world.params, world.residents.columns
    hazard = p["demography.renter_moves"] / WEEKS_PER_YEAR
    aware, habit = np.float32(world.mean_awareness), np.float32(world.mean_compliance)
    _move(world.seed, world.tick, hazard, world.households.renters, world.households.first, world.residents.gate,
          world.places.performance, np.float32(p["trust.start"]), aware, habit, col)
