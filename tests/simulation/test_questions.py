"""Scenarios of planners' questions ask what they say."""

from functools import cache

import pytest

from simulation.recording import Recording
from simulation.run import simulate
from simulation.scenario.load import load_scenario

pytestmark = pytest.mark.slow  # whole runs

LEVERS_OF_THE_PLAN = 17


@cache
def run(name: str) -> Recording:
    return simulate(load_scenario(name), seed=1, scale=0.01)


def spent(name: str) -> float:
    """Million yuan beyond the baseline to the end of 2021."""
    columns = ["cost_capital_yuan", "cost_operating_yuan"]
    there, base = (run(which).district[columns].iloc[-1].sum() for which in (name, "baseline"))
    return (there - base) / 1e6


@pytest.mark.slow
@pytest.mark.parametrize("name", ["money_on_circles", "money_on_rooms", "money_on_staff"])
def test_the_same_money(name):
    assert spent(name) == pytest.approx(25, rel=0.04)


def test_posts_without_a_split_leave_communities_whole():
    """Eight communities get the posts that the norm asks for; elsewhere only the luck of quits differs."""
    there, base = (run(name).communities.query("tick == 207") for name in ("staff_instead_of_splits", "baseline"))
    assert len(there) == len(base)
    changed = there["workers"].to_numpy() - base["workers"].to_numpy()
    large = changed > 5
    assert large.sum() == 8 and abs(changed[~large]).max() <= 2
    assert (
        run("staff_instead_of_splits").district["load_committee"].iloc[-1]
        < run("baseline").district["load_committee"].iloc[-1]
    )


def test_the_plan_is_every_lever_but_the_mobilisation():
    plan = load_scenario("huitian_plan").interventions
    assert len(plan) == LEVERS_OF_THE_PLAN and "epidemic_mobilisation" not in plan
    assert set(load_scenario("huitian_history").interventions) - set(plan) == {"epidemic_mobilisation"}
    assert set(plan) - set(load_scenario("plan_without_infrastructure").interventions) == {"infrastructure"}
    halves = [set(load_scenario(name).interventions) for name in ("hardware_only", "software_only")]
    assert halves[0] | halves[1] == set(plan) and not halves[0] & halves[1]


def test_sorting_relapses_when_guides_leave():
    left, stay = (run(name).district["waste_sorting_rate"] for name in ("guides_leave", "waste_sorting"))
    assert (left.iloc[:156] == stay.iloc[:156]).all()
    assert left.iloc[-1] < stay.iloc[-1] - 0.02
    assert left.iloc[-1] > run("baseline").district["waste_sorting_rate"].iloc[-1]
