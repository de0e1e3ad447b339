"""Made-up towns as OpenStreetMap extracts; `python -m benchmarks.district_import` times the import of a city."""

import subprocess
import sys
import tempfile
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
        """Number of the node at a place."""
        key = (round(at[0], 2), round(at[1], 2))
        number, old = self.nodes.get(key, (len(self.nodes) + 1, {}))
        self.nodes[key] = (number, old | tags)
        return number

    def way(self, points: list[Metres], **tags: str) -> int:
        """Number of a new way; two underscores in the name of a tag stand for a colon."""
        self.ways.append(([self.node(at) for at in points], {k.replace("__", ":"): v for k, v in tags.items()}))
        return len(self.ways)

    def box(self, x: float, y: float, wide: float, high: float, **tags: str) -> int:
        """Number of a new closed way, a rectangle."""
        return self.way([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)], **tags)

    def boundary(self, level: int, name: str, x: float, y: float, wide: float, high: float) -> None:
        """A boundary of four ways, as neighbours share them."""
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
        sides = [self.way([a, b]) for a, b in pairwise(corners)]
        tags = {"type": "boundary", "boundary": "administrative", "admin_level": str(level), "name": name}
        self.relations.append(([(side, "outer") for side in sides], tags))

    def write(self) -> Path:
        """Write the extract; the ending of the file says in which format."""
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


def city(file: Path, side: int = 10) -> Path:
    """`side` x `side` streets of a square kilometre, each of four communities, with 2,000 residential buildings."""
    town = Town(file)
    for j in range(side):
        for i in range(side):
            x, y = 1000.0 * i, 1000.0 * j
            town.boundary(8, f"街道{i:02}{j:02}", x, y, 1000, 1000)
            for n in range(4):
                left, low = x + 500 * (n % 2), y + 500 * (n // 2)
                town.boundary(10, f"社区{i:02}{j:02}{n}", left, low, 500, 500)
                _homes(town, left, low)
            town.box(x + 480, y + 480, 12, 12, amenity="school", name=f"学校{i:02}{j:02}")
            town.node((x + 470, y + 470), amenity="clinic", name=f"卫生站{i:02}{j:02}")
    streets(town, 10 * side, 100.0)
    return town.write()


def _homes(town: Town, x: float, y: float) -> None:
    """500 buildings of 14 by 10 m on a community of 25 hectares."""
    for row in range(25):
        for column in range(20):
            levels = str(3 + (row + column) % 20)
            town.box(x + 4 + 24.5 * column, y + 4 + 19.5 * row, 14, 10, building="apartments", building__levels=levels)


def main() -> None:
    """Write a city, import it with the command, and print what that took."""
    with tempfile.TemporaryDirectory() as place:
        file = city(Path(place) / "city.osm.pbf")
        print(f"{file.stat().st_size / 1e6:.1f} MB, {file.name}")
        words = ["district", "import", str(file), "--population", "2000000", "--out", str(Path(place) / "city")]
        subprocess.run([sys.executable, "-m", "experiments.cli", *words], check=True)


if __name__ == "__main__":
    main()
