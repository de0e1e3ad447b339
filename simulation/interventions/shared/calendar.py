"""When things open, and when a lever is under way."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from simulation.domains import DAYS_PER_WEEK
from simulation.state.ledger import FEN
from simulation.state.world import World


def first_tick(world: World, start: date) -> int:
    """Tick of the week that holds a day; 0 where it lies before the run."""
    return max(0, world.tick_of(start))


def opening_ticks(world: World, count: int, start: date, finish: date) -> NDArray[np.int32]:
    """Ticks of `count` openings spread evenly between two days, int32 (count,)."""
    first, last = first_tick(world, start), world.tick_of(finish)
    steps = np.arange(1, count + 1) / max(count, 1)
    return np.rint(first + steps * max(last - first, 0)).astype(np.int32)


def under_way(world: World, start: date, finish: date | None) -> bool:
    """Whether this week lies between two days; without the second there is no end."""
    return start <= world.date and (finish is None or world.date <= finish)


def begins(world: World, start: date) -> bool:
    """Whether this is the first week under way from a day on; of what began before the run, the run's first week."""
    return start <= world.date and (world.tick == 0 or start > world.date - timedelta(weeks=1))


def weeks_under_way(world: World, start: date, finish: date) -> int:
    """Number of weeks that lie between two days, 1 at least."""
    first = -((world.start - start).days // DAYS_PER_WEEK)  # the first week that begins on the day or after it
    return max(world.tick_of(finish) - first + 1, 1)


def progress(world: World, start: date, finish: date) -> float:
    """Share of the time between two days that has passed, 0 to 1."""
    weeks = max(world.tick_of(finish) - world.tick_of(start), 1)
    return float(np.clip((world.tick - world.tick_of(start)) / weeks, 0, 1))


def fen(yuan: float) -> int:
    """Yuan as whole fen."""
    return round(FEN * yuan)
