"""Outline of a district and the land where nobody lives, from points, lines and discs in degrees."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.data import District

CELL_METRES = 100.0
METRES_PER_DEGREE = 111_320.0
_MARGIN = 3  # empty cells around the area
_ROUNDS = 400


@dataclass(frozen=True)
class Land:
    """Active cells: where they are, whose they are, and which are no land for homes.

    `rail_distance` is in cells, from the nearest railway.
    """

    width: int
    height: int
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    subdistrict: NDArray[np.int8]
    blocked: NDArray[np.bool_]
    rail_distance: NDArray[np.float64]
    origin: tuple[float, float]  # degrees of the south-west corner of cell (0, 0)


def project(lon: NDArray[np.floating], lat: NDArray[np.floating],
            origin: tuple[float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Degrees to cells east and north of the origin (equirectangular: exact to metres over a district)."""
    east = (np.asarray(lon) - origin[0]) * METRES_PER_DEGREE * np.cos(np.radians(origin[1]))
    north = (np.asarray(lat) - origin[1]) * METRES_PER_DEGREE
    return east / CELL_METRES, north / CELL_METRES


def outline(district: District, rng: np.random.Generator) -> Land:
    """A district drawn from the centres and areas of its subdistricts.

    Cells belong to the subdistrict with the least squared distance less a weight (a power diagram, Aurenhammer 1987);
    weights are moved until areas fit, and the cells of least power are taken until the total area is reached.
    """
    table = district.table("subdistricts")
    total = round(district.figure("area_km2") * 100)
    target = total * table["area_km2"].to_numpy(float) / table["area_km2"].sum()
    origin = (float(table["lon"].min()), float(table["lat"].min()))
    cx, cy = project(table["lon"].to_numpy(float), table["lat"].to_numpy(float), origin)
    half = int(np.ceil(2 * np.sqrt(total / np.pi)))
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(-half, int(cx.max()) + half),
                                                 np.arange(-half, int(cy.max()) + half), indexing="ij"))
    wx, wy = _warp(x, y, rng)
    distance = (wx[:, None] - cx) ** 2 + (wy[:, None] - cy) ** 2
    owner, power = _fit(distance, target, total)
    chosen = np.sort(np.argsort(power, kind="stable")[:total])
    left, bottom = int(x[chosen].min()) - _MARGIN, int(y[chosen].min()) - _MARGIN
    x, y, owner = x[chosen] - left, y[chosen] - bottom, owner[chosen]
    degrees = METRES_PER_DEGREE / CELL_METRES
    corner = (origin[0] + left / (degrees * np.cos(np.radians(origin[1]))), origin[1] + bottom / degrees)
    return finish(district, x, y, owner, corner)


def finish(district: District, x: NDArray[np.integer], y: NDArray[np.integer], owner: NDArray[np.integer],
           corner: tuple[float, float]) -> Land:
    """Land from cells that are known: marks what rails, expressways and open land take."""
    blocked, rail = _blocked(district, x, y, corner)
    return Land(int(x.max()) + 1 + _MARGIN, int(y.max()) + 1 + _MARGIN, x.astype(np.int16), y.astype(np.int16),
                owner.astype(np.int8), blocked, rail, corner)


def _warp(x: NDArray[np.integer], y: NDArray[np.integer],
          rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bend the plane a little with long waves, so that boundaries look grown and not drawn with compasses."""
    wx, wy = x.astype(float), y.astype(float)
    for length in (45.0, 22.0, 11.0):
        angle, phase = rng.uniform(0, 2 * np.pi, 2), rng.uniform(0, 2 * np.pi, 2)
        for k, target in enumerate((wx, wy)):
            along = x * np.cos(angle[k]) + y * np.sin(angle[k])
            target += 0.05 * length * np.sin(2 * np.pi * along / length + phase[k])
    return wx, wy


def _fit(distance: NDArray[np.float64], target: NDArray[np.float64],
         total: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    weight = target / np.pi
    for _ in range(_ROUNDS):
        power = distance - weight
        owner = np.argmin(power, axis=1)
        least = power[np.arange(len(power)), owner]
        taken = np.argpartition(least, total)[:total]
        size = np.bincount(owner[taken], minlength=len(target))
        weight = weight + 0.1 * (target - size) / np.pi
    power = distance - weight
    owner = np.argmin(power, axis=1)
    return owner, power[np.arange(len(power)), owner]


def _blocked(district: District, x: NDArray[np.integer], y: NDArray[np.integer],
             corner: tuple[float, float]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    blocked = np.zeros(len(x), np.bool_)
    rail = np.full(len(x), np.inf)
    px, py = x + 0.5, y + 0.5
    for (_, kind), line in district.table("lines").groupby(["name_en", "kind"], sort=True):
        lx, ly = project(line["lon"].to_numpy(float), line["lat"].to_numpy(float), corner)
        for k in range(len(lx) - 1):
            d = _to_segment(px, py, (lx[k], ly[k]), (lx[k + 1], ly[k + 1]))
            if kind == "rail":
                rail = np.minimum(rail, d)
            blocked |= d < (1.0 if kind == "expressway" else 0.5)
    for row in district.table("open_land").itertuples():
        ox, oy = project(np.array(row.lon), np.array(row.lat), corner)
        blocked |= np.hypot(px - ox, py - oy) < float(row.radius_m) / CELL_METRES
    return blocked, rail


def _to_segment(px: NDArray[np.float64], py: NDArray[np.float64], a: tuple[float, float],
                b: tuple[float, float]) -> NDArray[np.float64]:
    """Distance of points from a line segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = np.clip(((px - a[0]) * dx + (py - a[1]) * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
    return np.hypot(px - a[0] - t * dx, py - a[1] - t * dy)


def line_points(district: District, land: Land) -> dict[str, tuple[str, pd.DataFrame]]:
    """Lines in cells for the map: name in English -> (kind, DataFrame of x and y)."""
    result = {}
    for name, line in district.table("lines").groupby("name_en", sort=False):
        x, y = project(line["lon"].to_numpy(float), line["lat"].to_numpy(float), land.origin)
        result[str(name)] = (str(line["kind"].iloc[0]), pd.DataFrame({"x": x, "y": y}))
    return result
