"""The past that runs share: what the weeks before a week depend on.

A run never looks ahead, but for facilities, which are sited before its first week (`simulation/fork.py` sees to them).
So two runs of a seed and a scale that agree in everything but levers agree to the bit until the first of the levers in
which they differ may act. Who watches the world sees what is going to open, though: runs that are watched share a week
only if they agree in all levers that order facilities.
"""

import hashlib
import json
from datetime import date
from typing import NamedTuple

from simulation.domains import DAYS_PER_WEEK
from simulation.interventions.base import Intervention
from simulation.scenario.types import Scenario


class Acting(NamedTuple):
    """A lever of a scenario: the week from which on it may act, its kind, its settings as JSON."""

    week: int
    kind: str
    settings: str


def setting(scenario: Scenario) -> str:
    """Everything that a scenario says of its world, as JSON: all but its name, its length and its levers."""
    return scenario.model_dump_json(by_alias=True, exclude={"name", "title", "weeks", "interventions"})


def acting(scenario: Scenario, watched: bool = False) -> list[Acting]:
    """Levers in the order of the weeks from which on they may act, or be seen where the run is `watched`.

    Those that order facilities may all act from the first of them on: some pay for whatever of a kind is opened.
    """
    levers = scenario.interventions
    days = {kind: lever.first_day() for kind, lever in levers.items()}
    ordering = [kind for kind, lever in levers.items() if type(lever).orders is not Intervention.orders]
    first = date.min if watched else min((days[kind] for kind in ordering), default=date.min)
    days |= dict.fromkeys(ordering, first)
    return sorted(Acting(_week(scenario, days[kind]), kind, levers[kind].model_dump_json()) for kind in levers)


def past(scenario: Scenario, seed: int, scale: float, week: int, files: str, observer: str = "") -> str:
    """Name of the state before a week: runs that give the same are alike to the bit until then.

    `files` is the hash of the district's files, `observer` who watches the run.
    """
    levers = [lever for lever in acting(scenario, bool(observer)) if lever.week < week]
    text = json.dumps([setting(scenario), files, seed, scale, week, levers, observer])
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _week(scenario: Scenario, day: date) -> int:
    """First week of a run that begins on a day or after it."""
    return max(0, -((scenario.start - day).days // DAYS_PER_WEEK))
