"""Sums over communities that several metrics share; those of one metric stand beside it."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

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


def count_from(world: World, column: NDArray[np.generic], cut: np.generic) -> NDArray[np.int64]:
    """Residents of each gate whose value of a column is at least `cut`, int64 (n_gates,), in the run."""
    count = np.zeros(len(world.gates), np.int64)
    _count_from(column, world.places.gate_ptr, cut, count)
    return count


@njit(cache=True)
def _count_from(column, gate_ptr, cut, count):  # type: ignore[no-untyped-def]  # numba takes types from the call
    for g in range(count.shape[0]):  # unsigned numbers need no look for rows counted from the end: SIMD
        n = np.uint32(0)
        for i in range(np.uint64(gate_ptr[g]), np.uint64(gate_ptr[g + 1])):
            n += np.uint32(column[i] >= cut)
        count[g] = n


SIZES: dict[str, Sum] = {"residents": residents, "households": households, "workers": workers}
"""Sizes of the communities, which `communities.parquet` has beside the metrics."""
