"""Bad extracts, boundaries and tables: exit code 2, and one clear message for each fault."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.district_import import Town, blocks, degrees
from experiments.place import extract
from experiments.place.datum import bd09, gcj02
from tests.experiments.place.town import small_town

UNITS = "name_zh,subdistrict,households,lon,lat,area_ha\n甲,A,1200,106.705,26.555,40\n乙,B,900,106.715,26.555,40\n"


def box(west, east, south=26.55, north=26.56):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code, *rings):
    return {
        "type": "Feature",
        "properties": {"subdistrict": code, "name_zh": f"{code}街道"},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def write(features, units=UNITS):
    Path("a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    Path("units.csv").write_bytes(units if isinstance(units, bytes) else units.encode())


@pytest.fixture
def bring(huitian):
    """Import boundaries and units, then see that it was refused with these words."""

    def run(*options):
        return huitian(
            "district", "import", "a.geojson", "--units", "units.csv", "--population", 5000, "--out", "d", *options
        )

    return run


@pytest.fixture
def features():
    return [feature("A", box(106.70, 106.71)), feature("B", box(106.71, 106.72))]


def refused(done, *messages):
    code, _, err = done
    assert code == 2, err
    assert "Traceback" not in err and not Path("d").exists()
    for message in messages:
        assert message in err, err
    return [line for line in err.splitlines() if line.startswith("huitian: ")]


def test_good_boundaries_and_units_are_taken(bring, features):
    write(features)
    code, out, err = bring()
    assert code == 0, err
    assert "huitian district draw d" in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "a.geojson: no JSON"),
        (b"{", "a.geojson: no JSON"),
        (b"[]", "no GeoJSON FeatureCollection (features is missing)"),
        (b'{"type": "FeatureCollection", "features": []}', "has no features"),
        ('{"features": [{"properties": {"subdistrict": "街"}}]}'.encode("gbk"), "a.geojson: not UTF-8"),
    ],
)
def test_files_that_are_no_boundaries(bring, text, message):
    write([])
    Path("a.geojson").write_bytes(text)
    assert len(refused(bring(), message)) == 1


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: f[0].pop("properties"), "feature 1: has no properties"),
        (
            lambda f: f[0].update(properties={"subdistrct": "A"}),
            "property 'subdistrict' (code of the street) is missing; did you mean 'subdistrct'?",
        ),
        (lambda f: f[0].pop("geometry"), "feature 1 (A): geometry is missing; must be Polygon or MultiPolygon"),
        (lambda f: f[0]["geometry"].update(type="LineString"), "geometry is LineString"),
        (
            lambda f: f[0]["geometry"].update(coordinates=[[["a", "b"]]]),
            "coordinates must be rings of [longitude, latitude]",
        ),
        (
            lambda f: f[0]["geometry"].update(coordinates=[box(106.70, 106.71)[:3]]),
            "a ring has 3 points; it needs four",
        ),
        (lambda f: f[0]["geometry"].update(coordinates=[box(106.70, 106.71)[:4]]), "a ring is not closed"),
        (
            lambda f: f[0]["geometry"].update(
                coordinates=[[[106.70, 26.55], [106.71, 26.56], [106.71, 26.55], [106.70, 26.56], [106.70, 26.55]]]
            ),
            "the ring crosses or touches itself: Self-intersection[106.705 26.555]",
        ),
        (
            lambda f: f[0]["geometry"].update(coordinates=[[p[::-1] for p in box(106.70, 106.71)]]),
            "latitude 106.7 is beyond 90; are longitude and latitude swapped?",
        ),
        (
            lambda f: f[0]["geometry"].update(coordinates=[[[x * 1e3, y * 1e5] for x, y in box(106.70, 106.71)]]),
            "are no degrees; export with coordinates of EPSG:4326",
        ),
        (lambda f: f[0]["geometry"].update(coordinates=[box(106.7, 106.70001)]), "encloses less than a hectare"),
        (
            lambda f: f[1]["geometry"].update(coordinates=[box(108.70, 108.71)]),
            "the boundaries span more than 1 degree",
        ),
        (
            lambda f: f[1]["geometry"].update(coordinates=[box(106.705, 106.715)]),
            "A and B overlap by 50% of the smaller",
        ),
        (lambda f: f.pop(), "units.csv:3: subdistrict: no boundary for 'B'"),
    ],
)
def test_bad_boundaries_are_named(bring, features, spoil, message):
    spoil(features)
    write(features)
    refused(bring(), message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("subdistrict,", "street,", "units.csv:1: column 'subdistrict' is missing"),
        ("households", "people", "units.csv:1: column 'households' (or 'residents') is missing"),
        ("乙", "甲", "units.csv:3: name_zh: '甲' stands twice"),
        ("甲,", ",", "units.csv:2: name_zh: is empty"),
        ("1200", "many", "units.csv:2: households: must be a number from 1 to 5000000, not 'many'"),
        ("1200", "0", "units.csv:2: households: must be a number from 1"),
        (",B,", ",C,", "units.csv:3: subdistrict: no boundary for 'C'"),
        ("106.715", "106.755", "units.csv:3: lon: '乙' lies 3896 m outside of its street B街道"),
        ("106.715", "106.705", "units.csv:3: lon: '乙' lies 557 m outside of its street B街道, in A街道"),
        ("106.705,26.555", "26.555,106.705", "units.csv:2: lat: must be a number from -80 to 80"),
        ("lon,lat", "lon,y", "units.csv:1: column 'lat' is missing; a position needs lon and lat"),
        ("40\n", "40,1\n", "the row has more fields than the header"),
        (UNITS, "", "units.csv: the file is empty"),
        (UNITS, UNITS.splitlines()[0], "units.csv: has no rows"),
    ],
)
def test_bad_units_are_named(bring, features, old, new, message):
    assert old in UNITS
    write(features, UNITS.replace(old, new, 1) if "fields" not in message else UNITS.replace(old, new))
    refused(bring(), message)


def test_units_in_gbk_are_named(bring, features):
    write(features, UNITS.encode("gbk"))
    refused(bring(), "units.csv: not UTF-8 (byte 47); save the file as UTF-8")


def test_swapped_columns_of_a_place_where_both_could_be_degrees(huitian):
    """At 40 E 30 N either order is a position, so only the boundaries tell."""
    write(
        [feature("A", box(40.00, 40.02, 30.00, 30.02))],
        "name_zh,subdistrict,households,lon,lat\n甲,A,900,30.01,40.01\n",
    )
    done = huitian("district", "import", "a.geojson", "--units", "units.csv", "--population", 2000, "--out", "d")
    refused(done, "units.csv:2: lon: lon and lat are swapped")


def test_all_faults_of_all_files_come_at_once(bring, features):
    features[0]["geometry"]["type"] = "Point"
    features[1].pop("properties")
    write(features)
    assert len(refused(bring(), "feature 1", "feature 2")) == 2
    write(
        [feature("A", box(106.70, 106.71)), feature("B", box(106.71, 106.72))],
        UNITS.replace("1200", "-1").replace("900", "x"),
    )
    Path("f.csv").write_text("kind,name_zh,lon,lat\nscool,一小,106.7,26.5\n")
    lines = refused(bring("--facilities", "f.csv"), "units.csv:2", "units.csv:3", "f.csv:2: kind: unknown word 'scool'")
    assert len(lines) == 3


def test_boundaries_alone_are_no_district(huitian, features):
    write(features)
    done = huitian("district", "import", "a.geojson", "--population", 5000, "--out", "d")
    refused(done, "a.geojson: boundaries alone tell of no homes; give --units, or an extract too")


@pytest.fixture
def from_osm(huitian):
    return lambda *options: huitian("district", "import", "a.osm.pbf", "--population", 20000, "--out", "d", *options)


@pytest.mark.parametrize(
    ("town", "options", "message"),
    [
        ({"homes": False}, (), "no residential building lies within the boundaries (1 buildings in the extract"),
        (
            {"boundaries": False, "units": False},
            (),
            "a.osm.pbf: the extract has no administrative boundary; give boundaries as GeoJSON too",
        ),
        ({"boundaries": False}, (), "the extract has levels 10 (4): choose with --street-level"),
        (
            {},
            ("--street-level", 9),
            "no administrative boundary of level 9; the extract has levels 6 (1), 8 (2), 10 (4)",
        ),
        (
            {},
            ("--streets", "南街街道"),
            "no whole boundary of admin_level 8 is named '南街街道'; known are 东街街道, 西街街道",
        ),
    ],
)
def test_extracts_that_lack_something(from_osm, town, options, message):
    small_town(Path("a.osm.pbf"), **town)
    refused(from_osm(*options), message)


def test_damaged_extracts(from_osm, huitian, monkeypatch):
    whole = small_town(Path("a.osm.pbf")).read_bytes()
    for data, message in (
        (b"", "a.osm.pbf: the file is empty"),
        (whole[: len(whole) // 2], "a.osm.pbf: damaged, or no OpenStreetMap file"),
        (b"PK\x03\x04 no map at all" * 50, "a.osm.pbf: damaged, or no OpenStreetMap file"),
    ):
        Path("a.osm.pbf").write_bytes(data)
        refused(from_osm(), message)
    Path("b.osm").write_text("<osm version='0.6'><node id='1' lat='26")
    refused(
        huitian("district", "import", "b.osm", "--population", 500, "--out", "d"), "b.osm: damaged, or no OpenStreetMap"
    )
    monkeypatch.setattr(extract, "LARGEST_BYTES", 1000)
    Path("a.osm.pbf").write_bytes(whole)
    refused(from_osm(), "are read; cut the district out first (osmium extract")


def test_a_boundary_that_the_extract_cuts_off_is_left_out(from_osm):
    file = Path("a.osm.pbf")
    small_town(file)
    town = Town(file)
    town.boundary(8, "东街街道", 800, 0, 800, 1600)
    town.boundary(8, "断街街道", 0, 0, 800, 1600)
    town.relations[1][0].append((9999, "outer"))  # a way that is not in the extract
    blocks(town, 800, 0, 10)
    town.write()
    code, out, err = from_osm()
    assert code == 0, err
    assert "1 boundaries of admin_level 8 are not closed, or cut off" in out
    assert "断街街道" not in Path("d/subdistricts.csv").read_text("utf-8")


def test_an_extract_that_cuts_every_boundary_off(from_osm):
    town = Town(Path("a.osm.pbf"))
    town.boundary(8, "断街街道", 0, 0, 800, 1600)
    town.relations[0][0].append((9999, "outer"))
    town.write()
    refused(from_osm(), "all 1 administrative boundaries of level 8 are cut off by the extract, or not closed")


def stations(shift):
    rows = []
    for name, at in (("西站", (400, 780)), ("东站", (1200, 790))):
        lon, lat = shift(*(np.array([value]) for value in degrees(at)))
        rows.append(f"{name},{lon[0]:.6f},{lat[0]:.6f}")
    Path("stations.csv").write_text("name_zh,lon,lat\n" + "\n".join(rows) + "\n", "utf-8")


@pytest.mark.parametrize(("shift", "name"), [(gcj02, "gcj02"), (bd09, "bd09")])
def test_a_wrong_datum_is_told_by_the_stations(from_osm, shift, name):
    small_town(Path("a.osm.pbf"))
    stations(shift)
    refused(
        from_osm("--stations", "stations.csv"), f"as {name.upper()} does; convert to WGS 84, or give --datum {name}"
    )
    code, out, err = from_osm("--stations", "stations.csv", "--datum", name)
    assert code == 0, err
    assert "2 stations lie +0 m east and +0 m north" in out.replace("-0 m", "+0 m")


def test_stations_that_no_datum_explains(from_osm):
    small_town(Path("a.osm.pbf"))
    stations(lambda lon, lat: (lon + 0.05, lat))
    refused(from_osm("--stations", "stations.csv"), "as no known datum does")
