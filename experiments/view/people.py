"""Which residents are followed: any, by age, place and status."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.recording import sampled
from simulation.state.world import World

FOLLOWED = 8
AGES = ((0, 5), (6, 14), (15, 17), (18, 34), (35, 59), (60, 74), (75, 255))
"""First and last year of each group of ages."""
HOUSING = ("owner", "renter")
"""In the order of the codes of `Residents.renter`."""
DAYS = ("preschooler", "pupil", "student", "local_worker", "commuter", "retired", "at_home")
"""What people do all day, in the order of its codes (`simulation/district/people/stages.py`)."""
TURNS = 1000
"""Different choices of residents among those who match."""
_GOLDEN = (5**0.5 - 1) / 2  # multiples of it leave no gaps between 0 and 1


@dataclass(frozen=True)
class Sought:
    """Places in `AGES`, `HOUSING`, `DAYS`, a street or a community (rows), each None for any.

    `turn`: which of those who match.
    """

    age: int | None = None
    street: int | None = None
    community: int | None = None
    housing: int | None = None
    day: int | None = None
    turn: int = 0


def matching(world: World, sought: Sought) -> NDArray[np.int64]:
    """Rows of the residents who are as sought now."""
    r, home = world.residents, world.residents.gate
    fits = np.ones(len(r), np.bool_)
    if sought.age is not None:
        first, last = AGES[sought.age]
        fits &= (r.age >= first) & (r.age <= last)
    if sought.street is not None:
        fits &= (world.gates.subdistrict == sought.street)[home]
    if sought.community is not None:
        fits &= (world.gates.community == sought.community)[home]
    if sought.housing is not None:
        fits &= r.renter == sought.housing
    if sought.day is not None:
        fits &= r.status == sought.day
    return np.flatnonzero(fits)


def some_of(rows: NDArray[np.int64], turn: int) -> NDArray[np.int64]:
    """A few of the rows, far apart; the same each time, others with another turn, all of them if they are few."""
    if len(rows) <= FOLLOWED:
        return rows
    places = (np.arange(FOLLOWED) + (0.5 + turn * _GOLDEN) % 1) / FOLLOWED
    return rows[np.floor(places * len(rows)).astype(np.int64)]


def anybody(world: World) -> NDArray[np.int64]:
    """Rows of those who are followed at first: even steps along the district."""
    return sampled(len(world.residents), FOLLOWED + 2)[1:-1]  # the ends of the district are odd places
