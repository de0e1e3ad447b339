"""Cells shared among units of known position and area: a power diagram whose weights meet the areas.

Of all ways to give each unit its number of cells, the one with the least sum of squared distances to the units'
positions is a power diagram: each cell goes to the unit with the least squared distance less a weight (Aurenhammer,
Hoffmann & Aronov 1998, Algorithmica 20; semi-discrete optimal transport). The weights maximise a concave function. Its
minimum over units is smoothed a little (Cuturi & Peyre 2018, SIAM J. Imaging Sciences 11(2): semi-dual), and damped
Newton steps find them (Kitagawa, Merigot & Thibert 2019, J. European Math. Soc. 21). What rounding to whole cells and
the joining of loose parts leave over is settled cell by cell.
"""

import hashlib
import heapq

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from simulation.cache import Arrays, cached
from simulation.district.map.growth import mend, neighbours, whole_shares
from simulation.elementary import exp, log

_SOFTNESS = 4.0, 1.0, 0.25  # squared cells over which a boundary is blurred, from coarse to fine
_MOST_STEPS, _MET, _ARMIJO = 100, 1e-6, 1e-4  # of Newton's method; met so closely that the last bits do not matter
_STEP = 1e-6  # of two ways that cost the same, the shorter
_MOST_MOVES = 4  # rounds for each cell that is in the wrong unit
_WORTH_KEEPING = 50  # cells; less land is shared as fast as it is read from the cache


