"""A scenario of a few levers on the real district, with a short burn-in."""

from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario


def scenario(**levers: object) -> Scenario:
    base = load_scenario("baseline")
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "case",
            "title": base.title,
            "interventions": levers,
            "parameters": {"run.burn_in_weeks": 4.0},
        }
    )
