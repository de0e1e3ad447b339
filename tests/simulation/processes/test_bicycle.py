"""The bicycle path: who rides, when, and where it shortens commutes."""

from datetime import date, timedelta

import numpy as np
import pytest

from simulation.domains import COMMUTER, TRAVEL
from simulation.processes import bicycle, quality
from simulation.run import prepare
from simulation.scenario.context import Context
from simulation.state.world import World
from tests.simulation.interventions.case import scenario

OPENED = date(2019, 5, 31)


@pytest.fixture(scope="module")
def world() -> World:
    return prepare(scenario(), 1, 0.05)


def at(world: World, day: date) -> World:
    world.tick = world.tick_of(day)
    return world


def rides(world: World, first: date, last: date) -> float:
    """Rides between two days, by the weeks that begin between them."""
    weeks = [
        bicycle.rides_per_day(at(world, first + timedelta(weeks=w))).sum() for w in range(1, (last - first).days // 7)
    ]
    return (last - first).days * float(np.mean(weeks))


def test_nobody_rides_before_the_opening_nor_where_the_context_is_off(world):
    assert bicycle.riders(at(world, OPENED - timedelta(weeks=1))).max() == 0
    assert bicycle.riders(at(world, OPENED + timedelta(weeks=1))).max() > 0
    on = world.context
    world.context = Context(bike_path=False)
    assert bicycle.riders(world).max() == 0 and bicycle.rides_per_day(world).max() == 0
    world.context = on


def test_as_many_commute_to_the_other_end_as_the_district_knows(world):
    commuters = (world.gates.commuters * bicycle.jobs_share(world)).sum() / world.scale
    assert commuters == pytest.approx(world.district.figure("bike_path_commuters"), rel=0.02)


def test_the_share_who_ride_falls_with_the_way_to_an_entrance(world):
    share, close = bicycle.riders(at(world, date(2019, 7, 15))), world.gates.path
    order = np.argsort(close)
    assert (np.diff(share[order]) >= -1e-12).all() and share[order[0]] < 1e-3 < share[order[-1]] < 0.2


def test_commutes_are_cut_near_the_path_only_and_for_commuters_only(world):
    """Tiantongyuan is 5 km away and gains nothing that matters; before, the whole district gained the same."""
    quality.step(at(world, OPENED - timedelta(weeks=2)))
    before = world.places.performance[:, TRAVEL].copy()
    quality.step(at(world, date(2019, 7, 15)))
    gain = world.places.performance[:, TRAVEL] - before
    names = world.geography.subdistricts["code"].to_numpy()[world.gates.subdistrict]
    commuting = gain[:, COMMUTER]
    by_street = {code: commuting[names == code].mean() for code in ("HLG", "LZY", "TTN", "TTS")}
    assert min(by_street["HLG"], by_street["LZY"]) > 20 * max(by_street["TTN"], by_street["TTS"])
    assert np.abs(gain[:, [0, 2]]).max() < 1e-6


def test_rides_of_the_first_year_against_counts_that_set_no_parameter(world):
    """More than 1.4 million in a year with an epidemic, so more without; a morning peak of 2,000 in May 2020."""
    assert 1.4e6 < rides(world, OPENED, date(2020, 5, 31)) < 1.4e6 * 1.3
    peak = (world.gates.commuters * bicycle.riders(at(world, date(2020, 5, 30)))).sum() / world.scale
    assert peak == pytest.approx(2000, rel=0.15)


def test_rides_of_the_first_summer_and_the_peak_of_autumn_are_met(world):
    """What two parameters were set by: more than 500,000 in twelve weeks, 1,589 a morning."""
    assert rides(world, OPENED, date(2019, 8, 21)) == pytest.approx(5.0e5, rel=0.05)
    peak = (world.gates.commuters * bicycle.riders(at(world, date(2019, 10, 15)))).sum() / world.scale
    assert peak == pytest.approx(1589, rel=0.1)


def test_the_season_has_its_peak_in_july_and_its_low_in_january():
    assert bicycle.season(date(2019, 7, 15), 0.4) == 1
    assert bicycle.season(date(2019, 1, 14), 0.4) == pytest.approx(0.4, abs=0.01)
    assert bicycle.season(date(2019, 12, 31), 0.4) == pytest.approx(bicycle.season(date(2020, 1, 1), 0.4), abs=0.01)
