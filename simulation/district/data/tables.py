"""The CSV tables of a district, read and checked; one plain message for what is wrong with a row."""

import csv
import difflib
import io
import itertools
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simulation.district.data.columns import (
    FURTHER,
    HOUSEHOLD_SIZE,
    NOT_EMPTY,
    SITED,
    TABLES,
    UNIQUE,
    WIDEST_DEGREES,
    YEARS,
    Bounds,
    Column,
)
from simulation.district.data.faults import fault, noted, part
from simulation.domains import DOMAINS
from simulation.spelling import hidden_in
from simulation.yaml_source import SourceError, regular_text

LARGEST_BYTES = 200_000_000
"""Of a table: streets of a million segments have half of it."""
_NEARLY = 0.8  # likeness of a column to a known one from which it is taken for a slip of the pen
Tables = dict[str, pd.DataFrame]


def read_tables(folder: Path) -> Tables:
    """All tables of a district's folder, numbers as float64, all else as text; optional ones when they are there.

    Raises
    ------
    SourceError
        One line that names file, row, column and what is wrong.
    """
    there = [name for name in FURTHER if (folder / f"{name}.csv").exists()]
    columns = TABLES | {name: FURTHER[name] for name in there}
    with noted() as in_cells:
        tables = _read_each(folder, columns)
    for error in in_cells:
        fault(error)
    if in_cells:
        return tables  # what tables say of one another can be told of sound ones only
    _positions(folder, tables)
    _streets(folder, tables)
    for name, check in (("communities", _communities), ("departments", _departments), ("facilities", _placed)):
        with part():
            check(folder / f"{name}.csv", tables[name])
    if "register_changes" in tables:
        file, known = folder / "register_changes.csv", set(tables["communities"]["name_zh"])
        tables["register_changes"] = _changes(file, tables["register_changes"])
        parts = ";".join(tables["register_changes"]["parts_zh"]).split(";")
        _among(file, tables["register_changes"]["of_zh"], known | set(parts), "no community")
    if "programme" in tables:
        tables["programme"] = _programme(folder / "programme.csv", tables["programme"])
    return tables


def _read_each(folder: Path, columns: dict[str, dict[str, Column]]) -> Tables:
    """Tables that can be read, each on its own but for the codes of subdistricts."""
    tables: Tables = {}
    for name in columns:
        with part():
            tables[name] = _table(folder / f"{name}.csv", name, columns[name])
    for name in (name for name in UNIQUE if name in tables):
        for column in UNIQUE[name]:
            _once(folder / f"{name}.csv", tables[name], column)
    for name in ("communities", "facilities", "outlines"):
        if {name, "subdistricts"} <= tables.keys():
            codes = list(tables["subdistricts"]["code"])
            _among(folder / f"{name}.csv", tables[name]["subdistrict"], codes, "unknown code")
    return tables


def wrong(file: Path, row: int, column: str, problem: str) -> SourceError:
    """An error in a cell; row 0 stands below the header."""
    return SourceError(f"{file}:{row + 2}: {column}: {problem}")


def _table(file: Path, name: str, columns: dict[str, Column]) -> pd.DataFrame:
    table = read_csv(file, [column for column, holds in columns.items() if holds.needed], columns)
    if name in NOT_EMPTY and table.empty:
        raise SourceError(f"{file}: has no rows")
    for column, holds in columns.items():
        if column not in table:
            continue
        if holds.number is not None:
            table[column] = read_numbers(file, table[column], holds.number, holds.empty)
        elif holds.words:
            _among(file, table[column], holds.words, "unknown word")
        elif not holds.empty:
            for row in table.index[table[column].str.strip() == ""]:
                fault(wrong(file, row, column, "is empty"))
    return table


