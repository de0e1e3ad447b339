"""A district as data: figures with sources from `district.yaml`, tables from CSV files beside it."""

import difflib
import hashlib
import sysconfig
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from simulation import yaml_source
from simulation.yaml_source import Source, SourceError

DistrictError = SourceError
EVENTS = ("street_whistle", "hotline_reform", "bike_path", "waste_law", "property_law")
TABLES = {
    "subdistricts": ("code", "name_zh", "name_en", "kind", "lon", "lat", "population", "area_km2", "source"),
    "communities": ("name_zh", "name_en", "subdistrict", "kind", "households", "room_m2", "source"),
    "facilities": ("kind", "name_zh", "name_en", "subdistrict", "placement", "capacity", "open_adult",
                   "open_commuter", "quality", "owner", "source"),
    "firms": ("name_zh", "name_en", "source"),
    "departments": ("name_zh", "name_en", "domain", "source"),
    "lines": ("name_zh", "name_en", "kind", "lon", "lat", "source"),
    "open_land": ("name_zh", "name_en", "lon", "lat", "radius_m", "source"),
}
"""CSV files of a district and the columns that they must have."""
_NUMBERS = {"lon", "lat", "population", "area_km2", "households", "room_m2", "capacity", "open_adult",
            "open_commuter", "quality", "radius_m"}
_UNIQUE = {"subdistricts": "code", "communities": "name_zh", "firms": "name_zh", "departments": "name_zh"}


@dataclass(frozen=True)
class Figure:
    """One number with where it comes from; an assumption has a range."""

    name: str
    value: float
    unit: str
    source: str
    confidence: str
    low: float | None = None
    high: float | None = None
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class District:
    """Content of a district's folder; `population_reading` names the count of residents that is used."""

    folder: Path
    source: Source
    tables: dict[str, pd.DataFrame]
    figures: dict[str, Figure]
    marginals: dict[str, Figure]
    readings: dict[str, Figure]
    events: dict[str, date]
    population_reading: str

    @property
    def name(self) -> str:
        """Name of the folder and of the district in scenarios."""
        return self.folder.name

    @property
    def title(self) -> dict[str, str]:
        """Names for people, by language."""
        title: dict[str, str] = self.source.data["title"]
        return title

    @property
    def population(self) -> int:
        """Residents by the chosen reading."""
        return int(self.readings[self.population_reading].value)

    def figure(self, name: str) -> float:
        """Value of a figure or marginal."""
        return (self.figures | self.marginals)[name].value

    def table(self, name: str) -> pd.DataFrame:
        """A CSV table, see `TABLES`."""
        return self.tables[name]

    def event_date(self, event: str) -> date:
        """Day of an event of the context."""
        return self.events[event]

    @cached_property
    def content_hash(self) -> str:
        """Hash of every file of the folder and of the choices made."""
        digest = hashlib.blake2b(self.population_reading.encode(), digest_size=12)
        for file in sorted(self.folder.iterdir()):
            if file.suffix in (".yaml", ".csv", ".geojson"):
                digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
        return digest.hexdigest()


def districts_folder() -> Path:
    """Folder of the districts that come with the project: in the source tree, else where it was installed."""
    tree = Path(__file__).parents[2] / "districts"
    return tree if tree.is_dir() else Path(sysconfig.get_path("data")) / "share" / "huitian" / "districts"


def load_district(name_or_path: str, *, population: str | None = None) -> District:
    """Read and check a district.

    Parameters
    ----------
    name_or_path : str
        A folder of `districts/`, or the path of a folder.
    population : str, optional
        Reading of the number of residents; by default the one that the file names.

    Raises
    ------
    DistrictError
        One line that names file, line or row, key, and what is wrong.
    """
    folder = Path(name_or_path)
    if "/" not in name_or_path:
        folder = districts_folder() / name_or_path
    if not folder.is_dir():
        known = sorted(f.name for f in districts_folder().iterdir() if f.is_dir())
        raise DistrictError(f"{name_or_path}: no such district; known are {', '.join(known)}, or give a folder's path")
    source = yaml_source.read(folder / "district.yaml")
    readings = _figures(source, "population", "readings")
    chosen = population or _need(source, "population", "default")
    if chosen not in readings:
        raise source.error(("population",), f"unknown reading '{chosen}'; known are {', '.join(readings)}")
    tables = {name: _table(folder / f"{name}.csv", columns) for name, columns in TABLES.items()}
    _cross_check(folder, tables)
    return District(folder, source, tables, _figures(source, "figures"), _figures(source, "marginals"), readings,
                    _events(source), chosen)


