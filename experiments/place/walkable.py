"""The streets of an extract as a network to walk on, small enough to be a table."""

import numpy as np
import shapely

from experiments.place.extract import Extract
from simulation.district.data.streets import METRES_PER_DEGREE, StreetNetwork

_NOT_ON_FOOT = frozenset(
    ["motorway", "motorway_link", "construction", "proposed", "raceway", "bus_guideway", "razed", "abandoned", "escape"]
)
_MARGIN_DEGREES = 0.01  # about a kilometre: people at the edge walk on streets beyond it
_LONGEST = 100.0  # metres of a segment: what lies between two bends is a straight line


def walkable(extract: Extract, area: shapely.Geometry) -> StreetNetwork | None:
    """Streets on which people may walk, within about a kilometre of `area`; None where there are none.

    Nodes that ways share are crossings. Nodes between crossings are left out as long as a segment stays below 100 m;
    the lengths along the way are kept.
    """
    west, south, east, north = area.bounds + np.array([-1, -1, 1, 1]) * _MARGIN_DEGREES
    ways = []
    for tags, nodes, ring in extract.highways:
        if tags["highway"] in _NOT_ON_FOOT or tags.get("foot") == "no" or tags.get("area") == "yes":
            continue
        points = np.array(ring)
        near = (points >= (west, south)).all(axis=1) & (points <= (east, north)).all(axis=1)
        if near.any():
            ways.append((np.array(nodes), points))
    if not ways:
        return None
    uses = np.concatenate([nodes for nodes, _ in ways])
    ids, count = np.unique(uses, return_counts=True)
    crossing = set(ids[count > 1].tolist())
    position: dict[int, tuple[float, float]] = {}
    segments: list[tuple[int, int, float]] = []
    for ids_along, points in ways:
        segments += _segments(ids_along, points, crossing, position)
    names = {node: k for k, node in enumerate(position)}
    where = np.array(list(position.values()))
    return StreetNetwork(
        where[:, 0],
        where[:, 1],
        np.array([names[a] for a, _, _ in segments], np.int64),
        np.array([names[b] for _, b, _ in segments], np.int64),
        np.array([metres for _, _, metres in segments]),
    )


def _segments(
    nodes: np.ndarray, points: np.ndarray, crossing: set[int], position: dict[int, tuple[float, float]]
) -> list[tuple[int, int, float]]:
    """Segments of a way; notes the positions of their ends."""
    steps = np.diff(points, axis=0) * METRES_PER_DEGREE * (np.cos(np.radians(points[0, 1])), 1.0)
    found, begin, length = [], 0, 0.0
    for k, metres in enumerate(np.hypot(steps[:, 0], steps[:, 1]).tolist(), start=1):
        length += metres
        last = k == len(nodes) - 1
        # the step that follows is taken to be as long as this one
        if last or int(nodes[k]) in crossing or length + metres > _LONGEST:
            a, b = int(nodes[begin]), int(nodes[k])
            if a != b:
                found.append((a, b, length))
                position[a], position[b] = tuple(points[begin]), tuple(points[k])
            begin, length = k, 0.0
    return found
