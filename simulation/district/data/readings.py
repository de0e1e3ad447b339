"""Readings of the number of communities: which of the table's rows were already two when the run begins."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulation.district.data.figures import CONFIDENCE, meant, need
from simulation.yaml_source import Source

AS_LISTED = "as_listed"
"""Reading of a district that names none: the table as it stands."""


@dataclass(frozen=True)
class CommunityReading:
    """Communities (`name_zh`) that are halved before the run begins, and where that count comes from."""

    name: str
    halved: tuple[str, ...]
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
        return {AS_LISTED: CommunityReading(AS_LISTED, (), "the table of communities", "derived")}, AS_LISTED
    block = need(source, "communities", "readings")
    if not isinstance(block, dict):
        raise source.error(("communities", "readings"), "must be a block of readings")
    readings = {str(name): _reading(source, str(name), entry) for name, entry in block.items()}
    return readings, choose(source, "communities", readings, need(source, "communities", "default"))


def _reading(source: Source, name: str, entry: Any) -> CommunityReading:
    keys = ("communities", "readings", name)
    known = ("halved", "source", "confidence")
    if not isinstance(entry, dict) or set(entry) != set(known):
        raise source.error(keys, f"must be a block with {', '.join(known)}")
    names = entry["halved"]
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise source.error((*keys, "halved"), "must be a list of names of communities")
    for key in ("source", "confidence"):
        if not isinstance(entry[key], str):
            raise source.error((*keys, key), f"must be text, not {entry[key]!r}")
    if entry["confidence"] not in CONFIDENCE:
        raise source.error(
            (*keys, "confidence"), f"must be one of {', '.join(CONFIDENCE)}, not '{entry['confidence']}'"
        )
    return CommunityReading(name, tuple(names), entry["source"], entry["confidence"])


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


def halve(source: Source, table: pd.DataFrame, reading: CommunityReading) -> pd.DataFrame:
    """The table of communities with each one of `reading.halved` as two rows that follow one another.

    The halves are named 甲 and 乙, A and B; households are divided, and each has a service room as the whole had.

    Raises
    ------
    SourceError
        If the table has no community of a name.
    """
    names = list(table["name_zh"])
    for name in reading.halved:
        if name not in names:
            raise source.error(
                ("communities", "readings", reading.name, "halved"), f"no community '{name}'{meant(name, names)}"
            )
    twice = table["name_zh"].isin(reading.halved).to_numpy()
    order = np.repeat(np.arange(len(table)), 1 + twice)
    second = np.diff(order, prepend=-1) == 0
    first = twice[order] & ~second
    both = table.iloc[order].reset_index(drop=True)
    households = both["households"].to_numpy()
    both["households"] = np.select([first, second], [np.ceil(households / 2), np.floor(households / 2)], households)
    for column, (a, b) in {"name_zh": ("甲", "乙"), "name_en": (" A", " B")}.items():
        both[column] += np.select([first, second], [a, b], "")
    return both
