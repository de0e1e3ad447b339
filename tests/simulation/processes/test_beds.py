"""Beds of elder-care institutions: price and means, filling over time, never more taken than there are."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes import beds
from simulation.run import simulate
from simulation.scenario.load import load_scenario
from simulation.state.facilities import INSTITUTION, Facilities
from simulation.state.table import make

VALUES = {"elder.means": 5000.0, "elder.means_slope": 3.5, "elder.fill_weeks": 52.0}


def home(prices, added=False, sought=50.0, use=0.0):
    """As many institutions of 100 beds as prices."""
    n = len(prices)
    f = make(Facilities, kind=np.full(n, INSTITUTION, object), name_zh="", name_en="", capacity=100.0, price=prices)
    f.sought[:], f.use[:], f.added[:] = sought, use, added
    return SimpleNamespace(params=Parameters(VALUES), facilities=f, tick=0)


def test_half_can_pay_the_median_and_fewer_a_higher_price():
    assert beds.affordable(home([5000.0])) == pytest.approx(0.5)
    assert beds.affordable(home([10_000.0])) == pytest.approx(1 / (1 + 2**3.5))
    assert beds.affordable(home([4000.0, 6000.0])) == pytest.approx(0.5), "the mean price counts"
    assert beds.affordable(home([0.0])) == 1.0 and beds.affordable(home([])) == 0.0


def test_old_institutions_begin_at_rest_and_new_ones_fill_over_a_year():
    old, new = home([5000.0]), home([5000.0], added=True)
    for world in (old, new):
        for _ in range(52):
            beds.fill(world)
    assert old.facilities.use[0] == pytest.approx(50)
    assert new.facilities.use[0] == pytest.approx(50 * (1 - (1 - 1 / 52) ** 52))
    assert 0.6 < new.facilities.use[0] / 50 < 0.66


@pytest.mark.slow  # whole runs
def test_cheaper_beds_are_taken_and_dear_ones_stand_empty():
    """Four seeds a price: beds taken at the end of the second year."""
    plan = load_scenario("elder_care")
    taken = {}
    for price in (2500.0, 6600.0, 15_000.0):
        lever = plan.interventions["elder_care"].model_copy(update={"price_yuan": price})
        priced = plan.model_copy(
            update={"interventions": {"elder_care": lever}, "parameters": {"run.burn_in_weeks": 2.0}}
        )
        run = simulate(priced, seed=1, scale=0.01, weeks=160)
        taken[price] = run.district["elder_bed_use"].iloc[-1]
        supply = taken[price] / run.district["bed_occupancy"].iloc[-1]
        assert supply == pytest.approx(600 + 2243), "no bed appears or goes"
        assert taken[price] + run.district["elder_bed_unmet"].iloc[-1] == pytest.approx(4900, rel=0.1)
    assert 1.5 * taken[15_000.0] < taken[6600.0] < taken[2500.0] / 1.3
