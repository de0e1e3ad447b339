"""The contributions that ship: of the model as it is, for the plans that are taken apart, adding up to the whole."""

import pytest

from docs.builders import contributions as contributing
from docs.builders import figures
from experiments.answers.contributions import LEFT_OUT, SHAPLEY, TOTAL, groups_of
from experiments.study.contributed import Contributed, contributed, plans
from experiments.study.posterior import shipped
from experiments.study.prepared import CONTRIBUTIONS, GOLDEN, prepared
from simulation.scenario.load import load_scenario
from simulation.whole import file_hash

DISTRICT = contributing.DISTRICT


@pytest.fixture(scope="module")
def plan() -> Contributed:
    found = contributed(load_scenario("huitian_plan").model_dump(mode="json", by_alias=True))
    assert found is not None
    return found


def test_the_contributions_that_ship_are_of_the_model_as_it_is(plan: Contributed) -> None:
    posterior, found = shipped(DISTRICT), prepared(DISTRICT, CONTRIBUTIONS)
    assert posterior is not None and found is not None
    told = (found.about[GOLDEN], found.about["posterior"])
    assert told == (figures.results_hash(), file_hash(posterior)), "run: python -m docs.builders.contributions FOLDER"
    assert plan.current


def test_contributions_are_those_of_the_plans_and_add_up(plan: Contributed) -> None:
    assert plans(DISTRICT) == sorted(contributing.PLANS) and plan.current
    assert plan.groups == len(groups_of(load_scenario("huitian_plan").interventions)) <= 12
    for metric in plan.metrics:
        for _, part in plan.table(metric).groupby("reading"):
            whole = part.loc[part["group"] == TOTAL, "value"].item()
            assert part.loc[part["group"] != TOTAL, "value"].sum() == pytest.approx(whole)


def test_a_contribution_is_the_difference_of_raw_rows(plan: Contributed) -> None:
    found = plan.table("satisfaction").set_index(["reading", "group"])["value"]
    rows = plan.rows[plan.rows["step"] == plan.groups].groupby("draw")["satisfaction"].first()
    without = plan.rows[(plan.rows["order"] == -1) & (plan.rows["group"] == "everyday")].set_index("draw")
    assert found[LEFT_OUT, "everyday"] == pytest.approx((rows - without["satisfaction"]).mean())
    nothing = plan.rows[plan.rows["step"] == 0].groupby("draw")["satisfaction"].first()
    assert found[SHAPLEY, TOTAL] == pytest.approx((rows - nothing).mean())
    assert 3 < found[SHAPLEY, TOTAL] < 9  # the plan of the README: 3.42 to 10.16


def test_a_changed_plan_has_no_table() -> None:
    plain = load_scenario("huitian_plan").model_dump(mode="json", by_alias=True)
    assert contributed(plain | {"weeks": 100}) is None
    assert contributed(plain | {"interventions": {}}) is None
    assert contributed(plain | {"name": "another", "title": {"zh": "甲", "en": "A"}}) is not None
