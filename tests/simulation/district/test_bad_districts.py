"""Kinds of bad district, each answered by one line that names file, row or key, and the range; none is built."""

import re
import shutil
import time

import numpy as np
import pandas as pd
import pytest

from simulation.district.check import district_faults
from simulation.district.data.columns import FIGURES, MARGINALS
from simulation.district.data.district import DistrictError, districts_folder, load_district
from simulation.district.map.geography import load_geography
from simulation.district.people.population import build_population
from simulation.parameters import Parameters
from tests.simulation.district.test_second_district import TABLES, small

HUITIAN = districts_folder() / "huitian"


@pytest.fixture
def folder(tmp_path):
    """A copy of Huitian."""
    return shutil.copytree(HUITIAN, tmp_path / "copy")


@pytest.fixture
def little(tmp_path):
    """The small district of two streets."""
    small(tmp_path / "little")
    return tmp_path / "little"


def edit(folder, file, row, **cells):
    """Set cells of a row (0 below the header); `row` may be a slice."""
    table = pd.read_csv(folder / f"{file}.csv", dtype=str, keep_default_na=False)
    for column, value in cells.items():
        table.loc[row, column] = value
    table.to_csv(folder / f"{file}.csv", index=False)


def refused(folder, words):
    began = time.process_time()
    with pytest.raises(DistrictError, match=words) as caught:
        load_geography(load_district(str(folder)))
    assert len(str(caught.value).splitlines()) == 1
    assert time.process_time() - began < 5


EVERY = slice(None)
ROWS = {
    "subdistricts": {
        "street at the equator": (1, {"lat": "0"}, r"subdistricts\.csv:3: lat: 0 is further than 0\.5"),
        "street in the south": (0, {"lat": "-5"}, r"subdistricts\.csv:2: lat: -5 is further"),
        "street in Europe": (2, {"lon": "5.5"}, r"subdistricts\.csv:4: lon: 5\.5 is further"),
        "no residents": (0, {"population": "0"}, r"population: .* from 1 to 5000000 \(residents\), not '0'"),
        "negative area": (0, {"area_km2": "-1"}, r"area_km2: must be a number from 0\.05 to 2000"),
        "area of a continent": (0, {"area_km2": "1e9"}, r"area_km2: must be a number .* not '1e9'"),
        "areas that do not add up": (0, {"area_km2": "900"}, r"figures\.area_km2: is 63, but .* add up"),
        "area unlike its rings": (0, {"area_km2": "30"}, r"outlines\.csv: the rings of 'HLG' hold 9\.\d+ km2"),
        "crowded households": (0, {"population": "900000"}, r"subdistricts\.csv:2: population: .* a household"),
        "empty households": (0, {"population": "900"}, r"population: 900 residents in the 71894 households"),
        "names twice": (1, {"name_zh": "回龙观街道"}, r"subdistricts\.csv:3: name_zh: '回龙观街道' stands twice"),
    },
    "communities": {
        "community without households": (4, {"households": "0"}, r"communities\.csv:6: households: .* from 1"),
        "all without households": (EVERY, {"households": "0"}, r"communities\.csv:2: households: must be"),
        "no room": (1, {"room_m2": "0"}, r"communities\.csv:3: room_m2: must be a number from 1"),
        "English names twice": (1, {"name_en": "Longboyuan"}, r"communities\.csv:3: name_en: 'Longboyuan'"),
        "codes twice": (1, {"code": "110114011001"}, r"communities\.csv:3: code: '110114011001' stands"),
        "range upside down": (0, {"households_low": "4000"}, r"communities\.csv:2: households_low: 4000 is above"),
        "area of nothing": (0, {"area_ha": "0"}, r"communities\.csv:2: area_ha: must be a number from 0\.1"),
        "unit outside its street": (0, {"lon": "116.40"}, r"communities\.csv: '龙博苑' lies 3\.\d km outside"),
        "street without communities": (EVERY, {"subdistrict": "HLG"}, r"subdistricts\.csv:3: code: 'LZY' has no"),
        "position of some units only": (
            3,
            {"lat": ""},
            r"communities\.csv:5: lat: is empty; all units have lon, lat and area_ha, or none",
        ),
    },
    "facilities": {
        "facility without a place": (0, {"placement": "at"}, r"facilities\.csv:2: placement: 'at' needs lon"),
        "place without 'at'": (0, {"lon": "116.3", "lat": "40"}, r"facilities\.csv:2: placement: lon and lat"),
        "facility outside": (
            0,
            {"placement": "at", "lon": "116.43", "lat": "40.07"},
            r"facilities\.csv:2: lon: '回龙观服务圈1' lies .* km outside of its subdistrict, HLG",
        ),
        "negative beds": (3, {"capacity": "-2"}, r"facilities\.csv:5: capacity: must be a number from 0"),
    },
    "outlines": {
        "ring of two points": (slice(2, 26), {"part": "7"}, r"outlines\.csv: a ring of 'HLG' has fewer than"),
        "ring of an unknown street": (0, {"subdistrict": "HLX"}, r"outlines\.csv:2: subdistrict: unknown code"),
    },
    "departments": {
        "domain without department": (
            EVERY,
            {"domain": "medical"},
            r"departments\.csv: domain: no department .* 'school'",
        ),
    },
    "register_changes": {
        "change on no day": (0, {"date": "2019-13-01"}, r"register_changes\.csv:2: date: must be a date"),
        "change in the far future": (0, {"date": "9999-01-01"}, r"register_changes\.csv:2: date: .* 2100"),
        "division of nobody": (2, {"of_zh": "天通北苑第九"}, r"register_changes\.csv:4: of_zh: no community"),
        "division into one": (0, {"parts_zh": "甲"}, r"register_changes\.csv:2: parts_zh: a division needs"),
    },
    "open_land": {
        "park of no size": (0, {"radius_m": "0"}, r"open_land\.csv:2: radius_m: must be a number from 1"),
    },
}
"""What is wrong, by table and kind: row, cells, and words of the error."""


