"""Boundaries from GeoJSON: rasterised shapes, holes, several polygons, plain messages."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from simulation.district.data.district import DistrictError, districts_folder, load_district
from simulation.district.map.boundaries import FILE, known_boundaries
from simulation.district.map.geography import load_geography

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
        (lambda features: features[0]["geometry"].update(coordinates=[[]]), "no GeoJSON"),
        (lambda features: features[0]["geometry"].update(coordinates=[[["a", "b"]]]), "no GeoJSON"),
        (lambda features: features[0].update(properties=None), "no GeoJSON"),
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
