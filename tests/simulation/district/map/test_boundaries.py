"""Boundaries from GeoJSON: rasterised shapes, holes, several polygons, plain messages."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from simulation.district.data.district import DistrictError, districts_folder, load_district
from simulation.district.map.boundaries import FILE, UNITS_FILE, known_boundaries
from simulation.district.map.geography import load_geography
from simulation.district.map.land import project

CODES = ["HLG", "LZY", "SGZ", "HY", "TTN", "TTS", "DXK"]
WEST, SOUTH, WIDE, HIGH = 116.28, 40.03, 0.022, 0.06  # strips side by side from the west


def box(column: float, width: float = 1.0, low: float = 0.0, high: float = 1.0) -> list[list[float]]:
    west, east = WEST + column * WIDE, WEST + (column + width) * WIDE
    south, north = SOUTH + low * HIGH, SOUTH + high * HIGH
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: str, *rings: list[list[float]]) -> dict:
    return {
        "type": "Feature",
        "properties": {"subdistrict": code},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


@pytest.fixture
def strips():
    return [feature(code, box(k)) for k, code in enumerate(CODES)]


@pytest.fixture
def load(tmp_path):
    """Load a copy of Huitian with boundaries."""

    def with_features(features):
        folder = tmp_path / "place"
        shutil.copytree(districts_folder() / "huitian", folder, dirs_exist_ok=True)
        (folder / "outlines.csv").unlink(missing_ok=True)
        table = pd.read_csv(folder / "communities.csv", dtype=str, keep_default_na=False)
        drawn = table.drop(columns=["lon", "lat", "area_ha"], errors="ignore")
        drawn.to_csv(folder / "communities.csv", index=False)
        places = pd.read_csv(folder / "facilities.csv", dtype=str, keep_default_na=False)
        places.assign(placement=places["placement"].replace("at", "spread")).drop(columns=["lon", "lat"]).to_csv(
            folder / "facilities.csv", index=False
        )
        (folder / FILE).write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
        return load_district(str(folder))

    return with_features


def test_without_a_file_there_are_no_known_boundaries():
    assert known_boundaries(load_district("huaguoyuan")) is None


def test_geojson_wins_over_outlines(load, strips, tmp_path):
    load(strips)
    shutil.copy(districts_folder() / "huitian" / "outlines.csv", tmp_path / "place")
    land = known_boundaries(load_district(str(tmp_path / "place")))
    assert np.bincount(land.subdistrict) == pytest.approx([np.bincount(land.subdistrict)[0]] * 7, rel=0.06)


def test_strips_have_the_area_of_their_polygons(load, strips):
    land = known_boundaries(load(strips))
    cells = WIDE * 1113.2 * np.cos(np.radians(SOUTH)) * HIGH * 1113.2
    assert np.bincount(land.subdistrict) == pytest.approx([cells] * 7, rel=0.06)
    west_to_east = [land.x[land.subdistrict == s].mean() for s in range(7)]
    assert west_to_east == sorted(west_to_east)


def test_a_hole_is_outside(load, strips):
    whole = np.bincount(known_boundaries(load(strips)).subdistrict)
    strips[3] = feature("HY", box(3), box(3.25, 0.5, 0.25, 0.75))
    holed = np.bincount(known_boundaries(load(strips)).subdistrict)
    assert holed[3] == pytest.approx(0.75 * whole[3], rel=0.06)
    assert np.array_equal(np.delete(holed, 3), np.delete(whole, 3))


def test_a_subdistrict_may_lie_in_two_pieces(load, strips):
    strips[0]["geometry"] = {"type": "MultiPolygon", "coordinates": [[box(0, 1, 0, 0.3)], [box(0, 1, 0.7, 1)]]}
    land = known_boundaries(load(strips))
    rows = land.y[land.subdistrict == 0]
    assert np.diff(np.unique(rows)).max() > 20
    assert np.bincount(land.subdistrict)[0] == pytest.approx(0.6 * np.bincount(land.subdistrict)[1], rel=0.05)


def test_a_whole_map_grows_within_known_boundaries(load, strips):
    geography = load_geography(load(strips))
    housing = geography.cell_community >= 0
    of_community = geography.communities["subdistrict"].to_numpy()[geography.cell_community[housing]]
    assert np.array_equal(of_community, geography.cell_subdistrict[housing])
    assert len(np.unique(geography.cell_community[housing])) == 130
    assert geography.cell_households.sum() == geography.communities["households"].sum()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda features: features.pop(), "no boundary for DXK"),
        (lambda features: features[0]["properties"].update(subdistrict="XXX"), "XXX"),
        (lambda features: features[0]["geometry"].update(type="Point"), "Point"),
        (lambda features: features[0].pop("geometry"), "geometry"),
        (lambda features: features[0]["geometry"].update(coordinates=[[]]), "has fewer than three"),
        (lambda features: features[0]["geometry"].update(coordinates=[[["a", "b"]]]), "coordinates must be rings of"),
        (lambda features: features[0].update(properties=None), "feature 1: subdistrict: None is not in the tables"),
        (
            lambda features: features[0]["geometry"].update(coordinates=[[[442000, 4430000], [443000, 4430000]]]),
            "degrees",
        ),
        (lambda features: features[0]["geometry"].update(coordinates=[[[40.05, 116.3], [40.06, 116.31]]]), "degrees"),
        (
            lambda features: features[0]["geometry"].update(coordinates=[[[11.6, 40.0], [11.7, 40.1]]]),
            "span more than 1",
        ),
        (
            lambda features: features[0]["geometry"].update(
                coordinates=[[[116.28, 40.03], [116.30, 40.09], [116.30, 40.03], [116.28, 40.09], [116.28, 40.03]]]
            ),
            "a ring of 'HLG' crosses itself near 116.28",
        ),
        (
            lambda features: features[0]["geometry"].update(coordinates=[[[116.28, 40.03], [116.3, 40.03]]]),
            "fewer than three points",
        ),
    ],
)
def test_bad_files_are_named(load, strips, spoil, message):
    spoil(strips)
    with pytest.raises(DistrictError, match=message) as caught:
        known_boundaries(load(strips))
    assert FILE in str(caught.value)


def test_a_file_that_is_no_json_is_named(load, strips):
    district = load(strips)
    (district.folder / FILE).write_text("{", "utf-8")
    with pytest.raises(DistrictError, match=FILE):
        known_boundaries(district)


def of_unit(name: str, *rings: list[list[float]]) -> dict:
    return {
        "type": "Feature",
        "properties": {"community": name},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def slices(district, code: str) -> list[dict]:
    """A feature for each unit of a subdistrict: slices of its strip from south to north."""
    names = district.table("communities").query("subdistrict == @code")["name_zh"]
    edges = np.linspace(0, 1, len(names) + 1)
    strip = CODES.index(code)
    return [of_unit(name, box(strip, 1.0, *edges[k : k + 2])) for k, name in enumerate(names)]


def test_known_boundaries_of_units_win_over_positions_and_areas(load, strips, tmp_path):
    district = load(strips)
    source = districts_folder() / "huitian"
    shutil.copy(source / "communities.csv", district.folder)  # with positions and areas again, for the others
    shutil.copy(source / "outlines.csv", district.folder)
    (district.folder / FILE).unlink()
    district = load_district(str(district.folder))
    plain, land = load_geography(district), known_boundaries(district)
    first = plain.communities.index[plain.communities["subdistrict"] == 3][0]
    lon, lat = plain.communities.loc[first, ["lon", "lat"]].astype(float)
    ring = [
        [lon - 0.004, lat - 0.003],
        [lon + 0.004, lat - 0.003],
        [lon + 0.004, lat + 0.003],
        [lon - 0.004, lat + 0.003],
    ]
    (west, east), (south, north) = (np.array(edges) for edges in project(*np.array(ring[::2]).T, land.origin))
    x, y = plain.cell_x + 0.5, plain.cell_y + 0.5
    held = (west < x) & (x < east) & (south < y) & (y < north) & (plain.cell_subdistrict == 3)
    assert held.sum() > 20
    for named in plain.communities.loc[first, ["name_zh", "code"]]:
        (district.folder / UNITS_FILE).write_text(
            json.dumps({"type": "FeatureCollection", "features": [of_unit(named, [*ring, ring[0]])]}), "utf-8"
        )
        made = load_geography(load_district(str(district.folder)))
        its = made.cell_unit == first
        assert its[held].all()
        assert its.sum() < 1.2 * held.sum()  # crumbs that the ring cuts off from the others go to the nearest
        assert set(made.cell_unit) == set(plain.cell_unit)
        others = plain.cell_subdistrict != 3
        assert np.array_equal(made.cell_unit[others], plain.cell_unit[others])


def test_where_every_unit_has_a_boundary_no_position_is_needed(load, strips):
    district = load(strips)
    features = [f for code in CODES for f in slices(district, code)]
    (district.folder / UNITS_FILE).write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    made = load_geography(district)
    assert set(made.cell_unit) == set(made.communities.index)
    houses = made.cell_community >= 0
    assert np.array_equal(made.cell_community[houses], made.cell_unit[houses])
    south_to_north = [made.cell_y[made.cell_unit == c].mean() for c in made.communities.query("subdistrict == 3").index]
    assert south_to_north == sorted(south_to_north)


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        (of_unit("无此社区", box(0)), "community: '无此社区' is not in the tables"),
        (of_unit("FIRST", box(6)), "hold no cell of 100 m of its subdistrict"),
        (of_unit("FIRST", [box(0)[k] for k in (0, 2, 1, 3, 0)]), "crosses itself"),
        (of_unit("FIRST", [[442000, 4430000], [443000, 4430000], [443000, 4440000]]), "degrees"),
        (of_unit("FIRST", box(0)[:2]), "fewer than three points"),
    ],
)
def test_bad_boundaries_of_units_are_named(load, strips, feature, message):
    district = load(strips)
    if feature["properties"]["community"] == "FIRST":
        feature["properties"]["community"] = (
            district.table("communities").query("subdistrict == 'HLG'")["name_zh"].iloc[0]
        )
    (district.folder / UNITS_FILE).write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    with pytest.raises(DistrictError, match=message) as caught:
        load_geography(district)
    assert UNITS_FILE in str(caught.value)


def test_units_without_land_are_named(load, strips):
    district = load(strips)
    shutil.copy(districts_folder() / "huitian" / "communities.csv", district.folder)
    first = district.table("communities").query("subdistrict == 'HLG'")["name_zh"].iloc[0]
    whole = of_unit(first, box(-1, 9, -1, 2))
    (district.folder / UNITS_FILE).write_text(json.dumps({"type": "FeatureCollection", "features": [whole]}), "utf-8")
    with pytest.raises(DistrictError, match="take it all"):
        load_geography(load_district(str(district.folder)))