@pytest.mark.parametrize(("file", "kind"), [(file, kind) for file, rows in ROWS.items() for kind in rows])
def test_a_bad_row(folder, file, kind):
    row, cells, words = ROWS[file][kind]
    edit(folder, file, row, **cells)
    refused(folder, words)


def test_doubled_rows_of_facilities(folder):
    text = (folder / "facilities.csv").read_text("utf-8")
    (folder / "facilities.csv").write_text(text + text[text.index("\n") + 1 :], "utf-8")
    refused(folder, r"facilities\.csv:\d+: name_zh: '回龙观服务圈1' stands twice")


def test_a_ring_that_crosses_itself(folder):
    edit(folder, "outlines", [1, 3], lon=["116.3490", "116.2960"], lat=["40.0695", "40.0895"])
    refused(folder, r"outlines\.csv: a ring of 'HLG' crosses itself near 116\.\d+, 40\.\d+")


def test_positions_without_areas(folder):
    text = (folder / "communities.csv").read_text("utf-8")
    (folder / "communities.csv").write_text(
        text.replace("area_ha", "area", 1).replace("floor_area,", "floor,", 1), "utf-8"
    )
    refused(folder, r"communities\.csv:1: column 'lon' stands without the others of lon, lat, area_ha")


@pytest.mark.parametrize("centres", ["106.7", "106.7 x", "106.7 26.5; far", "5.5 26.5"])
def test_malformed_further_centres(little, centres):
    edit(little, "subdistricts", 0, further_centres=centres)
    refused(little, r"subdistricts\.csv:2: further_centres: ")


