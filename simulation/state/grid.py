"""Cells of 100 m and walking between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numba import njit
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
        reached = distance <= metres
        offsets = dx[reached], dy[reached], distance[reached]
        return csr_array(_near(self.x[cells], self.y[cells], self.table, *offsets), shape=(cells.size, len(self)))

    def apart(self, a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
        """Distance in cells (of 100 m, float64) between cells `a` and `b`, which are broadcast against each other."""
        a, b = np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64)
        if self.streets is not None:
            return self.streets.between(a, b) / (CELL_METRES * self.detour)
        return np.hypot(self.x[a] - self.x[b], self.y[a] - self.y[b])


@njit(cache=True)
def _near(x: Any, y: Any, table: Any, dx: Any, dy: Any, distance: Any) -> Any:
    """Distances, cells and pointers of a sparse matrix: the cells of `table` at the offsets from each site x, y."""
    height, width = table.shape
    pointer, cells = np.zeros(x.size + 1, np.int32), np.empty(x.size * dx.size, np.int32)
    metres, found = np.empty(x.size * dx.size), 0
    for site in range(x.size):
        for k in range(dx.size):
            column, row = x[site] + dx[k], y[site] + dy[k]
            if 0 <= column < width and 0 <= row < height and table[row, column] >= 0:
                cells[found], metres[found] = table[row, column], distance[k]
                found += 1
        pointer[site + 1] = found
    return metres[:found].copy(), cells[:found].copy(), pointer
