"""The template of a district: written by `huitian district new`, and filled by an import."""

import csv
import json
import shutil
from pathlib import Path
from string import Template

from simulation.yaml_source import SourceError

BLANK = Path(__file__).with_name("blank")
PEOPLE = 2.5
"""Residents a household where nothing is known: an assumption that `district.yaml` and the report of an import name."""
_MARKS = ("填", "FILL IN")
"""How a cell begins that is still to be filled in."""


def filled(**values: str) -> str:
    """`district.yaml` of the template with its blanks filled."""
    text = (BLANK / "district.yaml").read_text("utf-8")
    return Template(text).substitute({"household_size": f"{PEOPLE}", "flat_m2": "85"} | values)


def write_template(folder: Path) -> None:
    """Write the template with blanks into a folder, which is made."""
    shutil.copytree(BLANK, folder, dirs_exist_ok=True)
    text = filled(
        name=json.dumps(folder.resolve().name, ensure_ascii=False),
        title_zh="null",
        title_en="null",
        about="",
        population="null",
        population_source="",
        population_confidence="census",
        area_km2="null",
        area_source="",
        density="140",
        density_source="assumption, as Huitian",
        density_village="45",
    )
    (folder / "district.yaml").write_text(text, "utf-8")


def blanks(folder: Path, known: list[SourceError]) -> list[SourceError]:
    """Cells of the tables that are still as the template has them, those with a fault left out."""
    named = {str(error).rsplit(": ", 1)[0] for error in known}
    found = []
    for file in sorted(folder.glob("*.csv")):
        try:
            with file.open(encoding="utf-8", newline="") as lines:
                rows = list(csv.DictReader(lines))
        except (OSError, UnicodeDecodeError, csv.Error):
            continue  # the reader has said so already
        for row, cells in enumerate(rows, start=2):
            for column, cell in cells.items():
                where = f"{file}:{row}: {column}"
                if isinstance(cell, str) and cell.startswith(_MARKS) and where not in named:
                    found.append(SourceError(f"{where}: is still to be filled in"))
    return found
