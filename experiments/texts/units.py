"""Units of parameters and levers in Chinese: the one table that the report and the page share."""

import csv
from functools import cache
from pathlib import Path


@cache
def _table() -> dict[str, str]:
    with Path(__file__).with_name("units.csv").open(encoding="utf-8", newline="") as file:
        return {row["en"]: row["zh"] for row in csv.DictReader(file)}


def chinese(unit: str) -> str:
    """A unit in Chinese; one that is not in the table is put together from its parts."""
    known = _table()
    return known.get(unit) or "/".join(known.get(part, part) for part in unit.split("/"))
