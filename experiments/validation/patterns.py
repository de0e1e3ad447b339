"""The table of patterns: what was observed, how far the model may be off, and what the pattern was used for."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd

from experiments.statistics import t_interval
from experiments.texts.catalogue import section
from experiments.validation.measures import MEASURES
from experiments.validation.runs import RUNS

Censored = Literal["", "above"]
Use = Literal["input", "calibrated", "soft", "held_out", "verification"]
Verdict = Literal["pass", "borderline", "fail", "absent", "missing"]
USES = section("validation.patterns.uses")
VERDICTS = section("validation.patterns.verdicts")
NUMBERS = ("low", "high", "axis_low", "axis_high")


@dataclass(frozen=True)
class Pattern:
    """One row of `patterns.csv`.

    `low` to `high` is accepted, an end may be infinite; `axis_low` to `axis_high` is what a figure shows; `expected`
    is the verdict at full scale as last looked at, and `note` the reason where it is none to be proud of. `censored` is
    "above" where the source says "at least" or "more than" `low`, so that the truth is open above. `last_day` is the
    last that the measure looks at, None where it needs the whole run.
    """

    id: str
    zh: str
    en: str
    unit_zh: str
    unit_en: str
    measure: str
    runs: tuple[str, ...]
    low: float
    high: float
    axis_low: float
    axis_high: float
    use: Use
    censored: Censored
    last_day: date | None
    observed: str
    source: str
    expected: Verdict
    note: str


def _pattern(row: dict[str, str]) -> Pattern:
    runs = tuple(row["runs"].split())
    assert set(runs) <= set(RUNS) and (row["measure"] in MEASURES or not row["measure"]), row["id"]
    assert row["use"] in get_args(Use) and row["expected"] in get_args(Verdict), row["id"]
    assert row["censored"] in ("", "above"), row["id"]
    last_day = date.fromisoformat(row["last_day"]) if row["last_day"] else None
    ends = {"low": -np.inf, "high": np.inf, "axis_low": np.nan, "axis_high": np.nan}
    numbers = {name: float(row[name]) if row[name] else ends[name] for name in NUMBERS}
    return Pattern(**{**row, **numbers, "runs": runs, "last_day": last_day})  # type: ignore[arg-type]  # checked above


def _read() -> dict[str, Pattern]:
    with Path(__file__).with_name("patterns.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: _pattern(row) for row in csv.DictReader(file)}


PATTERNS: dict[str, Pattern] = _read()
"""Every pattern by its number, in the order of the model description."""


def verdict(pattern: Pattern, mean: float, low: float, high: float) -> Verdict:
    """Whether the simulated interval (the mean, where there is none) lies in the accepted range."""
    if not pattern.measure:
        return "absent"
    if np.isnan(mean):
        return "missing"
    low, high = (mean, mean) if np.isnan(low) else (low, high)
    if pattern.low <= low and high <= pattern.high:
        return "pass"
    return "fail" if high < pattern.low or low > pattern.high else "borderline"


def off(pattern: Pattern, mean: float) -> float:
    """How far the mean lies outside the accepted range, in the unit of the pattern; 0 inside."""
    return float(max(pattern.low - mean, mean - pattern.high, 0.0)) if not np.isnan(mean) else np.nan


def judge(values: pd.DataFrame, patterns: Sequence[Pattern]) -> pd.DataFrame:
    """The table of a validation.

    Parameters
    ----------
    values : DataFrame
        Columns pattern, seed, value.

    Returns
    -------
    DataFrame
        A row for each pattern, in order: `pattern, zh, en, unit_zh, unit_en, use, observed, low, high, n, value,
        ci_low, ci_high, off, verdict, expected, note, source`. Accepted ends that are open are missing.
    """
    rows = []
    for p in patterns:
        own = values.loc[values["pattern"] == p.id, "value"].to_numpy(float)
        mean, low, high = t_interval(own)
        rows.append(
            {
                "pattern": p.id,
                "zh": p.zh,
                "en": p.en,
                "unit_zh": p.unit_zh,
                "unit_en": p.unit_en,
                "use": p.use,
                "observed": p.observed,
                "low": _end(p.low),
                "high": _end(p.high),
                "n": int((~np.isnan(own)).sum()),
                "value": mean,
                "ci_low": low,
                "ci_high": high,
                "off": off(p, mean),
                "verdict": verdict(p, mean, low, high),
                "expected": p.expected,
                "note": p.note,
                "source": p.source,
            }
        )
    return pd.DataFrame(rows)


def _end(number: float) -> float:
    return number if np.isfinite(number) else np.nan
