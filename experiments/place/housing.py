"""Homes from the buildings of an extract: floor area of those that people live in."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from experiments.place.extract import Extract, Tags, middle_and_area
from simulation.district.data.streets import METRES_PER_DEGREE

_LOW = frozenset(["house", "detached", "semidetached_house", "terrace", "bungalow"])
_HOMES = _LOW | {"apartments", "residential", "dormitory"}
_OTHER_USE = ("amenity", "shop", "office", "industrial", "tourism", "healthcare", "leisure", "railway", "power")
LEVELS_LOW, LEVELS_HIGH = 2.0, 6.0
"""Storeys of a house, and of any other building with homes, where neither it nor others of the extract say."""
_STOREY_METRES = 3.0
_MOST_LEVELS = 100.0


@dataclass(frozen=True)
class Homes:
    """`lon`, `lat`: middle of each residential building; `floor_m2`: footprint times storeys; float64[n].

    `levels_known`: share of them whose storeys or height the extract says; `undescribed`: how many are residential by
    where they stand and not by what the extract calls them.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    floor_m2: NDArray[np.float64]
    levels_known: float
    undescribed: int


def homes(extract: Extract) -> Homes:
    """Residential buildings: those that say so, and undescribed ones (`building=yes`) on residential land.

    Where the extract marks no residential land, every undescribed building without another use counts.
    """
    middle, degrees = middle_and_area([ring for _, ring in extract.buildings])
    tags = [tags for tags, _ in extract.buildings]
    said = np.array([t["building"] in _HOMES for t in tags], bool)
    plain = np.array([t["building"] == "yes" and not any(key in t for key in _OTHER_USE) for t in tags], bool)
    estates = [shapely.Polygon(ring) for t, ring in extract.sites if t.get("landuse") == "residential"]
    if estates and plain.any():
        rows = np.flatnonzero(plain)
        tree = shapely.STRtree(shapely.make_valid(estates))
        within = np.unique(tree.query(shapely.points(middle[rows]), predicate="within")[0])
        plain = np.zeros(len(tags), bool)
        plain[rows[within]] = True
    chosen = np.flatnonzero(said | plain)
    levels = np.array([_levels(tags[k]) for k in chosen])
    known = np.isfinite(levels)
    low = np.array([tags[k]["building"] in _LOW for k in chosen], bool)
    for kind, default in ((low, LEVELS_LOW), (~low, LEVELS_HIGH)):
        sure = levels[kind & known]
        levels[kind & ~known] = np.median(sure) if len(sure) else default
    lon, lat = middle[chosen, 0], middle[chosen, 1]
    footprint = degrees[chosen] * METRES_PER_DEGREE**2 * np.cos(np.radians(lat))
    return Homes(lon, lat, footprint * levels, float(known.mean()) if len(known) else 0.0, int((plain & ~said).sum()))


def _levels(tags: Tags) -> float:
    """Storeys, from `building:levels` or the height; NaN where the building says neither."""
    for key, storey in (("building:levels", 1.0), ("height", _STOREY_METRES)):
        try:
            value = float(tags.get(key, "").split(";")[0].removesuffix("m").strip()) / storey
        except ValueError:
            continue
        if 0 < value <= _MOST_LEVELS:
            return max(1.0, value)
    return float("nan")
