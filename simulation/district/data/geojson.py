"""GeoJSON read strictly: the features of a file, and the rings of a (Multi)Polygon in degrees, longitude first."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.yaml_source import SourceError, regular_text

LARGEST_BYTES = 200_000_000
Ring = NDArray[np.float64]


def read_features(file: Path) -> list[Any]:
    """The features of a FeatureCollection.

    Raises
    ------
    SourceError
        If the file cannot be read, is larger than `LARGEST_BYTES`, no JSON, or has no features.
    """
    try:
        data = json.loads(
            regular_text(file, LARGEST_BYTES), object_pairs_hook=_once, parse_constant=_none, parse_float=_finite
        )
    except SourceError:
        raise
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file}: no JSON: {error}") from None
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        raise SourceError(f"{file}: no GeoJSON FeatureCollection (features is missing)")
    if not features:
        raise SourceError(f"{file}: has no features")
    return features


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key '{next(name for name in names if names.count(name) > 1)}' stands twice in a block")
    return found


def _none(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not np.isfinite(number):
        raise ValueError(f"{text} is no finite number")
    return number


def polygons_of(where: str, geometry: Any) -> list[list[Ring]]:
    """Polygons of a geometry, each a list of rings, float64 (n_points, 2); the first encloses, others are holes.

    `where` begins the message of an error.

    Raises
    ------
    SourceError
        If it is no Polygon or MultiPolygon, or a ring holds anything but pairs of numbers.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise SourceError(f"{where}: geometry is {kind or 'missing'}; must be Polygon or MultiPolygon")
    given = geometry.get("coordinates")
    polygons = [given] if kind == "Polygon" else given
    if not isinstance(polygons, list) or not all(isinstance(one, list) for one in polygons):
        raise _no_rings(where)
    if not polygons or not all(polygons):
        raise SourceError(f"{where}: has no ring")
    return [[_ring(where, ring) for ring in polygon] for polygon in polygons]


def _ring(where: str, ring: Any) -> Ring:
    """Longitude and latitude of points; a third number, their height, is left out."""
    if not isinstance(ring, list) or not all(isinstance(point, list) and len(point) >= 2 for point in ring):
        raise _no_rings(where)
    numbers = [number for point in ring for number in point[:2]]
    if any(isinstance(number, bool) or not isinstance(number, int | float) for number in numbers):
        raise _no_rings(where)
    try:
        return np.array(numbers, np.float64).reshape(-1, 2)
    except OverflowError:
        raise _no_rings(where) from None


def _no_rings(where: str) -> SourceError:
    return SourceError(f"{where}: coordinates must be rings of [longitude, latitude]")
