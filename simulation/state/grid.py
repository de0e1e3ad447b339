"""Cells of 100 m and walking between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from simulation.domains import SLOW

CELL_METRES = 100.0


@dataclass(frozen=True)
class Walk:
    """How far people get on foot: speeds in metres a minute, and network distance over straight-line distance."""

    speed: float
    speed_slow: float
    detour: float

    @classmethod
    def from_parameters(cls, params: Mapping[str, float]) -> Self:
        """Read `access.walk_speed`, `access.walk_speed_slow` and `access.detour`."""
        return cls(params["access.walk_speed"], params["access.walk_speed_slow"], params["access.detour"])

    def straight_metres_a_minute(self, mobility: int) -> float:
        """Straight-line metres that a mobility class covers in a minute."""
        return (self.speed_slow if mobility == SLOW else self.speed) / self.detour

    def minutes(self, metres: ArrayLike, mobility: int) -> NDArray[np.float64]:
        """Walking minutes (float64) for straight-line distances in metres."""
        return np.asarray(metres, dtype=np.float64) / self.straight_metres_a_minute(mobility)


@dataclass(frozen=True)
class Grid:
    """Active cells of 100 m and the look-up from coordinates to cell numbers.

    `x`, `y`: int64[n_cells]; `table`: int64[height, width], the cell at a coordinate or -1.
    """

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    table: NDArray[np.int64]

    @classmethod
    def from_cells(cls, cell_x: ArrayLike, cell_y: ArrayLike) -> Self:
        """Index the cells with coordinates `cell_x`, `cell_y` (non-negative integers, [n_cells])."""
        x, y = np.asarray(cell_x, dtype=np.int64), np.asarray(cell_y, dtype=np.int64)
        table = np.full((int(y.max(initial=-1)) + 1, int(x.max(initial=-1)) + 1), -1, dtype=np.int64)
        table[y, x] = np.arange(x.size)
        return cls(x, y, table)

    def __len__(self) -> int:
        return self.x.size

    def within(self, sites: ArrayLike, metres: float) -> csr_array:
        """Straight-line distances (metres, float64) from each site's cell to the cells at most `metres` away.

        `sites`: cell numbers [n_sites]. Returns a sparse [n_sites, n_cells] whose stored entries, zeros included, are
        the pairs in reach.
        """
        cells = np.asarray(sites, dtype=np.int64)
        steps = np.arange(-int(metres // CELL_METRES), int(metres // CELL_METRES) + 1)
        dy, dx = (offset.ravel() for offset in np.meshgrid(steps, steps, indexing="ij"))
        distance = np.hypot(dx, dy) * CELL_METRES
        dx, dy, distance = dx[distance <= metres], dy[distance <= metres], distance[distance <= metres]
        x, y = self.x[cells, None] + dx, self.y[cells, None] + dy
        height, width = self.table.shape
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        near = np.where(inside, self.table[np.where(inside, y, 0), np.where(inside, x, 0)], -1)
        found = near >= 0
        pointer = np.concatenate([[0], np.cumsum(found.sum(axis=1))])
        entries = np.broadcast_to(distance, near.shape)[found]
        return csr_array((entries, near[found], pointer), shape=(cells.size, len(self)))
