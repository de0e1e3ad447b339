"""Demography-light: renter households move, and others like them move in.

The flat, its household's make-up and its ties stay, and so do disposition, luck, own norms and providers: who comes is
as likely to be content as who went. The newcomers bring no history with the place: they are at rest with what they
find, and think of committee, street and neighbours as the district does. Ages are held stationary: births, deaths and
ageing over four years are left out, so the number of residents is conserved.
"""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simulation.domains import DAYTIME, N_ACTORS, PROPERTY, TRUST_FIRM, WEEKS_PER_YEAR
from simulation.processes.residents.coefficients import coefficients
from simulation.processes.residents.equations import at_rest, offered
from simulation.random import Stream, draw, key, unit_interval
from simulation.state.output import FIXED, T_TRUST
from simulation.state.residents import IN_STEPS
from simulation.state.world import World

_MOVE = int(Stream.MOVE)


@njit
def _arrive(i, g, col, performance, norm, c):
    """Satisfaction, expectation and trust in the firm of resident i at rest with what the gate g offers."""
    leaning = c.base + (col.disposition[i] + col.luck[i]) / IN_STEPS
    aspiration = c.normative * col.aspiration[i] / IN_STEPS
    for d in range(col.satisfaction.shape[0]):
        y = offered(performance[g, d, col.mobility[i]], col.provider[d, i])
        col.expectation[d, i] = y
        col.satisfaction[d, i] = at_rest(
            y,
            norm[g, d] + aspiration,
            leaning,
            c.performance,
            c.disconfirmation,
            c.loss_aversion,
            c.own_expectation,
        )
    col.trust[TRUST_FIRM, i] = offered(performance[g, PROPERTY, DAYTIME], col.provider[PROPERTY, i])


@njit(cache=True)
def _move(seed, tick, hazard, renters, household_ptr, moved, gate, performance, norm, trust, aware, habit, col, c):
    """Replace the renters who leave."""
    start = key(seed, tick, _MOVE)
    for k in range(renters.shape[0]):
        h = renters[k]
        if unit_interval(draw(start, h)) >= hazard:
            continue
        moved[h] = True
        for i in range(household_ptr[h], household_ptr[h + 1]):
            for a in range(N_ACTORS):
                col.trust[a, i] = trust[a]
            _arrive(i, gate[i], col, performance, norm, c)
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
    """Set everyone at rest with the performance of the moment: satisfaction, expectations, trust in the firm."""
    _settle(
        world.residents.gate,
        world.places.performance,
        world.places.norm,
        world.residents.columns,
        coefficients(world.params),
    )


def _reputation(world: World) -> NDArray[np.float32]:
    """Mean trust of the residents in each actor last week, float32 (4,)."""
    people = FIXED * max(len(world.residents), 1)
    mean = world.output.tallies[:, T_TRUST : T_TRUST + N_ACTORS].sum(axis=0) / people
    return np.where(mean > 0, mean, world.params["trust.start"]).astype(np.float32)


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
        _reputation(world),
        aware,
        habit,
        col,
        coefficients(p),
    )
