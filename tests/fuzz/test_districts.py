"""Districts: what is declared loads and can be drawn, and one thing wrong in a file is refused or read as written."""

import copy
import csv
import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from ruamel.yaml import YAML

from simulation.district.check import district_faults
from simulation.district.data.columns import FIGURES, FURTHER, MARGINALS, RESIDENTS, TABLES
from simulation.district.data.district import District, load_district
from simulation.district.map.geography import load_geography
from tests.fuzz import odd, places
from tests.fuzz.case import answer, at_its_line, counts, every, some, told
from tests.fuzz.places import Rows

Files = dict[str, bytes]
CELLS = (
    "",
    " ",
    "-1",
    "0",
    "1e3",
    "1e400",
    "nan",
    "inf",
    "1,5",
    "1_000",
    "0x10",
    "５",
    "5 ",
    "x",
    "5;6",
    "A;B",
    "true",
)
CELLS += ("2019-02-30", "9999-01-01", "1" * 400, *odd.HOSTILE)


def files_of(case: tuple[dict[str, Any], dict[str, Rows]]) -> Files:
    block, tables = case
    texts = {f"{name}.csv": places.table_text(rows) for name, rows in tables.items()}
    return {"district.yaml": odd.yaml(block).encode(), **{name: text.encode() for name, text in texts.items()}}


@lru_cache(64)
def parsed(text: str) -> Any:
    """What a YAML text says."""
    return YAML(typ="safe", pure=True).load(text)


def as_written(folder: Path, district: District) -> None:
    """See that every cell and figure that was accepted is declared, and was read as it stands in its file."""
    for name, table in district.tables.items():
        text = (folder / f"{name}.csv").read_bytes().decode("utf-8-sig")
        header, *rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len(rows) == len(table), f"{name}: {len(rows)} rows were read as {len(table)}"
        for column, holds in (TABLES | FURTHER)[name].items():
            assert header.count(column) == (1 if column in table else 0), f"{name}: {column} in {header}"
            for row, cells in enumerate(rows if column in table else ()):
                cell, read = cells[header.index(column)], table[column].iloc[row]
                if holds.number is None:
                    assert str(read) == cell, f"{name}:{row}: {column}: {cell!r} was read as {read!r}"
                elif cell.strip():
                    assert float(cell) == read and read in holds.number, f"{name}:{row}: {column}: {cell!r}, {read!r}"
    written = parsed((folder / "district.yaml").read_bytes().decode("utf-8-sig"))
    for block, declared in (("figures", FIGURES), ("marginals", MARGINALS)):
        for name, bounds in declared.items():
            read = getattr(district, block)[name].value
            assert written[block][name]["value"] == read and read in bounds, f"{name}: {read}"
    assert district.population == int(written["population"]["readings"][district.population_reading]["value"])
    assert district.population in RESIDENTS
    events = written.get("events", {})
    assert set(district.events) == set(events) and all(events[name]["date"] == d for name, d in district.events.items())


def judge(folder: Path, draw: bool = False) -> list[str]:
    """Load a district and, if asked, its map; what `huitian district check` finds is what stops a run."""
    district, lines = answer(lambda: load_district(str(folder)))
    if district is not None:
        as_written(folder, district)
    if draw:
        found = [line for error in district_faults(folder) for line in told(error.lines)]
        assert bool(found) or district is not None, f"refused, but check finds nothing: {lines}"
        lines = lines or found
    return lines


def tried(cases: int, tmp_path: Path, inputs: st.SearchStrategy[Files], draw: bool = False) -> None:
    folder = tmp_path / "small"

    def check(files: Files) -> None:
        places.put(folder, files)
        lines = judge(folder, draw)
        for line in lines:
            assert str(folder) in line or any(name in line for name in files), line
        at_its_line(files["district.yaml"].decode("utf-8-sig", "replace"), lines)

    every(cases, inputs, check)


@counts(0, 100)
def test_what_is_declared_loads(cases: int, tmp_path: Path) -> None:
    folder = tmp_path / "small"

    def check(case: tuple[dict[str, Any], dict[str, Rows]]) -> None:
        places.put(folder, files_of(case))
        district, lines = answer(lambda: load_district(str(folder)))
        assert district is not None, lines
        as_written(folder, district)
        answer(lambda: load_geography(district))  # a map may not fit, but says so

    every(cases, places.districts(), check)