def share_cells(
    x: NDArray[np.integer], y: NDArray[np.integer], positions: NDArray[np.float64], areas: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Unit of each cell of a connected piece of land, int64 (n,): every unit is 4-connected and has its area.

    Parameters
    ----------
    x, y : int[n]
        Cells; the middle of a cell lies half a cell further.
    positions : float64[k, 2]
        Middle of each unit in cells; it may lie outside.
    areas : float64[k]
        Relative areas; they are scaled to the n cells, a unit has one cell at least.

    Raises
    ------
    ValueError
        If there are fewer cells than units.

    Notes
    -----
    Most of the time that a map takes: kept in the cache under a hash of the arguments.
    """
    if len(x) < len(areas):
        raise ValueError(f"{len(areas)} units cannot share {len(x)} cells")
    if len(x) < _WORTH_KEEPING:
        return _shared(x, y, positions, areas)
    digest = hashlib.blake2b(digest_size=16)
    for values in (x, y, positions, areas):
        digest.update(f"{values.dtype} {values.shape} ".encode() + np.ascontiguousarray(values).tobytes())

    def sound(kept: Arrays) -> bool:
        return kept["unit"].shape == x.shape and set(np.unique(kept["unit"])) == set(range(len(areas)))

    key = {"arguments": digest.hexdigest()}
    return np.asarray(cached("land", key, lambda: {"unit": _shared(x, y, positions, areas)}, sound=sound)["unit"])


def _shared(
    x: NDArray[np.integer], y: NDArray[np.integer], positions: NDArray[np.float64], areas: NDArray[np.float64]
) -> NDArray[np.int64]:
    target = 1 + whole_shares(len(x) - len(areas), np.maximum(areas / areas.sum() * len(x) - 1, 1e-9))
    far = cdist(np.column_stack([x, y]) + 0.5, positions, "sqeuclidean")
    power = far - power_weights(far, target.astype(float))
    region = np.argmin(power, axis=1)
    region = _with_all(power, region, len(areas))
    return _settled(x, y, mend(x, y, region), power, target)


def power_weights(far: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights in squared cells, float64[k], with which units take about `target` cells each.

    `far`: squared distance of each cell to each unit, float64[n, k].
    """
    weight = np.zeros(far.shape[1])
    for blur in _SOFTNESS:
        for _ in range(_MOST_STEPS):
            share, loss = _shares(far, target, weight, blur)
            gap = share.sum(axis=0) - target
            if np.abs(gap).max() < _MET:
                break
            curvature = (np.diag(share.sum(axis=0)) - share.T @ share) / blur
            step = np.linalg.lstsq(curvature, gap, rcond=None)[0]
            while (
                _shares(far, target, weight - step, blur)[1] > loss - _ARMIJO * gap @ step and np.abs(step).max() > _MET
            ):
                step = step / 2
            weight = weight - step
    return weight - weight.mean()


def _shares(
    far: NDArray[np.float64], target: NDArray[np.float64], weight: NDArray[np.float64], blur: float
) -> tuple[NDArray[np.float64], float]:
    """Part of each cell that each unit takes, float64[n, k], and the convex function that the weights minimise."""
    score = (weight - far) / blur
    high = score.max(axis=1, keepdims=True)
    power = exp(score - high)
    total = power.sum(axis=1, keepdims=True)
    return power / total, blur * float((log(total) + high).sum()) - float(target @ weight)


def _with_all(power: NDArray[np.float64], region: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """A unit that took no cell gets the one for which it bids best, from a unit that has more than one."""
    for k in np.setdiff1d(np.arange(count), region):
        size = np.bincount(region, minlength=count)
        bid = power[:, k] - power[np.arange(len(region)), region] + np.where(size[region] > 1, 0, np.inf)
        region[np.argmin(bid)] = k
    return region


def _settled(
    x: NDArray[np.integer],
    y: NDArray[np.integer],
    region: NDArray[np.int64],
    power: NDArray[np.float64],
    target: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Cells move from units with too many to units with too few, over those between, where it costs least."""
    beside = neighbours(x, y)
    surplus = np.bincount(region, minlength=len(target)) - target
    for _ in range(_MOST_MOVES * int(np.abs(surplus).sum())):
        if not surplus.any():
            break
        path = _cheapest(beside, region, power, surplus)
        if not path:  # nothing can be given without breaking a unit
            break
        for cell, taker in path:  # what the move before has changed may hold a cell fast: the next round finds a way
            touches = (region[beside[cell]] == taker)[beside[cell] >= 0].any()
            if not touches or not _removable(beside, region, cell):
                break
            surplus[region[cell]] -= 1
            surplus[taker] += 1
            region[cell] = taker
    return region


def _cheapest(
    beside: NDArray[np.int64], region: NDArray[np.int64], power: NDArray[np.float64], surplus: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """Moves (cell, taker) along the cheapest way from a unit with too many cells to one with too few."""
    offers: dict[int, dict[int, tuple[float, int]]] = {}
    edge = np.flatnonzero(((beside >= 0) & (region[beside] != region[:, None])).any(axis=1))
    for cell in edge.tolist():
        own, free = int(region[cell]), None
        for other in {int(region[b]) for b in beside[cell] if b >= 0} - {own}:
            cost = float(power[cell, other] - power[cell, own])
            best = offers.setdefault(own, {})
            if other not in best or cost < best[other][0]:
                free = _removable(beside, region, cell) if free is None else free
                if free:
                    best[other] = cost, cell
    return _way(offers, np.flatnonzero(surplus > 0).tolist(), surplus)


def _way(
    offers: dict[int, dict[int, tuple[float, int]]], givers: list[int], surplus: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """Dijkstra over units; a gain counts as no cost. The move nearest to the taker comes first."""
    queue = [(0.0, k) for k in givers]
    cost, came = dict.fromkeys(givers, 0.0), dict[int, tuple[int, int]]()
    while queue:
        spent, unit = heapq.heappop(queue)
        if surplus[unit] < 0:
            moves = []
            while unit in came:
                giver, cell = came[unit]
                moves.append((cell, unit))
                unit = giver
            return moves
        for other, (price, cell) in offers.get(unit, {}).items():
            total = spent + max(price, 0.0) + _STEP
            if total < cost.get(other, np.inf):
                cost[other], came[other] = total, (unit, cell)
                heapq.heappush(queue, (total, other))
    return []


def _removable(beside: NDArray[np.int64], region: NDArray[np.int64], cell: int) -> bool:
    """Whether the cell's unit stays in one piece, and has a cell left, without it."""
    own = region[cell]
    sides = [int(b) for b in beside[cell] if b >= 0 and region[b] == own]
    if len(sides) < 2:
        return bool(sides)
    seen, waiting, wanted = {cell, sides[0]}, [sides[0]], set(sides[1:])
    while waiting and wanted:
        for b in beside[waiting.pop(0)].tolist():
            if b >= 0 and region[b] == own and b not in seen:
                seen.add(b)
                waiting.append(b)
                wanted.discard(b)
    return not wanted
