"""What is taken from an extract, counted by hand on a small town."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.district_import import Town, blocks
from experiments.place.amenities import kind_of
from experiments.place.extract import read_extract
from experiments.place.found import square_metres
from experiments.place.housing import homes
from experiments.place.openstreetmap import from_extract, stations
from tests.experiments.place.town import small_town

CHOICES = {"street_level": 8, "unit_level": 10, "only": [], "unit_households": 1000.0, "residents": 20_000.0}


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return small_town(tmp_path_factory.mktemp("town") / "town.osm.pbf")


@pytest.fixture(scope="module")
def found(file):
    return from_extract(read_extract(file), file, **CHOICES)


def test_streets_and_units_are_the_boundaries(found):
    assert [street.name_zh for street in found.streets] == ["东街街道", "西街街道"]
    assert [square_metres(s.shape) for s in found.streets] == pytest.approx([1.28e6] * 2, rel=1e-3)
    units = found.units.set_index("name_zh")
    assert units["kind"].to_dict() == {
        "西一社区": "community", "西二社区": "community", "东一社区": "community", "东村": "village",
    }  # fmt: skip
    assert units["subdistrict"].tolist() == [1, 1, 0, 0]
    assert units["area_ha"].to_numpy() == pytest.approx([64] * 4, rel=1e-3)


def test_floor_area_is_footprint_times_storeys(found):
    """50 blocks of 60 by 15 m in each community, of 6, 12, 18 and 24 storeys."""
    assert found.units["floor_m2"].to_numpy() == pytest.approx(50 * 900 * np.array([6, 12, 18, 24]), rel=1e-3)


def test_facilities_lines_and_parks(found):
    facilities = found.facilities.set_index("name_zh")
    assert sorted(facilities["kind"]) == ["clinic", "hospital", "school"]  # one clinic twice, one far away
    assert facilities.at["一小", "capacity"] == 1200 and facilities.at["一小", "name_en"] == "First School"
    assert np.isnan(facilities.at["卫生站", "capacity"])
    assert sorted(set(found.lines["kind"])) == ["arterial", "rail"]
    assert sorted(filter(None, found.lines["station_zh"])) == ["东", "西"]
    assert found.open_land["radius_m"].tolist() == [round((130 * 120 / np.pi) ** 0.5)]


def test_the_network_has_the_length_of_the_streets(found):
    """A mesh of 2 x 9 streets of 1 600 m, and three kilometres of arterial road."""
    metres = found.network.metres
    assert metres.sum() == pytest.approx(18 * 1600 + 3000, rel=2e-3)
    assert set(np.bincount(np.concatenate([found.network.start, found.network.end]))) >= {2, 3, 4}


def test_without_unit_boundaries_streets_are_cut_by_their_homes(tmp_path):
    file = small_town(tmp_path / "town.osm", units=False)
    found = from_extract(read_extract(file), file, **CHOICES)
    share = found.units.groupby("subdistrict")["floor_m2"].sum()
    assert share.to_numpy() == pytest.approx(50 * 900 * np.array([42, 18]), rel=1e-3)
    assert found.units.groupby("subdistrict").size().tolist() == [6, 2]  # 8 units of 1 000 households by floor area
    sizes = found.units.loc[found.units["subdistrict"] == 0, "floor_m2"]
    assert sizes.max() < 1.25 * sizes.min()
    assert any("no boundaries of admin_level 10" in note.en for note in found.notes)


def building(file: Path, **tags: str) -> float:
    town = Town(file)
    blocks(town, 0, 0, 1, **tags)
    return float(homes(read_extract(town.write())).floor_m2.sum() / (5 * 900))


@pytest.mark.parametrize(
    ("tags", "levels"),
    [
        ({"building__levels": "11"}, 11),
        ({"height": "33 m"}, 11),
        ({"building__levels": "five"}, 6),
        ({"building__levels": "900"}, 6),
        ({}, 6),
        ({"building": "house"}, 2),
        ({"building": "yes"}, 6),
        ({"building": "yes", "shop": "mall"}, 0),
        ({"building": "school"}, 0),
        ({"building": "no"}, 0),
    ],
)
def test_storeys_are_read_or_assumed(tmp_path, tags, levels):
    assert building(tmp_path / "b.osm", **tags) == pytest.approx(levels, rel=1e-3)


def test_undescribed_buildings_count_on_residential_land_where_there_is_such_land(tmp_path):
    town = Town(tmp_path / "b.osm")
    blocks(town, 0, 0, 1, building="yes")
    blocks(town, 0, 500, 1, building="yes")
    town.box(-10, -10, 900, 200, landuse="residential")
    found = homes(read_extract(town.write()))
    assert (len(found.lon), found.undescribed) == (5, 5)


def test_buildings_of_a_relation_and_a_street_with_a_hole(tmp_path):
    town = Town(tmp_path / "b.osm")
    blocks(town, 0, 0, 1, building__levels="1")
    outer = town.box(0, 500, 40, 40)
    town.relations.append(
        ([(outer, "outer")], {"type": "multipolygon", "building": "apartments", "building:levels": "3"})
    )
    town.boundary(8, "环街道", -100, -100, 1000, 1000)
    hole = town.box(300, 300, 200, 200)
    town.relations[-1][0].append((hole, "inner"))
    file = town.write()
    extract = read_extract(file)
    assert homes(extract).floor_m2.sum() == pytest.approx(5 * 900 + 3 * 1600, rel=1e-3)
    found = from_extract(extract, file, **CHOICES)
    assert square_metres(found.streets[0].shape) == pytest.approx(1e6 - 4e4, rel=1e-3)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"amenity": "kindergarten"}, "school"),
        ({"healthcare": "centre"}, "clinic"),
        ({"amenity": "social_facility", "social_facility": "nursing_home"}, "elder_institution"),
        ({"social_facility": "outreach", "social_facility:for": "senior;disabled"}, "elder_station"),
        ({"social_facility": "outreach", "social_facility:for": "homeless"}, ""),
        ({"amenity": "restaurant"}, ""),
        ({}, ""),
    ],
)
def test_kinds_of_facilities(tags, kind):
    assert kind_of(tags) == kind


def test_stations_stand_once(file):
    assert sorted(stations(read_extract(file))["name_zh"]) == ["东站", "西站"]
