"""The CSV tables of a district: which there are, their columns, and one plain message for what is wrong with a row."""

import difflib
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.district.data.faults import fault, part
from simulation.domains import DOMAINS
from simulation.yaml_source import SourceError

TABLES = {
    "subdistricts": ("code", "name_zh", "name_en", "kind", "lon", "lat", "population", "area_km2", "source"),
    "communities": ("name_zh", "name_en", "subdistrict", "kind", "households", "room_m2", "source"),
    "facilities": (
        "kind",
        "name_zh",
        "name_en",
        "subdistrict",
        "placement",
        "capacity",
        "open_adult",
        "open_commuter",
        "quality",
        "owner",
        "source",
    ),
    "firms": ("name_zh", "name_en", "source"),
    "departments": ("name_zh", "name_en", "domain", "source"),
    "lines": ("name_zh", "name_en", "kind", "lon", "lat", "source"),
    "open_land": ("name_zh", "name_en", "lon", "lat", "radius_m", "source"),
}
"""CSV files of a district and the columns that they must have."""
_SHARE = (0.0, 1.0)
_NUMBERS = {
    "lon": (-180.0, 180.0),
    "lat": (-90.0, 90.0),
    "open_adult": _SHARE,
    "open_commuter": _SHARE,
    "quality": _SHARE,
} | dict.fromkeys(("population", "area_km2", "households", "room_m2", "capacity", "radius_m"), (0.0, np.inf))
_WORDS = {
    ("subdistricts", "kind"): ("subdistrict", "town"),
    ("communities", "kind"): ("community", "village"),
    ("facilities", "kind"): (
        "school",
        "clinic",
        "hospital",
        "service_circle",
        "elder_station",
        "elder_institution",
        "culture_centre",
    ),
    ("facilities", "placement"): ("cluster", "spread", "at"),
    ("lines", "kind"): ("rail", "expressway", "arterial"),
    ("departments", "domain"): ("", *DOMAINS),
}
_MAY_BE_EMPTY = ("domain", "owner")
_AT = ("lon", "lat")
"""Columns of facilities that only those with the placement `at` need."""
_UNIQUE = {"subdistricts": "code", "communities": "name_zh", "firms": "name_zh", "departments": "name_zh"}
_NOT_EMPTY = ("subdistricts", "communities", "firms", "departments")


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """All tables of a district's folder, numbers as float64, all else as text.

    Raises
    ------
    SourceError
        One line that names file, row, column and what is wrong.
    """
    tables = {}
    for name in TABLES:
        with part():
            tables[name] = _table(folder / f"{name}.csv", name)
    for name in (name for name in _UNIQUE if name in tables):
        for row, word in tables[name].loc[tables[name][_UNIQUE[name]].duplicated(), _UNIQUE[name]].items():
            fault(_wrong(folder / f"{name}.csv", row, _UNIQUE[name], f"'{word}' stands twice"))
    for name in ("communities", "facilities"):
        if {name, "subdistricts"} <= tables.keys():
            codes = list(tables["subdistricts"]["code"])
            _among(folder / f"{name}.csv", tables[name]["subdistrict"], codes, "unknown code")
    return tables


def _wrong(file: Path, row: int, column: str, problem: str) -> SourceError:
    return SourceError(f"{file}:{row + 2}: {column}: {problem}")  # row 0 stands below the header


def _table(file: Path, name: str) -> pd.DataFrame:
    table = read_csv(file, TABLES[name])
    if name in _NOT_EMPTY and table.empty:
        raise SourceError(f"{file}: has no rows")
    for column in TABLES[name]:
        if column in _NUMBERS:
            table[column] = read_numbers(file, table[column], *_NUMBERS[column])
        elif (name, column) in _WORDS:
            _among(file, table[column], _WORDS[name, column], "unknown word")
        elif column not in _MAY_BE_EMPTY:
            for row in table.index[table[column].str.strip() == ""]:
                fault(_wrong(file, row, column, "is empty"))
    return _positions(file, table) if name == "facilities" else table


def _positions(file: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Degrees of the facilities whose place is known; NaN for the others."""
    known = table["placement"] == "at"
    for column in _AT:
        text = table[column] if column in table else pd.Series("", table.index, name=column)
        table[column] = read_numbers(file, text[known], *_NUMBERS[column]).reindex(table.index)
    return table


def read_csv(file: Path, columns: Collection[str]) -> pd.DataFrame:
    """A CSV file with the columns that it must have, every value as text.

    Raises
    ------
    SourceError
        If there is no such file, it is no UTF-8 or no table, or lacks a column; one for each that it lacks.
    """
    table = _read(file)
    missing = [column for column in columns if column not in table]
    for column in missing:
        near = difflib.get_close_matches(column, set(table) - set(columns), 1)
        error = SourceError(f"{file}:1: column '{column}' is missing" + (f"; is it '{near[0]}'?" if near else ""))
        if column == missing[-1]:
            raise error  # what stands in the rows of such a file cannot be told
        fault(error)
    return table


def _read(file: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(file, encoding="utf-8", na_filter=False, dtype=str, skip_blank_lines=False)
    except FileNotFoundError:
        raise SourceError(f"{file}: no such file") from None
    except UnicodeDecodeError:
        raise SourceError(f"{file}: not UTF-8; save the file as UTF-8") from None
    except pd.errors.EmptyDataError:
        raise SourceError(f"{file}: the file is empty") from None
    except (pd.errors.ParserError, OSError) as error:
        raise SourceError(f"{file}: {str(error).strip().splitlines()[0]}") from None
    if not isinstance(table.index, pd.RangeIndex):
        raise SourceError(f"{file}:2: the row has more fields than the header; does a comma lack its quotes?")
    return table


def read_numbers(file: Path, text: "pd.Series[str]", low: float, high: float) -> "pd.Series[float]":
    """A column of `read_csv` as numbers from `low` to `high`, float64.

    Raises
    ------
    SourceError
        For each value that is none.
    """
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    bounds = f"of at least {low:g}" if np.isinf(high) else f"from {low:g} to {high:g}"
    for row in text.index[~((numbers >= low) & (numbers <= high) & np.isfinite(numbers))]:
        fault(_wrong(file, row, str(text.name), f"must be a number {bounds}, not '{text[row]}'"))
    return numbers


def _among(file: Path, words: "pd.Series[str]", known: Collection[str], problem: str) -> None:
    for row, word in enumerate(words):
        if word not in known:
            near = difflib.get_close_matches(word, list(known), 1, 0.3)
            meant = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(filter(None, known))}"
            fault(_wrong(file, row, str(words.name), f"{problem} '{word}'; {meant}"))
