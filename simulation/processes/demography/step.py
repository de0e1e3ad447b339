"""The week of demography: households move, and with the context `demography` people are born, grow older and die.

The number of residents is that of the district's reading, at every gate and in every week: who comes takes the row of
who went. Before week 0 the calendar stands still, and nobody grows older.
"""

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.elementary import expm1
from simulation.processes.demography import arrival, census
from simulation.processes.demography.lives import Chances, live
from simulation.processes.demography.moves import move
from simulation.processes.demography.people import BORN, DIED, MOVED_IN, MOVED_OUT, Accounts, people
from simulation.processes.demography.rates import dying
from simulation.state.donors import N_AGES
from simulation.state.world import World


def step(world: World) -> None:
    """Moves of one week; with the context, birthdays, deaths and births, and twice a year what follows from them."""
    week(world)


def week(world: World) -> Accounts:
    """`step`, and its accounts by gate and by sex and age.

    Raises
    ------
    AssertionError
        If a gate gained or lost a resident.
    """
    p, r = world.params, world.residents
    alive = world.context.demography and world.tick >= 0
    if alive and world.tick % census.CENSUS_WEEKS == 0:
        census.step(world)
    who, found = people(world), arrival.place(world)
    accounts = Accounts(np.zeros((4, len(world.gates)), np.int64), np.zeros((4, 2, N_AGES), np.int64))
    move(
        world.seed,
        world.tick,
        p["demography.renter_moves"] / WEEKS_PER_YEAR,
        float(-expm1(-p["demography.owner_moves"])) if world.context.demography else 0.0,
        alive,
        world.households.renters,
        who,
        r.donors,
        r.columns,
        found,
        accounts,
    )
    if alive:
        live(
            world.seed,
            world.tick,
            np.flatnonzero(r.birthday == world.tick % WEEKS_PER_YEAR),
            Chances(dying(p), world.birth_chance, float(-expm1(-p["demography.leave_home"])), p["demography.boys"]),
            who,
            r.donors,
            r.columns,
            found,
            accounts,
        )
    _note(world, accounts)
    return accounts


def _note(world: World, accounts: Accounts) -> None:
    """Write the week down by community."""
    born, died, moved_in, moved_out = (accounts.gates[row] for row in (BORN, DIED, MOVED_IN, MOVED_OUT))
    assert np.array_equal(born + moved_in, died + moved_out), "a gate gained or lost a resident"
    w = world.week
    for column, people_of in ((w.born, born), (w.died, died), (w.moved_in, moved_in), (w.moved_out, moved_out)):
        column[:] = world.by_community(people_of) / world.scale
