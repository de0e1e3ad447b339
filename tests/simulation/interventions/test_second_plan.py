"""The second plan builds what the press says, year by year, and nothing of it where it is not carried out."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest

from simulation.interventions.community_splits import divisions
from simulation.interventions.coordination_committees import CoordinationCommittees
from simulation.interventions.infrastructure import Infrastructure
from simulation.processes import budget
from simulation.run import prepare, simulate
from simulation.scenario.load import check_scenario, load_scenario
from simulation.state.facilities import STAGES
from simulation.state.levers import Levers
from simulation.state.table import make
from simulation.state.world import World
from tests.simulation.interventions.case import scenario

SCHOOL_PLACES, BEDS, PARKING = {2023: 5760, 2024: 5370}, {2023: 500, 2024: 1000}, 5000
LAST_DAY = date(2025, 12, 28)


@pytest.fixture(scope="module")
def world() -> World:
    return prepare(scenario(), 1, 0.01)


def built(world: World, lever: Infrastructure, kinds: tuple[str, ...]) -> dict[int, float]:
    """Capacity by the year of opening."""
    years: Counter[int] = Counter()
    for order in lever.orders(world):
        if order.kind in kinds:
            for tick in order.opened:
                years[(world.start + timedelta(weeks=int(tick))).year] += order.capacity
    return dict(years)


def test_both_scenarios_are_sound_and_reach_the_end_of_2025():
    for name in ("second_plan", "first_plan_only"):
        found = check_scenario(name)
        assert found.start + timedelta(weeks=found.weeks, days=-1) == LAST_DAY and found.context.epidemic
    plan, first = (load_scenario(name).interventions for name in ("second_plan", "first_plan_only"))
    history = load_scenario("huitian_history").interventions
    assert set(plan) == set(first) == set(history)
    changed = {kind for kind in plan if plan[kind] != first[kind]}
    assert changed == {"infrastructure", "community_splits", "high_level_coordination", "coordination_committees"}
    assert {kind for kind in first if first[kind] != history[kind]} == {"community_splits"}


def test_places_and_beds_open_in_the_years_that_the_press_names(world):
    plan = load_scenario("second_plan").interventions["infrastructure"]
    without = plan.model_copy(update={"programme": 0.0})
    for kinds, expected, each in ((tuple(STAGES), SCHOOL_PLACES, 1), (("hospital",), BEDS, plan.bed_visits)):
        there, first = built(world, plan, kinds), built(world, without, kinds)
        more = {year: there[year] - first.get(year, 0) for year in there if there[year] != first.get(year, 0)}
        assert more == {year: pytest.approx(each * amount) for year, amount in expected.items()}


def test_a_part_of_the_programme_is_that_part(world):
    halves = [built(world, Infrastructure(programme=p), ("primary_school",)).get(2024, 0) for p in (0.0, 0.5, 1.0)]
    assert halves[1] - halves[0] == pytest.approx((halves[2] - halves[0]) / 2) and halves[2] > halves[0]


def offered(world: World, lever: Infrastructure, day: date) -> float:
    world.tick, world.levers = world.tick_of(day), make(Levers, len(world.communities))
    lever.apply(world, world.tick)
    return float(world.levers.parking.sum())


def test_parking_places_open_in_2024_and_the_money_is_spent_by_the_end(world):
    lever = Infrastructure(programme=1.0)
    assert offered(world, lever, date(2024, 1, 1)) == 0
    assert offered(world, lever, date(2024, 12, 30)) == pytest.approx(PARKING)
    first, last = world.first_tick(lever.programme_announced), world.tick_of(lever.programme_finish)
    whole = (last - first + 1) * (int(100 * lever.programme_yuan) // (last - first + 1))
    assert whole == pytest.approx(100 * 4.0e10, rel=1e-6)


def test_units_join_until_all_have(world):
    lever = CoordinationCommittees(joining_units=667)
    hours = []
    for day in (date(2020, 12, 28), date(2022, 7, 4), date(2025, 1, 6)):
        world.tick, world.levers = world.tick_of(day), make(Levers, len(world.communities))
        lever.apply(world, world.tick)
        hours.append(float(world.levers.advised.sum()))
    assert hours[1] - hours[0] == pytest.approx((hours[2] - hours[0]) / 2, rel=0.02)
    first = lever.units * lever.unit_hours * lever.willingness
    assert hours[2] / hours[0] == pytest.approx((first + 667 * lever.joining_hours) / first)


def test_the_register_is_followed_to_the_day(world):
    assert len(divisions(world, date(2020, 12, 31))) == 1
    by_year = Counter(change.date.year for change in divisions(world))
    assert by_year[2021] == 4, "the press counts four large communities divided in 2021"


@pytest.mark.slow  # two whole runs, at a scale at which every division finds homes
def test_the_runs_reach_2025_part_in_2021_and_keep_their_accounts():
    runs = {}
    for name in ("second_plan", "first_plan_only"):
        runs[name] = simulate(load_scenario(name), seed=1, scale=0.02, watch=budget.check)
    plan, first = (run.district for run in runs.values())
    assert plan["date"].iloc[-1] == np.datetime64("2025-12-22") and len(plan) == 417
    same = plan["date"] < "2021-01-01"
    numbers = [name for name in plan.select_dtypes("number") if name != "tick"]
    assert plan.loc[same, numbers].equals(first.loc[same, numbers]), "the same history"
    late = plan["date"] >= "2025-01-01"
    assert plan.loc[late, "parking_shortage"].mean() < first.loc[late, "parking_shortage"].mean()
    flows = plan[["births", "moved_in"]].sum().sum() - plan[["deaths", "moved_out"]].sum().sum()
    assert flows == pytest.approx(0, abs=1 / 0.02)
