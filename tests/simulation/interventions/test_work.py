"""What takes work off committees without a post: fewer lists, and part of the management of households."""

import copy
from datetime import timedelta

import numpy as np
import pytest

from simulation.model import begin_week
from simulation.processes.staff import committee_hours
from simulation.run import prepare
from tests.simulation.interventions.case import scenario

BEGIN = scenario().start
MANY = 2 * 52  # weeks, when what is new has settled


@pytest.fixture(scope="module")
def world():
    base = scenario()
    return prepare(base.model_copy(update={"context": base.context.model_copy(update={"epidemic": True})}), 1, 0.02)


def after(world, tick, **levers):
    """The world when levers have been applied in week `tick`."""
    state = copy.deepcopy(world, {id(part): part for part in (world.district, world.geography, world.params)})
    state.tick = tick
    begin_week(state, scenario(**levers).interventions)
    return state


def test_merged_sections_ask_for_fewer_lists_once_they_have_settled(world):
    lever = {"street_reform": {"start": BEGIN}}
    first, later = (after(world, tick, **lever).levers.administration for tick in (0, MANY))
    assert (first == 1).all()
    assert later == pytest.approx(1 - 0.1 * (1 - np.exp(-MANY / 26)))
    nobody = after(world, MANY, street_reform={"start": BEGIN, "reorganised": 0.0}).levers.administration
    assert (nobody == 1).all()


def test_helpers_of_lone_elders_take_their_share_of_household_management(world):
    mobilised = {"start": BEGIN, "finish": BEGIN + timedelta(weeks=10)}
    state = after(world, 5, epidemic_mobilisation=mobilised)
    lone = state.by_community(state.gates.lone_elders)
    share = 4 * lone / (4 * lone + state.communities.households - lone)
    assert state.levers.household_management == pytest.approx(1 - state.levers.elder_help * share)
    assert 0.7 < state.levers.household_management.mean() < 0.98
    assert (
        after(world, 5, epidemic_mobilisation=mobilised | {"elder_hours": 0.0}).levers.household_management == 1
    ).all()


def test_grid_workers_and_gate_heads_take_their_share(world):
    state = after(world, MANY, gate_groups={"start": BEGIN, "finish": BEGIN + timedelta(weeks=52), "head_share": 0.5})
    g, before = state.gates, world.gates.head
    won = state.by_community(g.households * (g.head & ~before)) / state.communities.households
    expected = 1 - 0.1 * won
    expected[np.argmin(state.levers.household_management / expected)] *= 1 - 0.3  # the pilot of grid workers
    assert won.mean() > 0.3 and state.levers.household_management == pytest.approx(expected)
    none = after(world, MANY, gate_groups={"start": BEGIN, "head_share": 0.0, "grid_communities": 0})
    assert (none.levers.household_management == 1).all()


def test_households_on_a_platform_need_less(world):
    state = after(world, 1, social_organisation_incubation={"start": BEGIN, "online_reach": 0.4})
    assert state.levers.household_management == pytest.approx(1 - 0.1 * 0.4)


@pytest.mark.parametrize("lever", ["administration", "household_management"])
def test_hours_that_nobody_asks_for_are_there_for_residents(world, lever):
    plain, spared = after(world, 0), after(world, 0)
    getattr(spared.levers, lever)[:] = 0.5
    p, c = world.params, world.communities
    duty = {
        "administration": p["staff.overhead_hours"],
        "household_management": p["staff.hours_per_household"] * c.households / world.scale,
    }[lever]
    gained = committee_hours(spared) - committee_hours(plain)
    assert (gained >= 0).all() and (gained <= 0.5 * duty + 1e-9).all()
    assert np.isclose(gained, 0.5 * duty).mean() > 0.5, "the others are at the floor that is kept for residents"
    assert (plain.committee_owed - spared.committee_owed) == pytest.approx(np.broadcast_to(0.5 * duty, len(c)))
