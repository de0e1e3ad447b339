"""The table of the fault matrix: what the tests found, as a page shows it.

`make faults` runs the tests, which say in their report (JUnit XML) what they tried and found; this puts it into
`docs/faults.csv` and into `docs/reproducibility.md`.
"""

import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from docs.builders.marks import put_between

DOCS = Path(__file__).parents[1]
FILE, PAGE = DOCS / "faults.csv", DOCS / "reproducibility.md"
BEGIN, END = "<!-- faults: written by make faults -->", "<!-- faults: end -->"
LACKING = "not yet run"
COMMANDS = ("run", "compare", "sweep", "search", "calibrate", "report", "view", "district import")


class Cell(NamedTuple):
    """What was found for a fault and a command; `tried` is how often the fault was let happen."""

    fault: str
    command: str
    tried: int
    result: str


def read(file: Path) -> list[Cell]:
    """Cells of the table on file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [Cell(row["fault"], row["command"], int(row["tried"]), row["result"]) for row in csv.DictReader(lines)]


def found(report: Path) -> list[Cell]:
    """Cells that the report of a run of the tests tells of; those that failed tell nothing."""
    cells = []
    for case in ElementTree.parse(report).iter("testcase"):
        said = {one.get("name"): one.get("value", "") for one in case.iter("property")}
        if "fault" in said:
            cells.append(Cell(str(said["fault"]), str(said["command"]), int(said["tried"] or 0), str(said["result"])))
    return cells


def shown(cells: Iterable[Cell]) -> str:
    """The table in Markdown: a row for each fault, a column for each command."""
    by = {(cell.fault, cell.command): cell for cell in cells}
    lines = [f"| | {' | '.join(f'`{name}`' for name in COMMANDS)} |", f"|---|{'---|' * len(COMMANDS)}"]
    for fault in dict.fromkeys(fault for fault, _ in by):
        row = [by[fault, name] for name in COMMANDS]
        texts = [f"{cell.result} ({cell.tried})" if cell.tried else cell.result for cell in row]
        lines.append(f"| {fault} | {' | '.join(texts)} |")
    return "\n".join(lines)


def section(page: str) -> str:
    """The part of a page between the marks."""
    return page.split(BEGIN)[1].split(END)[0].strip()


def main(reports: Iterable[Path]) -> None:
    """Write file and page from reports, of which the last that tells of a cell counts; others are `LACKING`."""
    known = {(cell.fault, cell.command): cell for report in reports for cell in found(report)}
    faults = dict.fromkeys(fault for fault, _ in known)
    cells = [known.get((f, name), Cell(f, name, 0, LACKING)) for f in faults for name in COMMANDS]
    with FILE.open("w", encoding="utf-8", newline="") as sink:
        rows = csv.writer(sink, lineterminator="\n")
        rows.writerows([Cell._fields, *cells])
    put_between(PAGE, BEGIN, END, shown(cells))


if __name__ == "__main__":
    main(map(Path, sys.argv[1:]))
