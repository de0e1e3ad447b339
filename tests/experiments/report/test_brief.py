"""A comparison on one page: Word and PDF say the numbers of the tables, in real text, with the same bytes each time."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.commands.report import check
from experiments.report import content, write_brief
from experiments.report.document import Box, Cell, Paragraph, Report, Section, Table
from experiments.report.lines import wrapped
from experiments.report.paper import to_pdf
from experiments.report.word import to_docx
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, same
from simulation.metrics.table import METRICS
from simulation.yaml_source import SourceError

MARKS = "，。；：、）”,.;:)"


def width(text: str) -> float:
    return sum(2.0 if ord(c) > 0x2E7F else 1.0 for c in text)


@given(st.text("回天满意度，。（）“”6.09% abcdefghij\n", max_size=120), st.integers(12, 60))
def test_lines_fit_and_hold_the_text(text: str, room: int) -> None:
    lines = wrapped(text, room, width).split("\n")
    assert all(width(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_numbers_are_not_cut_and_marks_end_a_line() -> None:
    lines = wrapped("满意度提高6.09分，（含参数3.10至9.06），其余见报告。", 14, width).split("\n")
    assert len(lines) > 3 and not any(line[0] in MARKS for line in lines)
    for number in ("6.09", "3.10", "9.06"):
        assert sum(number in line for line in lines) == 1


@pytest.fixture(scope="module")
def folder(comparison: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("brief") / "c"
    shutil.copytree(comparison, place, ignore=shutil.ignore_patterns("charts", "*.html"))
    assert [file.name for file in write_brief(place)] == ["brief.docx", "brief.pdf"]
    return place


@pytest.mark.parametrize(("asked", "by"), [({}, "codes"), ({"names": "real"}, "real")])
def test_communities_stand_there_by_codes_unless_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], by: str
) -> None:
    said = []
    monkeypatch.setattr(content, "named", lambda found, names: said.append(names) or found)
    content.sheet(folder, **asked)
    assert said == [by]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext reads the PDF")
def test_the_pdf_has_a_page_for_each_language_in_real_text(folder: Path) -> None:
    arguments = ["pdftotext", str(folder / "brief.pdf"), "-"]
    text = subprocess.run(arguments, capture_output=True, text=True, check=True).stdout
    chinese, english = text.removesuffix("\f").split("\f")
    assert "政策方案“增设一刻钟服务圈”" in chinese and "这些数字不能说明什么" in chinese
    assert "社区：各处相同" in "".join(chinese.split())  # no measure has begun
    assert 'compared with "Context only' in " ".join(english.split()) and "What these numbers cannot say" in english


def test_word_has_the_numbers_of_the_comparison(folder: Path) -> None:
    chinese, english = docx.Document(str(folder / "brief.docx")).tables[::2]
    rows = pd.read_parquet(folder / "comparison.parquet").set_index(["scenario", "metric"])
    metric = METRICS["load_committee"]
    for table, place in ((chinese, "zh"), (english, "en")):
        [row] = [row for row in table.rows if getattr(words.label("load_committee"), place) in row.cells[0].text]
        for cell, name in zip(row.cells[1:], ("service_circles", "circles_and_splits"), strict=True):
            change = words.change(metric, rows.loc[(name, "load_committee"), "mean_difference"])
            assert getattr(change, place) in cell.text


def test_the_same_folder_gives_the_same_bytes(folder: Path) -> None:
    before = [(folder / name).read_bytes() for name in ("brief.docx", "brief.pdf")]
    assert [file.read_bytes() for file in write_brief(folder)] == before


def test_text_is_data() -> None:
    odd = same("a<w:p/>&amp;\x01\x0b **b** %s “c”\nd")
    table = Table(odd, [odd, odd], [[Cell(odd), Cell(odd)]], 2)
    sheet = Report(odd, odd, [Section("one_page", odd, [Paragraph(odd, "lead"), table, Box(odd, [odd])])])
    read = docx.Document(io.BytesIO(to_docx(sheet, "zh")))
    assert read.paragraphs[0].text == "a<w:p/>&amp; **b** %s “c”\nd"
    assert read.tables[0].cell(1, 1).text == read.paragraphs[0].text
    assert to_pdf(sheet, "en").startswith(b"%PDF")


def test_long_text_gets_smaller_letters_and_not_a_second_page() -> None:
    long = Words("回天地区的满意度。" * 300, "words " * 700)
    sheet = Report(same("t"), same("s"), [Section("one_page", same("t"), [Paragraph(long)])])
    assert to_pdf(sheet, "both").count(b"/Type /Page\n") == 2


def test_a_run_has_no_brief(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(SourceError, match=r"--brief is for a comparison, and .* holds a run"):
        check(tmp_path, "zh", pdf=False, brief=True)
