"""The runs that show the patterns: shipped scenarios, some with one field of a lever moved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from experiments.texts.catalogue import phrase
from simulation.domains import DAYS_PER_WEEK
from simulation.interventions.registry import interventions
from simulation.scenario.load import load_scenario, shipped
from simulation.scenario.types import Scenario

_AT_ONCE = {"start": date(2018, 1, 1), "finish": date(2018, 1, 1)}


@dataclass(frozen=True)
class Variation:
    """A shipped scenario, with fields of levers set otherwise."""

    scenario: str
    levers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


RUNS: dict[str, Variation] = {
    "baseline": Variation("baseline"),
    "huitian_plan": Variation("huitian_plan"),
    "history_guides_leave": Variation("huitian_history", {"waste_sorting": {"guides_finish": date(2020, 12, 31)}}),
    "huitian_history": Variation("huitian_history"),
    "circles_52": Variation("service_circles", {"service_circles": {"target": 52, **_AT_ONCE}}),
    "circles_63": Variation("service_circles", {"service_circles": {"target": 63, **_AT_ONCE}}),
    "circles_73": Variation("service_circles", {"service_circles": {"target": 73, **_AT_ONCE}}),
    "announced": Variation("infrastructure"),
    "splits": Variation("community_splits"),
    "splits_same_staff": Variation("community_splits", {"community_splits": {"staff_rule": "same_staff"}}),
    "no_effect": Variation(
        "baseline",
        {
            "service_circles": {"target": 0},
            "volunteering": {"registration": 0.0, "teams": 0.0, "activities": 0.0},
            "community_splits": {"above_households": 20_000},
        },
    ),
}
"""Runs by name; a pattern names those that it is measured in."""
RIVALS: dict[str, tuple[str, str, dict[str, float]]] = {
    "": (*phrase("validation.runs.full_model"), {}),
    "R1": (*phrase("validation.runs.no_queue_requests_end_the_day_they_are_opened"), {"requests.queue": 0.0}),
    "R2": (
        *phrase("validation.runs.no_expectation_satisfaction_follows_performance_alone"),
        {"satisfaction.disconfirmation": 0.0},
    ),
    "R3": (*phrase("validation.runs.no_social_influence"), {"influence.rate": 0.0}),
}
"""Model structures: label (zh, en) and the parameters that make them; a mechanism is needed where its absence fails."""


def available(name: str) -> bool:
    """Whether this version has the scenario of a run."""
    return RUNS[name].scenario in shipped()


def scenario_of(name: str, rival: str = "") -> Scenario:
    """The scenario of a run in one of the `RIVALS`; its name tells both.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    """
    variation = RUNS[name]
    base = load_scenario(variation.scenario)
    levers = dict(base.interventions)
    for kind, fields in variation.levers.items():
        given = levers[kind].model_dump() if kind in levers else {}
        levers[kind] = interventions()[kind].model_validate({**given, **fields})
    parameters = {**base.parameters, **RIVALS[rival][2]}
    called = f"{name}_{rival.lower()}" if rival else name
    return base.model_copy(
        update={
            "name": called,
            "interventions": dict(sorted(levers.items())),
            "parameters": dict(sorted(parameters.items())),
        }
    )


def weeks_until(scenario: Scenario, last: date | None) -> int:
    """Weeks of a scenario to the one that begins on a day or just before it, at most its own; None: all of them."""
    return scenario.weeks if last is None else min((last - scenario.start).days // DAYS_PER_WEEK + 1, scenario.weeks)
