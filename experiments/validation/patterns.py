"""The table of patterns: what was observed, how far the model may be off, and what the pattern was used for."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.statistics import t_interval
from experiments.texts.catalogue import section
from experiments.validation import observation
from experiments.validation.measures import MEASURES
from experiments.validation.runs import RUNS
from simulation.parameters import Parameters

Censored = Literal["", "above"]
Use = Literal["input", "calibrated", "soft", "held_out", "verification"]
Verdict = Literal["pass", "borderline", "fail", "absent", "missing"]
USES = section("validation.patterns.uses")
VERDICTS = section("validation.patterns.verdicts")
_WORSE: tuple[Verdict, ...] = ("pass", "borderline", "fail")
NUMBERS = ("low", "high", "axis_low", "axis_high", "asked")


@dataclass(frozen=True)
class Pattern:
    """One row of `patterns.csv`.

    `low` to `high` is accepted, an end may be infinite; `axis_low` to `axis_high` is what a figure shows; `expected`
    is the verdict at full scale as last looked at, and `note` the reason where it is none to be proud of. `censored` is
    "above" where the source says "at least" or "more than" `low`, so that the truth is open above. `last_day` is the
    last that the measure looks at, None where it needs the whole run. `observation` says how the figure was observed,
    `asked` how many persons a survey asked (NaN: the source does not say).
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
    observation: observation.Kind
    asked: float


def _pattern(row: dict[str, str]) -> Pattern:
    runs = tuple(row["runs"].split())
    assert set(runs) <= set(RUNS) and (row["measure"] in MEASURES or not row["measure"]), row["id"]
    assert row["use"] in get_args(Use) and row["expected"] in get_args(Verdict), row["id"]
    assert row["observation"] in get_args(observation.Kind), row["id"]
    assert row["censored"] in ("", "above"), row["id"]
    last_day = date.fromisoformat(row["last_day"]) if row["last_day"] else None
    ends = {"low": -np.inf, "high": np.inf, "axis_low": np.nan, "axis_high": np.nan, "asked": np.nan}
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


def seen_verdict(pattern: Pattern, mean: float, low: float, high: float, error: float) -> Verdict:
    """The verdict on what a survey would have shown: sampling error makes none better than it is without."""
    own = verdict(pattern, mean, low, high)
    if own not in _WORSE or error == 0:
        return own
    seen = verdict(pattern, mean, *observation.widened(mean, low, high, error))
    return max(own, seen, key=_WORSE.index)


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
        ci_low, ci_high, off, verdict, expected, note, source, observation, observation_error, seen_low, seen_high,
        chance`. Accepted ends that are open are missing. `ci_low` and `ci_high` hold the luck of the model, `seen_low`
        and `seen_high` that of the survey too (`observation_error`, a standard error); `chance` is the likelihood of
        "at least" where that is all that the source tells, else missing.
    """
    rows, params = [], Parameters()
    for p in patterns:
        own = values.loc[values["pattern"] == p.id, "value"].to_numpy(float)
        mean, low, high = t_interval(own)
        error = observation.sampling_error(p.observation, mean, p.asked, params)
        seen = observation.widened(mean, low, high, error) if error else (low, high)
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
                "verdict": seen_verdict(p, mean, low, high, error),
                "expected": p.expected,
                "note": p.note,
                "source": p.source,
                "observation": p.observation,
                "observation_error": error,
                "seen_low": seen[0],
                "seen_high": seen[1],
                "chance": _chance(p, own),
            }
        )
    return pd.DataFrame(rows)


def _chance(pattern: Pattern, values: NDArray[np.floating]) -> float:
    """Likelihood of "at least" given the luck between replicates; NaN for other kinds of observations."""
    known = values[~np.isnan(values)]
    if pattern.observation != "at_least" or not len(known):
        return np.nan
    spread = float(known.std(ddof=1)) if len(known) > 1 else 0.0
    return observation.at_least(float(known.mean()), spread, pattern.low)


def _end(number: float) -> float:
    return number if np.isfinite(number) else np.nan
