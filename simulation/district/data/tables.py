"""The CSV tables of a district: which there are, their columns, and one plain message for what is wrong with a row."""

import difflib
from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

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
    ("facilities", "placement"): ("cluster", "spread"),
    ("lines", "kind"): ("rail", "expressway", "arterial"),
    ("departments", "domain"): ("", *DOMAINS),
}
_MAY_BE_EMPTY = ("domain", "owner")
_UNIQUE = {"subdistricts": "code", "communities": "name_zh", "firms": "name_zh", "departments": "name_zh"}
_NOT_EMPTY = ("subdistricts", "communities", "firms", "departments")


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """All tables of a district's folder, numbers as float64, all else as text.

    Raises
    ------
    SourceError
        One line that names file, row, column and what is wrong.
    """
    tables = {name: _table(folder / f"{name}.csv", name) for name in TABLES}
    for name, column in _UNIQUE.items():
        twice = tables[name].index[tables[name][column].duplicated()]
        if len(twice):
            raise _wrong(folder / f"{name}.csv", twice[0], column, f"'{tables[name][column][twice[0]]}' stands twice")
    codes = list(tables["subdistricts"]["code"])
    for name in ("communities", "facilities"):
        _among(folder / f"{name}.csv", tables[name]["subdistrict"], codes, "unknown code")
    return tables


def _wrong(file: Path, row: int, column: str, problem: str) -> SourceError:
    return SourceError(f"{file}:{row + 2}: {column}: {problem}")  # row 0 stands below the header


def _table(file: Path, name: str) -> pd.DataFrame:
    table = _read(file)
    if name in _NOT_EMPTY and table.empty:
        raise SourceError(f"{file}: has no rows")
    for column in TABLES[name]:
        if column not in table:
            near = difflib.get_close_matches(column, list(table), 1)
            raise SourceError(f"{file}:1: column '{column}' is missing" + (f"; is it '{near[0]}'?" if near else ""))
        if column in _NUMBERS:
            table[column] = _numbers(file, table[column], *_NUMBERS[column])
        elif (name, column) in _WORDS:
            _among(file, table[column], _WORDS[name, column], "unknown word")
        elif column not in _MAY_BE_EMPTY:
            empty = table.index[table[column].str.strip() == ""]
            if len(empty):
                raise _wrong(file, empty[0], column, "is empty")
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


def _numbers(file: Path, text: "pd.Series[str]", low: float, high: float) -> "pd.Series[float]":
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    wrong = text.index[~((numbers >= low) & (numbers <= high) & np.isfinite(numbers))]
    if len(wrong):
        bounds = f"of at least {low:g}" if np.isinf(high) else f"from {low:g} to {high:g}"
        raise _wrong(file, wrong[0], str(text.name), f"must be a number {bounds}, not '{text[wrong[0]]}'")
    return numbers


def _among(file: Path, words: "pd.Series[str]", known: Collection[str], problem: str) -> None:
    for row, word in enumerate(words):
        if word not in known:
            near = difflib.get_close_matches(word, list(known), 1, 0.3)
            raise _wrong(
                file,
                row,
                str(words.name),
                f"{problem} '{word}'; "
                + (f"did you mean '{near[0]}'?" if near else f"known are {', '.join(filter(None, known))}"),
            )