def _need(source: Source, *keys: str) -> Any:
    value: Any = source.data
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            raise source.error(keys, "is required")
        value = value[key]
    return value


def _figures(source: Source, *keys: str) -> dict[str, Figure]:
    return {name: _figure(source, (*keys, name), entry) for name, entry in _need(source, *keys).items()}


def _figure(source: Source, keys: tuple[str, ...], entry: Any) -> Figure:
    known = Figure.__dataclass_fields__.keys() - {"name"}
    if not isinstance(entry, dict):
        raise source.error(keys, "must be a block with value, source and confidence")
    for key in entry:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            raise source.error((*keys, key), "unknown key" + (f"; did you mean '{near[0]}'?" if near else ""))
    for key in ("value", "source", "confidence"):
        if not entry.get(key) and entry.get(key) != 0:
            raise source.error(keys, f"{key} is required")
    numbers = [entry.get(key) for key in ("low", "value", "high")]
    if any(isinstance(n, bool) or not isinstance(n, int | float | None) for n in numbers):
        raise source.error(keys, "value, low and high must be numbers")
    low, value, high = numbers
    if entry["confidence"] == "assumption" and (low is None or high is None):
        raise source.error(keys, "an assumption needs low and high")
    if (low is not None and value < low) or (high is not None and value > high):
        raise source.error(keys, f"value {value} is outside {low} to {high}")
    return Figure(name=keys[-1], unit=entry.get("unit", ""), **{k: v for k, v in entry.items() if k != "unit"})


def _events(source: Source) -> dict[str, date]:
    events = {}
    for event in EVENTS:
        day = _need(source, "events", event, "date")
        if not isinstance(day, date):
            raise source.error(("events", event, "date"), f"must be a date, not {day!r}")
        events[event] = day
    return events


def _table(file: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        table = pd.read_csv(file, encoding="utf-8", keep_default_na=False, dtype=str)
    except FileNotFoundError:
        raise DistrictError(f"{file}: no such file") from None
    except UnicodeDecodeError:
        raise DistrictError(f"{file}: not UTF-8; save the file as UTF-8") from None
    except pd.errors.ParserError as error:
        raise DistrictError(f"{file}: {str(error).strip().splitlines()[0]}") from None
    for column in columns:
        if column not in table:
            near = difflib.get_close_matches(column, list(table), 1)
            raise DistrictError(f"{file}:1: column '{column}' is missing" + (f"; is it '{near[0]}'?" if near else ""))
        if column in _NUMBERS:
            table[column] = _numbers(file, column, table[column])
        elif column not in ("domain", "owner"):
            empty = table.index[table[column].str.strip() == ""]
            if len(empty):
                raise DistrictError(f"{file}:{empty[0] + 2}: {column}: is empty")
    return table


def _numbers(file: Path, column: str, text: "pd.Series[str]") -> "pd.Series[float]":
    numbers = pd.to_numeric(text, errors="coerce")
    wrong = text.index[~(numbers >= 0)]
    if len(wrong):
        raise DistrictError(f"{file}:{wrong[0] + 2}: {column}: must be a number of at least 0, "
                            f"not '{text[wrong[0]]}'")
    return numbers


def _cross_check(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    for name, column in _UNIQUE.items():
        twice = tables[name].index[tables[name][column].duplicated()]
        if len(twice):
            value = tables[name][column][twice[0]]
            raise DistrictError(f"{folder / name}.csv:{twice[0] + 2}: {column}: '{value}' stands twice")
    codes = list(tables["subdistricts"]["code"])
    for name in ("communities", "facilities"):
        for row, code in enumerate(tables[name]["subdistrict"]):
            if code not in codes:
                near = difflib.get_close_matches(code, codes, 1, 0.3)
                raise DistrictError(f"{folder / name}.csv:{row + 2}: subdistrict: unknown code '{code}'; "
                                    + (f"did you mean '{near[0]}'?" if near else f"known are {', '.join(codes)}"))
