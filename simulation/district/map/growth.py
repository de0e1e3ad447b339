"""Divide a grid of cells into contiguous regions: grown from seeds, or cut into blocks."""

import heapq

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Cells = NDArray[np.int64]


def neighbours(x: NDArray[np.integer], y: NDArray[np.integer]) -> NDArray[np.int64]:
    """Rows of the four neighbours of each cell, int64 (n, 4): east, west, north, south; -1 where there is none."""
    width, height = int(x.max()) + 3, int(y.max()) + 3
    index = np.full((width, height), -1)
    index[x + 1, y + 1] = np.arange(len(x))
    at = x.astype(np.int64) + 1, y.astype(np.int64) + 1
    return np.stack([index[at[0] + dx, at[1] + dy] for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))], axis=1)


def spread(x: NDArray[np.floating], y: NDArray[np.floating], count: int, weight: NDArray[np.floating]) -> Cells:
    """Rows of `count` points far from one another, int64 (count,).

    The first is nearest to the weighted centre; each next one has the largest weighted distance to those chosen
    (farthest-point sampling, Gonzalez 1985); then ten rounds move each to the centre of its share (Lloyd 1982).
    """
    centre = np.average(x, weights=weight), np.average(y, weights=weight)
    chosen = [int(np.argmin(np.hypot(x - centre[0], y - centre[1])))]
    nearest = np.full(len(x), np.inf)
    while len(chosen) < count:
        nearest = np.minimum(nearest, np.hypot(x - x[chosen[-1]], y - y[chosen[-1]]))
        chosen.append(int(np.argmax(nearest * np.sqrt(weight))))
    points = np.array(chosen)
    for _ in range(10):
        points = _centred(x, y, weight, points)
    return points


def _centred(x: NDArray[np.floating], y: NDArray[np.floating], weight: NDArray[np.floating], points: Cells) -> Cells:
    """Each point at the weighted centre of the cells that it is nearest to, where these have any weight."""
    owner = np.argmin(np.hypot(x[:, None] - x[points], y[:, None] - y[points]), axis=1)
    moved = points.copy()
    for k in range(len(points)):
        rows = np.flatnonzero(owner == k)
        if weight[rows].sum() > 0:
            cx, cy = np.average(x[rows], weights=weight[rows]), np.average(y[rows], weights=weight[rows])
            moved[k] = rows[np.argmin(np.hypot(x[rows] - cx, y[rows] - cy))]
    return moved


def grow(
    x: NDArray[np.integer], y: NDArray[np.integer], seeds: Cells, targets: NDArray[np.floating], *, fill: bool = False
) -> NDArray[np.int64]:
    """Region of each cell, int64 (n,), -1 where none came; every region is 4-connected.

    The region that has the least of its target takes next, always the free cell nearest to its seed, until it has
    reached its target or is walled in. With `fill`, what is left and can be reached joins afterwards.

    Raises
    ------
    ValueError
        If two seeds share a cell.
    """
    if len(np.unique(seeds)) < len(seeds):
        raise ValueError("two regions would begin in one cell")
    beside = neighbours(x, y)
    region = np.full(len(x), -1)
    size = np.zeros(len(seeds), np.int64)
    fronts: list[list[tuple[float, int]]] = [[] for _ in seeds]

    def take(k: int, cell: int) -> None:
        region[cell] = k
        size[k] += 1
        for other in beside[cell]:
            if other >= 0 and region[other] < 0:
                far = float(np.hypot(float(x[other]) - x[seeds[k]], float(y[other]) - y[seeds[k]]))
                heapq.heappush(fronts[k], (far, int(other)))

    for k, seed in enumerate(seeds):
        take(k, int(seed))
    limit = np.full(len(seeds), np.inf) if fill else targets
    queue = [(1 / targets[k], k) for k in range(len(seeds))]
    heapq.heapify(queue)
    while queue:
        _, k = heapq.heappop(queue)
        while fronts[k] and region[fronts[k][0][1]] >= 0:
            heapq.heappop(fronts[k])
        if not fronts[k] or size[k] >= limit[k]:
            continue
        take(k, heapq.heappop(fronts[k])[1])
        heapq.heappush(queue, (size[k] / targets[k], k))
    return region


def parts(x: NDArray[np.integer], y: NDArray[np.integer]) -> NDArray[np.int64]:
    """Connected part of each cell by its four neighbours, int64 (n,), numbered from 0 as the cells come."""
    beside = neighbours(x, y)
    here = np.repeat(np.arange(len(x)), 4)[beside.ravel() >= 0]
    links = coo_array((np.ones(len(here)), (here, beside.ravel()[beside.ravel() >= 0])), (len(x), len(x)))
    return connected_components(links.tocsr(), directed=False)[1].astype(np.int64)


def bisect(x: NDArray[np.integer], y: NDArray[np.integer], targets: NDArray[np.floating]) -> NDArray[np.int64]:
    """Cut cells into blocks in proportion to targets, int64 (n,): one block for each target, neighbours in order.

    Recursive bisection across the longer side (Berger & Bokhari 1987, IEEE Trans. Computers C-36): shares differ from
    the targets by rounding only. A block may fall apart where the land has gaps; `mend` sees to that.
    """
    block = np.zeros(len(x), np.int64)
    waiting = [(np.arange(len(x)), 0, len(targets))]
    while waiting:
        cells, first, last = waiting.pop()
        block[cells] = first
        if last - first < 2:
            continue
        sums = np.cumsum(targets[first:last])
        half = min(int(np.argmin(np.abs(sums - sums[-1] / 2))), last - first - 2) + 1
        wide = np.ptp(x[cells]) >= np.ptp(y[cells])
        order = cells[np.lexsort((y[cells], x[cells]) if wide else (x[cells], -y[cells]))]
        cut = int(np.clip(round(len(cells) * sums[half - 1] / sums[-1]), half, len(cells) - (last - first - half)))
        waiting += [(order[:cut], first, first + half), (order[cut:], first + half, last)]
    return block


def mend(x: NDArray[np.integer], y: NDArray[np.integer], region: NDArray[np.int64]) -> NDArray[np.int64]:
    """Make regions contiguous: each keeps its largest part, other parts join what they touch most, if anything."""
    region = region.copy()
    beside = neighbours(x, y)
    for k in np.unique(region[region >= 0]):
        own = np.flatnonzero(region == k)
        label = parts(x[own], y[own])
        region[own[label != np.argmax(np.bincount(label))]] = -1
    while True:
        loose = np.flatnonzero(region < 0)
        around = np.where(beside[loose] >= 0, region[beside[loose]], -1)
        joins = np.flatnonzero((around >= 0).any(axis=1))
        if not len(joins):
            return region
        region[loose[joins]] = [np.bincount(row[row >= 0]).argmax() for row in around[joins]]


def whole_shares(total: int, weight: NDArray[np.floating]) -> NDArray[np.int64]:
    """Divide a whole number by weights, int64 (n,): largest remainders are rounded up, the sum is exact."""
    exact = total * weight / weight.sum()
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole
