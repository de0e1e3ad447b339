"""Outline of a district and the land where nobody lives, from points, lines and discs in degrees."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter

from simulation.district.data.district import District
from simulation.district.data.streets import METRES_PER_DEGREE

CELL_METRES = 100.0
_MARGIN = 3  # empty cells around the area
_NEAR = 20  # cells within which something of the district's surroundings must lie
_ROUNDS = 80
_FIRST_STEP = 0.6  # share of the gap in area that the first round closes
_SMOOTH = 4.0  # cells over which the outline is smoothed
_BEND = 4.0  # cells by which the plane is bent


@dataclass(frozen=True)
class Land:
    """Active cells: where they are, whose they are, and which are no land for homes.

    `rail_distance` is in cells, from the nearest railway, 0 where there is none; `edge_distance` in cells, from the
    land outside.
    """

    width: int
    height: int
    x: NDArray[np.int16]
    y: NDArray[np.int16]
    subdistrict: NDArray[np.int8]
    blocked: NDArray[np.bool_]
    rail_distance: NDArray[np.float64]
    edge_distance: NDArray[np.float64]
    origin: tuple[float, float]  # degrees of the south-west corner of cell (0, 0)


def project(
    lon: NDArray[np.floating], lat: NDArray[np.floating], origin: tuple[float, float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Degrees to cells east and north of the origin (equirectangular: exact to metres over a district)."""
    east = (np.asarray(lon) - origin[0]) * METRES_PER_DEGREE * np.cos(np.radians(origin[1]))
    north = (np.asarray(lat) - origin[1]) * METRES_PER_DEGREE
    return east / CELL_METRES, north / CELL_METRES


def outline(district: District, rng: np.random.Generator) -> Land:
    """A district drawn from the centres and areas of its subdistricts.

    A subdistrict may have `further_centres` ("lon lat; lon lat"), so that it need not be round. Cells belong to the
    subdistrict with the least squared distance less a weight (a power diagram, Aurenhammer 1987); weights are moved
    until areas fit, and the cells of least power, smoothed, are taken until the total area is reached.
    """
    table = district.table("subdistricts")
    total = round(district.figure("area_km2") * 100)
    target = total * table["area_km2"].to_numpy(float) / table["area_km2"].sum()
    origin = (float(table["lon"].min()), float(table["lat"].min()))
    half = int(np.ceil(1.5 * np.sqrt(target.max() / np.pi))) + _MARGIN
    cx, cy = project(table["lon"].to_numpy(float), table["lat"].to_numpy(float), origin)
    shape = int(cx.max()) + 2 * half, int(cy.max()) + 2 * half
    x, y = (axis.ravel() - half for axis in np.indices(shape))
    owner, active = _fit(_squared_distance(table, origin, x, y, rng), shape, target, total)
    left, bottom = int(x[active].min()) - _MARGIN, int(y[active].min()) - _MARGIN
    x, y, owner = x[active] - left, y[active] - bottom, owner[active]
    degrees = METRES_PER_DEGREE / CELL_METRES
    corner = (origin[0] + left / (degrees * np.cos(np.radians(origin[1]))), origin[1] + bottom / degrees)
    return finish(district, x, y, owner, corner)