@pytest.fixture(scope="module")
def sound() -> st.SearchStrategy[Any]:
    """A few districts within what is declared."""
    return st.sampled_from(some(4, places.districts())).map(copy.deepcopy)


@st.composite
def wrong_cell(draw: st.DrawFn, sound: st.SearchStrategy[Any]) -> Files:
    block, tables = draw(sound)
    name = draw(st.sampled_from(sorted(tables)))
    row = draw(st.sampled_from(tables[name]))
    column = draw(st.sampled_from(sorted(row)))
    bounds = TABLES[name][column].number
    outside = [] if bounds is None else [repr(bounds.low - 1e-9 - abs(bounds.low) * 1e-9), repr(bounds.high * 1.000001)]
    row[column] = draw(st.sampled_from([*CELLS, *outside]))
    return files_of((block, tables))


@st.composite
def wrong_shape(draw: st.DrawFn, sound: st.SearchStrategy[Any]) -> Files:
    """A column or row that is gone, twice there, misspelt, too short or too long."""
    block, tables = draw(sound)
    name = draw(st.sampled_from(sorted(tables)))
    rows = [line.split(",") for line in places.table_text(tables[name]).splitlines()]
    k, column = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, len(rows[0]) - 1))
    kind = draw(st.sampled_from(("gone", "twice", "misspelt", "unknown", "row", "rows", "short", "long", "all")))
    change: dict[str, Callable[[], Any]] = {
        "gone": lambda: [row.pop(column) for row in rows],
        "twice": lambda: [row.append(row[column]) for row in rows],
        "misspelt": lambda: rows[0].__setitem__(column, rows[0][column] + draw(st.sampled_from("sx _"))),
        "unknown": lambda: [row.append("note") for row in rows],
        "row": lambda: rows.pop(k),
        "rows": lambda: rows.append(rows[k]),
        "short": lambda: rows[k].pop(),
        "long": lambda: rows[k].append("more"),
        "all": rows.clear,
    }
    change[kind]()
    return files_of((block, tables)) | {f"{name}.csv": "".join(f"{','.join(row)}\n" for row in rows).encode()}


@st.composite
def wrong_bytes(draw: st.DrawFn, sound: st.SearchStrategy[Any]) -> Files:
    files = files_of(draw(sound))
    name = draw(st.sampled_from(sorted(files)))
    return files | {name: draw(odd.one_wrong_bytes(files[name]))}


@st.composite
def wrong_block(draw: st.DrawFn, sound: st.SearchStrategy[Any]) -> Files:
    block, tables = draw(sound)
    made, _ = draw(odd.one_wrong(block))
    return files_of((block, tables)) | {"district.yaml": odd.yaml(made).encode()}


@st.composite
def wrong_marks(draw: st.DrawFn, sound: st.SearchStrategy[Any]) -> Files:
    files = files_of(draw(sound))
    name = draw(st.sampled_from(sorted(files)))
    return files | {name: draw(odd.one_wrong_text(files[name].decode())).encode("utf-8", "replace")}


@counts(3, 500)
def test_one_wrong_cell(cases: int, tmp_path: Path, sound: st.SearchStrategy[Any]) -> None:
    tried(cases, tmp_path, wrong_cell(sound))


@counts(2, 300)
def test_one_wrong_column_or_row(cases: int, tmp_path: Path, sound: st.SearchStrategy[Any]) -> None:
    tried(cases, tmp_path, wrong_shape(sound))


@counts(2, 400)
def test_one_wrong_value_or_key_of_the_block(cases: int, tmp_path: Path, sound: st.SearchStrategy[Any]) -> None:
    tried(cases, tmp_path, wrong_block(sound))


@counts(2, 200)
def test_one_wrong_mark(cases: int, tmp_path: Path, sound: st.SearchStrategy[Any]) -> None:
    tried(cases, tmp_path, wrong_marks(sound))


@counts(0, 200)
def test_other_bytes(cases: int, tmp_path: Path, sound: st.SearchStrategy[Any]) -> None:
    tried(cases, tmp_path, wrong_bytes(sound), draw=True)
