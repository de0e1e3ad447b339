"""Where people live: communities fill the middle of the area and the land near railways, villages lie on the fringe."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from simulation.district.data.district import District, DistrictError
from simulation.district.map.growth import bisect, grow, mend, parts, spread
from simulation.district.map.land import Land, waves

Cells = NDArray[np.int64]
_LEAST_CELLS = 3
_RAIL = 0.8  # pull of a railway against that of the middle of the area
_RAGGED = 4.0  # cells by which the edge of the town wavers


def settle(district: District, land: Land, communities: pd.DataFrame, rng: np.random.Generator) -> Cells:
    """Community of each cell, int64 (n_cells,), -1 without housing; every community and village is contiguous.

    Parameters
    ----------
    communities : DataFrame
        Sorted by `subdistrict` (numbers), with `kind` and `households`.

    Raises
    ------
    DistrictError
        If a community finds no land.
    """
    village = (communities["kind"] == "village").to_numpy()
    density = np.where(village, district.figure("density_village"), district.figure("density_community"))
    target = np.maximum(_LEAST_CELLS, np.round(communities["households"].to_numpy() / density))
    remote = _RAIL * land.rail_distance - land.edge_distance + _RAGGED * waves(land.x, land.y, rng)
    result = np.full(len(land.x), -1)
    for s in range(int(land.subdistrict.max()) + 1):
        mine = communities["subdistrict"].to_numpy() == s
        free = np.flatnonzero((land.subdistrict == s) & ~land.blocked)
        towns = np.flatnonzero(mine & ~village)
        town = free[_nearest(remote[free], int(target[towns].sum()))]
        if len(town):
            result[town] = _blocks(land, town, towns, target)
        fields = free[result[free] < 0]
        result[fields] = _villages(land, fields, np.flatnonzero(mine & village), target)
    homeless = np.setdiff1d(communities.index, result)
    if len(homeless):
        raise DistrictError(
            f"{district.folder / 'communities.csv'}: no land is left for "
            f"'{communities.at[homeless[0], 'name_zh']}'; is its subdistrict too small (area_km2), or "
            "too much of it open_land?"
        )
    return result


def _nearest(remote: NDArray[np.float64], count: int) -> Cells:
    return np.sort(np.argsort(remote, kind="stable")[:count])


def _blocks(land: Land, cells: Cells, rows: Cells, target: NDArray[np.float64]) -> Cells:
    """Cut the town into communities, part by part where rails or parks divide it; neighbours in the table adjoin."""
    x, y = land.x[cells].astype(np.int64), land.y[cells].astype(np.int64)
    part = parts(x, y)
    size = np.bincount(part)
    part = np.where(size[part] < min(target[rows].min(), size.max()), -1, part)
    kept = np.unique(part[part >= 0])
    kept = kept[np.argsort([x[part == k].mean() for k in kept], kind="stable")]
    room = np.cumsum([size[k] for k in kept]) / size[kept].sum()
    middle = (np.cumsum(target[rows]) - target[rows] / 2) / target[rows].sum()
    home = np.minimum(np.searchsorted(room, middle), len(kept) - 1)
    result = np.full(len(cells), -1)
    for n, k in enumerate(kept):
        own, here = rows[home == n], np.flatnonzero(part == k)
        if 0 < len(own) <= len(here):
            result[here] = own[mend(x[here], y[here], bisect(x[here], y[here], target[own]))]
    return result


def _villages(land: Land, cells: Cells, rows: Cells, target: NDArray[np.float64]) -> Cells:
    """Villages far from one another on what is left, where it is wide."""
    result = np.full(len(cells), -1)
    if not 0 < len(rows) <= len(cells):
        return result
    x, y = land.x[cells].astype(float), land.y[cells].astype(float)
    part = parts(land.x[cells], land.y[cells])
    used = np.flatnonzero(np.isin(np.arange(len(land.x)), cells, invert=True))
    edge = cKDTree(np.column_stack([land.x[used], land.y[used]])).query(np.column_stack([x, y]))[0]
    edge = np.where(np.bincount(part)[part] >= target[rows].min(), edge, 1e-3)
    seeds = spread(x, y, len(rows), edge**2)
    order = np.argsort(np.bincount(part)[part[seeds]], kind="stable")  # small villages in narrow places
    by_size = rows[np.argsort(target[rows], kind="stable")]
    region = grow(land.x[cells], land.y[cells], seeds[order], target[by_size])
    return np.where(region >= 0, by_size[region], -1)