def _squared_distance(
    table: pd.DataFrame,
    origin: tuple[float, float],
    x: NDArray[np.integer],
    y: NDArray[np.integer],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """To the nearest centre of each subdistrict, float64 (n, n_subdistricts), on a plane bent a little by long waves,
    so that boundaries look grown and not drawn with compasses."""
    wx, wy = x + _BEND * waves(x, y, rng), y + _BEND * waves(x, y, rng)
    nearest = np.full((len(x), len(table)), np.inf)
    for row, subdistrict in enumerate(table.to_dict("records")):
        further = [pair.split() for pair in subdistrict.get("further_centres", "").split(";") if pair.strip()]
        points = np.array([(subdistrict["lon"], subdistrict["lat"]), *further], float)
        for cx, cy in np.transpose(project(points[:, 0], points[:, 1], origin)):
            nearest[:, row] = np.minimum(nearest[:, row], (wx - cx) ** 2 + (wy - cy) ** 2)
    return nearest


def finish(
    district: District,
    x: NDArray[np.integer],
    y: NDArray[np.integer],
    owner: NDArray[np.integer],
    corner: tuple[float, float],
) -> Land:
    """Land from cells that are known: marks what rails, expressways and open land take."""
    blocked, rail = _blocked(district, x, y, corner)
    width, height = int(x.max()) + 1 + _MARGIN, int(y.max()) + 1 + _MARGIN
    canvas = np.zeros((width, height), np.bool_)
    canvas[x, y] = True
    return Land(
        width,
        height,
        x.astype(np.int16),
        y.astype(np.int16),
        owner.astype(np.int8),
        blocked,
        rail,
        distance_transform_edt(canvas)[x, y],
        corner,
    )


def waves(x: NDArray[np.integer], y: NDArray[np.integer], rng: np.random.Generator) -> NDArray[np.float64]:
    """A field of long waves with random directions, float64 (n,), about -1 to 1."""
    field = np.zeros(len(x))
    for length, height in ((45.0, 0.5), (22.0, 0.3), (11.0, 0.2)):
        angle, phase = rng.uniform(0, 2 * np.pi, 2)
        field += height * np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / length + phase)
    return field


def _fit(
    distance: NDArray[np.float64], shape: tuple[int, int], target: NDArray[np.float64], total: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Owner of each cell of the canvas, and which `total` cells are active; the outline is smoothed."""
    weight = target / np.pi
    for step in np.linspace(_FIRST_STEP, 0.0, _ROUNDS):
        owner = np.argmin(distance - weight, axis=1)
        least = np.min(distance - weight, axis=1).reshape(shape)
        active = np.zeros(len(distance), np.bool_)
        active[np.argsort(gaussian_filter(least, _SMOOTH).ravel(), kind="stable")[:total]] = True
        weight = weight + step * (target - np.bincount(owner[active], minlength=len(target))) / np.pi
    return owner, active


def _blocked(
    district: District, x: NDArray[np.integer], y: NDArray[np.integer], corner: tuple[float, float]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    blocked = np.zeros(len(x), np.bool_)
    rail = np.full(len(x), np.inf)
    px, py = x.astype(float) + 0.5, y.astype(float) + 0.5
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
    return blocked, np.where(np.isinf(rail), 0.0, rail)


def _to_segment(
    px: NDArray[np.floating], py: NDArray[np.floating], a: tuple[float, float], b: tuple[float, float]
) -> NDArray[np.float64]:
    """Distance of points from a line segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    t = np.clip(((px - a[0]) * dx + (py - a[1]) * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
    return np.hypot(px - a[0] - t * dx, py - a[1] - t * dy)


def astray(district: District, land: Land) -> bool:
    """Whether the district has lines or open land, and none of them within 2 km of its land."""
    tables = [district.table(name) for name in ("lines", "open_land") if len(district.table(name))]
    if not tables:
        return False
    at = [
        np.column_stack(project(table["lon"].to_numpy(float), table["lat"].to_numpy(float), land.origin))
        for table in tables
    ]
    low, high = -_NEAR, np.array([land.width, land.height]) + _NEAR
    return not any(((points > low) & (points < high)).all(axis=1).any() for points in at)


def line_points(district: District, land: Land) -> dict[str, tuple[str, pd.DataFrame]]:
    """Lines in cells for the map: name in English -> (kind, DataFrame of x and y)."""
    result = {}
    for name, line in district.table("lines").groupby("name_en", sort=False):
        x, y = project(line["lon"].to_numpy(float), line["lat"].to_numpy(float), land.origin)
        result[str(name)] = (str(line["kind"].iloc[0]), pd.DataFrame({"x": x, "y": y}))
    return result
