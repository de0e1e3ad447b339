"""The week of demography: households move, and with the context `demography` people are born, grow older and die.

The number of residents is that of the district's reading, at every gate and in every week: who comes takes the row of
who went. Before week 0 the calendar stands still, and nobody grows older.
"""

from typing import Any

import numpy as np
from numba import njit

from simulation.domains import WEEKS_PER_YEAR
from simulation.elementary import expm1
from simulation.processes.demography import arrival, census
from simulation.processes.demography.lives import Chances, live
from simulation.processes.demography.moves import move
from simulation.processes.demography.people import (
    BORN,
    DIED,
    MOVED_IN,
    MOVED_OUT,
    Accounts,
    blocks,
    people,
    wants,
)
from simulation.processes.demography.rates import dying, moving
from simulation.state.donors import N_AGES
from simulation.state.world import World
from simulation.threads import on_threads, take


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
    if _alive(world) and world.tick % census.CENSUS_WEEKS == 0:
        census.step(world)
    work = arguments(world)
    on_threads(week_of_blocks, *work)
    *_, who, _, _, accounts = work
    arrival.welcome(world, who.came)
    world.members.follow(world.residents.reports, who.came)
    _note(world, accounts)
    return Accounts(accounts.gates, accounts.ages.sum(axis=0))


def _alive(world: World) -> bool:
    """Whether people are born, grow older and die."""
    return world.context.demography and world.tick >= 0


def arguments(world: World) -> tuple[Any, ...]:
    """Arguments of `week_of_blocks`."""
    r, renters, parts, alive = world.residents, world.households.renters, blocks(world), _alive(world)
    birthdays = np.flatnonzero(r.birthday == world.tick % WEEKS_PER_YEAR) if alive else np.empty(0, np.int64)
    accounts = Accounts(
        np.zeros((4, len(world.gates)), np.int64), np.zeros((len(parts.rows) - 1, 4, 2, N_AGES), np.int64)
    )
    return (
        np.zeros(1, np.int64),
        world.seed,
        world.tick,
        parts.homes,
        renters,
        np.searchsorted(renters, parts.homes),
        birthdays,
        np.searchsorted(birthdays, parts.rows),
        _chances(world),
        alive,
        people(world),
        r.donors,
        wants(world),
        accounts,
    )


def _chances(world: World) -> Chances:
    p, (renters, owners) = world.params, moving(world)
    return Chances(
        dying(p),
        world.birth_chance,
        float(-expm1(-p["demography.leave_home"])),
        p["demography.boys"],
        renters / WEEKS_PER_YEAR,
        float(-expm1(-owners)),
    )


@njit(cache=True, nogil=True)
def week_of_blocks(
    counter, seed, tick, homes, renters, rent_from, birthdays, born_from, chances, others, who, donors, col, accounts
):
    """The week of the gates of block after block from `counter` on (int64 [1], shared by threads), until none is left.

    Parameters
    ----------
    homes, rent_from, born_from : int64[n_blocks + 1]
        First household of each block, and its first entry of `renters` and of `birthdays`; and the ends.
    renters, birthdays : int64[n_renting], int64[n]
        Households that rent, and residents whose birthday it is, in ascending order.
    others : bool
        Whether those who move in are other people, or of the age and stage of life of those who go.
    accounts : Accounts
        By sex and age of each block; added to.
    """
    gone, mothers = np.empty(birthdays.shape[0], np.int64), np.empty(birthdays.shape[0], np.int64)
    k = take(counter)
    while k < homes.shape[0] - 1:
        own = Accounts(accounts.gates, accounts.ages[k])  # one thread at a time adds to those of a block
        some = renters[rent_from[k] : rent_from[k + 1]]
        move(seed, tick, homes[k], homes[k + 1], some, chances, others, who, donors, col, own)
        some = birthdays[born_from[k] : born_from[k + 1]]
        live(seed, tick, some, gone, mothers, chances, who, donors, col, own)
        k = take(counter)


def _note(world: World, accounts: Accounts) -> None:
    """Write the week down by community."""
    born, died, moved_in, moved_out = (accounts.gates[row] for row in (BORN, DIED, MOVED_IN, MOVED_OUT))
    assert np.array_equal(born + moved_in, died + moved_out), "a gate gained or lost a resident"
    w = world.week
    for column, people_of in ((w.born, born), (w.died, died), (w.moved_in, moved_in), (w.moved_out, moved_out)):
        column[:] = world.by_community(people_of) / world.scale
