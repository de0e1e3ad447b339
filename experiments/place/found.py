"""What an importer finds in its sources, before it is a district: shapes, units, facilities, lines, streets, notes."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from simulation.district.data.streets import METRES_PER_DEGREE, StreetNetwork


@dataclass(frozen=True)
class Area:
    """A boundary in degrees (WGS 84) with its names; `code` is empty and `shape` None where the source has none."""

    code: str
    name_zh: str
    name_en: str
    shape: shapely.Geometry


@dataclass(frozen=True)
class Note:
    """One line of the report: what was missing, left out, or assumed instead."""

    kind: str
    zh: str
    en: str


MISSING, ASSUMED, LEFT_OUT, USED = "missing", "assumed", "left_out", "used"


@dataclass
class Found:
    """Content of the sources.

    `streets`: the subdistricts; `units`: communities and villages, a row each with `name_zh`, `name_en`, `subdistrict`
    (number of the street), `kind`, `lon`, `lat`, `area_ha`, `floor_m2`, `households` (NaN where not known), `source`,
    `confidence`, `shape` (boundary in degrees, None where not known); `facilities`: `kind`, `name_zh`, `name_en`,
    `lon`, `lat`, `capacity` (NaN where not known), `source`, `confidence`; `lines`, `open_land`: rows as in a
    district's folder; `network`: streets to walk on.
    """

    streets: list[Area]
    units: pd.DataFrame
    facilities: pd.DataFrame
    lines: pd.DataFrame
    open_land: pd.DataFrame
    network: StreetNetwork | None
    source: str
    notes: list[Note] = field(default_factory=list)

    def note(self, kind: str, zh: str, en: str) -> None:
        """Add a line to the report."""
        self.notes.append(Note(kind, zh, en))


FACILITY_COLUMNS = ("kind", "name_zh", "name_en", "lon", "lat", "capacity", "source", "confidence")
LINE_COLUMNS = ("name_zh", "name_en", "kind", "lon", "lat", "station_zh", "station_en", "source", "confidence")
LAND_COLUMNS = ("name_zh", "name_en", "lon", "lat", "radius_m", "source", "confidence")


def square_metres(shape: shapely.Geometry) -> float:
    """Area of a shape in degrees, m2 (equirectangular at its middle: within a part in a thousand over a district)."""
    return float(shape.area) * METRES_PER_DEGREE**2 * float(np.cos(np.radians(shape.centroid.y)))


def to_metres(shape: shapely.Geometry, latitude: float) -> shapely.Geometry:
    """A shape in degrees on a plane in metres."""
    scale = np.array([METRES_PER_DEGREE * np.cos(np.radians(latitude)), METRES_PER_DEGREE])
    return shapely.transform(shape, lambda points: points * scale)


def inside(areas: list[shapely.Geometry], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number of the first area that holds each point, int64[n], -1 for none."""
    result = np.full(len(lon), -1, np.int64)
    for number, area in reversed(list(enumerate(areas))):
        shapely.prepare(area)
        result[shapely.contains_xy(area, lon, lat)] = number
    return result
