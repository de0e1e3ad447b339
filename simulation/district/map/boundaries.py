"""Boundaries that are known: rings from GeoJSON files, or from the table of outlines, put on cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_fill_holes, distance_transform_edt, label

from simulation.district.data.columns import WIDEST_DEGREES
from simulation.district.data.district import District, DistrictError
from simulation.district.data.figures import meant
from simulation.district.data.geojson import Ring, polygons_of, read_features
from simulation.district.data.streets import METRES_PER_DEGREE
from simulation.district.map.land import CELL_METRES, Land, finish, project

FILE, UNITS_FILE = "subdistricts.geojson", "communities.geojson"
_MARGIN = 3  # empty cells around the area
_CRUMB = 0.02  # share of a subdistrict's largest piece below which a piece is no place of its own
_AREAS_FIT = 1.5  # factor by which the land within the rings may miss the area of the table


@dataclass(frozen=True)
class Shape:
    """Rings in degrees, float64 (n, 2) each, of one piece of a subdistrict or unit; holes are rings as well."""

    of: int  # number of the subdistrict or unit
    rings: list[Ring]


def known_boundaries(district: District) -> Land | None:
    """Land within `subdistricts.geojson`, else within the rings of `outlines.csv`; None where there is neither.

    A cell belongs to the first shape that holds its middle. The canvas is centred on the shapes, so that a mirrored
    district has a mirrored map.

    Raises
    ------
    DistrictError
        If the file is no GeoJSON of that kind or a subdistrict is missing; if a ring is no ring or crosses itself;
        if the land is much larger or smaller than the table says.
    """
    file = district.folder / FILE
    if file.exists():
        codes = list(district.table("subdistricts")["code"])
        shapes = _shapes(file, "subdistrict", {code: k for k, code in enumerate(codes)})
        missing = set(range(len(codes))) - {shape.of for shape in shapes}
        if missing:
            raise DistrictError(f"{file}: no boundary for {', '.join(codes[k] for k in sorted(missing))}")
        return _land(district, shapes, file)
    if "outlines" in district.tables:
        return _land(district, _outlines(district), district.folder / "outlines.csv")
    return None


def known_units(district: District, land: Land, communities: pd.DataFrame) -> NDArray[np.int64]:
    """Community or village of each cell after `communities.geojson`, int64 (n_cells,); -1 where it says nothing.

    A feature names its unit by `community`: the code where the table has codes, or the Chinese name. A cell belongs to
    the first unit of its own subdistrict whose rings hold its middle.

    Raises
    ------
    DistrictError
        If the file is no GeoJSON of that kind, a ring is none or crosses itself, or the rings of a unit hold no cell of
        its subdistrict.
    """
    unit = np.full(len(land.x), -1)
    file = district.folder / UNITS_FILE
    if not file.exists():
        return unit
    number = {str(name): row for column in ("name_zh", "code") for row, name in communities.get(column, {}).items()}
    shapes = _shapes(file, "community", number)
    _check_shapes(file, shapes, list(communities["name_zh"]))
    subdistrict = communities["subdistrict"].to_numpy()
    for shape in shapes:
        inside = _held(shape, land.x + 0.5, land.y + 0.5, land.origin)
        unit[inside & (unit < 0) & (land.subdistrict == subdistrict[shape.of])] = shape.of
    for row in sorted({shape.of for shape in shapes}):
        if not (unit == row).any():
            raise DistrictError(
                f"{file}: the rings of '{communities['name_zh'].iloc[row]}' hold no cell of {CELL_METRES:g} m of its "
                "subdistrict"
            )
    return unit


def _land(district: District, shapes: list[Shape], file: Path) -> Land:
    _check_shapes(file, shapes, list(district.table("subdistricts")["code"]))
    corner, size = _canvas(np.concatenate([ring for shape in shapes for ring in shape.rings]))
    x, y = (axis.ravel() for axis in np.indices(size))
    owner = np.full(len(x), -1)
    for shape in shapes:
        owner[_held(shape, x + 0.5, y + 0.5, corner) & (owner < 0)] = shape.of
    owner = _whole(owner.reshape(size) if file.name == FILE else _filled(owner.reshape(size))).ravel()
    _check_areas(district, owner, file)
    active = owner >= 0
    return finish(district, x[active], y[active], owner[active], corner)


def _held(
    shape: Shape, x: NDArray[np.floating], y: NDArray[np.floating], corner: tuple[float, float]
) -> NDArray[np.bool_]:
    """Which points, in cells from the corner, lie within a shape."""
    inside = np.zeros(len(x), np.bool_)
    for ring in shape.rings:
        inside ^= _inside(x, y, np.stack(project(ring[:, 0], ring[:, 1], corner), axis=1))
    return inside


def _check_shapes(file: Path, shapes: list[Shape], names: list[str]) -> None:
    points = np.concatenate([ring for shape in shapes for ring in shape.rings])
    if not (np.isfinite(points).all() and (np.abs(points) <= (180, 90)).all()):
        raise DistrictError(f"{file}: coordinates must be degrees, longitude first (WGS 84)")
    if (np.ptp(points, axis=0) > WIDEST_DEGREES).any():
        raise DistrictError(f"{file}: the boundaries span more than {WIDEST_DEGREES:g} degree")
    for shape in shapes:
        for ring in shape.rings:
            _check_ring(file, names[shape.of], ring)


def _canvas(points: Ring) -> tuple[tuple[float, float], tuple[int, int]]:
    """South-west corner in degrees and size in cells of a canvas that is centred on the points."""
    (lon, lat), (wide, high) = (points.min(axis=0) + points.max(axis=0)) / 2, np.ptp(points, axis=0) / 2
    degree = METRES_PER_DEGREE / CELL_METRES
    up = int(np.ceil(high * degree)) + _MARGIN
    south = float(lat - up / degree)
    across = degree * np.cos(np.radians(south))  # as `project` has it
    half = int(np.ceil(wide * across)) + _MARGIN
    return (float(lon - half / across), south), (2 * half, 2 * up)


def _filled(owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Gaps between rounded outlines go to the nearest subdistrict."""
    gaps = binary_fill_holes(owner >= 0) & (owner < 0)
    nearest = distance_transform_edt(owner < 0, return_distances=False, return_indices=True)
    return np.where(gaps, owner[tuple(nearest)], owner)


