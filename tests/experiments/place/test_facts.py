"""The page of facts shows all that the district's folder says, in tables that a reader can trust."""

import re
import shutil

import pytest

from experiments.place.facts import facts_page
from simulation.district.data.district import EVENTS, districts_folder, load_district


@pytest.fixture(scope="module")
def district():
    return load_district("huitian")


@pytest.fixture(scope="module")
def page(district):
    return facts_page(district)


def tables(page: str) -> list[list[str]]:
    """Lines of each table."""
    return [block.splitlines() for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)]


def test_tables_are_whole(page):
    assert len(tables(page)) >= 12
    for lines in tables(page):
        assert re.fullmatch(r"(\| -{3}:? )+\|", lines[1])
        assert {line.count(" | ") for line in lines} == {lines[0].count(" | ")}
        assert len(lines) > 2


def row(page: str, cell: str) -> str:
    found = [line for line in page.splitlines() if line.startswith("|") and cell in line]
    assert len(found) == 1, (cell, found)
    return found[0]


def test_every_figure_stands_there_with_source_and_confidence(district, page):
    for figure in (*district.figures.values(), *district.marginals.values(), *district.readings.values()):
        line = row(page, f"`{figure.name}` ")
        assert figure.source in line and f"| {figure.confidence} |" in line, figure.name


def test_numbers_are_written_for_people(page):
    assert "| 11.9 % | share | 10 % – 15 % |" in row(page, "`age_0_14`")
    assert "| 10 788 000 | yuan |" in row(page, "`room_rent_2020`")
    assert "| 1998 | year |" in row(page, "`first_homes`")
    assert "| 1.22 | yuan/m²/month | 0.5 – 2.5 |" in row(page, "`fee_yuan_m2`")
    assert "| 0.4 % |" in row(page, "`double_report`")


def test_model_column_marks_what_is_read(page):
    assert "| ● |" in row(page, "`area_km2`") and "| ● |" in row(page, "`male`")
    assert "●" not in row(page, "`circles_total`")


def test_every_reading_of_every_conflict_is_there(district, page):
    for conflict in district.conflicts:
        assert conflict.zh in page and f"Used: {conflict.used}." in page
        for reading, source in conflict.readings:
            assert f"| {reading} | {source} |" in page
    for words in (
        "| 73 |",
        "| 31 over three years |",
        "104 before the splits, 113 after",
        "113 before, 122 after",
        "5 institutions and 22 stations",
        "| 5 | municipal plan",
    ):
        assert words in page


def test_totals_of_the_streets_add_up(district, page):
    total = row(page, "**total**").split(" | ")
    assert total[2:7] == ["851 516", "61.92", "108", "22", "368 623"]
    assert sum(f"| {name} |" in page for name in district.table("subdistricts")["name_en"]) == 7


def test_facilities_are_counted(page):
    assert "| 42 | 63 000 |" in row(page, "| service circles, uses a week |")
    assert "| 4 | 600 |" in row(page, "| elder institutions, beds |")


def test_dates_are_as_exact_as_their_sources(page):
    assert row(page, "Huilongguan town becomes three streets |").startswith("| 2019-06-22 | H03 |")
    assert row(page, "the three-year plan is published").startswith("| 2018-08 | H01 |")
    assert row(page, "circles cover every community | case study |").startswith("| 2020 | H10 |")


def test_all_steps_and_events_are_there(district, page):
    assert all(f"| {step.measure} | {step.zh} | {step.en} | {step.source} |" in page for step in district.timeline)
    assert all(row(page, f"`{event}` ") for event in EVENTS)


def test_a_district_without_timeline_and_conflicts_has_a_page(tmp_path):
    folder = shutil.copytree(districts_folder() / "huitian", tmp_path / "other")
    text = (folder / "district.yaml").read_text("utf-8")
    (folder / "district.yaml").write_text(text[: text.index("timeline:")], "utf-8")
    page = facts_page(load_district(str(folder)))
    assert "districts/other/" in page
    assert "## 行动时间表" not in page and "## 来源不一致之处" not in page
    test_tables_are_whole(page)


def test_a_bar_in_a_source_does_not_break_a_table(tmp_path):
    folder = shutil.copytree(districts_folder() / "huitian", tmp_path / "other")
    text = (folder / "district.yaml").read_text("utf-8")
    (folder / "district.yaml").write_text(text.replace("Beijing, census of 2020", "a | b"), "utf-8")
    test_tables_are_whole(facts_page(load_district(str(folder))))
