"""Demography-light: renter households move, and others like them move in.

The flat, its household's make-up and its ties stay; the newcomers bring no history with the place. Ages are held
stationary: births, deaths and ageing over four years are left out, so the number of residents is conserved.
"""

import numpy as np
from numba import njit, prange

from simulation.domains import N_ACTORS, WEEKS_PER_YEAR
from simulation.processes.residents.coefficients import coefficients
from simulation.processes.residents.equations import at_rest
from simulation.random import Stream, draw, key, unit_interval
from simulation.state.world import World

_MOVE = int(Stream.MOVE)


@njit
def _arrive(i, g, col, performance, norm, c):
    """Satisfaction and expectation of resident i at rest with what the gate g offers."""
    for d in range(col.satisfaction.shape[0]):
        y = performance[g, d, col.mobility[i]]
        col.expectation[d, i] = y
        col.satisfaction[d, i] = at_rest(
            y, norm[g, d], c.base, c.performance, c.disconfirmation, c.loss_aversion, c.own_expectation
        )


@njit(cache=True)
def _move(
    seed, tick, hazard, renters, household_ptr, moved, gate, performance, norm, trust_start, aware, habit, col, c
):
    """Replace the renters who leave."""
    start = key(seed, tick, _MOVE)
    for k in range(renters.shape[0]):
        h = renters[k]
        if unit_interval(draw(start, h)) >= hazard:
            continue
        moved[h] = True
        for i in range(household_ptr[h], household_ptr[h + 1]):
            _arrive(i, gate[i], col, performance, norm, c)
            for a in range(N_ACTORS):
                col.trust[a, i] = trust_start
            col.efficacy[i] = col.efficacy_base[i]
            col.awareness[i] = aware
            col.habit[i] = habit
            col.volunteer[i] = 0
            col.fatigue[i] = 0.0


@njit(parallel=True, cache=True)
def _settle(gate, performance, norm, col, c):
    for i in prange(gate.shape[0]):
        _arrive(i, gate[i], col, performance, norm, c)


def settle(world: World) -> None:
    """Set everyone at rest with the performance of the moment, so that the burn-in starts near its end."""
    _settle(
        world.residents.gate,
        world.places.performance,
        world.places.norm,
        world.residents.columns,
        coefficients(world.params),
    )


def step(world: World) -> None:
    """Moves of one week; newcomers are at rest with what they find and as aware of sorting as the district's mean."""
    p, col = world.params, world.residents.columns
    hazard = p["demography.renter_moves"] / WEEKS_PER_YEAR
    aware, habit = np.float32(world.mean_awareness), np.float32(world.mean_compliance)
    _move(
        world.seed,
        world.tick,
        hazard,
        world.households.renters,
        world.households.first,
        world.households.moved,
        world.residents.gate,
        world.places.performance,
        world.places.norm,
        np.float32(p["trust.start"]),
        aware,
        habit,
        col,
        coefficients(p),
    )
