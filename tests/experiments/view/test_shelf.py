"""Stored results on the page: opened from a folder that is what was written, else refused in one message."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.charts.comparison import by_week
from experiments.view import shelf, stored
from experiments.view.shelf import Shelf, Shown
from tests.experiments.report.conftest import _compare


@pytest.fixture(scope="module")
def folder(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """The comparison of the tests of the report."""
    return made_once("comparison", _compare) / "c"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_comparison_is_shown_with_all_its_scenarios(folder: Path, lang: str) -> None:
    shown = shelf.read(folder, 0)
    assert shown.stored is not None and not shown.fault
    rows = stored.scenarios(shown.stored, lang)  # type: ignore[arg-type]
    assert len(rows) == 3 and {row[2] for row in rows} == {"2"}
    ((caption,), head, *body) = stored.tables(shown.stored, lang)[0]  # type: ignore[arg-type]
    assert caption and len(head) == 4 and len(body) > 5 and all(len(row) == 4 for row in body)
    panels = stored.panels(shown.stored, by_week(shown.stored.weeks), lang)  # type: ignore[arg-type]
    for panel in panels:
        assert [len(line["values"]) for line in panel["lines"]] == [6, 6, 6]
        assert all(panel["low"] <= v <= panel["high"] for line in panel["lines"] for v in line["values"])
        assert [band["colour"] for band in panel["bands"]] == [line["colour"] for line in panel["lines"]]
    weeks = shown.stored.weeks["service_circles"]  # both ends are those of the two seeds, four-week means
    sides = [table["satisfaction"].rolling(4, min_periods=1).mean() for table in weeks.values()]
    band = panels[0]["bands"][1]
    assert band["lows"] == pytest.approx(list(map(min, *sides)), abs=1e-5)
    assert band["highs"] == pytest.approx(list(map(max, *sides)), abs=1e-5)
    seeds = shown.stored.spreads("service_circles")
    assert len(seeds) == 2 and f"{100 * sum(s.share('better') for s in seeds) / 2:.1f}%" in stored.shares(seeds, lang)  # type: ignore[arg-type]
    spread = shown.stored.gains("service_circles")
    assert spread.residents == 2 * shown.stored.options[0].manifests[0]["residents"]


def test_a_run_is_shown_without_a_baseline(folder: Path) -> None:
    (run,) = (folder / "runs" / "service_circles").glob("seed-1")
    shown = shelf.read(run, 3)
    assert shown.stored is not None and shown.stored.found is None and shown.number == 3
    ((_,), head, *body) = stored.tables(shown.stored, "en")[0]
    assert len(head) == 2 and len(body) > 5
    panels = stored.panels(shown.stored, by_week(shown.stored.weeks), "en")
    assert [(len(panel["lines"]), panel["bands"]) for panel in panels] == [(1, [])] * 4


def test_what_is_broken_or_of_other_code_is_refused_in_one_message(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    table = broken / "runs" / "baseline" / "seed-1" / "communities.parquet"
    table.write_bytes(table.read_bytes()[:-1] + b"x")
    for place, chinese, english in (
        (broken, "已损坏", "damaged"),
        (tmp_path / "none", "没有这个文件夹", "no such folder"),
    ):
        found = shelf.read(place, 0)
        assert found.stored is None and chinese in found.fault and english in found.fault
        assert "\n" not in found.fault and str(tmp_path) not in found.fault
    monkeypatch.setattr(shelf, "versions", lambda scenario: {"code": "another", "district": "x"})
    found = shelf.read(folder, 0)
    assert found.stored is None and "其他版本的代码" in found.fault and "made by other code" in found.fault


def test_a_visitor_chooses_by_number_alone(folder: Path) -> None:
    one = Shelf([folder], lambda change: change() or True)  # type: ignore[func-returns-value]
    for odd in ("0", 1, -1, True, 1.0, [], {}, str(folder)):
        one.open(odd)
        assert one.shown.peek() == Shown()
    one._put(Shown(0))
    assert one.shown.peek() == Shown()  # nothing was chosen meanwhile
