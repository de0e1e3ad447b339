"""Read an OpenStreetMap extract (`.osm.pbf`, `.osm`) with pyosmium: all that a district can be made from."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely

from experiments.progress import Progress
from simulation.yaml_source import SourceError

LARGEST_BYTES = 1_000_000_000
"""Extracts beyond this size are refused: the positions of their nodes would not fit into the memory of a laptop."""
_SAY_EVERY = 20_000
_KEYS = (
    "building", "highway", "railway", "public_transport", "amenity", "healthcare", "social_facility", "leisure",
    "landuse", "natural",
)  # fmt: skip
_LAND = {
    "leisure": ("park", "golf_course"),
    "landuse": ("industrial", "cemetery", "forest", "landfill", "railway", "military"),
    "natural": ("water",),
}
Tags = dict[str, str]
Ring = list[tuple[float, float]]


@dataclass
class Extract:
    """Parts of an extract, degrees of WGS 84.

    `boundaries`: (tags, outer lines, inner lines, whether all of its ways are in the extract) of administrative
    relations; `buildings`, `sites`: (tags, ring) of closed ways; `points`: (tags, lon, lat) of nodes with a use;
    `highways`: (tags, node ids, coordinates); `railways`: (tags, coordinates).
    """

    boundaries: list[tuple[Tags, list[Ring], list[Ring], bool]] = field(default_factory=list)
    buildings: list[tuple[Tags, Ring]] = field(default_factory=list)
    sites: list[tuple[Tags, Ring]] = field(default_factory=list)
    points: list[tuple[Tags, float, float]] = field(default_factory=list)
    highways: list[tuple[Tags, list[int], Ring]] = field(default_factory=list)
    railways: list[tuple[Tags, Ring]] = field(default_factory=list)
    incomplete: int = 0  # ways of which a node is not in the extract


def read_extract(file: Path, progress: Progress | None = None, steps: int = 3) -> Extract:
    """Read an extract in three passes: relations, the ways of boundaries, everything else.

    `progress` is told of these three of the `steps` of the whole work.

    Raises
    ------
    SourceError
        If the file is missing, empty, too large, damaged, or no OpenStreetMap file.
    """
    _check(file)
    say = progress or (lambda done, total, what: None)
    extract = Extract()
    try:
        say(0, steps, "边界 boundaries")
        members = _relations(file)
        say(1, steps, "边界线 their lines")
        _boundaries(file, members, extract)
        for count in _objects(file, members, extract):
            say(2, steps, f"对象 objects {count:,}; 建筑 buildings {len(extract.buildings):,}")
        say(3, steps, f"地区 district; 建筑 buildings {len(extract.buildings):,}")
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as error:
        raise SourceError(f"{file}: damaged, or no OpenStreetMap file: {str(error).splitlines()[0]}") from None
    return extract


def _check(file: Path) -> None:
    if not file.is_file():
        raise SourceError(f"{file}: no such file")
    size = file.stat().st_size
    if size == 0:
        raise SourceError(f"{file}: the file is empty")
    if size > LARGEST_BYTES:
        raise SourceError(
            f"{file}: {size / 1e9:.1f} GB, more than the {LARGEST_BYTES / 1e9:g} GB that are read; cut the "
            "district out first (osmium extract --bbox WEST,SOUTH,EAST,NORTH)"
        )
    if not os.access(file, os.R_OK):
        raise SourceError(f"{file}: no permission to read it")


def _tags(thing: Any) -> Tags:
    return {tag.k: tag.v for tag in thing.tags}


def _relations(file: Path) -> list[tuple[str, Tags, list[tuple[int, str]]]]:
    """(use, tags, ways with their role) of relations: boundaries, and multipolygons that are buildings or sites."""
    found = []
    relations: Any = osmium.FileProcessor(str(file), osmium.osm.RELATION)
    for relation in relations:
        tags = _tags(relation)
        use = "boundary" if tags.get("boundary") == "administrative" and "admin_level" in tags else ""
        if not use and tags.get("type") == "multipolygon":
            use = "building" if _is_building(tags) else "site" if _is_site(tags) else ""
        if use:
            found.append((use, tags, [(m.ref, m.role) for m in relation.members if m.type == "w"]))
    return found


def _boundaries(file: Path, members: list[tuple[str, Tags, list[tuple[int, str]]]], extract: Extract) -> None:
    wanted = {way for _, _, ways in members for way, _ in ways}
    lines: dict[int, Ring] = {}
    if wanted:
        every: Any = osmium.FileProcessor(str(file), osmium.osm.NODE | osmium.osm.WAY).with_locations()
        every = every.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        for way in every.with_filter(osmium.filter.IdFilter(wanted)):
            lines[way.id] = _ring(way)
    for use, tags, ways in members:
        rings: dict[bool, list[Ring]] = {True: [], False: []}
        for way, role in ways:
            if len(lines.get(way, ())) > 1:
                rings[role == "inner"].append(lines[way])
        whole = all(len(lines.get(way, ())) > 1 for way, _ in ways)
        if use == "boundary":
            extract.boundaries.append((tags, rings[False], rings[True], whole))
        elif whole:
            for ring in rings[False]:
                if ring[0] == ring[-1]:
                    (extract.buildings if use == "building" else extract.sites).append((tags, ring))


def _ring(way: Any) -> Ring:
    """Coordinates of a way, without the nodes that the extract lacks."""
    return [(node.lon, node.lat) for node in way.nodes if node.location.valid()]


def _objects(file: Path, members: list[tuple[str, Tags, list[tuple[int, str]]]], extract: Extract) -> Iterator[int]:
    """Sort nodes and ways by their use; yields how many there were from time to time."""
    both: Any = osmium.FileProcessor(str(file), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for count, thing in enumerate(both.with_filter(osmium.filter.KeyFilter(*_KEYS)), start=1):
        tags = _tags(thing)
        if thing.is_node():
            if _has_use(tags):
                extract.points.append((tags, thing.location.lon, thing.location.lat))
        else:
            _way(thing, tags, extract)
        if count % _SAY_EVERY == 0:
            yield count


def _way(way: Any, tags: Tags, extract: Extract) -> None:
    ring = _ring(way)
    if len(ring) < len(way.nodes):
        extract.incomplete += 1
    if len(ring) < 2:
        return
    if "highway" in tags and len(ring) == len(way.nodes):
        extract.highways.append((tags, [node.ref for node in way.nodes], ring))
    elif "railway" in tags and "building" not in tags and ring[0] != ring[-1]:
        extract.railways.append((tags, ring))
    elif ring[0] == ring[-1] and len(ring) > 3:
        if _is_building(tags):
            extract.buildings.append((tags, ring))
        if _is_site(tags):
            extract.sites.append((tags, ring))


def _is_building(tags: Tags) -> bool:
    return tags.get("building", "no") != "no"


def _is_site(tags: Tags) -> bool:
    return _has_use(tags) or any(tags.get(key) in values for key, values in _LAND.items()) or _is_estate(tags)


def _is_estate(tags: Tags) -> bool:
    return tags.get("landuse") == "residential"


def _has_use(tags: Tags) -> bool:
    return (
        tags.get("railway") in ("station", "halt")
        or tags.get("public_transport") == "station"
        or any(key in tags for key in ("amenity", "healthcare", "social_facility"))
        or tags.get("leisure") == "sports_centre"
    )


def is_open_land(tags: Tags) -> bool:
    """Whether nobody lives there."""
    return any(tags.get(key) in values for key, values in _LAND.items())


def polygon_of(outer: list[Ring], inner: list[Ring]) -> shapely.Geometry | None:
    """The shape that the lines of a relation enclose; None where they close nowhere."""
    whole = _enclosed(outer)
    if whole is None or not inner:
        return whole
    hole = _enclosed(inner)
    return whole if hole is None else shapely.difference(whole, hole)


def _enclosed(lines: list[Ring]) -> shapely.Geometry | None:
    faces = shapely.polygonize([shapely.LineString(line) for line in lines])
    return shapely.union_all(faces.geoms) if len(faces.geoms) else None


def middle_and_area(rings: list[Ring]) -> tuple[np.ndarray, np.ndarray]:
    """Centroids (degrees, float64[n, 2]) and areas (square degrees, float64[n]) of closed rings."""
    shapes = shapely.polygons([shapely.LinearRing(ring) for ring in rings]) if rings else np.zeros(0, object)
    return shapely.get_coordinates(shapely.centroid(shapes)).reshape(-1, 2), shapely.area(shapes)
