"""District data: every figure says where it comes from, and every mistake in a file is named with its place."""

import copy
import os
import re
import shutil
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from experiments.place.facts import facts_page
from simulation.district.data import district as data
from simulation.district.data.columns import FIGURES, FURTHER, MARGINALS, TABLES
from simulation.district.data.district import EVENTS, DistrictError, districts_folder, load_district
from simulation.district.data.readings import CommunityReading, SizeReading, as_read, halve, resized
from simulation.district.data.tables import read_tables
from simulation.state.facilities import SERVICES
from simulation.yaml_source import Source

HUITIAN = districts_folder() / "huitian"


@pytest.fixture(scope="module")
def huitian():
    return load_district("huitian")


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(HUITIAN, tmp_path / "copy")


def change(folder, file, old, new, count=1):
    """Replace text of a file; `old` must be there."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, count), "utf-8")


def refused(folder, words):
    with pytest.raises(DistrictError, match=words) as caught:
        load_district(str(folder))
    assert len(str(caught.value).splitlines()) == 1


def everything(district):
    return [*district.figures.values(), *district.marginals.values(), *district.readings.values()]


def test_every_figure_has_a_source_and_every_assumption_a_range(huitian):
    for figure in everything(huitian):
        assert figure.source and figure.confidence, figure.name
        if figure.confidence == "assumption" or figure.source.startswith("assumption"):
            assert figure.low is not None and figure.high is not None, figure.name
            assert figure.low < figure.high, figure.name
        if figure.low is not None:
            assert figure.low <= figure.value <= figure.high, figure.name


def test_figures_have_units_and_names_in_both_languages(huitian):
    for figure in (*huitian.figures.values(), *huitian.marginals.values()):
        assert figure.unit and figure.en and re.search("[\u4e00-\u9fff]", figure.zh), figure.name


@pytest.mark.parametrize("name", [*TABLES, *FURTHER])
def test_every_row_has_a_source(huitian, name):
    table = huitian.table(name)
    assert len(table) and (table["source"].str.strip() != "").all() and (table["confidence"].str.strip() != "").all()


def test_the_area_is_the_one_of_the_case(huitian):
    assert huitian.figure("area_km2") == 63
    assert huitian.population == 851_516 == huitian.table("subdistricts")["population"].sum()
    assert huitian.table("subdistricts")["area_km2"].sum() == pytest.approx(63, rel=0.02)
    kinds = huitian.table("communities")["kind"].value_counts()
    assert kinds.to_dict() == {"community": huitian.figure("communities_before"), "village": huitian.figure("villages")}
    assert huitian.figure("communities_after") == 113
    sizes = huitian.table("communities").query("kind == 'community'")["households"]
    assert (sizes > 5000).sum() == huitian.figure("communities_split")
    mean = huitian.population / huitian.table("communities")["households"].sum()
    assert mean == pytest.approx(huitian.figure("household_size"), abs=0.005)


def test_circles_before_the_plan_are_those_it_did_not_build(huitian):
    existing = (huitian.table("facilities")["kind"] == "service_circle").sum()
    assert existing == huitian.figure("circles_total") - huitian.figure("circles_built") == 42


def test_readings_of_the_population_can_be_chosen(huitian):
    other = load_district("huitian", population="press_2017")
    assert other.population == 860_000
    assert other.content_hash != huitian.content_hash
    with pytest.raises(DistrictError, match="unknown reading 'press'; known are census_2020, press_2017"):
        load_district("huitian", population="press")


def test_events_have_their_dates(huitian):
    assert {event: huitian.event_date(event) for event in EVENTS} == {
        "street_whistle": date(2018, 1, 1),
        "hotline_reform": date(2019, 1, 1),
        "bike_path": date(2019, 5, 31),
        "waste_law": date(2020, 5, 1),
        "property_law": date(2020, 5, 1),
        "epidemic_begins": date(2020, 1, 13),
        "epidemic_response": date(2020, 1, 24),
        "epidemic_imports_end": date(2020, 3, 31),
        "epidemic_response_ends": date(2020, 6, 6),
    }


def test_the_timeline_has_every_measure_of_the_plan(huitian):
    assert {step.measure for step in huitian.timeline} == {f"H{k:02}" for k in range(1, 19)}
    assert [step.date for step in huitian.timeline] == sorted(step.date for step in huitian.timeline)
    for step in huitian.timeline:
        assert date(2018, 1, 1) <= step.date <= date(2021, 12, 31)
        assert re.search("case study|assumption|press|municipal plan", step.source), step
        assert step.precision != "day" or "assumption" not in step.source, step
        assert step.en and re.search("[\u4e00-\u9fff]", step.zh)


def test_conflicts_of_the_sources_are_kept(huitian):
    matters = {conflict.en: conflict for conflict in huitian.conflicts}
    assert {
        "residents",
        "number of communities",
        "quarter-hour service circles",
        "elder care",
        "street offices",
    } <= set(matters)
    for conflict in matters.values():
        assert len(conflict.readings) >= 2 and all(source for _, source in conflict.readings) and conflict.used


def test_kinds_of_facilities_are_those_that_the_model_reads():
    """A school whose stage is not known is one of each; entrances of a bicycle path are no service."""
    assert set(TABLES["facilities"]["kind"].words) == {*SERVICES, "school", "bicycle_entrance"}


def test_one_byte_changes_the_hash(huitian, folder):
    same = load_district(str(folder)).content_hash
    assert same == huitian.content_hash  # the place of the folder does not matter
    for file in sorted(set(folder.iterdir()) - set(folder.glob("*.parquet"))):  # what runs have made of the data
        data = file.read_bytes()
        file.write_bytes(data.rstrip(b"\n") + b" \n")
        assert load_district(str(folder)).content_hash != same, file.name
        file.write_bytes(data)
    assert load_district(str(folder)).content_hash == same


def test_other_files_of_the_folder_do_not_change_the_hash(huitian, folder):
    (folder / "notes.txt").write_text("mine")
    assert load_district(str(folder)).content_hash == huitian.content_hash


FILES = sorted(TABLES)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_table(folder, name):
    (folder / f"{name}.csv").unlink()
    refused(folder, rf"{name}\.csv: no such file")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_column(folder, name):
    change(folder, f"{name}.csv", "name_en", "name_eng")
    refused(folder, rf"{name}\.csv:1: column 'name_en' is missing; is it 'name_eng'\?")


@pytest.mark.parametrize("name", FILES)
def test_a_table_in_another_encoding(folder, name):
    (folder / f"{name}.csv").write_bytes((folder / f"{name}.csv").read_text("utf-8").encode("gb18030"))
    refused(folder, rf"{name}\.csv: not UTF-8")


@pytest.mark.parametrize("name", FILES)
def test_an_empty_table(folder, name):
    (folder / f"{name}.csv").write_text("")
    refused(folder, rf"{name}\.csv: the file is empty")


ROW = "110114011001,龙博苑,Longboyuan,HLG,community,116.33459,40.06750,27.2,,3085,"
CIRCLE = "service_circle,回龙观服务圈1,Huilongguan circle 1,HLG,cluster,,,1500,1,0.6,0.8"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",3085,", ",-5,", r"households: must be a number from 1 to 200000 \(households\), not '-5'"),
        (",3085,", ",many,", "households: .* not 'many'"),
        (",3085,", ",inf,", "households: .* not 'inf'"),
        (",3085,", ",nan,", "households: .* not 'nan'"),
        (",3085,", ",,", "households: .* not ''"),
        ("HLG", "HLQ", r"subdistrict: unknown code 'HLQ'; did you mean 'HLG'\?"),
        ("HLG", "", "subdistrict: is empty"),
        ("HLG", "--", "subdistrict: .*known are HLG, LZY"),
        ("community", "vilage", r"kind: unknown word 'vilage'; did you mean 'village'\?"),
    ],
)
def test_a_wrong_community(folder, old, new, words):
    change(folder, "communities.csv", ROW, ROW.replace(old, new))
    refused(folder, rf"communities\.csv:2: {words}")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("service_circle", "service_circel", "kind: .* did you mean 'service_circle'"),
        (",0.8", ",1.8", r"quality: must be a number from 0 to 1 \(share\), not '1.8'"),
        ("HLG", "HGL", "subdistrict: unknown code 'HGL'"),
        ("cluster", "near", "placement: unknown word 'near'"),
    ],
)
def test_a_wrong_facility(folder, old, new, words):
    change(folder, "facilities.csv", CIRCLE, CIRCLE.replace(old, new))
    refused(folder, rf"facilities\.csv:2: {words}")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("communities.csv", "万润家园", "龙博苑", r"3: name_zh: '龙博苑' stands twice"),
        ("communities.csv", "万润家园", " ", r"3: name_zh: is empty"),
        ("subdistricts.csv", "LZY,", "HLG,", r"3: code: 'HLG' stands twice"),
        ("subdistricts.csv", "116.30021,40.07106", "1163.36,40.076", r"2: lon: .* from -180 to 180"),
        ("departments.csv", ",school,", ",scool,", r"2: domain: unknown word 'scool'; did you mean 'school'"),
        ("firms.csv", "物业企业02", "物业企业01", r"3: name_zh: '物业企业01' stands twice"),
        ("lines.csv", "rail", "raill", r"2: kind: unknown word 'raill'; did you mean 'rail'"),
        ("open_land.csv", ",900,", ",-900,", r"2: radius_m: .* not '-900'"),
        (
            "firms.csv",
            "assumption: 30-80 firms;",
            "assumption, 30-80 firms;",
            r"2: the row has more fields than the header",
        ),
    ],
)
def test_a_wrong_row(folder, file, old, new, words):
    change(folder, file, old, new)
    refused(folder, f"{re.escape(file)}:{words}")


def test_a_row_too_short(folder):
    (folder / "firms.csv").write_text("name_zh,name_en,source\n甲,A,x\n乙,B\n", "utf-8")
    refused(folder, r"firms\.csv:3: the row has 2 fields, the header 3")


FIRMS = "name_zh,name_en,source\n甲,A,x\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            FIRMS.replace("source", "source,name_zh").replace(",x", ",x,乙"),
            r"firms\.csv:1: column 'name_zh' stands twice",
        ),
        (FIRMS + "\n乙,B,x\n", r"firms\.csv:3: the row has 0 fields, the header 3"),
        (FIRMS + "乙,B\x00,x\n", r"firms\.csv:3: name_en: holds U\+0000"),
        (FIRMS + "乙,\u202eB,x\n", r"firms\.csv:3: name_en: holds U\+202E"),
        (FIRMS + '乙,"B\nC",x\n', r"firms\.csv:3: name_en: holds U\+000A"),
        (FIRMS + '乙,"B,x\n', r"firms\.csv:\d: no CSV: unexpected end of data"),
        (FIRMS.replace("source", "source,confidense").replace(",x", ",x,press"), "did you mean 'confidence'"),
    ],
)
def test_a_table_of_an_odd_form(folder, text, words):
    (folder / "firms.csv").write_text(text, "utf-8")
    refused(folder, words)


def test_marks_and_line_ends_of_other_systems_change_nothing(folder):
    plain = load_district(str(folder)).table("firms")
    data = (folder / "firms.csv").read_bytes()
    (folder / "firms.csv").write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b"\r\n\r\n")
    pd.testing.assert_frame_equal(load_district(str(folder)).table("firms"), plain)


@pytest.mark.parametrize("name", ["firms.csv", "streets.csv", "streets.graphml"])
def test_a_pipe_is_no_table(folder, name):
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    refused(folder, "is a device or a pipe, not a file")


def test_a_row_too_long(folder):
    (folder / "firms.csv").write_text("name_zh,name_en,source\n甲,A,x,y\n", "utf-8")
    refused(folder, r"firms\.csv:2: the row has more fields than the header")


def test_a_table_without_rows(folder):
    (folder / "communities.csv").write_text(",".join(TABLES["communities"]) + "\n")
    refused(folder, r"communities\.csv: has no rows")


AREA = 'area_km2: {value: 63, unit: km2, source: "case study; Beijing Review 2020-01-14", confidence: source'


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("value: 63", "value: big", r"district\.yaml:\d+: figures\.area_km2: value, low and high must be numbers"),
        ("value: 63", "value: true", r"figures\.area_km2: value, low and high must be numbers"),
        ("value: 63, ", "", r"figures\.area_km2: value is required"),
        ("source: ", "sorce: ", r"figures\.area_km2\.sorce: unknown key; did you mean 'source'\?"),
        ("value: 63", "value: 63, low: 64", r"figures\.area_km2: value 63 is outside 64 to None"),
        ("confidence: source", "confidence: assumption", "area_km2: an assumption needs low and high"),
        ("area_km2", "area_km", r"figures\.area_km2: is required; did you mean 'area_km'\?"),
        ("confidence: source", "confidence: sure", r"area_km2\.confidence: must be one of census, .*, not 'sure'"),
    ],
)
def test_a_mistake_in_a_figure(folder, old, new, words):
    change(folder, "district.yaml", AREA, AREA.replace(old, new))
    refused(folder, words)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("theme: society", "theme: people", r"\.theme: must be one of place, .*, not 'people'"),
        ("male: {value", "males: {value", r"marginals\.male: is required; did you mean 'males'\?"),
        ("marginals:", "marginal:", r"district\.yaml: marginals: is required"),
        ("title: {zh: 回天地区, en", "title: {en", r"district\.yaml:5: title\.zh: is required"),
        ("title: {zh: 回天地区", "title: {zh: 3", r"district\.yaml:5: title\.zh: must be text"),
        ("title:", "tilte:", r"title\.zh: is required"),
        ("default: census_2020", "default: census", r"population: unknown reading 'census'; known are census_2020"),
        ("law: {date: 2020-05-01", "law: {date: soon", r"events\.waste_law\.date: must be a date, not 'soon'"),
        ("waste_law:", "waste_laws:", r"events\.waste_laws: unknown event; did you mean 'waste_law'"),
        ("measure: H17, ", "", r"district\.yaml:\d+: timeline\.0: measure is required"),
        ("precision: month", "precision: week", r"timeline\.0\.precision: must be one of day, month, year"),
        ("timeline:", "timeline: {}\nolder:", r"timeline: must be a list"),
        ('      "73": "case study: cover every community"\n', "", r"readings: needs two readings at least"),
    ],
)
def test_a_mistake_in_the_figures(folder, old, new, words):
    change(folder, "district.yaml", old, new)
    refused(folder, words)


@pytest.mark.parametrize("name", [*FIGURES, *MARGINALS])
def test_figures_that_the_model_reads_are_required(folder, name):
    change(folder, "district.yaml", f"  {name}: ", f"  {name}_x: ")
    refused(folder, rf"\.{name}: is required; did you mean '{name}_x'\?")


def test_an_unknown_district():
    with pytest.raises(DistrictError, match="guiyang: no such district; known are huaguoyuan, huitian, or"):
        load_district("guiyang")
    with pytest.raises(DistrictError, match="no such district"):
        load_district("some/where")


def test_without_district_yaml(folder):
    (folder / "district.yaml").unlink()
    refused(folder, r"district\.yaml: no such file")


CONTENT = YAML(typ="safe").load((HUITIAN / "district.yaml").read_text("utf-8"))
ODD = [None, True, -1, 1e308, float("inf"), "", "x", "a\nb", [], [1], {}, {"a": 1}, date(2019, 1, 1)]


def places(node, path=()):
    """Paths of keys to everything in the file."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [found for key, item in items for found in ((*path, key), *places(item, (*path, key)))]


