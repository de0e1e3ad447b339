"""A small made-up town as an OpenStreetMap extract: two streets, four communities, a mesh of streets, a metro line."""

from pathlib import Path

from benchmarks.district_import import Town, blocks, streets


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
