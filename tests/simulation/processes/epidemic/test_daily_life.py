"""Daily life in the epidemic: what is closed, put off and given up, and that it comes back."""

from datetime import date
from functools import cache

import numpy as np
import pytest

from simulation.domains import CULTURE, SCHOOL
from simulation.processes.epidemic import daily_life
from simulation.recording import Recording
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario

SCALE, WEEKS = 0.02, 90  # from December 2019 to August 2021
NOBODY_ILL = {"run.burn_in_weeks": 26.0, "epidemic.imports": 0.0}


def scenario(epidemic: bool, **parameters: float) -> Scenario:
    base = load_scenario("baseline")
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "case",
            "title": base.title,
            "start": date(2019, 12, 2),
            "context": {"epidemic": epidemic},
            "parameters": NOBODY_ILL | parameters,
        }
    )


@cache
def run(epidemic: bool) -> tuple[Recording, list[float], list[float]]:
    """A run, and by week the restriction and the visits put off and not yet made up for."""
    shares, stock = [], []

    def watch(world):
        shares.append(daily_life.restriction(world))
        stock.append(0.0 if world.infection is None else float(world.infection.put_off.mean()))

    return simulate(scenario(epidemic), seed=1, scale=SCALE, weeks=WEEKS, watch=watch), shares, stock


def during(epidemic: bool, first: str, last: str, column: str) -> float:
    frame = run(epidemic)[0].district
    return float(frame.loc[frame["date"].between(first, last), column].mean())


def change(column: str, first: str, last: str) -> float:
    return during(True, first, last, column) - during(False, first, last, column)


def test_restrictions_are_whole_while_the_city_responds_and_fade():
    frame, shares, _ = run(True)
    dates, shares = frame.district["date"].astype(str), np.array(shares)
    assert not shares[dates < "2020-01-24"].any()
    assert (shares[(dates >= "2020-01-27") & (dates < "2020-06-06")] == 1).all()
    after = shares[dates >= "2020-06-08"]
    tau = load_scenario("baseline").parameters.get("epidemic.reopening_weeks", 8.0)
    assert after[8] / after[0] == pytest.approx(np.exp(-8 / tau), rel=1e-9)
    assert after[-1] == 0
    assert not any(run(False)[1])


def test_put_off_visits_come_back():
    _, shares, stock = run(True)
    expected = [0.0]
    for share in shares:
        expected.append(expected[-1] + 0.5 * 0.6 * share - expected[-1] * (1 - share) / 13)
    assert stock == pytest.approx(expected[1:])
    assert max(stock) > 0.3 * 19 and stock[-1] < 0.1 * max(stock)  # the response lasts 19 weeks
    made = run(True)[0].district["requests"].sum() - run(False)[0].district["requests"].sum()
    assert shares[-1] == 0 and abs(made) < 0.05 * run(False)[0].district["requests"].sum()


def test_domains_that_are_closed_lose_and_recover():
    for domain, least in (("culture", -2.0), ("school", -1.0), ("elder_care", -0.5), ("convenience", -0.2)):
        lost = change(f"satisfaction_{domain}", "2020-03-01", "2020-05-31")
        assert lost < least, (domain, lost)
        assert abs(change(f"satisfaction_{domain}", "2021-06-01", "2021-08-15")) < 0.35 * -lost, domain


def test_commuters_who_stay_at_home_are_spared_the_way():
    assert change("satisfaction_travel", "2020-03-01", "2020-05-31") > 0.5


def test_fewer_pay_the_property_fee_while_income_is_lost():
    assert change("fee_payment_rate", "2020-02-01", "2020-06-30") < -0.005


def test_the_share_kept_is_one_less_the_loss():
    world = prepare(scenario(True), 1, 0.01)
    assert daily_life.kept(world) == {}
    world.tick = world.tick_of(date(2020, 3, 2))
    left = daily_life.kept(world)
    p = world.params
    assert left[CULTURE] == pytest.approx(1 - p["epidemic.culture_loss"])
    assert left[SCHOOL] == pytest.approx(1 - p["epidemic.school_loss"])
