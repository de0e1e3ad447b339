"""The report of real folders: complete in each language, alone on a disk, the same bytes every time."""

import csv
import html
import io
import re
import shutil
import urllib.parse
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from experiments.report import write_report
from experiments.report.content import gather_all
from experiments.report.document import Figure, Report, Table
from experiments.report.render import render
from experiments.texts import numbers as words
from simulation.metrics.table import METRICS
from simulation.parameters import PARAMETERS
from tests.experiments.terminal import called

CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}[ ,;]+(?:[A-Za-z]{2,}[ ,;]+)+[A-Za-z]{2,}")  # three words are a phrase
NAMES = re.compile(r"huitian(-sim| sweep| compare)?|--replicates|\b(mesa|numba|numpy|pandas|scipy) [\d.]+")
MOST_MB = 6


class Page(HTMLParser):
    """Addresses, visible text by article, and cells of tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[tuple[str, str, str]] = []
        self.texts: dict[str, list[str]] = {}
        self.sections: list[str] = []
        self.downloads: dict[str, str] = {}
        self._article, self._skip = "", 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = ("src", "href", "srcset", "action", "data")
        self.addresses += [(tag, name, given[name]) for name in names if name in given]
        if tag == "article":
            self._article = given["lang"]
        if tag == "section":
            self.sections.append(given["id"])
        if "download" in given:
            self.downloads[given["download"]] = given["href"]
        if "alt" in given:
            self.texts.setdefault(self._article, []).append(given["alt"])
        self._skip += tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._article = "" if tag == "article" else self._article
        self._skip -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._skip and data.strip():
            self.texts.setdefault(self._article, []).append(data.strip())


@pytest.fixture(scope="module")
def contents(comparison: Path) -> dict[str, Report]:
    return gather_all(comparison)


@pytest.fixture(scope="module")
def content(contents: dict[str, Report]) -> Report:
    return contents["report.html"]


@pytest.fixture(scope="module")
def appendix(comparison: Path) -> Page:
    return Page((comparison / "appendix.html").read_text("utf-8"))


@pytest.fixture(scope="module")
def page(comparison: Path) -> Page:
    return Page((comparison / "report.html").read_text("utf-8"))


@pytest.mark.parametrize(("file", "other"), [("report.html", "appendix.html"), ("appendix.html", "report.html")])
def test_nothing_is_asked_of_a_network(comparison: Path, file: str, other: str) -> None:
    text = (comparison / file).read_text("utf-8")
    addresses = Page(text).addresses
    assert ("a", "href", f"{other}#zh") in addresses
    for tag, name, address in addresses:
        assert address.startswith(("data:", "#", f"{other}#")), (tag, name, address[:80])
    text = text.replace("http://www.w3.org/2000/svg", "")  # the name of a language, which nobody fetches
    assert not re.search(r"(url\((?![\"']?(?:data:|#))|@import|https?://|<base|<iframe)", text)
    assert "default-src 'none'" in html.unescape(text)


def test_it_is_small(comparison: Path) -> None:
    for file in ("report.html", "appendix.html"):
        assert (comparison / file).stat().st_size < MOST_MB * 1e6


BRIEF = ["summary", "people", "effects", "frontier", "robustness"]
APPENDIX = ["options", "metrics", "groups", "cost_load", "assumptions", "method", "data", "provenance"]


def test_all_parts_are_there_in_both_languages(page: Page, appendix: Page) -> None:
    for found, parts in ((page, BRIEF), (appendix, APPENDIX)):
        assert found.sections == [f"{lang}-{part}" for lang in ("zh", "en") for part in parts]
        assert list(found.texts)[-2:] == ["zh-CN", "en"]


def test_chinese_part_has_no_english_phrase(page: Page, appendix: Page) -> None:
    for text in page.texts["zh-CN"] + appendix.texts["zh-CN"]:
        assert not ENGLISH.search(NAMES.sub("", text)), text


def test_english_part_has_no_chinese(page: Page, appendix: Page) -> None:
    for text in page.texts["en"] + appendix.texts["en"]:
        assert not CHINESE.search(text), text


def test_the_brief_has_no_hash_no_parameter_and_no_unreadable_number(comparison: Path, page: Page) -> None:
    told = " ".join(text for texts in page.texts.values() for text in texts)
    manifest = pd.read_json(comparison / "runs/baseline/seed-1/manifest.json", typ="series")
    assert not any(value in told for value in manifest["hashes"].values())
    assert not any(name in told for name in PARAMETERS)
    assert not re.search(r"\d{1,3}(,\d{3}){3,}", told), "yuan to the last one"


UNREADABLE = re.compile(
    r"[0-9a-f]{12,}|\b[a-z]+_[a-z]|\d(,\d{3}){3}|\d\.\d{5}|\de[+-]?\d|\b(nan|None|inf)\b|[a-z]\.[a-z]"
)


def test_the_pattern_finds_what_nobody_can_read() -> None:
    for text in (
        "1,366,380,000.0",
        "load_committee",
        "survey.burnt_out",
        "4.59e8",
        "0.123456",
        "b954e5dc08d06e86",
        "nan",
    ):
        assert UNREADABLE.search(text), text
    assert not UNREADABLE.search("24,163 (40.5–>10,000) · 5.500 million yuan · 2018-01-08 · C001")


def test_tables_for_readers_have_no_codes_and_no_unreadable_numbers(contents: dict[str, Report]) -> None:
    """All of the brief and the appendix but the hashes of its provenance."""
    for section in (section for content in contents.values() for section in content.sections):
        for table in (block for block in section.blocks if isinstance(block, Table) and section.name != "provenance"):
            for text in (text for row in table.rows for cell in row for text in cell.text):
                assert not UNREADABLE.search(text), (section.name, table.caption.en, text)


def test_chinese_alone(content: Report, words_only: None) -> None:
    found = Page(render(content, "zh"))
    assert len(found.sections) == len(BRIEF)
    assert not any(ENGLISH.search(NAMES.sub("", text)) for texts in found.texts.values() for text in texts)


@pytest.mark.parametrize("drawn", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["words", "pictures too"])
def test_english_alone_and_the_same_bytes_wherever_the_folder_lies(
    content: Report, comparison: Path, tmp_path: Path, drawn: bool, request: pytest.FixtureRequest
) -> None:
    if not drawn:
        request.getfixturevalue("words_only")
    shutil.copytree(comparison, tmp_path / "moved")
    file = write_report(tmp_path / "moved", "en")
    text = render(content, "en")
    assert file.read_text("utf-8") == text
    assert str(tmp_path) not in text and str(comparison) not in text
    assert not CHINESE.search(text)


def test_headline_numbers_are_those_of_the_table(comparison: Path, page: Page) -> None:
    table = pd.read_parquet(comparison / "comparison.parquet").set_index(["scenario", "metric"])
    told = " ".join(page.texts["en"])
    for name in ("satisfaction", "load_committee", "backlog", "cost_operating_yuan"):
        row = table.loc[("service_circles", name)]
        assert words.change(METRICS[name], row["mean_difference"]).en in told
        if row["ci_low"] != row["ci_high"]:  # what all replicates have in common needs no interval
            assert words.interval(METRICS[name], row["ci_low"], row["ci_high"]).en in told


def test_chinese_tables_have_chinese_heads_and_labels(comparison: Path, appendix: Page) -> None:
    body = urllib.parse.unquote(appendix.downloads["zh-comparison.csv"].split(",", 1)[1]).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert {"方案", "指标", "单位", "平均差异", "判断"} <= set(rows[0])
    assert all(CHINESE.search(name) for name in rows[0])
    for row in rows:
        assert (
            not ENGLISH.search(" ".join(row.values())) and CHINESE.search(row["方案"]) and CHINESE.search(row["指标"])
        )
    for file in ("winners", "communities", "weekly", "replicates"):
        first = urllib.parse.unquote(appendix.downloads[f"zh-{file}.csv"].split(",", 1)[1]).splitlines()[0]
        assert all(CHINESE.search(name) for name in first.removeprefix("\ufeff").split(",")), file


def test_tables_can_be_saved(comparison: Path, appendix: Page) -> None:
    page = appendix
    head, body = page.downloads["comparison.csv"].split(",", 1)
    assert head == "data:text/csv;charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(urllib.parse.unquote(body).removeprefix("\ufeff"))))
    table = pd.read_parquet(comparison / "comparison.parquet")
    assert [row["metric"] for row in rows] == table["metric"].tolist()
    assert [float(row["mean_difference"]) for row in rows] == pytest.approx(table["mean_difference"].tolist(), rel=1e-5)
    files = {"comparison.csv", "replicates.csv", "winners.csv", "communities.csv", "weekly.csv"}
    assert set(page.downloads) == files | {f"zh-{file}" for file in files}


def test_every_chart_says_what_to_see(contents: dict[str, Report]) -> None:
    sections = [section for content in contents.values() for section in content.sections]
    figures = [block for section in sections for block in section.blocks if isinstance(block, Figure)]
    assert {
        "differences",
        "paths",
        "winners",
        "map_satisfaction",
        "cost_load",
        "load",
        "frontier",
        "replicates",
        "break_even",
    } <= {figure.name for figure in figures}
    assert all(len(figure.caption.zh) > 15 and len(figure.caption.en) > 30 for figure in figures)


def test_provenance_names_hashes_seeds_and_scale(comparison: Path, appendix: Page) -> None:
    page = appendix
    told = " ".join(page.texts["en"])
    manifest = pd.read_json(comparison / "runs/baseline/seed-1/manifest.json", typ="series")
    assert all(value in told for value in manifest["hashes"].values())
    assert "1, 2" in page.texts["en"]
    assert "0.005" in told


@pytest.mark.slow
def test_communities_have_codes_unless_names_are_asked_for(comparison: Path, tmp_path: Path, appendix: Page) -> None:
    """Codes in table and download; a note that results by community are simulated stands beside the list either way."""
    page = appendix
    runs = pd.read_parquet(comparison / "runs" / "baseline" / "seed-1" / "communities.parquet")
    real = (set(runs["name_zh"]) | set(runs["name_en"])) - {"Longzeyuan"}  # the name of a street as well
    assert not real & {text for texts in page.texts.values() for text in texts}
    assert any(re.fullmatch(r"C\d{3}", text) for text in page.texts["en"])
    data = urllib.parse.unquote(page.downloads["communities.csv"])
    assert not any(name in data for name in real) and "C001" in data
    copy = shutil.copytree(comparison, tmp_path / "real")
    named = Page(write_report(copy, "both", "real").with_name("appendix.html").read_text("utf-8"))
    assert real & set(named.texts["zh-CN"]) and real & set(named.texts["en"])
    for found in (page, named):
        assert any("simulated: they measure no real community" in text for text in found.texts["en"])
        assert any("均为模拟值" in text for text in found.texts["zh-CN"])


def test_a_single_run_is_described_and_not_judged(comparison: Path, tmp_path: Path, words_only: None) -> None:
    shutil.copytree(comparison / "runs" / "circles_and_splits" / "seed-1", tmp_path / "run")
    found = Page(write_report(tmp_path / "run", "en").read_text("utf-8"))
    told = " ".join(found.texts["en"])
    assert "without a comparison or intervals" in told
    assert not {words.BETTER.en, words.WORSE.en} & set(found.texts["en"])
    assert "en-provenance" in found.sections


@pytest.mark.parametrize(
    ("arguments", "message", "code"),
    [
        (["report", "nowhere"], "nowhere: no such folder", 2),
        (["report", "."], "no results here", 2),
        (["report", ".", "--lang", "fr"], "--lang fr: must be one of zh, en, both", 2),
        (["report", "broken"], "unfinished or damaged run; `huitian doctor", 2),
        (["report", "half"], "half/compare.json: damaged: it does not hold what was written", 1),
    ],
)
def test_bad_folders_get_one_line(tmp_path: Path, arguments: list[str], message: str, code: int) -> None:
    for name, file in (("broken", "district.parquet"), ("half", "compare.json")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text("{}")
    done = called(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_pdf_without_a_browser_is_a_clear_message(comparison: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = called("report", str(comparison), "--pdf", cwd=comparison)
    assert done.returncode == 2
    assert "needs Chromium, which is not installed" in done.stderr
