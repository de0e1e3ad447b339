"""The week of demography: households move, and with the context `demography` people are born, grow older and die.

The number of residents is that of the district's reading, at every gate and in every week: who comes takes the row of
who went. Before week 0 the calendar stands still, and nobody grows older.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.domains import WEEKS_PER_YEAR
from simulation.elementary import expm1
from simulation.processes.demography import arrival, census
from simulation.processes.demography.lives import BORN, DIED, MOVED_IN, MOVED_OUT, live
from simulation.processes.demography.moves import move
from simulation.processes.demography.people import people
from simulation.processes.demography.rates import dying
from simulation.state.world import World


def step(world: World) -> None:
    """Moves of one week; with the context, birthdays, deaths and births, and every quarter what follows from them."""
    p, r, homes = world.params, world.residents, world.households
    alive = world.context.demography and world.tick >= 0
    if alive and world.tick % census.CENSUS_WEEKS == 0:
        census.step(world)
    who, found = people(world), arrival.place(world)
    counts = np.zeros((4, len(world.places.gate_ptr) - 1), np.int64)
    move(
        world.seed,
        world.tick,
        p["demography.renter_moves"] / WEEKS_PER_YEAR,
        float(-expm1(-p["demography.owner_moves"])) if world.context.demography else 0.0,
        alive,
        homes.renters,
        r.gate,
        who,
        r.donors,
        r.columns,
        found,
        counts,
    )
    if alive:
        live(
            world.seed,
            world.tick,
            world.tick % WEEKS_PER_YEAR,
            dying(p),
            world.birth_chance,
            float(-expm1(-p["demography.leave_home"])),
            p["demography.boys"],
            who,
            r.donors,
            r.columns,
            found,
            counts,
        )
    _note(world, counts)


def _note(world: World, counts: NDArray[np.int64]) -> None:
    """Write the accounts of the week down by community.

    Raises
    ------
    AssertionError
        If a gate gained or lost a resident.
    """
    assert np.array_equal(counts[BORN] + counts[MOVED_IN], counts[DIED] + counts[MOVED_OUT]), "residents were lost"
    names = {"born": BORN, "died": DIED, "moved_in": MOVED_IN, "moved_out": MOVED_OUT}
    for name, row in names.items():
        getattr(world.week, name)[:] = world.by_community(counts[row]) / world.scale
