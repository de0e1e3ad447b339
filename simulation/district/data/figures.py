"""What `district.yaml` says: figures with sources, dated steps, and matters on which sources disagree."""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from simulation.district.data.columns import YEARS, Bounds
from simulation.district.data.faults import fault, part
from simulation.yaml_source import Source

Keys = tuple[str, ...]
PRECISIONS = ("day", "month", "year")
_TEXT = ("unit", "source", "confidence", "zh", "en", "theme", "measure", "precision", "used")
CONFIDENCE = {
    "census": ("人口普查", "census of 2020"),
    "register": ("统计登记", "public register of communities"),
    "source": ("案例材料", "stated by the published case study, which its implementers wrote"),
    "press": ("新闻报道", "newspapers and city accounts"),
    "derived": ("推算", "computed from sourced figures"),
    "estimate": ("估读", "read off public maps"),
    "assumption": ("假设", "no source; has a range"),
}
"""How well a figure is known: word of the data -> meaning in Chinese and English."""
THEMES = {
    "place": ("地域与住房", "Place and housing"),
    "communities": ("社区", "Communities"),
    "services": ("公共服务", "Public services"),
    "society": ("社会参与", "Participation"),
    "property": ("物业", "Property management"),
    "other": ("其他", "Other"),
}


def is_share(unit: str) -> bool:
    """Whether a unit is that of a share: it is written `share`, or `share of` something."""
    return unit.partition(" of ")[0] == "share"


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
    theme: str = "other"

    @property
    def is_share(self) -> bool:
        """Whether it is a share, see `is_share`."""
        return is_share(self.unit)


@dataclass(frozen=True)
class Step:
    """A dated step of the plan; `precision` (day, month or year) tells how much of the date the source gives."""

    date: date
    precision: str
    measure: str
    zh: str
    en: str
    source: str


@dataclass(frozen=True)
class Conflict:
    """A matter on which sources disagree: every reading with its source, and the one that is used."""

    zh: str
    en: str
    readings: tuple[tuple[str, str], ...]
    used: str


def need(source: Source, *keys: str) -> Any:
    """Value at a path of keys.

    Raises
    ------
    SourceError
        If it is not there.
    """
    value: Any = source.data
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            raise source.error(keys, "is required")
        value = value[key]
    return value


def read_figures(
    source: Source, *keys: str, required: Mapping[str, Bounds] | None = None, every: Bounds | None = None
) -> dict[str, Figure]:
    """Figures of a block by name, those that the model reads among them.

    `required` has the bounds of the figures that must be there; `every` those of all figures of the block.

    Raises
    ------
    SourceError
        If one lacks value, source or confidence, is an assumption without a range, or lies outside of its range or
        bounds.
    """
    required = required or {}
    block = need(source, *keys)
    if not isinstance(block, dict):
        raise source.error(keys, "must be a block of figures")
    figures = {}
    for name, entry in block.items():
        with part():
            figures[name] = _figure(source, (*keys, name), entry)
    for name in required:
        if name not in block:
            fault(source.error((*keys, name), "is required" + meant(name, set(block) - set(required))))
    for name, figure in figures.items():
        bounds = required.get(name, every)
        for key in ("value", "low", "high"):
            number = getattr(figure, key)
            if bounds is not None and number is not None and number not in bounds:
                fault(source.error((*keys, name), f"{key} must be {bounds}, not {number:g}"))
                break
    return figures


def read_steps(source: Source) -> tuple[Step, ...]:
    """The list `timeline`, sorted by date; empty when there is none.

    Raises
    ------
    SourceError
        If an entry lacks a key or has an unknown one, or its date is none.
    """
    steps = []
    for keys, entry in _entries(source, "timeline"):
        with part():
            steps.append(_step(source, keys, entry))
    return tuple(sorted(steps, key=lambda step: (step.date, step.measure)))


def read_conflicts(source: Source) -> tuple[Conflict, ...]:
    """The list `conflicts`; empty when there is none.

    Raises
    ------
    SourceError
        If an entry lacks a key, or has less than two readings with sources.
    """
    conflicts = []
    for keys, entry in _entries(source, "conflicts"):
        with part():
            conflicts.append(_conflict(source, keys, entry))
    return tuple(conflicts)


def _step(source: Source, keys: Keys, entry: Any) -> Step:
    _fields(source, keys, entry, Step.__dataclass_fields__, needed=Step.__dataclass_fields__)
    if not isinstance(entry["date"], date):
        raise source.error((*keys, "date"), f"must be a date, not {entry['date']!r}")
    if not YEARS[0] <= entry["date"].year <= YEARS[1]:
        raise source.error((*keys, "date"), f"{entry['date']} is not between {YEARS[0]} and {YEARS[1]}")
    if entry["precision"] not in PRECISIONS:
        raise source.error((*keys, "precision"), f"must be one of {', '.join(PRECISIONS)}")
    return Step(**entry)


def _conflict(source: Source, keys: Keys, entry: Any) -> Conflict:
    _fields(source, keys, entry, Conflict.__dataclass_fields__, needed=Conflict.__dataclass_fields__)
    readings = entry["readings"]
    if (
        not isinstance(readings, dict)
        or len(readings) < 2
        or not all(isinstance(text, str) and text for text in readings.values())
    ):
        raise source.error((*keys, "readings"), "needs two readings at least, each with its source")
    return Conflict(entry["zh"], entry["en"], tuple(readings.items()), entry["used"])


def _entries(source: Source, name: str) -> list[tuple[Keys, Any]]:
    block = source.data.get(name, [])
    if not isinstance(block, list):
        raise source.error((name,), "must be a list")
    return [((name, str(k)), entry) for k, entry in enumerate(block)]


def _fields(source: Source, keys: Keys, entry: Any, known: Collection[str], needed: Collection[str]) -> None:
    if not isinstance(entry, dict):
        raise source.error(keys, f"must be a block with {', '.join(needed)}")
    for key in entry:
        if key not in known:
            raise source.error((*keys, key), "unknown key" + meant(key, known))
        if key in _TEXT and not isinstance(entry[key], str):
            raise source.error((*keys, key), f"must be text, not {entry[key]!r}")
    for key in needed:
        if not entry.get(key) and entry.get(key) != 0:
            raise source.error(keys, f"{key} is required")


def _figure(source: Source, keys: Keys, entry: Any) -> Figure:
    _fields(source, keys, entry, Figure.__dataclass_fields__.keys() - {"name"}, ("value", "source", "confidence"))
    for key, words in (("confidence", CONFIDENCE), ("theme", THEMES)):
        if entry.get(key, "other") not in words:
            raise source.error((*keys, key), f"must be one of {', '.join(words)}, not '{entry[key]}'")
    numbers = [entry.get(key) for key in ("low", "value", "high")]
    if any(isinstance(n, bool) or not isinstance(n, int | float | None) for n in numbers):
        raise source.error(keys, "value, low and high must be numbers")
    low, value, high = numbers
    if entry["confidence"] == "assumption" and (low is None or high is None):
        raise source.error(keys, "an assumption needs low and high")
    if (low is not None and value < low) or (high is not None and value > high):
        raise source.error(keys, f"value {value} is outside {low} to {high}")
    return Figure(name=keys[-1], unit=entry.get("unit", ""), **{k: v for k, v in entry.items() if k != "unit"})


def meant(word: str, known: Collection[str]) -> str:
    """End of a message: the known word that is nearest."""
    match = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean '{match[0]}'?" if match else ""
