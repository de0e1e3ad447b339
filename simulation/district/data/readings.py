"""Readings of the communities: which of the table's rows were one or two when the run begins, and how large each is."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.data.columns import Bounds
from simulation.district.data.figures import CONFIDENCE, meant, need
from simulation.elementary import exp, log
from simulation.yaml_source import Source

AS_LISTED = "as_listed"
"""Reading of a district that names none: the table as it stands."""
_EXPONENTS = Bounds(0, 3, "power")
_ROUNDS = 50  # of scaling to the total of a street and cutting to the ranges


@dataclass(frozen=True)
class CommunityReading:
    """Communities (`name_zh`) that are halved before the run begins, or joined to another, and the count's source."""

    name: str
    halved: tuple[str, ...]
    joined: dict[str, str]
    source: str
    confidence: str


@dataclass(frozen=True)
class SizeReading:
    """How much communities of a street differ: households are raised to `exponent`; 1 leaves them as they are."""

    name: str
    exponent: float
    source: str
    confidence: str


def read_community_readings(source: Source) -> tuple[dict[str, CommunityReading], str]:
    """Readings of the block `communities` of a district's file, and the name of its default.

    Raises
    ------
    SourceError
        If a reading lacks a key or has a wrong one.
    """
    if "communities" not in source.data:
        return {AS_LISTED: CommunityReading(AS_LISTED, (), {}, "the table of communities", "derived")}, AS_LISTED
    readings = {}
    for name, keys, entry in _entries(source, "communities", ("halved", "source", "confidence"), ("joined",)):
        names, joined = entry["halved"], entry.get("joined", {})
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            raise source.error((*keys, "halved"), "must be a list of names of communities")
        if not isinstance(joined, dict) or not all(isinstance(one, str) for pair in joined.items() for one in pair):
            raise source.error((*keys, "joined"), "must be a block 'name: name of the community that it is part of'")
        twice = [one for k, one in enumerate(names) if one in names[:k]]
        if twice:
            raise source.error((*keys, "halved"), f"'{twice[0]}' stands twice")
        readings[name] = CommunityReading(name, tuple(names), joined, entry["source"], entry["confidence"])
    return readings, choose(source, "communities", readings, need(source, "communities", "default"))


def read_size_readings(source: Source) -> tuple[dict[str, SizeReading], str]:
    """Readings of the block `sizes` of a district's file and its default; see `read_community_readings`."""
    if "sizes" not in source.data:
        return {AS_LISTED: SizeReading(AS_LISTED, 1.0, "the table of communities", "derived")}, AS_LISTED
    readings = {}
    for name, keys, entry in _entries(source, "sizes", ("exponent", "source", "confidence")):
        power = entry["exponent"]
        if isinstance(power, bool) or not isinstance(power, int | float) or power not in _EXPONENTS:
            raise source.error((*keys, "exponent"), f"must be a number {_EXPONENTS}, not {power!r}")
        readings[name] = SizeReading(name, float(power), entry["source"], entry["confidence"])
    return readings, choose(source, "sizes", readings, need(source, "sizes", "default"))