def _whole(owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Crumbs, which cells make of narrow tips, go to the subdistrict beside them, or away if there is none."""
    owner = owner.copy()
    for s in range(int(owner.max()) + 1):
        piece, _ = label(owner == s)
        size = np.bincount(piece.ravel())[1:]
        for k in np.flatnonzero(size < _CRUMB * size.max(initial=0)) + 1:
            beside = owner[binary_dilation(piece == k) & (piece != k)]
            others = beside[(beside >= 0) & (beside != s)]
            owner[piece == k] = np.bincount(others).argmax() if len(others) else -1
    return owner


def _check_ring(file: Path, code: str, ring: Ring) -> None:
    points = ring[:-1] if len(ring) > 1 and (ring[0] == ring[-1]).all() else ring
    if len(np.unique(points, axis=0)) < 3:
        raise DistrictError(f"{file}: a ring of '{code}' has fewer than three points")
    crossing = _crossing(points)
    if crossing is not None:
        raise DistrictError(f"{file}: a ring of '{code}' crosses itself near {crossing[0]:.5f}, {crossing[1]:.5f}")


def _crossing(points: Ring) -> Ring | None:
    """Beginning of the first side that a later one crosses, or None."""
    a, b = points, np.roll(points, -1, axis=0)

    def left(p: Ring, q: Ring, r: Ring) -> NDArray[np.float64]:
        made: NDArray[np.float64] = np.sign((q - p)[..., 0] * (r - p)[..., 1] - (q - p)[..., 1] * (r - p)[..., 0])
        return made

    for k in range(len(points) - 2):
        c, d = a[k + 1 :], b[k + 1 :]
        apart = left(a[k], b[k], c) * left(a[k], b[k], d) < 0
        if (apart & (left(c, d, a[k]) * left(c, d, b[k]) < 0)).any():
            first: Ring = a[k]
            return first
    return None


def _check_areas(district: District, owner: NDArray[np.int64], file: Path) -> None:
    table = district.table("subdistricts")
    cells = np.bincount(owner[owner >= 0], minlength=len(table))
    for s, row in enumerate(table.to_dict("records")):
        if not cells[s]:
            raise DistrictError(f"{file}: '{row['code']}' has no cell of {CELL_METRES:g} m within its rings")
        made, wanted = cells[s] / 100, float(row["area_km2"])
        if file.name != FILE and not 1 / _AREAS_FIT < made / wanted < _AREAS_FIT:
            raise DistrictError(
                f"{file}: the rings of '{row['code']}' hold {made:.2f} km2, but its area_km2 in subdistricts.csv is "
                f"{wanted:g}"
            )


def _outlines(district: District) -> list[Shape]:
    table, codes = district.table("outlines"), list(district.table("subdistricts")["code"])
    return [
        Shape(codes.index(str(code)), [ring[["lon", "lat"]].to_numpy(float)])
        for (code, _), ring in table.groupby(["subdistrict", "part"], sort=False)
    ]


def _shapes(file: Path, key: str, number: Mapping[str, int]) -> list[Shape]:
    found = []
    for k, feature in enumerate(read_features(file), start=1):
        where = f"{file}: feature {k}"
        properties = feature.get("properties") if isinstance(feature, dict) else None
        name = properties.get(key) if isinstance(properties, dict) else None
        if not isinstance(name, str) or name not in number:
            raise DistrictError(f"{where}: {key}: {name!r:.60} is not in the tables{meant(str(name), number)}")
        rings = [ring for polygon in polygons_of(f"{where} ({name})", feature.get("geometry")) for ring in polygon]
        found.append(Shape(number[name], rings))
    return found


def _inside(x: NDArray[np.floating], y: NDArray[np.floating], ring: Ring) -> NDArray[np.bool_]:
    """Which points lie in a ring (even-odd rule; holes are rings as well, so the rule adds up)."""
    inside = np.zeros(len(x), np.bool_)
    for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return inside
