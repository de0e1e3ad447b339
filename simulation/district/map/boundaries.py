"""Boundaries from a GeoJSON file, when a district has one, instead of drawn ones."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.district.data.district import District, DistrictError
from simulation.district.data.streets import METRES_PER_DEGREE
from simulation.district.map.land import CELL_METRES, Land, finish, project

FILE = "subdistricts.geojson"
WIDEST_DEGREES = 1.0  # about 100 km: a million cells of 100 m


def given_boundaries(district: District) -> Land | None:
    """Land from `subdistricts.geojson` in the district's folder; None when there is no such file.

    Features are (Multi)Polygons in degrees with a property `subdistrict` that holds the code. A cell belongs to the
    first feature that holds its middle.

    Raises
    ------
    DistrictError
        If the file is no GeoJSON of that kind, is not in degrees, spans too much, or a subdistrict is missing.
    """
    file = district.folder / FILE
    if not file.exists():
        return None
    shapes = _shapes(file, list(district.table("subdistricts")["code"]))
    points = np.concatenate([ring for _, rings in shapes for ring in rings])
    if not (np.isfinite(points).all() and (np.abs(points) <= (180, 90)).all()):
        raise DistrictError(f"{file}: coordinates must be degrees, longitude first (WGS 84)")
    if (np.ptp(points, axis=0) > WIDEST_DEGREES).any():
        raise DistrictError(f"{file}: the boundaries span more than {WIDEST_DEGREES:g} degree")
    degree = METRES_PER_DEGREE / CELL_METRES
    corner = (
        float(points[:, 0].min()) - 3 / (degree * np.cos(np.radians(points[:, 1].min()))),
        float(points[:, 1].min()) - 3 / degree,
    )
    px, py = project(points[:, 0], points[:, 1], corner)
    x, y = (
        axis.ravel() for axis in np.meshgrid(np.arange(int(px.max()) + 2), np.arange(int(py.max()) + 2), indexing="ij")
    )
    owner = np.full(len(x), -1)
    for code, rings in shapes:
        inside = np.zeros(len(x), np.bool_)
        for ring in rings:
            inside ^= _inside(x + 0.5, y + 0.5, np.stack(project(ring[:, 0], ring[:, 1], corner), axis=1))
        owner[inside & (owner < 0)] = code
    active = owner >= 0
    return finish(district, x[active], y[active], owner[active], corner)


def _shapes(file: Path, codes: list[str]) -> list[tuple[int, list[NDArray[np.float64]]]]:
    try:
        features = json.loads(file.read_text("utf-8"))["features"]
        shapes = [(codes.index(f["properties"]["subdistrict"]), _rings(f["geometry"])) for f in features]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise DistrictError(
            f"{file}: no GeoJSON FeatureCollection of (Multi)Polygons with a known 'subdistrict': {error}"
        ) from None
    missing = set(range(len(codes))) - {code for code, _ in shapes}
    if missing:
        raise DistrictError(f"{file}: no boundary for {', '.join(codes[k] for k in sorted(missing))}")
    return shapes


def _rings(geometry: dict[str, Any]) -> list[NDArray[np.float64]]:
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
    return [np.array(ring, float)[:, :2] for polygon in polygons for ring in polygon]


def _inside(x: NDArray[np.floating], y: NDArray[np.floating], ring: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points lie in a ring (even-odd rule; holes are rings as well, so the rule adds up)."""
    inside = np.zeros(len(x), np.bool_)
    for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return inside