def read_csv(file: Path, columns: Collection[str], known: Collection[str] = ()) -> pd.DataFrame:
    """A CSV file with the columns that it must have, every value as text.

    Columns that are not `known` are notes; one that is spelled nearly as a known column that is not there is a fault.

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
    away = [column for column in known if column not in table]
    for column in (column for column in table if column not in {*columns, *known}):
        near = difflib.get_close_matches(column, away, 1, _NEARLY)
        if near:
            fault(SourceError(f"{file}:1: unknown column '{column}'; did you mean '{near[0]}'?"))
    return table


def _read(file: Path) -> pd.DataFrame:
    text = regular_text(file, LARGEST_BYTES).rstrip("\r\n")
    if not text.strip():
        raise SourceError(f"{file}: the file is empty")
    _check_form(file, text)
    try:
        return pd.read_csv(io.StringIO(text), na_filter=False, dtype=str, skip_blank_lines=False)
    except (pd.errors.ParserError, ValueError) as error:
        raise SourceError(f"{file}: {str(error).strip().splitlines()[0]}") from None


def _check_form(file: Path, text: str) -> None:
    """See that each row has as many fields as the header, that no column stands twice, and that all of it is shown."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(rows)
        twice = next((name for k, name in enumerate(header) if name in header[:k]), None)
        if twice is not None:
            raise SourceError(f"{file}:1: column '{twice}' stands twice")
        for number, cells in enumerate(itertools.chain([header], rows), start=1):
            if len(cells) > len(header):
                raise SourceError(
                    f"{file}:{number}: the row has more fields than the header; does a comma lack its quotes?"
                )
            if len(cells) < len(header):
                raise SourceError(f"{file}:{number}: the row has {len(cells)} fields, the header {len(header)}")
            if not "".join(cells).isprintable():
                at = next(k for k, cell in enumerate(cells) if not cell.isprintable())
                hidden = hidden_in(cells[at])
                if hidden:
                    raise SourceError(
                        f"{file}:{number}: {ascii(header[at])[1:-1] if number == 1 else header[at]}: holds {hidden}, "
                        "which would change how it is shown; write plain text"
                    )
    except csv.Error as error:
        raise SourceError(f"{file}:{rows.line_num}: no CSV: {error}") from None


def read_numbers(file: Path, text: "pd.Series[str]", bounds: Bounds, empty: bool = False) -> "pd.Series[float]":
    """A column of `read_csv` as numbers within `bounds`, float64; NaN where it may be `empty` and is, or is wrong.

    Raises
    ------
    SourceError
        For each value that is none.
    """
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    good = (numbers >= bounds.low) & (numbers <= bounds.high)
    for row in text.index[~(good | (empty & (text.str.strip() == "")))]:
        fault(wrong(file, row, str(text.name), f"must be a number {bounds}, not '{text[row]}'"))
    return numbers.where(good)


def _among(file: Path, words: "pd.Series[str]", known: Collection[str], problem: str) -> None:
    for row, word in enumerate(words):
        if word not in known:
            near = difflib.get_close_matches(word, list(known), 1, 0.3)
            more = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(filter(None, known))}"
            fault(wrong(file, row, str(words.name), f"{problem} '{word}'; {more}"))


def _once(file: Path, table: pd.DataFrame, column: str) -> None:
    if column in table:
        for row in table.index[table[column].duplicated() & (table[column] != "")]:
            fault(wrong(file, row, column, f"'{table[column][row]}' stands twice"))


def _positions(folder: Path, tables: Tables) -> None:
    """Everything lies within one degree of the middle of the subdistricts; lines and parks may lead further."""
    streets = tables["subdistricts"]
    for axis in ("lon", "lat"):
        middle = float(streets[axis].median())
        for name in ("subdistricts", "outlines", "communities", "facilities", "landmarks"):
            if axis not in tables.get(name, ()):
                continue
            for row, value in tables[name][axis][(tables[name][axis] - middle).abs() > WIDEST_DEGREES / 2].items():
                far = f"is further than {WIDEST_DEGREES / 2:g} degree from the middle of the subdistricts ({middle:g})"
                fault(wrong(folder / f"{name}.csv", row, axis, f"{value:g} {far}"))


def _streets(folder: Path, tables: Tables) -> None:
    """Each subdistrict has a community and, where there are outlines, a ring; its households have a likely size."""
    file, streets = folder / "subdistricts.csv", tables["subdistricts"]
    for name, what in (("communities", "community"), ("outlines", "ring")):
        there = tables[name]["subdistrict"] if name in tables else streets["code"]
        for row, code in streets.loc[~streets["code"].isin(there), "code"].items():
            fault(wrong(file, row, "code", f"'{code}' has no {what} in {name}.csv"))
    households = tables["communities"].groupby("subdistrict")["households"].sum()
    for row, street in streets[streets["code"].isin(households.index)].iterrows():
        people, size = street["population"], households[street["code"]]
        if people / size not in HOUSEHOLD_SIZE:
            fault(
                wrong(
                    file,
                    row,
                    "population",
                    f"{people:.10g} residents in the {size:.10g} households of communities.csv are "
                    f"{people / size:.3g} a household; must be {HOUSEHOLD_SIZE}",
                )
            )
    for row, street in streets.iterrows():
        with part():
            _further_centres(file, row, street)


