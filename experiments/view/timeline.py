"""When what happens: measures of the policy and events of its context, as bars under the paths and as a table."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np

from experiments.texts.catalogue import Lang, section
from experiments.texts.page import pick, say
from experiments.view.levers import fields
from experiments.view.session import Pair
from simulation.interventions.base import Intervention
from simulation.state.world import World

Kind = Literal["building", "on", "event"]
_EVENTS = ("street_whistle", "hotline_reform", "bike_path", "waste_law", "property_law")
_EPIDEMIC = ("epidemic_begins", "epidemic_response_ends")
_WEEK = 7.0
_END = re.compile(r"end(;|$)")
"""What a lever says of its finish where the measure ends then; else it is complete, and stays."""


@dataclass(frozen=True)
class Row:
    """A measure or an event.

    Attributes
    ----------
    spans : list
        (kind, first day, last day or None for the end of the run): how it grows, and while it is in force.
    marks : list
        (day, what happens then): further days of its settings, divisions and openings.
    """

    label: str
    spans: list[tuple[Kind, date, date | None]]
    marks: list[tuple[date, str]] = field(default_factory=list)


def rows(pair: Pair, lang: Lang) -> list[Row]:
    """Events of the context first, then measures by the day on which they begin.

    Those that are over before the first week, or would begin after the last one, are left out.
    """
    scenario, world = pair.scenario, pair.policy.world
    last = scenario.start + timedelta(weeks=scenario.weeks)
    measures = [_measure(lever, world, scenario.start, lang) for lever in scenario.interventions.values()]
    found = [*_events(pair, lang), *sorted(measures, key=lambda row: row.spans[0][1])]
    return [row for row in found if row.spans[0][1] < last and (row.spans[-1][2] or last) > scenario.start]


def _events(pair: Pair, lang: Lang) -> list[Row]:
    context, district = pair.scenario.context, pair.policy.world.district
    names = section("report.method.context")
    found = [
        Row(pick(lang, *names[event]), [("event", district.event_date(event), None)])
        for event in _EVENTS
        if getattr(context, event)
    ]
    if context.epidemic:
        first, last = (district.event_date(event) for event in _EPIDEMIC)
        found.append(Row(pick(lang, *names["epidemic"]), [("event", first, last)]))
    return found


def _measure(lever: Intervention, world: World, start: date, lang: Lang) -> Row:
    begin = getattr(lever, "start", start)
    finish = getattr(lever, "finish", None)
    ends = any(row.name == "finish" and _END.match(row.en) for row in fields(lever.kind))
    spans: list[tuple[Kind, date, date | None]] = [("on", begin, finish)]
    if finish is not None and not ends:
        spans = [("building", begin, finish), ("on", finish, None)]
    marks = [
        (getattr(lever, row.name), pick(lang, row.zh, row.en))
        for row in fields(lever.kind)
        if row.kind == "date" and row.name not in ("start", "finish") and _counts(lever, row.name)
    ]
    return Row(pick(lang, lever.title_zh, lever.title_en), spans, sorted([*marks, *_built(lever, world, start, lang)]))


def _counts(lever: Intervention, name: str) -> bool:
    """Whether a day is given, and what it is the day of is not at nil: the first dose whose name begins alike."""
    word = name.split("_")[0]
    doses = (row.name for row in fields(lever.kind) if row.name.split("_")[0] == word and row.low == 0)
    dose = next(doses, None)
    return getattr(lever, name) is not None and (dose is None or bool(getattr(lever, dose)))


def _built(lever: Intervention, world: World, start: date, lang: Lang) -> list[tuple[date, str]]:
    """Days on which communities were divided so far, or service circles open."""
    if lever.kind == "community_splits":
        ticks, key = world.communities.changed_tick[world.communities.changed_tick >= 0], "timeline.divided"
    elif lever.kind == "service_circles":
        f = world.facilities
        ticks, key = f.opened[(f.kind == "service_circle") & f.added], "timeline.opened"
    else:
        return []
    days, counts = np.unique(ticks, return_counts=True)
    return [
        (start + timedelta(weeks=int(tick)), say(lang, key, n=int(n))) for tick, n in zip(days, counts, strict=True)
    ]


def drawn(found: list[Row], start: date) -> list[dict[str, Any]]:
    """The rows as charts.vue reads them: days as weeks from the start, None for the end of the run."""

    def weeks(day: date | None) -> float | None:
        return None if day is None else round((day - start).days / _WEEK, 2)

    return [
        {
            "label": row.label,
            "since": row.spans[0][1].isoformat()[:7],
            "spans": [{"kind": kind, "from": weeks(a), "to": weeks(b)} for kind, a, b in row.spans],
            "marks": [{"at": weeks(day), "text": f"{day}: {what}"} for day, what in row.marks],
        }
        for row in found
    ]


def table(found: list[Row], lang: Lang) -> list[list[str]]:
    """The rows as text: what, from when, complete when, until when, further days."""
    goes_on = say(lang, "timeline.goes_on")
    told = []
    for row in found:
        complete = next((str(b) for kind, _, b in row.spans if kind == "building"), "–")
        last = row.spans[-1][2]
        marks = pick(lang, "；", "; ").join(f"{day} {what}" for day, what in row.marks)
        told.append([row.label, str(row.spans[0][1]), complete, str(last) if last else goes_on, marks or "–"])
    return told
