"""Windows of a run: its last year, a year, quarter or month of the calendar, or from one day or event to another."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
from pydantic import BaseModel

from experiments.statistics import last_year
from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.registry import interventions
from simulation.spelling import did_you_mean

_DATES = (date, date | None)
NAMED = ("last_year", "first_year", "whole_run")
_CALENDAR = re.compile(r"(\d{4})(?:Q([1-4])|-(\d{2}))?")
_POINT = re.compile(r"(.+?)\s*(?:([+-])\s*(\d{1,4})\s*w)?")
KNOWN = (
    "a window is last_year, first_year, whole_run, a year (2019), a quarter (2019Q3), a month (2019-07), or {from: …, "
    "to: …} of days (2019-07-01), start, end, or dates of levers (service_circles.finish), each with + or - weeks "
    "(service_circles.finish + 26w)"
)
Window = str | Mapping[str, str]


def check(window: Window) -> None:
    """Raise ValueError with one line if nobody could say which weeks are meant."""
    if isinstance(window, str):
        if window not in NAMED:
            _calendar(window)
        return
    if set(window) != {"from", "to"}:
        raise ValueError(KNOWN)
    for end in window.values():
        name, _ = _parts(end)
        if "." in name and _iso(name) is None:
            _check_lever(name)


def _check_lever(name: str) -> None:
    kind, _, field = name.partition(".")
    if kind not in interventions():
        raise ValueError(f"unknown lever '{kind}'{did_you_mean(kind, interventions())}")
    if field not in days_of(kind):
        raise ValueError(f"'{name}' is no date of a lever; {kind} has {', '.join(days_of(kind)) or 'none'}")


def days_of(kind: str) -> list[str]:
    """Fields of a lever that are dates."""
    return [name for name, field in interventions()[kind].model_fields.items() if field.annotation in _DATES]


def is_day(path: str) -> bool:
    """Whether a factor, by its dotted path, is the date of a lever."""
    area, _, rest = path.partition(".")
    kind, _, field = rest.partition(".")
    return area == "interventions" and kind in interventions() and field in days_of(kind)


def weeks_of(weeks: pd.DataFrame, window: Window, dates: Mapping[str, date]) -> pd.DataFrame:
    """Rows of the weeks that begin in a window.

    Parameters
    ----------
    weeks : DataFrame
        Columns tick and date (Monday), in order.
    window : str or mapping
        See `KNOWN`; a day that is named belongs to it.
    dates : mapping
        Dates of the levers that are on, by KIND.FIELD.

    Returns
    -------
    DataFrame
        Without rows where an event does not happen in the run, or the window lies outside it.
    """
    if window == "whole_run":
        return weeks
    if window == "last_year":
        return last_year(weeks)
    if window == "first_year":
        return weeks.iloc[:WEEKS_PER_YEAR]
    monday = pd.to_datetime(weeks["date"])
    if isinstance(window, str):
        begin, end = _calendar(window)
    else:
        known = {"start": monday.iloc[0].date(), "end": monday.iloc[-1].date(), **dates}
        ends = [_day(window[side], known) for side in ("from", "to")]
        if ends[0] is None or ends[1] is None:
            return weeks.iloc[:0]
        begin, end = ends[0], ends[1]
    return weeks[(monday >= pd.Timestamp(begin)) & (monday <= pd.Timestamp(end))]


def dates_of(interventions: Mapping[str, Any]) -> dict[str, date]:
    """Dates of the levers of a scenario, by KIND.FIELD: of a scenario as loaded, or as its manifest has it."""
    found = {}
    for kind, lever in interventions.items():
        fields = dict(lever) if isinstance(lever, Mapping | BaseModel) else {}
        for name, value in fields.items():
            day = _iso(value)
            if day is not None:
                found[f"{kind}.{name}"] = day
    return found


def _iso(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def _calendar(window: str) -> tuple[date, date]:
    """First and last day."""
    found = _CALENDAR.fullmatch(window)
    if not found or (found[3] and not 1 <= int(found[3]) <= 12):
        raise ValueError(f"'{window}' is no window; {KNOWN}")
    year, first, months = int(found[1]), 1, 12
    if found[2]:
        first, months = 3 * int(found[2]) - 2, 3
    elif found[3]:
        first, months = int(found[3]), 1
    after = first + months
    return date(year, first, 1), date(year + (after > 12), (after - 1) % 12 + 1, 1) - timedelta(days=1)


def _parts(end: str) -> tuple[str, timedelta]:
    """The day or event, and the shift from it."""
    found = _POINT.fullmatch(end.strip()) if isinstance(end, str) else None
    if not found:
        raise ValueError(f"'{end}' is no day or event; {KNOWN}")
    name = found[1]
    if _iso(name) is None and name not in ("start", "end") and not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", name):
        raise ValueError(f"'{name}' is no day or event; {KNOWN}")
    weeks = int(found[3] or 0) * (-1 if found[2] == "-" else 1)
    return name, timedelta(weeks=weeks)


def _day(end: str, known: Mapping[str, date]) -> date | None:
    name, shift = _parts(end)
    day = _iso(name) or known.get(name)
    return None if day is None else day + shift