YAML = {
    "nobody": ("value: 15000,", "value: 0,", r"readings\.census_2020: value must be from 100 to 50000000"),
    "fewer than nobody": ("value: 15000,", "value: -5,", r"census_2020: value must be from 100 .* not -5"),
    "all the world": ("value: 15000,", "value: 1e12,", r"census_2020: value must be .* not 1e\+12"),
    "endless": ("value: 15000,", "value: .inf,", r"census_2020\.value: inf is no finite number"),
    "no area": (
        "area_km2: {value: 2,",
        "area_km2: {value: 0,",
        r"figures\.area_km2: value must be from 0\.1 to 5000 \(km2\)",
    ),
    "end of the world": (
        "waste_law: {date: 2020",
        "waste_law: {date: 9999",
        r"waste_law\.date: 9999-05-01 is not between",
    ),
    "epidemic over before it begins": (
        "epidemic_response_ends: {date: 2020",
        "epidemic_response_ends: {date: 2019",
        r"events\.epidemic_response_ends\.date: lies before epidemic_response",
    ),
    "older than old": (
        "age_75_plus: {value: 0.035, low: 0.02, high: 0.05",
        "age_75_plus: {value: 0.2, low: 0.02, high: 0.3",
        r"age_75_plus: 0\.2 is above age_60_plus, 0\.15",
    ),
    "more workers than people of working age": (
        "workers: {value: 0.55, low: 0.50, high: 0.60",
        "workers: {value: 0.95, low: 0.50, high: 1",
        r"marginals\.workers: 0\.95 is above 1 - age_0_14 - age_60_plus, 0\.731",
    ),
    "more reporting members than members": (
        "double_report: {value: 0.0040, low: 0.002, high: 0.008",
        "double_report: {value: 0.5, low: 0.002, high: 0.8",
        r"double_report: 0\.5 is above party_members, 0\.09",
    ),
    "no range to draw from": (
        "bin_walk_minutes: {value: 2.75, low: 1.0, high: 4.5, unit: min, source: assumption, confidence: assumption",
        "bin_walk_minutes: {value: 2.75, unit: min, source: me, confidence: press",
        r"figures\.bin_walk_minutes: needs low and high",
    ),
}


@pytest.mark.parametrize("kind", YAML)
def test_a_bad_figure(little, kind):
    old, new, words = YAML[kind]
    text = (little / "district.yaml").read_text("utf-8")
    assert old in text
    (little / "district.yaml").write_text(text.replace(old, new, 1), "utf-8")
    refused(little, r"district\.yaml:\d+: .*" + words)


@pytest.mark.parametrize("name", [*FIGURES, *MARGINALS])
@pytest.mark.parametrize("value", [-1.0, 1e300])
def test_every_figure_has_bounds(little, name, value):
    """Far out of any sense: refused by key and line, whatever the figure."""
    lines = (little / "district.yaml").read_text("utf-8").splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith(f"  {name}: {{value"))
    lines[at] = f"  {name}: {{value: {value}, low: {value}, high: {value}, source: me, confidence: press}}"
    (little / "district.yaml").write_text("\n".join(lines), "utf-8")
    refused(little, rf"district\.yaml:{at + 1}: \w+\.{name}: value must be from ")


def test_check_lists_what_sound_tables_say_of_one_another(folder):
    edit(folder, "facilities", slice(0, 1), placement="at", lon="", lat="")
    edit(folder, "subdistricts", 1, population="900000")
    edit(folder, "register_changes", 0, date="soon")
    found = [str(error).removeprefix(f"{folder}/") for error in district_faults(folder)]
    assert [text.split(": ")[0] for text in found] == [
        "subdistricts.csv:3",
        "facilities.csv:2",
        "facilities.csv:3",
        "register_changes.csv:2",
    ]
    edit(folder, "facilities", 2, quality="good")
    found = [str(error).removeprefix(f"{folder}/") for error in district_faults(folder)]
    assert [text.split(": ")[0] for text in found] == ["facilities.csv:4"], "the rest waits for cells that are sound"