def _further_centres(file: Path, row: int, street: "pd.Series[Any]") -> None:
    text = street.get("further_centres", "")
    for pair in filter(str.strip, text.split(";")):
        try:
            lon, lat = map(float, pair.split())
        except ValueError:
            raise wrong(file, row, "further_centres", f"must be 'lon lat; lon lat' in degrees, not '{text}'") from None
        if not max(abs(lon - street["lon"]), abs(lat - street["lat"])) <= WIDEST_DEGREES / 2:
            raise wrong(file, row, "further_centres", f"'{pair.strip()}' lies far from the subdistrict")


def _communities(file: Path, table: pd.DataFrame) -> None:
    given = [column for column in ("lon", "lat", "area_ha") if column in table]
    if given and len(given) < 3:
        raise SourceError(f"{file}:1: column '{given[0]}' stands without the others of lon, lat, area_ha")
    if given and table[given].notna().any(axis=None):
        for row, column in zip(*np.nonzero(table[given].isna()), strict=True):
            fault(wrong(file, int(row), given[column], "is empty; all units have lon, lat and area_ha, or none has"))
    for low, high in (("households_low", "households"), ("households", "households_high")):
        if low in table and high in table:
            for row in table.index[table[low] > table[high]]:
                fault(wrong(file, row, low, f"{table[low][row]:g} is above {high}, {table[high][row]:g}"))


def _departments(file: Path, table: pd.DataFrame) -> None:
    """A domain has a department, or there is one without a domain, which takes the rest."""
    for domain in DOMAINS:
        if not table["domain"].isin((domain, "")).any():
            fault(SourceError(f"{file}: domain: no department has the domain '{domain}', and none is without one"))


def _placed(file: Path, table: pd.DataFrame) -> None:
    at = table["placement"] == "at"
    has = table["lon"].notna() & table["lat"].notna() if {"lon", "lat"} <= set(table) else at & False
    for rows, problem in ((at & ~has, "'at' needs lon and lat"), (~at & has, "lon and lat need 'at'")):
        for row in table.index[rows]:
            fault(wrong(file, row, "placement", problem))


def _changes(file: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Days as dates; a division has two parts or more, named in both languages."""
    for row in range(len(table)):
        zh, en = (table[column][row].split(";") for column in ("parts_zh", "parts_en"))
        if table["kind"][row] == "divided" and not 2 <= len(zh) == len(en):
            fault(wrong(file, row, "parts_zh", "a division needs two parts or more, named in both languages"))
        elif len(set(zh)) < len(zh):
            fault(wrong(file, row, "parts_zh", "a part stands twice"))
    dated = _dated(file, table)
    _divided_once(file, dated[dated["kind"] == "divided"])
    return dated


def _divided_once(file: Path, divisions: pd.DataFrame) -> None:
    """A community that was divided is there no more, unless a part has its name."""
    gone: set[str] = set()
    for row in divisions.sort_values("date", kind="stable").itertuples():
        if row.of_zh in gone:
            fault(wrong(file, row.Index, "of_zh", f"'{row.of_zh}' was divided before"))
        gone = (gone | {row.of_zh}) - set(row.parts_zh.split(";"))


def _programme(file: Path, table: pd.DataFrame) -> pd.DataFrame:
    """Days as dates; what stands somewhere has sites."""
    for row in table.index[table["item"].isin(SITED) & table["sites"].isna()]:
        fault(wrong(file, row, "sites", f"is empty; '{table['item'][row]}' needs a number of sites"))
    return _dated(file, table)


def _dated(file: Path, table: pd.DataFrame) -> pd.DataFrame:
    """The table with days as dates."""
    days = [date.max] * len(table)
    for row, text in enumerate(table["date"]):
        with part():
            days[row] = _day(file, row, text)
    return table.assign(date=days)


def _day(file: Path, row: int, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise wrong(file, row, "date", f"must be a date like 2021-01-04, not '{text}'") from None
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise wrong(file, row, "date", f"{text} is not between {YEARS[0]} and {YEARS[1]}")
    return day