@pytest.fixture(scope="module")
def any_folder(tmp_path_factory):
    """A folder whose tables are taken as read."""
    tables = read_tables(HUITIAN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "read_tables", lambda _: tables)
        yield tmp_path_factory.mktemp("any")


@given(where=st.sampled_from(places(CONTENT)), odd=st.sampled_from(ODD))
@settings(max_examples=60, deadline=None)
def test_odd_values_are_refused_in_one_line_or_make_a_page(any_folder, where, odd):
    content = copy.deepcopy(CONTENT)
    node = content
    for key in where[:-1]:
        node = node[key]
    node[where[-1]] = odd
    with (any_folder / "district.yaml").open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(content, file)
    problem = ""
    try:
        facts_page(load_district(str(any_folder)))
    except DistrictError as error:
        problem = str(error)
    assert len(problem.splitlines()) <= 1


READINGS = {"register_2018": (108, 117), "before_104": (104, 113), "before_109": (109, 118), "before_113": (113, 122)}


@pytest.mark.parametrize(("name", "counts"), READINGS.items())
def test_readings_of_the_communities_differ_in_their_number_only(huitian, name, counts):
    """By size, nine are added in each: the case's 104 to 113 and 113 to 122, and 109 to 118."""
    table = load_district("huitian", communities=name).table("communities")
    own = table[table["kind"] == "community"]
    assert len(own) == counts[0] and own["name_zh"].is_unique and own["name_en"].is_unique
    size = own["households"]
    assert len(own) + (size > 5000).sum() + (size > 8000).sum() == counts[1]
    listed = huitian.table("communities")
    for column in ("households", "area_ha"):
        of = [one.groupby("subdistrict")[column].sum() for one in (table, listed)]
        pd.testing.assert_series_equal(*of, check_dtype=False)
    assert table[["lon", "lat", "area_ha"]].notna().all(axis=None)


