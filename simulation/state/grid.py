"""Cells of 100 m and walking between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from simulation.district.map.streets import Streets
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
    """Active cells of 100 m, the look-up from coordinates to cell numbers, and how far it is from cell to cell.

    Every walk of the model is asked here. Distances are straight lines, which `Walk` lengthens by its detour. Where the
    district has streets, a distance is the straight line that takes as long as the walk on them: its length over the
    same detour, so that whoever asks need not know which of the two it is.

    `x`, `y`: int64[n_cells]; `table`: int64[height, width], the cell at a coordinate or -1; `detour`: network distance
    over straight-line distance, used with `streets` only.
    """

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    table: NDArray[np.int64]
    streets: Streets | None = None
    detour: float = 1.0

    @classmethod
    def from_cells(
        cls, cell_x: ArrayLike, cell_y: ArrayLike, streets: Streets | None = None, detour: float = 1.0
    ) -> Self:
        """Index the cells with coordinates `cell_x`, `cell_y` (non-negative integers, [n_cells])."""
        x, y = np.asarray(cell_x, dtype=np.int64), np.asarray(cell_y, dtype=np.int64)
        table = np.full((int(y.max(initial=-1)) + 1, int(x.max(initial=-1)) + 1), -1, dtype=np.int64)
        table[y, x] = np.arange(x.size)
        return cls(x, y, table, streets, detour)

    def __len__(self) -> int:
        return self.x.size

    def within(self, sites: ArrayLike, metres: float) -> csr_array:
        """Distances (metres, float64) from each site's cell to the cells at most `metres` away.

        `sites`: cell numbers [n_sites]. Returns a sparse [n_sites, n_cells] whose stored entries, zeros included, are
        the pairs in reach.
        """
        cells = np.asarray(sites, dtype=np.int64)
        if self.streets is not None:
            walked = self.streets.within(cells, metres * self.detour)
            return csr_array((walked.data / self.detour, walked.indices, walked.indptr), shape=walked.shape)
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

    def apart(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
        """Distance in cells (of 100 m, float64) between cells `a` and `b`, which are broadcast against each other."""
        a, b = np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64)
        if self.streets is not None:
            return self.streets.between(a, b) / (CELL_METRES * self.detour)
        return np.hypot(self.x[a] - self.x[b], self.y[a] - self.y[b])
