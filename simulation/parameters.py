"""The one table of parameters: `parameters.csv`, read once; a run may override values inside their ranges."""

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from simulation.spelling import did_you_mean


class ParameterError(ValueError):
    """An override that names no parameter or leaves its range; the message is one line and names the key."""


@dataclass(frozen=True)
class Parameter:
    """One row of the table; `low` to `high` is the range that is thought possible, both ends included."""

    name: str
    default: float
    low: float
    high: float
    unit: str
    source: str
    zh: str
    en: str

    @property
    def assumed(self) -> bool:
        """Whether no source is known for the default."""
        return self.source.startswith("assumption")


def _read() -> dict[str, Parameter]:
    with Path(__file__).with_name("parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            Parameter(
                row["name"],
                float(row["default"]),
                float(row["low"]),
                float(row["high"]),
                row["unit"],
                row["source"],
                row["zh"],
                row["en"],
            )
            for row in csv.DictReader(file)
        ]
    return {row.name: row for row in rows}


PARAMETERS: Mapping[str, Parameter] = MappingProxyType(_read())
"""Every parameter by its dotted name."""


def check(name: str, value: object) -> float:
    """The value as a float.

    Raises
    ------
    ParameterError
        If there is no such parameter, or the value is no finite number in its range.
    """
    if name not in PARAMETERS:
        raise ParameterError(f"unknown parameter '{name}'{did_you_mean(name, PARAMETERS, 0)}")
    known = PARAMETERS[name]
    allowed = f"allowed are {known.low:g} to {known.high:g} {known.unit}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ParameterError(f"parameter '{name}' must be a number, not {value!r}; {allowed}")
    if not math.isfinite(value) or not known.low <= value <= known.high:
        raise ParameterError(f"parameter '{name}' is {value:g}; {allowed}")
    return float(value)


class Parameters(Mapping[str, float]):
    """Values of all parameters by dotted name.

    Parameters
    ----------
    overrides : mapping of str to float, optional
        Values instead of the defaults.

    Raises
    ------
    ParameterError
        If an override is unknown or out of range.

    Attributes
    ----------
    overrides : dict[str, float]
        Only what differs from the defaults, sorted by name, so that two ways to say the same thing are equal.
    """

    def __init__(self, overrides: Mapping[str, float] | None = None) -> None:
        checked = {name: check(name, value) for name, value in sorted((overrides or {}).items())}
        self.overrides = {name: value for name, value in checked.items() if value != PARAMETERS[name].default}
        self._values = {name: row.default for name, row in PARAMETERS.items()} | self.overrides

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
