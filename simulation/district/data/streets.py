"""The streets of a district, where its folder has them: `streets.csv`, or `streets.graphml` as OSMnx writes it."""

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.data.columns import LAT, LON, Bounds
from simulation.district.data.faults import fault
from simulation.district.data.tables import LARGEST_BYTES, read_csv, read_numbers
from simulation.yaml_source import SourceError, regular_bytes

TABLE, GRAPH = "streets.csv", "streets.graphml"
COLUMNS = ("from_lon", "from_lat", "to_lon", "to_lat", "metres", "source")
METRES_PER_DEGREE = 111_320.0
_DECIMALS = 7  # of a degree, about a centimetre: ends that are nearer are one crossing
_SHORTEST = 0.9  # length over straight line below which a length cannot be in metres
_BOUNDS = {"from_lon": LON, "from_lat": LAT, "to_lon": LON, "to_lat": LAT, "metres": Bounds(0, 100_000, "m")}
_MOST_SEGMENTS = 1_000_000


@dataclass(frozen=True)
class StreetNetwork:
    """Streets that people walk on, both ways.

    `lon`, `lat`: float64[n_crossings], degrees; `start`, `end`: int64[n_segments], crossings; `metres`:
    float64[n_segments], length of the segment.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    metres: NDArray[np.float64]


def read_streets(folder: Path) -> StreetNetwork | None:
    """The street network of a district's folder; None where it has none.

    Raises
    ------
    SourceError
        If a file cannot be read, has a wrong value, holds no street, or both files are there.
    """
    table, graph = folder / TABLE, folder / GRAPH
    if table.exists() and graph.exists():
        raise SourceError(f"{graph}: {TABLE} is there too; keep one of them")
    if table.exists():
        return _from_table(table)
    return _from_graph(graph) if graph.exists() else None


def _from_table(file: Path) -> StreetNetwork:
    table = read_csv(file, COLUMNS)
    if table.empty:
        raise SourceError(f"{file}: has no rows; without the file, walks are straight lines with a detour")
    if len(table) > _MOST_SEGMENTS:
        raise SourceError(f"{file}: more than {_MOST_SEGMENTS:,} segments, which no district needs")
    for column, bounds in _BOUNDS.items():
        table[column] = read_numbers(file, table[column], bounds)
    ends = np.concatenate([table[["from_lon", "from_lat"]], table[["to_lon", "to_lat"]]]).astype(np.float64)
    points, crossing = np.unique(ends.round(_DECIMALS), axis=0, return_inverse=True)
    start, end = np.split(crossing.ravel().astype(np.int64), 2)
    metres = table["metres"].to_numpy(np.float64)
    network = StreetNetwork(points[:, 0], points[:, 1], start, end, metres)
    straight = straight_metres(network)
    short = np.flatnonzero(metres < _SHORTEST * straight - 1.0)
    if len(short):
        row = short[0]
        fault(
            SourceError(
                f"{file}:{row + 2}: metres: {metres[row]:g} is less than the straight line of {straight[row]:.0f} m; "
                "are the lengths in metres?"
            )
        )
    return network


def straight_metres(network: StreetNetwork) -> NDArray[np.float64]:
    """Straight line between the ends of each segment, metres, float64[n_segments]."""
    north = np.diff(network.lat[[network.start, network.end]], axis=0)[0]
    east = np.diff(network.lon[[network.start, network.end]], axis=0)[0]
    return METRES_PER_DEGREE * np.hypot(east * np.cos(np.radians(network.lat[network.start])), north)


def _from_graph(file: Path) -> StreetNetwork:
    data = regular_bytes(file, LARGEST_BYTES)
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # LookupError: of an unknown encoding
        raise SourceError(f"{file}: no GraphML: {error}") from None
    names = {key.get("id"): key.get("attr.name") for key in root.findall(".//{*}key")}
    nodes = {node.get("id"): _values(node, names) for node in root.findall(".//{*}node")}
    edges = [(edge.get("source"), edge.get("target"), _values(edge, names)) for edge in root.findall(".//{*}edge")]
    try:
        points = np.array([(float(n["x"]), float(n["y"])) for n in nodes.values()], np.float64).reshape(-1, 2)
        metres = np.array([float(values["length"]) for _, _, values in edges], np.float64)
        number = {name: k for k, name in enumerate(nodes)}
        ends = np.array([(number[a], number[b]) for a, b, _ in edges], np.int64).reshape(-1, 2)
    except KeyError as error:
        raise SourceError(
            f"{file}: {error} is missing; nodes need x and y in degrees, edges length in metres"
        ) from None
    except ValueError as error:
        raise SourceError(f"{file}: {error}; nodes need x and y in degrees, edges length in metres") from None
    if not len(metres):
        raise SourceError(f"{file}: has no edges")
    if not (np.abs(points) <= (180, 90)).all() or not (np.isfinite(metres) & (metres >= 0)).all():
        raise SourceError(f"{file}: x and y must be degrees (WGS 84), length metres")
    return StreetNetwork(points[:, 0], points[:, 1], ends[:, 0], ends[:, 1], metres)


def _values(element: ElementTree.Element, names: dict[str | None, str | None]) -> dict[str | None, str]:
    return {names.get(data.get("key"), data.get("key")): data.text or "" for data in element.findall("{*}data")}


def table_of(network: StreetNetwork, source: str, confidence: str) -> pd.DataFrame:
    """The rows of `streets.csv`."""
    n = network
    return pd.DataFrame(
        {
            "from_lon": n.lon[n.start].round(_DECIMALS),
            "from_lat": n.lat[n.start].round(_DECIMALS),
            "to_lon": n.lon[n.end].round(_DECIMALS),
            "to_lat": n.lat[n.end].round(_DECIMALS),
            "metres": n.metres.round(1),
            "source": source,
            "confidence": confidence,
        }
    )
