"""Questions about a budget, answered from the portfolios that come with a district."""

from functools import cache
from typing import Any

from experiments.answers.market import Market
from experiments.answers.spend import Bought
from experiments.study.prepared import PORTFOLIOS, prepared
from experiments.study.search import lever
from simulation.interventions.base import Intervention
from simulation.scenario.context import Title
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario

_MILLION = 1e6


@cache
def market(district: str) -> tuple[Market, dict[str, Any]] | None:
    """What is on offer in a district, given by name or path, and how its runs were made; None where nothing is."""
    found = prepared(district, PORTFOLIOS)
    return None if found is None else (Market(found.table), found.about)


def levers_of(bought: Bought) -> dict[str, Intervention]:
    """The measures of a portfolio with their doses."""
    return {option.kind: lever(option.kind, dict(option.doses)) for option in bought.options}


def scenario_of(bought: Bought, budget: float, about: dict[str, Any]) -> Scenario:
    """The portfolio as a scenario, which `huitian compare` takes; `about`: how the runs on offer were made."""
    millions = f"{budget / _MILLION:g}"
    return load_scenario(about["scenario"]).model_copy(
        update={
            "name": f"budget_{millions.replace('.', '_')}_million",
            "title": Title(zh=f"{millions}百万元的最佳组合", en=f"Best portfolio for {millions} million yuan"),
            "interventions": dict(sorted(levers_of(bought).items())),
        }
    )