def test_an_unknown_reading_of_the_communities():
    with pytest.raises(DistrictError, match="communities: unknown reading 'all'; known are register_2018, before_104"):
        load_district("huitian", communities="all")


@pytest.mark.parametrize("name", ["levelled", "concentrated"])
def test_readings_of_the_sizes_keep_totals_and_ranges(huitian, name):
    other = load_district("huitian", sizes=name)
    table, listed = other.table("communities"), huitian.table("communities")
    assert other.content_hash != huitian.content_hash
    of = [one.groupby("subdistrict")["households"].sum() for one in (table, listed)]
    pd.testing.assert_series_equal(*of, check_dtype=False)
    assert (table["households"] >= listed["households_low"] - 1).all()
    assert (table["households"] <= listed["households_high"] + 1).all()
    spread = [one[one["kind"] == "community"].groupby("subdistrict")["households"].std() for one in (table, listed)]
    less = spread[0] < spread[1]
    assert less.all() if name == "levelled" else not less.any()


def test_sizes_to_a_power_by_hand():
    table = pd.DataFrame({"subdistrict": list("AAB"), "households": [100.0, 300.0, 50.0]})
    made = resized(table, SizeReading("even", 0.0, "test", "assumption"))
    assert made["households"].tolist() == [200, 200, 50]
    made = resized(
        table.assign(households_low=[80, 250, 1], households_high=[120, 350, 99]), SizeReading("even", 0.0, "t", "x")
    )
    assert made["households"].tolist() == [120, 280, 50]


