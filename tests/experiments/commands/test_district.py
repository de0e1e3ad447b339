"""`huitian district`: from a template or a planner's files to a district that runs; and what is said of bad files."""

import csv
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from simulation.district.data.district import districts_folder, load_district
from simulation.district.map.geography import draw_land, load_geography
from simulation.district.map.land import CELL_METRES, METRES_PER_DEGREE
from simulation.run import simulate
from simulation.scenario.load import load_scenario
from tests.experiments.place.town import small_town


def runs(folder: Path, residents: int) -> pd.DataFrame:
    """Metrics of a short run of the baseline on a district."""
    scenario = load_scenario("baseline").model_copy(update={"district": str(folder)})
    recording = simulate(scenario, scale=0.05, weeks=8)
    assert len(recording.district) == 8
    assert recording.manifest["residents"] == pytest.approx(0.05 * residents, rel=0.05)
    return recording.district


def fill(folder: Path) -> None:
    """Fill in the template as a planner would."""
    file = folder / "district.yaml"
    text = file.read_text("utf-8").replace("zh: null", "zh: 某地").replace("en: null", "en: Some Place")
    text = text.replace('total: {value: null, source: ""', 'total: {value: 60000, source: "census"')
    text = text.replace('area_km2: {value: null, unit: km2, source: ""', 'area_km2: {value: 4, unit: km2, source: "x"')
    file.write_text(text, "utf-8")
    street = ["S1", "东街", "East", "subdistrict", "106.7", "26.55", "60000", "4", "census", "census"]
    units = [
        ["甲", "A", "S1", "community", "106.697", "26.55", "180", "14000", "350", "register", "register"],
        ["乙", "B", "S1", "community", "106.703", "26.55", "200", "10000", "350", "register", "register"],
    ]
    for name, rows in (("subdistricts", [street]), ("communities", units)):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([header, *rows])


def refused(done, *faults):
    """What a command said of input that it did not take; all faults must be named there."""
    code, _, err = done
    assert code == 2
    for words in faults:
        assert words in err, words
    return err


def test_the_template_says_what_is_open_and_runs_when_filled_in(huitian):
    code, out, _ = huitian("district", "new", "my_place")
    assert code == 0 and "huitian district check my_place" in out
    refused(
        huitian("district", "check", "my_place"),
        "district.yaml:7: title.zh",
        "district.yaml:7: title.en",
        "population.readings.total",
        "figures.area_km2",
        "subdistricts.csv:2: lon",
        "communities.csv:3: households",
        "communities.csv:3: name_zh: is still to be filled in",
    )
    fill(Path("my_place"))
    code, out, err = huitian("district", "check", "my_place")
    assert (code, err) == (0, "") and "某地 Some Place: 60,000" in out
    assert runs(Path("my_place").resolve(), 60000)["satisfaction"].between(0, 100).all()
    comments = [line for line in Path("my_place/district.yaml").read_text("utf-8").splitlines() if "#" in line]
    assert all(re.search("[\u4e00-\u9fff]", line) or re.search("[a-z]", line) for line in comments)


def test_a_folder_in_use_is_not_overwritten(huitian):
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("years of work")
    assert huitian("district", "new", "mine")[0] == 2
    code, _, err = huitian("district", "new", "mine", "--force")
    assert code == 2 and "holds something that is no district" in err
    assert Path("mine/thesis.txt").read_text() == "years of work"


