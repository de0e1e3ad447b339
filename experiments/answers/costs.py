"""What an option costs a year: operating as it is at the end, capital spread over its life."""

import math
from collections.abc import Mapping

import pandas as pd

from simulation.domains import WEEKS_PER_YEAR
from simulation.parameters import PARAMETERS

COSTS = ("cost_capital_yuan", "cost_operating_yuan")
"""Metrics that are money spent, yuan, cumulative."""
YEARLY = "cost_a_year_yuan"
"""Name of the outcome that `of_a_year` gives, as frontiers weigh it."""
LIFE, RATE = "costs.capital_life", "costs.discount_rate"


def parameter(name: str, overrides: Mapping[str, float]) -> float:
    """Value of a parameter under those that a scenario sets; NaN of one that only another version has."""
    return float(overrides.get(name, PARAMETERS[name].default if name in PARAMETERS else math.nan))


def annuity(life: float, rate: float) -> float:
    """Share of a sum that its life costs each year, r / (1 - (1 + r)^-n): the capital recovery factor.

    `life` in years, `rate` a share a year; 1 / n without interest.
    """
    return 1 / life if rate == 0 else rate / (1 - (1 + rate) ** -life)


def spent(district: pd.DataFrame) -> tuple[float, float]:
    """Capital of the whole run and operating cost of its last year, yuan, from the weeks of the district."""
    capital, operating = (district[name] for name in COSTS)
    before = operating.iloc[-WEEKS_PER_YEAR - 1] if len(district) > WEEKS_PER_YEAR else 0.0
    return float(capital.iloc[-1]), float(operating.iloc[-1] - before)


def each_year(overrides: Mapping[str, float]) -> float:
    """Share of its capital that a year costs, under the parameters that a scenario sets."""
    return annuity(parameter(LIFE, overrides), parameter(RATE, overrides))


def of_a_year(district: pd.DataFrame, share: float) -> float:
    """Yuan a year: operating cost of the last year and `share` of the capital; the definition of the cost ladder."""
    capital, operating = spent(district)
    return share * capital + operating
