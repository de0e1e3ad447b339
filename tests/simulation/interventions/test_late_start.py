"""A plan has its calendar and its price whenever the run starts: what is done is there, what was paid is gone."""

from datetime import date, timedelta

import numpy as np
import pytest

from simulation.interventions.infrastructure import Infrastructure
from simulation.interventions.service_circles import ServiceCircles
from simulation.run import prepare
from simulation.state.ledger import Kind
from simulation.state.levers import Levers
from simulation.state.table import make
from simulation.state.world import World
from tests.simulation.interventions.case import scenario

BEGIN = date(2018, 1, 1)
WHOLE = 2.0e10  # yuan


@pytest.fixture(scope="module")
def prepared() -> World:
    return prepare(scenario(), 1, 0.005)


@pytest.fixture
def world(prepared: World):
    """A world whose start a test may move."""
    yield prepared
    prepared.start = BEGIN


def opening_days(world: World, lever) -> list[date]:
    return sorted(world.start + timedelta(weeks=int(t)) for order in lever.orders(world) for t in order.opened)


@pytest.mark.parametrize(
    "lever", [Infrastructure(), ServiceCircles(), Infrastructure(programme=1.0)], ids=("plan", "circles", "both plans")
)
@pytest.mark.parametrize("start", [date(2020, 1, 6), date(2022, 1, 3), date(2019, 7, 3), date(2012, 1, 2)])
def test_days_of_opening_do_not_depend_on_the_start_of_the_run(world, lever, start) -> None:
    right = opening_days(world, lever)
    world.start = start
    moved = opening_days(world, lever)
    assert len(moved) == len(right) > 20
    # ticks are whole weeks, from both ends of an interval: two weeks where the weekday is another
    assert max(abs(one - other) for one, other in zip(right, moved, strict=True)) <= timedelta(weeks=2)


def test_what_the_plan_has_built_is_open_when_a_late_run_starts(world) -> None:
    world.start = date(2022, 1, 3)
    days = opening_days(world, Infrastructure())
    assert np.mean([day <= world.start for day in days]) == pytest.approx(0.78, abs=0.01)
    assert days[-1].year == 2022 and days[-1].month >= 9


@pytest.mark.parametrize(
    ("start", "left"), [(date(2018, 1, 1), 1.0), (date(2020, 1, 6), 52 / 126), (date(2022, 1, 3), 0.0)]
)
def test_money_of_before_the_run_is_no_cost_of_it(world, start, left) -> None:
    """126 weeks lie between 6 August 2018 and the end of 2020, and the money goes out evenly."""
    world.start, lever = start, Infrastructure()
    world.ledger.restart()
    for tick in range(160):
        world.tick, world.levers = tick, make(Levers, len(world.communities))
        lever.apply(world, tick)
    assert world.ledger.spent(Kind.CAPITAL) / 100 == pytest.approx(left * WHOLE, rel=1e-6)
    world.ledger.restart()
    world.tick = 0
