"""When things open, and when a lever is under way.

A lever is under way from the first Monday on its first day or after it to the week that holds its last day. What it did
before the run is there when the run begins, and paid for: money that was spent before is no cost of the run, while what
runs on is paid from the first week on.
"""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from simulation.state.ledger import FEN
from simulation.state.world import World


def first_tick(world: World, start: date) -> int:
    """Tick of the first week under way, from a day on; negative where it lies before the run."""
    return world.first_tick(start)


def opening_ticks(world: World, count: int, start: date, finish: date) -> NDArray[np.int32]:
    """Ticks of `count` openings spread evenly between two days, int32 (count,); negative ones are open at the start."""
    first, last = first_tick(world, start), world.tick_of(finish)
    steps = np.arange(1, count + 1) / max(count, 1)
    return np.rint(first + steps * max(last - first, 0)).astype(np.int32)


def under_way(world: World, start: date, finish: date | None) -> bool:
    """Whether this week lies between two days; without the second there is no end."""
    return first_tick(world, start) <= world.tick and (finish is None or world.tick <= world.tick_of(finish))


def begins(world: World, start: date) -> bool:
    """Whether this is the first week under way from a day on; never of what began before the run."""
    return first_tick(world, start) == world.tick


def weeks_under_way(world: World, start: date, finish: date) -> int:
    """Number of weeks that lie between two days, 1 at least."""
    return max(world.tick_of(finish) - first_tick(world, start) + 1, 1)


def progress(world: World, tick: int, start: date, finish: date) -> float:
    """Share of the time between two days that has passed by a week, 0 to 1."""
    first = first_tick(world, start)
    return float(np.clip((tick - first) / max(world.tick_of(finish) - first, 1), 0, 1))


def fen(yuan: float) -> int:
    """Yuan as whole fen."""
    return round(FEN * yuan)