def test_check_lists_the_faults_of_every_file_at_once(huitian):
    folder = shutil.copytree(districts_folder() / "huaguoyuan", Path("broken"))
    spoil = {
        "communities.csv": [("4778", "many"), ("B区社区,", "A区社区,"), (",WLC,", ",WLQ,")],
        "facilities.csv": [("school,", "shool,"), ("0.75", "7.5")],
        "district.yaml": [("value: 0.505", "value: 5.05"), ("title: {zh: 花果园", "title: {zh: 3")],
        "firms.csv": [("name_en", "name_eng")],
    }
    for name, pairs in spoil.items():
        text = (folder / name).read_text("utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / name).write_text(text, "utf-8")
    err = refused(
        huitian("district", "check", "broken"),
        "communities.csv:2: households: must be a number",
        "communities.csv:3: name_zh: 'A区社区' stands twice",
        "communities.csv:12: subdistrict: unknown code 'WLQ'",
        "facilities.csv:2: kind: unknown word 'shool'; did you mean 'school'?",
        "facilities.csv:2: quality: must be a number",
        "title.zh: must be text",
        "marginals.male: value 5.05 is outside",
        "firms.csv:1: column 'name_en' is missing; is it 'name_eng'?",
    )
    assert err.splitlines()[-1].startswith("broken: 8 ")


def test_draw_writes_a_map_and_the_page_of_facts(huitian):
    code, out, _ = huitian("district", "draw", "huaguoyuan", "--out", "drawn")
    assert code == 0 and "drawn/map.png" in out
    assert Path("drawn/map.png").read_bytes()[:4] == b"\x89PNG"
    assert "26" in Path("drawn/facts.md").read_text("utf-8")


def test_a_town_of_openstreetmap_becomes_a_district_that_runs(huitian):
    small_town(Path("town.osm.pbf"))
    code, out, err = huitian(
        "district", "import", "town.osm.pbf", "--population", 20000, "--out", "town", "--name-zh", "小镇",
        "--name-en", "Town", "--population-source", "census of 2020",
    )  # fmt: skip
    assert code == 0, err
    assert "import 5/5" in err and "peak memory" in out
    code, out, err = huitian("district", "check", "town")
    assert (code, err) == (0, "") and "按路网" in out
    district = load_district("./town")
    assert district.title == {"zh": "小镇", "en": "Town"} and district.population == 20000
    assert district.readings["total"].source == "census of 2020"
    units = load_geography(district).cell_unit  # four squares of 64 ha, by their own boundaries
    assert np.bincount(units).tolist() == pytest.approx([64] * 4, abs=8)
    known = json.loads(Path("town/communities.geojson").read_text("utf-8"))["features"]
    assert {f["properties"]["community"] for f in known} == set(district.table("communities")["name_zh"])
    assert runs(Path("town").resolve(), 20000)["satisfaction"].between(0, 100).all()


def export(district: str) -> None:
    """Streets as GeoJSON, made of the cells of the map, and units and stations as CSV."""
    found = load_district(district)
    geography, land = load_geography(found), draw_land(found)
    step = CELL_METRES / METRES_PER_DEGREE
    east = step / np.cos(np.radians(land.origin[1]))
    lon, lat = land.origin[0] + east * geography.cell_x, land.origin[1] + step * geography.cell_y
    boxes = shapely.box(lon, lat, lon + east, lat + step)
    features = []
    for number, row in geography.subdistricts.iterrows():
        shape = shapely.union_all(shapely.set_precision(boxes[geography.cell_subdistrict == number], 1e-9))
        shape = max(shapely.get_parts(shape), key=lambda part: part.area)
        properties = {"subdistrict": row["code"], "name_zh": row["name_zh"], "name_en": row["name_en"]}
        features.append(
            {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
        )
    Path("streets.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    units = geography.communities[["name_zh", "name_en", "kind", "households", "room_m2"]].copy()
    units["subdistrict"] = geography.subdistricts["code"].to_numpy()[geography.communities["subdistrict"]]
    housing = geography.cell_community
    for axis, values, size in (("lon", lon, east), ("lat", lat, step)):
        units[axis] = [float((values[housing == c] + size / 2).mean()) for c in units.index]
    units["area_ha"] = np.bincount(housing[housing >= 0], minlength=len(units))
    units.to_csv("units.csv", index=False)


def test_huaguoyuan_comes_back_from_geojson_and_csv(huitian):
    export("huaguoyuan")
    code, _, err = huitian(
        "district", "import", "streets.geojson", "--units", "units.csv", "--population", 360000, "--out", "again",
        "--quiet",
    )  # fmt: skip
    assert code == 0, err
    old, new = load_district("huaguoyuan"), load_district("./again")
    before, after = load_geography(old), load_geography(new)
    assert sorted(new.table("communities")["name_zh"]) == sorted(old.table("communities")["name_zh"])
    assert after.communities["households"].sum() == pytest.approx(before.communities["households"].sum())
    sizes = [np.bincount(g.cell_subdistrict) for g in (before, after)]
    assert sizes[1] == pytest.approx(sizes[0], rel=0.05)
    report = (Path("again") / "import_report.md").read_text("utf-8")
    assert "no school in the sources" in report and "units of units.csv" in report
    runs(Path("again").resolve(), 360000)


def test_every_row_of_an_import_has_a_source_and_a_confidence(huitian):
    small_town(Path("town.osm"))
    assert huitian("district", "import", "town.osm", "--population", 20000, "--out", "town")[0] == 0
    for file in Path("town").glob("*.csv"):
        table = pd.read_csv(file, na_filter=False, dtype=str)
        assert (table["source"].str.strip() != "").all() and (table["confidence"].str.strip() != "").all(), file


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("town.osm.pbf",), "town.osm.pbf: no such file"),
        (("town.shp",), "neither an OpenStreetMap extract (.osm.pbf, .osm) nor GeoJSON"),
        (("a.osm", "b.osm.pbf"), "a second extract beside a.osm"),
        (("a.geojson",), "a.geojson: no such file"),
        (("a.osm", "--datum", "beijing54"), "--datum beijing54: must be one of wgs84, gcj02, bd09"),
    ],
)
def test_wrong_arguments_are_named(huitian, words, message):
    code, _, err = huitian("district", "import", *words, "--population", 20000, "--out", "town")
    assert code == 2 and message in err
    assert not Path("town").exists()


def test_an_import_that_fails_leaves_what_was_there(huitian):
    small_town(Path("town.osm"))
    assert huitian("district", "import", "town.osm", "--population", 20000, "--out", "town")[0] == 0
    before = {file.name: file.read_bytes() for file in Path("town").iterdir()}
    small_town(Path("town.osm"), homes=False)
    code, _, err = huitian("district", "import", "town.osm", "--population", 20000, "--out", "town", "--force")
    assert code == 2 and "no residential building" in err
    assert {file.name: file.read_bytes() for file in Path("town").iterdir()} == before
    assert [file.name for file in Path().iterdir() if file.name.startswith(".")] == []