def _entries(
    source: Source, what: str, needed: Collection[str], known: Collection[str] = ()
) -> Iterator[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Name, keys and checked content of each reading of a block."""
    block = need(source, what, "readings")
    if not isinstance(block, dict):
        raise source.error((what, "readings"), "must be a block of readings")
    for name, entry in block.items():
        keys = (what, "readings", str(name))
        _check(source, keys, entry, needed, known)
        yield str(name), keys, entry


def _check(source: Source, keys: tuple[str, ...], entry: Any, needed: Collection[str], known: Collection[str]) -> None:
    if not isinstance(entry, dict) or not set(needed) <= set(entry) <= {*needed, *known}:
        raise source.error(keys, f"must be a block with {', '.join(needed)}")
    for key in ("source", "confidence"):
        if not isinstance(entry[key], str):
            raise source.error((*keys, key), f"must be text, not {entry[key]!r}")
    if entry["confidence"] not in CONFIDENCE:
        raise source.error(
            (*keys, "confidence"), f"must be one of {', '.join(CONFIDENCE)}, not '{entry['confidence']}'"
        )


def choose(source: Source, what: str, known: Collection[str], chosen: object) -> str:
    """`chosen`, when it is one of the readings `known`.

    Raises
    ------
    SourceError
        If it is not.
    """
    if not isinstance(chosen, str) or chosen not in known:
        raise source.error((what,), f"unknown reading '{chosen}'; known are {', '.join(known)}")
    return chosen


def resized(table: pd.DataFrame, reading: SizeReading) -> pd.DataFrame:
    """The table of communities with households raised to the reading's exponent; totals of subdistricts stay.

    Households stay within `households_low` and `households_high` where the table has them.
    """
    if reading.exponent == 1.0:
        return table
    table = table.copy()
    size = table["households"].to_numpy(float)
    low = table["households_low"].to_numpy(float) if "households_low" in table else np.ones(len(table))
    high = table["households_high"].to_numpy(float) if "households_high" in table else np.full(len(table), np.inf)
    for rows in table.groupby("subdistrict", sort=False).indices.values():
        table.loc[rows, "households"] = _within(size[rows], reading.exponent, low[rows], high[rows])
    return table


def _within(
    size: NDArray[np.float64], exponent: float, low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sizes to a power, within their ranges, with their old sum; whole numbers by largest remainders."""
    made = exp(exponent * log(size))
    for _ in range(_ROUNDS):
        made = np.clip(made * size.sum() / made.sum(), low, high)
    whole = np.floor(made)
    whole[np.argsort(whole - made, kind="stable")[: round(float(size.sum() - whole.sum()))]] += 1
    return whole


def as_read(source: Source, table: pd.DataFrame, reading: CommunityReading) -> pd.DataFrame:
    """The table of communities of a reading: some rows joined to another, some halved.

    Raises
    ------
    SourceError
        If the table has no community of a name.
    """
    return halve(source, _joined(source, table, reading), reading)


def _joined(source: Source, table: pd.DataFrame, reading: CommunityReading) -> pd.DataFrame:
    """The table without the rows that are part of another; that one has the households and the land of both."""
    table = table.copy()
    for name, whole in reading.joined.items():
        for one in (name, whole):
            _known(source, table, reading, "joined", one)
        if name == whole:
            raise source.error(("communities", "readings", reading.name, "joined"), f"'{name}' is part of itself")
        child, mother = (table.index[table["name_zh"] == one][0] for one in (name, whole))
        if table.at[child, "subdistrict"] != table.at[mother, "subdistrict"]:
            raise source.error(
                ("communities", "readings", reading.name, "joined"), f"'{name}' and '{whole}' are not of one street"
            )
        share = table.at[child, "households"] / (table.at[child, "households"] + table.at[mother, "households"])
        for column in ("lon", "lat"):
            if column in table:
                table.at[mother, column] += share * (table.at[child, column] - table.at[mother, column])
        for column in ("households", "households_low", "households_high", "area_ha", "floor_area_ha"):
            if column in table:
                table.at[mother, column] += table.at[child, column]
        table = table.drop(index=child)
    return table.reset_index(drop=True)


def halve(source: Source, table: pd.DataFrame, reading: CommunityReading) -> pd.DataFrame:
    """The table of communities with each one of `reading.halved` as two rows that follow one another.

    The halves are named 甲 and 乙, A and B, and lie side by side; households and land are divided, and each has a
    service room as the whole had.

    Raises
    ------
    SourceError
        If the table has no community of a name.
    """
    for name in reading.halved:
        _known(source, table, reading, "halved", name)
    twice = table["name_zh"].isin(reading.halved).to_numpy()
    order = np.repeat(np.arange(len(table)), 1 + twice)
    second = np.diff(order, prepend=-1) == 0
    first = twice[order] & ~second
    both = table.iloc[order].reset_index(drop=True)
    for column in ("households", "households_low", "households_high", "area_ha", "floor_area_ha"):
        if column in both:
            whole = both[column].to_numpy(float)
            halves = [np.ceil(whole / 2), np.floor(whole / 2)] if column == "households" else [whole / 2, whole / 2]
            both[column] = np.select([first, second], halves, whole)
    for column, (a, b) in {"name_zh": ("甲", "乙"), "name_en": (" A", " B"), "code": ("甲", "乙")}.items():
        if column in both:
            both[column] += np.select([first, second], [a, b], "")
    if "lon" in both:
        step = np.sqrt(both["area_ha"].to_numpy()) * 100 / 2 / _METRES_PER_DEGREE
        both["lon"] += np.select([first, second], [-step, step], 0.0) / np.cos(np.radians(both["lat"]))
    return both


_METRES_PER_DEGREE = 111_320.0


def _known(source: Source, table: pd.DataFrame, reading: CommunityReading, key: str, name: str) -> None:
    names = list(table["name_zh"])
    if name not in names:
        raise source.error(("communities", "readings", reading.name, key), f"no community '{name}'{meant(name, names)}")
