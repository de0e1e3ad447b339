"""What a year costs: known answers of the annuity, and a ladder whose rungs are counted from the one below."""

import numpy as np
import pandas as pd
import pytest

from experiments.answers.costs import LIFE, RATE, annuity, each_year, of_a_year, parameter, spent
from simulation.parameters import PARAMETERS


def test_the_payments_of_a_life_are_worth_the_sum() -> None:
    life, rate = 30, 0.08
    worth = sum(annuity(life, rate) / (1 + rate) ** year for year in range(1, life + 1))
    assert worth == pytest.approx(1)
    assert annuity(30, 0.08) == pytest.approx(0.08883, abs=1e-5)  # as tables of capital recovery factors have it
    assert annuity(20, 0.0) == 0.05


def test_capital_counts_whole_and_operating_for_its_last_year_only() -> None:
    weeks = pd.DataFrame({"cost_capital_yuan": 5e6, "cost_operating_yuan": 1000.0 * np.arange(1, 209)})
    assert spent(weeks) == (5e6, 52_000.0)
    assert spent(weeks.head(10)) == (5e6, 10_000.0)
    assert of_a_year(weeks, 0.1) == 552_000.0


def test_a_scenario_may_set_life_and_interest() -> None:
    assert parameter(LIFE, {}) == PARAMETERS[LIFE].default
    assert parameter(RATE, {RATE: 0.03}) == 0.03
    assert each_year({LIFE: 20, RATE: 0.0}) == 0.05