def test_a_joined_community_has_the_people_and_the_land_of_both():
    table = pd.DataFrame(
        {
            "name_zh": ["甲", "乙"],
            "name_en": ["A", "B"],
            "subdistrict": ["S", "S"],
            "households": [100.0, 300.0],
            "area_ha": [1.0, 3.0],
            "lon": [116.0, 116.4],
            "lat": [40.0, 40.0],
        }
    )
    made = as_read(Source({}, {}), table, CommunityReading("one", (), {"乙": "甲"}, "test", "assumption"))
    assert (
        made["name_zh"].tolist() == ["甲"] and made["households"].tolist() == [400] and made["area_ha"].tolist() == [4]
    )
    assert made["lon"].tolist() == pytest.approx([116.3])


def test_halves_stand_side_by_side_with_all_households():
    table = pd.DataFrame(
        {
            "name_zh": ["甲村", "大社区", "乙村"],
            "name_en": ["A", "Big", "B"],
            "households": [10.0, 4881.0, 20.0],
            "room_m2": [1.0, 2.0, 3.0],
        }
    )
    source = Source({}, {})
    both = halve(source, table, CommunityReading("two", ("大社区",), {}, "test", "assumption"))
    assert both["name_zh"].tolist() == ["甲村", "大社区甲", "大社区乙", "乙村"]
    assert both["name_en"].tolist() == ["A", "Big A", "Big B", "B"]
    assert both["households"].tolist() == [10, 2441, 2440, 20] and both["room_m2"].tolist() == [1, 2, 2, 3]