def test_check_builds_no_map_of_figures_that_cannot_be_true_together(little):
    text = (little / "district.yaml").read_text("utf-8")
    for name, value in (("fee_yuan_m2", 1.2), ("age_75_plus", 0.9)):
        text = re.sub(f"  {name}: {{value.*", f"  {name}: {{value: {value}, source: me, confidence: press}}", text)
    (little / "district.yaml").write_text(text, "utf-8")
    found = [str(error) for error in district_faults(little)]
    assert len(found) == 2 and "age_75_plus: 0.9" in found[0] and "fee_yuan_m2: needs low and high" in found[1]


def test_a_mix_of_ages_that_no_households_have(little):
    text = (little / "district.yaml").read_text("utf-8")
    text = text.replace("age_0_14: {value: 0.119, low: 0.10, high: 0.15", "age_0_14: {value: 0.8, low: 0.1, high: 0.9")
    text = text.replace("workers: {value: 0.55, low: 0.50", "workers: {value: 0.04, low: 0.01")
    (little / "district.yaml").write_text(text, "utf-8")
    district = load_district(str(little))
    with pytest.raises(
        DistrictError, match=r"district\.yaml:\d+: marginals: no mix of household types meets"
    ) as caught:
        build_population(load_geography(district), district, Parameters())
    assert len(str(caught.value).splitlines()) == 1


def test_boundaries_of_another_city_are_warned_of(folder):
    for file in ("outlines", "subdistricts", "communities", "facilities", "landmarks"):
        table = pd.read_csv(folder / f"{file}.csv", dtype=str, keep_default_na=False)
        moved = pd.to_numeric(table["lon"], errors="coerce") + 5.1, pd.to_numeric(table["lat"], errors="coerce") - 8.9
        for column, values in zip(("lon", "lat"), moved, strict=True):
            table[column] = values.map("{:.5f}".format).where(values.notna(), "")
        table.to_csv(folder / f"{file}.csv", index=False)
    district = load_district(str(folder))
    with pytest.warns(RuntimeWarning, match="no line and no open land lies within 2 km of the subdistricts"):
        load_geography(district)


def test_a_lone_community_of_one_household_runs(tmp_path):
    one = TABLES["communities"].replace("东三,East Three,A,community,500", "东三,East Three,A,community,1")
    g = load_geography(small(tmp_path / "one", communities=one))
    assert g.communities["households"].min() == 1 and g.cell_households.sum() == g.communities["households"].sum()


def test_one_street_with_one_community_runs(tmp_path):
    header = {name: text.splitlines()[0] for name, text in TABLES.items()}
    tables = {
        "subdistricts": f"{header['subdistricts']}\nA,东街,East Street,subdistrict,106.71,26.55,15000,2,test\n",
        "communities": f"{header['communities']}\n东一,East One,A,community,6200,200,test\n",
        "facilities": f"{header['facilities']}\nschool,学校,School,A,spread,900,1,1,0.8,district,test\n",
    }
    district = small(tmp_path / "lone", **tables)
    people = build_population(load_geography(district), district, Parameters(), 0.1)
    assert len(people.age) == pytest.approx(1500, rel=0.02) and np.isfinite(people.household_area_m2).all()


def test_positions_that_are_all_empty_are_drawn_by_rule(little):
    plain = load_geography(load_district(str(little)))
    edit(little, "communities", EVERY, lon="", lat="", area_ha="")
    empty = load_geography(load_district(str(little)))
    assert np.array_equal(plain.cell_community, empty.cell_community)


def test_more_facilities_than_cells_with_homes(little):
    row = "clinic,站{0},Clinic {0},A,cluster,900,1,1,0.8,district,test\n"
    with (little / "facilities.csv").open("a", encoding="utf-8") as file:
        file.writelines(row.format(k) for k in range(300))
    refused(little, r"facilities\.csv:\d+: subdistrict: 'A' has no cell with homes left for this facility")
