"""Desks of the week: whom authority reaches, and what it costs."""

import copy
import os

import numpy as np
import pytest

from simulation.model import begin_week
from simulation.processes.requests.desks import open_desks
from simulation.run import prepare
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.state.tickets import COMMITTEE, DEPARTMENT, FIRM, STREET

NAMED = {"firm": FIRM, "committee": COMMITTEE, "street": STREET, "department": DEPARTMENT}


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    before = os.environ.get("HUITIAN_CACHE")
    os.environ["HUITIAN_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    quick = {"run.burn_in_weeks": 2.0}
    try:
        return prepare(load_scenario("baseline").model_copy(update={"parameters": quick}), 1, 0.005)
    finally:
        os.environ.pop("HUITIAN_CACHE") if before is None else os.environ.update(HUITIAN_CACHE=before)


@pytest.mark.parametrize("who", NAMED)
def test_authority_acts_on_whom_it_names_and_takes_their_hours(start, who):
    world = copy.deepcopy(start)
    begin_week(world, {})
    plain = open_desks(world)
    setattr(world.levers, f"{who}_authority", 0.5)
    desks = open_desks(world)
    tier = NAMED[who]
    named = np.zeros(len(plain.hours), bool)
    named[desks.first[tier] : desks.first[tier + 1]] = True
    assert desks.logit[named] - plain.logit[named] == pytest.approx(0.5 * world.params["requests.resolve_authority"])
    assert np.array_equal(desks.logit[~named], plain.logit[~named])
    assert np.array_equal(desks.hours[~named], plain.hours[~named])
    busy = named & (plain.hours > 0)
    assert (desks.hours[busy] <= plain.hours[busy]).all() and desks.hours[busy].sum() < 0.95 * plain.hours[busy].sum()


@pytest.mark.parametrize(
    ("kind", "reached"),
    [
        ("high_level_coordination", {"department"}),
        ("street_reform", {"street"}),
        ("five_party_governance", {"committee", "firm"}),
        ("coordination_committees", {"committee"}),
    ],
)
def test_measures_give_authority_over_those_they_name(start, kind, reached):
    """Departments answer to the city, streets have powers of their own, committee and firm sit at the joint table."""
    world = copy.deepcopy(start)
    base = load_scenario("baseline")
    given = {k: getattr(base, k) for k in ("name", "title", "district", "start", "weeks", "context")}
    plan = Scenario.model_validate({**given, "schema": 1, "interventions": {kind: {"start": world.start}}})
    begin_week(world, plan.interventions)
    assert {who for who in NAMED if getattr(world.levers, f"{who}_authority") > 0} == reached
