"""Authority at the desks: every lever and the whistle of 2018 act on the tier that they name, and cost it hours."""

import numpy as np
import pytest

from simulation.model import begin_week
from simulation.processes.requests.desks import _authority, _granted, first_desks, open_desks
from simulation.run import prepare
from simulation.state.tickets import COMMITTEE, DEPARTMENT, FIRM, STREET, VOLUNTEER
from tests.simulation.interventions.case import scenario

START = scenario().start
TIERS = (VOLUNTEER, FIRM, COMMITTEE, STREET, DEPARTMENT)


@pytest.fixture(scope="module")
def world():
    return prepare(scenario(), 1, 0.005)


def by_tier(world):
    first, authority = first_desks(world), _authority(world, _granted(world))  # a firm without estates has none
    return np.array([authority[first[tier] : first[tier + 1]].max() for tier in TIERS])


@pytest.mark.parametrize(
    ("kind", "fields", "tiers"),
    [
        ("high_level_coordination", {"authority": 0.2}, {DEPARTMENT: 0.2}),
        ("street_reform", {"authority": 0.2, "enforcement": 0}, {COMMITTEE: 0.2}),
        ("street_reform", {"authority": 0, "enforcement": 0.2}, {FIRM: 0.2, STREET: 0.2}),
        ("coordination_committees", {"agenda": 0.2}, {STREET: 0.2}),
        ("five_party_governance", {"authority": 0.2}, {FIRM: 0.2, COMMITTEE: 0.2}),
    ],
)
def test_authority_is_over_whom_the_measure_names(world, kind, fields, tiers):
    begin_week(world, {})
    before = by_tier(world)
    begin_week(world, scenario(**{kind: {"start": START} | fields}).interventions)
    gain = by_tier(world) - before
    assert gain == pytest.approx([tiers.get(tier, 0.0) for tier in TIERS], abs=1e-9)


def test_streets_call_departments_in_from_2018_on(world):
    begin_week(world, {})
    world.tick = 0
    before = by_tier(world)
    world.tick = 52
    after = by_tier(world)
    world.tick = 0
    assert after[DEPARTMENT] - before[DEPARTMENT] == pytest.approx(world.params["requests.whistle"])
    assert after[:DEPARTMENT] == pytest.approx(before[:DEPARTMENT])


@pytest.mark.parametrize("tier", [FIRM, COMMITTEE, STREET, DEPARTMENT])
def test_authority_takes_hours_of_those_who_must_answer(world, tier):
    names = {FIRM: "firm", COMMITTEE: "committee", STREET: "street", DEPARTMENT: "department"}
    begin_week(world, {})
    plain = open_desks(world)
    lever = f"authority_{names[tier]}"
    setattr(world.levers, lever, getattr(world.levers, lever) + 0.5)
    desks = open_desks(world)
    named = np.zeros(len(plain.hours), bool)
    named[desks.first[tier] : desks.first[tier + 1]] = True
    busy = named & (plain.hours > 0)
    if tier == FIRM:  # nobody has authority over a firm without estates
        busy[desks.first[FIRM] : desks.first[COMMITTEE]] &= (
            np.bincount(world.gates.firm, minlength=len(world.firms)) > 0
        )
    assert np.array_equal(desks.logit[~named], plain.logit[~named])
    assert np.array_equal(desks.hours[~named], plain.hours[~named])
    assert (desks.logit[busy] > plain.logit[busy]).all()
    assert (desks.hours[busy] <= plain.hours[busy]).all() and desks.hours[busy].sum() < 0.95 * plain.hours[busy].sum()
