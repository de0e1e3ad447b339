"""The fault matrix: what `docs/reproducibility.md` shows of it is what these tests have found.

`make faults` runs all of it and writes the table; some cells, with a single point, are in the fast tier.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from docs.builders.faults import COMMANDS, FILE, LACKING, PAGE, Cell, read, section, shown
from tests.experiments.faults import matrix, page
from tests.experiments.faults.kinds import FAULTS
from tests.experiments.faults.studies import STUDIES

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are forked from a server")

Trial = Callable[[], tuple[int, str]]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Trial]:
    """A function that gives the cell of a fault and a command; what has no trouble is made once for each command."""
    desks: dict[str, matrix.Desk] = {}
    pages: list[page.Page] = []

    def of(fault: str, command: str) -> Trial:
        if command == "view":
            pytest.importorskip("solara")
            pages[:] = pages or [page.Page(tmp_path_factory.mktemp("view"))]
            return lambda: FAULTS[fault].to_page(pages[0])
        if command not in desks:
            desks[command] = matrix.Desk(command, tmp_path_factory.mktemp(command.replace(" ", "-")))
        return lambda: FAULTS[fault].to_command(desks[command])

    return of


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("fault", FAULTS)
def test_the_same_bytes_after(
    fault: str, command: str, trial: Callable[[str, str], Trial], record_property: Callable[[str, object], None]
) -> None:
    tried, result = trial(fault, command)()
    for name, value in Cell(fault, command, tried, result)._asdict().items():
        record_property(name, value)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> matrix.Desk:
    return matrix.Desk("district import", tmp_path_factory.mktemp("town"))


@pytest.mark.parametrize("fault", [matrix.killed, matrix.disk], ids=lambda fault: fault.__name__)
def test_an_import_goes_on(fault: Callable[..., tuple[int, str]], town: matrix.Desk) -> None:
    assert fault(town, 1)[1] == matrix.SAME


def test_two_imports_at_once(town: matrix.Desk) -> None:
    assert matrix.two(town) == (1, matrix.SAME)


def test_the_document_shows_what_the_tests_cover() -> None:
    cells = read(FILE)
    assert {(cell.fault, cell.command) for cell in cells} == {
        (fault, command) for fault in FAULTS for command in COMMANDS
    }
    assert set(COMMANDS) == {*STUDIES, "view"}
    assert section(PAGE.read_text("utf-8")) == shown(cells)
    assert all(cell.result.startswith("same") if cell.tried else cell.result == LACKING for cell in cells)


def test_a_difference_is_found(tmp_path: Path) -> None:
    """The matrix itself can fail: another byte, a file more, something hidden."""
    desk = matrix.Desk.__new__(matrix.Desk)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.csv").write_text("1")
    desk.right = matrix.content(tmp_path)
    desk.same(tmp_path)
    for name, text in (("a.csv", "2"), ("b.csv", "1"), (".a.csv-77", "1")):
        (tmp_path / "out" / name).write_text(text)
        with pytest.raises(AssertionError):
            desk.same(tmp_path)
        (tmp_path / "out" / name).unlink()
        (tmp_path / "out" / "a.csv").write_text("1")
