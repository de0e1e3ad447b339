"""What is announced is expected before it is there (13): a dip that the gain makes up for later."""

from functools import cache

import numpy as np
import pytest

from simulation.domains import DOMAINS
from simulation.processes.residents import step as residents
from simulation.recording import Recording
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.state.levers import Levers
from simulation.state.table import make

pytestmark = pytest.mark.slow  # whole runs

SCHOOL = DOMAINS.index("school")
ETA = 0.03


@cache
def run(eta: float | None) -> Recording:
    """The plan of facilities with a rise of expectation, or the baseline."""
    base = load_scenario("baseline" if eta is None else "infrastructure")
    parameters = {"run.burn_in_weeks": 4.0, "satisfaction.announcement": eta or 0.0}
    made = Scenario.model_validate({"schema": 1, "name": "case", "title": base.title, "parameters": parameters})
    return simulate(made.model_copy(update={"interventions": base.interventions}), seed=1, scale=0.02)


def test_expectations_rise_once_by_eta_in_the_domains_that_are_told():
    world = prepare(load_scenario("baseline"), 1, 0.01)
    before = world.residents.columns.expectation.copy()
    world.levers = make(Levers, len(world.communities))
    residents.announce(world)
    np.testing.assert_array_equal(world.residents.columns.expectation, before)
    world.levers.announced["school"] = 0.5
    residents.announce(world)
    rise = world.residents.columns.expectation - before
    assert rise[SCHOOL].max() == pytest.approx(ETA / 2, abs=1e-6) and rise[SCHOOL].min() >= 0
    assert not np.delete(rise, SCHOOL, axis=0).any()
    assert world.residents.columns.expectation.max() <= 1


def test_satisfaction_dips_after_the_announcement_and_recovers():
    quiet, told, without = (run(eta).district["satisfaction_travel"].to_numpy() for eta in (0.0, ETA, None))
    first = int(np.flatnonzero(told != without)[0])
    assert (
        first == np.flatnonzero(run(ETA).district["date"].astype(str) == "2018-08-06")[0]
    )  # the first whole week from 1 August on
    quarter = slice(first, first + 13)
    assert (told[quarter] < quiet[quarter]).all()
    gap = quiet - told
    assert gap[-1] < gap.max() / 5  # the expectation forgets within its memory of a year
    assert told[-1] > without[-1]
