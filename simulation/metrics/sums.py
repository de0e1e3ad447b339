"""Sums over communities that several metrics share; those of one metric stand beside it."""

import numpy as np

from simulation.metrics.metric import Column, Sum
from simulation.state.output import FIXED
from simulation.state.world import World

PEOPLE = ("人", "people")
"""What is counted, where it is people."""


def residents(world: World) -> Column:
    """Residents in the run."""
    return world.communities.residents.astype(np.float64)


def households(world: World) -> Column:
    """Households, full scale."""
    return np.float64(1 / world.scale) * world.communities.households


def workers(world: World) -> Column:
    """Filled posts of community workers."""
    w = world.workers
    return np.bincount(w.community, w.vacancy == 0, len(world.communities)).astype(np.float64)


def tally(column: int) -> Sum:
    """Sum over residents of what their weekly step tallies by gate; exact, for tallies are whole numbers."""

    def read(world: World) -> Column:
        return world.by_community(world.output.tallies[:, column]) / FIXED

    return read


def of_week(name: str) -> Sum:
    """What the communities counted in the week under a name of `simulation.state.world.Week`."""

    def read(world: World) -> Column:
        return getattr(world.week, name).astype(np.float64)

    return read


SIZES: dict[str, Sum] = {"residents": residents, "households": households, "workers": workers}
"""Sizes of the communities, which `communities.parquet` has beside the metrics."""
