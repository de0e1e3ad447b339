"""Units of parameters and levers, and how people write what has them.

The names of units are in the catalogues; `unit_kinds.csv` says which of them are money, and which say nothing after a
number.
"""

import csv
from enum import StrEnum
from functools import cache
from pathlib import Path

from experiments.texts.catalogue import LANGUAGES, Lang, Words, catalogue


class UnitKind(StrEnum):
    """What a unit of a parameter or lever measures, where that matters to how it is told."""

    MONEY = "money"
    MONEY_RATE = "money rate"
    BARE = "bare"
    QUANTITY = "quantity"


@cache
def _kinds() -> dict[str, UnitKind]:
    with Path(__file__).with_name("unit_kinds.csv").open(encoding="utf-8", newline="") as file:
        return {row["unit"]: UnitKind(row["kind"]) for row in csv.DictReader(file)}


def kind_of(unit: str) -> UnitKind:
    """Kind of a unit; one that the table does not have is a quantity."""
    return _kinds().get(unit, UnitKind.QUANTITY)


def unit_name(unit: str) -> Words:
    """A unit in both languages; one that the catalogue does not have is put together from its parts."""
    return Words(*(_in(lang, unit) for lang in LANGUAGES))


def _in(lang: Lang, unit: str) -> str:
    known = catalogue(lang)
    return known.get(f"units.{unit}") or "/".join(known.get(f"units.{part}", part) for part in unit.split("/"))
