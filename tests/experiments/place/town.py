"""A small made-up town as an OpenStreetMap extract: two streets, four communities, a mesh of streets, a metro line."""

from itertools import pairwise
from pathlib import Path

import osmium

WEST, SOUTH = 106.70, 26.55
LAT = 1 / 111_320.0
LON = LAT / 0.8945  # cosine of the latitude
Metres = tuple[float, float]


def degrees(at: Metres) -> Metres:
    """Metres east and north of the corner of the town as degrees."""
    return WEST + at[0] * LON, SOUTH + at[1] * LAT


class Town:
    """Writes nodes, ways and relations; a place that was used before is the same node."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.nodes: dict[Metres, tuple[int, dict[str, str]]] = {}
        self.ways: list[tuple[list[int], dict[str, str]]] = []
        self.relations: list[tuple[list[tuple[int, str]], dict[str, str]]] = []

    def node(self, at: Metres, **tags: str) -> int:
        key = (round(at[0], 2), round(at[1], 2))
        number, old = self.nodes.get(key, (len(self.nodes) + 1, {}))
        self.nodes[key] = (number, old | tags)
        return number

    def way(self, points: list[Metres], **tags: str) -> int:
        self.ways.append(([self.node(at) for at in points], {k.replace("__", ":"): v for k, v in tags.items()}))
        return len(self.ways)

    def box(self, x: float, y: float, wide: float, high: float, **tags: str) -> int:
        return self.way([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)], **tags)

    def boundary(self, level: int, name: str, x: float, y: float, wide: float, high: float) -> None:
        """A boundary of four ways, as neighbours share them."""
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
        sides = [self.way([a, b]) for a, b in pairwise(corners)]
        tags = {"type": "boundary", "boundary": "administrative", "admin_level": str(level), "name": name}
        self.relations.append(([(side, "outer") for side in sides], tags))

    def write(self) -> Path:
        with osmium.SimpleWriter(str(self.file), overwrite=True) as writer:
            for at, (number, tags) in sorted(self.nodes.items(), key=lambda item: item[1][0]):
                writer.add_node(osmium.osm.mutable.Node(id=number, location=degrees(at), tags=tags, version=1))
            for number, (nodes, tags) in enumerate(self.ways, start=1):
                writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags, version=1))
            for number, (members, tags) in enumerate(self.relations, start=1):
                of = [("w", way, role) for way, role in members]
                writer.add_relation(osmium.osm.mutable.Relation(id=number, members=of, tags=tags, version=1))
        return self.file


def streets(town: Town, side: int, step: float = 200.0) -> None:
    """A mesh of residential streets."""
    for k in range(side + 1):
        along = [step * n for n in range(side + 1)]
        town.way([(step * k, y) for y in along], highway="residential")
        town.way([(x, step * k) for x in along], highway="residential")


def blocks(town: Town, x: float, y: float, rows: int, **tags: str) -> None:
    """Rows of blocks of 60 by 15 m, forty metres apart."""
    for j in range(rows):
        for i in range(5):
            town.box(x + 20 + 150 * i, y + 30 + 40 * j, 60, 15, **{"building": "apartments", **tags})


def small_town(file: Path, *, units: bool = True, boundaries: bool = True, homes: bool = True) -> Path:
    """Two streets of 800 by 1600 m side by side, each of two communities."""
    town = Town(file)
    if boundaries:
        town.boundary(8, "东街街道", 800, 0, 800, 1600)
        town.boundary(8, "西街街道", 0, 0, 800, 1600)
        town.boundary(6, "某区", -3000, -3000, 8000, 8000)
    for n, (x, y, name) in enumerate([(0, 0, "西一"), (0, 800, "西二"), (800, 0, "东一"), (800, 800, "东村")]):
        if units:
            town.boundary(10, f"{name}社区" if name != "东村" else name, x, y, 800, 800)
        if homes:
            blocks(town, x, y, 10, building__levels=str(6 * (n + 1)))
    streets(town, 8)
    town.box(300, 650, 80, 60, amenity="school", name="一小", **{"name:en": "First School", "capacity": "1200"})
    town.node((1000, 700), amenity="clinic", name="卫生站")
    town.node((1010, 700), amenity="clinic", name="卫生站")
    town.node((5000, 700), amenity="clinic", name="远处")
    town.box(900, 1400, 100, 100, amenity="hospital", name="医院", building="hospital")
    town.way([(-500, 780), (400, 780), (1200, 790), (2500, 780)], railway="subway", name="1号线")
    town.node((400, 780), railway="station", name="西站", station="subway")
    town.node((1200, 790), railway="station", name="东站", station="subway")
    town.way([(-500, 1590), (2500, 1590)], highway="primary", name="北大街")
    town.box(1300, 1450, 130, 120, leisure="park", name="公园")
    return town.write()
