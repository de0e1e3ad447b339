"""Titles and names are text wherever they are shown: in HTML and SVG, tables for spreadsheets, charts, a terminal."""

import csv
import io
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from experiments import console
from experiments.charts import draw_all
from experiments.commands.answers import write_answers
from experiments.report import downloads, write_report
from experiments.study.compare import compare
from simulation.scenario.context import Title
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.spelling import hidden_in
from tests.experiments import fakes
from tests.fuzz import odd

TEXTS = [text for text in odd.HOSTILE if not hidden_in(text)]
"""A title with any other of them is refused when its scenario is read."""
PLAIN = "Plain"
FORMULA = re.compile(r"^[=+\-@\t\r]")


class Parts(HTMLParser):
    """Elements of a page, attributes that act, and addresses."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.acting: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith(("javascript:", "http:", "//")):
                self.acting.append(f"{tag} {name}={value}")


def titled(scenario: Scenario, text: str) -> Scenario:
    return scenario.model_copy(update={"title": Title(zh=f"{text}题", en=text)})


def made(out: Path, text: str) -> Path:
    """A small comparison with a title of the text, and all that is drawn and written of it."""
    scenarios = [load_scenario("baseline"), titled(load_scenario("service_circles"), text)]
    compare(scenarios, out=out, replicates=2, workers=1, weeks=60, work=fakes.make)
    draw_all(out)
    write_report(out, "both", "real")
    write_answers(out)
    return out


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.in_this_process(monkeypatch)


def harmless(plain: Path, out: Path) -> None:
    """See that the outputs of a comparison with an odd title do no more than those of one with a plain title."""
    names = {str(file.relative_to(out)) for file in out.rglob("*")}
    assert names == {str(file.relative_to(plain)) for file in plain.rglob("*")}, "other files"
    page = (out / "report.html").read_text("utf-8")
    before, after = Parts((plain / "report.html").read_text("utf-8")), Parts(page)
    assert {tag: n for tag, n in after.tags.items() if tag in ("script", "iframe", "object", "a", "img", "form")} == {
        tag: n for tag, n in before.tags.items() if tag in ("script", "iframe", "object", "a", "img", "form")
    }
    assert after.acting == before.acting
    for file in out.rglob("*.svg"):
        root = ElementTree.parse(file).getroot()
        assert not [e for e in root.iter() if e.tag.rpartition("}")[2] in ("script", "foreignObject", "a")], file
    for file in out.rglob("*.csv"):
        for row in csv.reader(io.StringIO(file.read_text("utf-8-sig"))):
            odd_cells = [cell for cell in row if FORMULA.match(cell) and not _number(cell)]
            assert not odd_cells, f"{file}: {odd_cells}"


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_odd_titles_do_no_harm(tmp_path: Path) -> None:
    plain = made(tmp_path / "plain", PLAIN)
    half = len(TEXTS) // 2
    for number, texts in enumerate((TEXTS[:half], TEXTS[half:])):
        harmless(plain, made(tmp_path / f"[red]$x_{{$ {number}", " ".join(texts)))


def test_odd_names_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    for text in TEXTS:
        console.out.print(f"{text} / {text}")
        assert text in capsys.readouterr().out


def test_odd_names_begin_no_formula_in_a_table() -> None:
    page = downloads.csv(pd.DataFrame({"name": odd.HOSTILE, "value": 1.0}))
    assert not [row for row in csv.reader(io.StringIO(page)) if FORMULA.match(row[0])]