@pytest.mark.parametrize(
    ("find", "replace", "message"),
    [
        (
            "halved: [天通中苑第一]",
            "halved: [天通中苑第九]",
            "halved: no community '天通中苑第九'; did you mean '天通中苑第一'",
        ),
        ("halved: [天通中苑第一]", "halved: [天通中苑第一, 天通中苑第一]", "halved: '天通中苑第一' stands twice"),
        ("halved: [天通中苑第一]", "halved: [天通中苑第一], joined: [东辰]", "joined: must be a block"),
        ("halved: [天通中苑第一]", "halved: [], joined: {东辰: 九台}", "'东辰' and '九台' are not of one street"),
        ("halved: [天通中苑第一]", "halved: [], joined: {东辰: 东辰}", "'东辰' is part of itself"),
        ("register_2018: {halved: [],", "register_2018: {halved: none,", "halved: must be a list of names"),
        (
            "register_2018: {halved: [],",
            "register_2018: {halve: [],",
            "register_2018: must be a block with halved, source, confid",
        ),
        (
            "default: register_2018",
            "default: register",
            "communities: unknown reading 'register'; known are register_2018",
        ),
        ("default: derived", "default: sure", "sizes: unknown reading 'sure'; known are derived, levelled"),
        ("exponent: 0.6", "exponent: -0.6", "exponent: must be a number from 0 to 3 (power), not -0.6"),
    ],
)
def test_a_wrong_reading_of_the_communities_is_one_message(folder, find, replace, message):
    file = folder / "district.yaml"
    text = file.read_text("utf-8")
    assert find in text
    file.write_text(text.replace(find, replace, 1), "utf-8")
    with pytest.raises(DistrictError, match=re.escape(message)) as error:
        load_district(str(folder), communities="before_109" if "halved: [天" in find else None)
    assert re.match(re.escape(str(file)) + r":\d+: ", str(error.value))


def test_a_district_without_readings_has_its_table(folder):
    file = folder / "district.yaml"
    text = file.read_text("utf-8")
    start, end = text.index("communities:  #"), text.index("figures:\n")
    file.write_text(text[:start] + text[end:], "utf-8")
    assert load_district(str(folder)).community_reading == "as_listed"
