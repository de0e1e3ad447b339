"""Walks on the streets of a district: how far it is on foot from cell to cell."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from simulation.cache import cached
from simulation.district.data.streets import StreetNetwork
from simulation.district.map.land import CELL_METRES, project

_PIECE_METRES = 50.0
"""Segments are cut into pieces of at most this length, so that a cell finds a point of its street nearby."""
_AT_ONCE = 64  # sites walked from at once: the table of distances to every crossing stays small
_WORTH_KEEPING = 16  # sites from which walks take longer than a look into the cache

Row = tuple[NDArray[np.int32], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Streets:
    """Streets with the cells of the map as their doors.

    `links`: sparse [n_crossings + n_cells, same], metres between points that adjoin; each cell adjoins the nearest
    point of a street, by the straight line from its middle.
    """

    links: csr_array
    n_cells: int
    _known: dict[tuple[int, float], Row] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        network: StreetNetwork,
        origin: tuple[float, float],
        cell_x: NDArray[np.integer],
        cell_y: NDArray[np.integer],
    ) -> "Streets":
        """Join the cells at `cell_x`, `cell_y` ([n_cells]) of a map with its `origin` (degrees) to the network.

        Only the largest connected part of the network is used: a piece that leads nowhere would cut its cells off.
        """
        x, y, start, end, metres = _pieces(network, origin)
        graph = coo_array((np.maximum(metres, 1e-3), (start, end)), shape=(len(x), len(x)))
        part = connected_components(graph, directed=False)[1]
        kept = np.flatnonzero(part == np.bincount(part).argmax())
        number = np.full(len(x), -1)
        number[kept] = np.arange(len(kept))
        whole = number[start] >= 0
        near, door = cKDTree(np.column_stack([x[kept], y[kept]])).query(np.column_stack([cell_x + 0.5, cell_y + 0.5]))
        n_cells = len(cell_x)
        from_ = np.concatenate([number[start[whole]], door])
        to = np.concatenate([number[end[whole]], len(kept) + np.arange(n_cells)])
        length = np.maximum(np.concatenate([metres[whole], near * CELL_METRES]), 1e-3)  # 0 would be no link
        return cls(_shortest(from_, to, length, len(kept) + n_cells), n_cells)

    @cached_property
    def digest(self) -> str:
        """Hash of the network and its doors, for caches."""
        digest = hashlib.blake2b(digest_size=12)
        for values in (self.links.indptr, self.links.indices, self.links.data):
            digest.update(np.ascontiguousarray(values).tobytes())
        return digest.hexdigest()

    def within(self, sites: NDArray[np.int64], metres: float) -> csr_array:
        """Length of the walk from each site's cell to the cells at most `metres` away, float64[n_sites, n_cells].

        Stored entries, zeros included, are the pairs in reach. Dijkstra's method with a cut-off.
        """
        new = np.array(sorted({int(site) for site in sites if (int(site), metres) not in self._known}), np.int64)
        if len(new):
            key = {"streets": self.digest, "sites": new.tolist(), "metres": metres}
            many = len(new) >= _WORTH_KEEPING
            found = cached("walks", key, lambda: self._walk(new, metres)) if many else self._walk(new, metres)
            edges = found["pointer"]
            for k, site in enumerate(new):
                own = slice(int(edges[k]), int(edges[k + 1]))
                self._known[int(site), metres] = (found["cell"][own], found["metres"][own])  # type: ignore[assignment]
        rows = [self._known[int(site), metres] for site in sites]
        pointer = np.concatenate([[0], np.cumsum([len(cells) for cells, _ in rows], dtype=np.int64)])
        cells = np.concatenate([cells for cells, _ in rows]) if rows else np.zeros(0, np.int32)
        walked = np.concatenate([walked for _, walked in rows]) if rows else np.zeros(0)
        return csr_array((walked, cells, pointer), shape=(len(rows), self.n_cells))

    def _walk(self, sites: NDArray[np.int64], metres: float) -> dict[str, NDArray[np.generic]]:
        cells, walked, counts = [], [], []
        for first in range(0, len(sites), _AT_ONCE):
            distance = self._distances(sites[first : first + _AT_ONCE], metres)
            row, cell = np.nonzero(distance <= metres)
            cells.append(cell.astype(np.int32))
            walked.append(distance[row, cell])
            counts.append(np.bincount(row, minlength=len(distance)))
        return {
            "cell": np.concatenate(cells),
            "metres": np.concatenate(walked),
            "pointer": np.concatenate([[0], np.cumsum(np.concatenate(counts))]),
        }

    def _distances(self, sites: NDArray[np.int64], limit: float) -> NDArray[np.float64]:
        crossings = self.links.shape[0] - self.n_cells
        found = dijkstra(self.links, directed=False, indices=crossings + sites, limit=limit)
        return found[:, crossings:]

    def between(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
        """Length of the walk (metres, float64) between cells `a` and `b`, which are broadcast against each other."""
        pairs_a, pairs_b = np.broadcast_arrays(a, b)
        if np.unique(pairs_b).size < np.unique(pairs_a).size:
            pairs_a, pairs_b = pairs_b, pairs_a
        sites, row = np.unique(pairs_a, return_inverse=True)
        row = row.reshape(pairs_a.shape)
        result = np.empty(pairs_a.shape)
        for first in range(0, len(sites), _AT_ONCE):
            distance = self._distances(sites[first : first + _AT_ONCE], np.inf)
            here = (row >= first) & (row < first + _AT_ONCE)
            result[here] = distance[row[here] - first, pairs_b[here]]
        return result


def _pieces(
    network: StreetNetwork, origin: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Points in cells, ends (int64) and lengths (metres) of the segments, long ones cut into equal pieces."""
    x, y = project(network.lon, network.lat, origin)
    count = np.maximum(np.ceil(network.metres / _PIECE_METRES).astype(np.int64), 1)
    segment = np.repeat(np.arange(len(count)), count)
    place = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)  # 0, 1, ... along each segment
    first, last = place == 0, place == count[segment] - 1
    inner = len(x) + np.cumsum(~first) - 1  # number of the point at which a later piece begins
    a = np.where(first, network.start[segment], inner)
    b = np.where(last, network.end[segment], np.roll(inner, -1))
    share = (place / count[segment])[~first]
    own, start, end = segment[~first], network.start, network.end
    px = x[start[own]] + share * (x[end[own]] - x[start[own]])
    py = y[start[own]] + share * (y[end[own]] - y[start[own]])
    return np.concatenate([x, px]), np.concatenate([y, py]), a, b, (network.metres / count)[segment]


def _shortest(a: NDArray[np.int64], b: NDArray[np.int64], metres: NDArray[np.float64], size: int) -> csr_array:
    """Links both ways; of several between the same two points the shortest (a sum, as scipy makes it, is no street)."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((metres, high, low))
    low, high, metres = low[order], high[order], metres[order]
    first = np.append(True, (np.diff(low) != 0) | (np.diff(high) != 0)) & (low != high)
    low, high, metres = low[first], high[first], metres[first]
    both = coo_array(
        (np.tile(metres, 2), (np.concatenate([low, high]), np.concatenate([high, low]))), shape=(size, size)
    )
    return csr_array(both)
