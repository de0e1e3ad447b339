"""Parking at night: who has no place, what levers open, and what stands in the street does to travel and order."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.metrics.table import METRICS
from simulation.parameters import Parameters
from simulation.processes import order, parking
from simulation.run import prepare
from simulation.scenario.load import load_scenario
from simulation.state.build import _parking_places
from simulation.state.estates import Estates
from simulation.state.gates import Gates
from simulation.state.levers import Levers
from simulation.state.table import make

VALUES = {
    "parking.enforced": 0.2,
    "parking.order": 0.1,
    "quality.safety": 0.6,
    "order.guards": 0.3,
    "order.watch": 0.1,
    "order.rounds": 0.1,
    "order.visits": 0.5,
}


def town(offered=(0.0, 0.0), enforcement=0.0):
    """Two communities: 100 cars in three gates of an estate with 60 places, 80 in one of an estate with 100."""
    levers = make(Levers, 2)
    levers.parking[:], levers.enforcement = offered, enforcement
    community = np.array([0, 0, 0, 1])
    return SimpleNamespace(
        params=Parameters(VALUES),
        scale=1.0,
        levers=levers,
        gates=make(
            Gates,
            cell=np.arange(4),
            estate=np.array([0, 0, 0, 1]),
            community=community,
            households=np.array([50, 50, 100, 160]),
        ),
        estates=make(
            Estates,
            name_zh=np.full(2, "", object),
            name_en="",
            households=np.array([200, 160]),
            cars=np.array([100.0, 80.0]),
            parking=np.array([60.0, 100.0]),
            quality=0.5,
        ),
        by_community=lambda values: np.bincount(community, values, 2),
    )


def test_cars_beyond_the_places_stand_in_the_street():
    world = town()
    assert parking.cars(world) == pytest.approx([25, 25, 50, 80])
    assert parking.in_the_street(world) == pytest.approx([10, 10, 20, 0])
    assert parking.usual(world) == pytest.approx(40 / 180)


@pytest.mark.parametrize(("places", "left"), [(0, 40), (10, 30), (40, 0), (500, 0)])
def test_places_that_are_opened_are_taken_as_far_as_there_is_need(places, left):
    world = town()
    parking.offer(world, places)
    assert world.levers.parking == pytest.approx([places, 0])
    assert parking.in_the_street(world).sum() == pytest.approx(left)


def test_without_levers_the_district_is_as_crowded_as_usual():
    world = town()
    cars = parking.cars(world)
    assert np.average(parking.crowding(world), weights=cars) == pytest.approx(0)
    assert np.average(parking.blocked(world), weights=cars) == pytest.approx(0)
    assert parking.crowding(world)[0] == pytest.approx(0.4 - 40 / 180) and parking.crowding(world)[3] < 0


def test_order_suffers_from_blocked_lanes_and_gains_by_enforcement():
    plain, enforced = order.held_up(town()), order.held_up(town(enforcement=0.3))
    assert plain[0] == pytest.approx(0.6 - 0.1 * 0.8 * (0.4 - 40 / 180)) and plain[3] > 0.6
    assert enforced - plain == pytest.approx([0.1 * 0.3 * 0.4] * 3 + [0])


def test_newer_estates_have_more_places():
    places = _parking_places(
        np.array([1.0, 2.0]), np.array([300.0, 100.0]), Parameters({"parking.places": 0.4, "parking.fee": 1.0})
    )
    assert places == pytest.approx([0.4 * 300 / 1.25, 0.4 * 100 * 2 / 1.25])
    alike = _parking_places(
        np.array([1.0, 2.0]), np.array([300.0, 100.0]), Parameters({"parking.places": 0.4, "parking.fee": 0.0})
    )
    assert alike == pytest.approx([120, 40])


def test_some_of_the_cars_lack_a_place_at_any_scale():
    """At 1 % of the households few estates have a gate at all, which moves the share by some points."""
    small, large = (METRICS["parking_shortage"].of(prepare(load_scenario("baseline"), 1, s))[1] for s in (0.01, 0.03))
    assert 0.1 < small < 0.5 and small == pytest.approx(large, abs=0.05)
