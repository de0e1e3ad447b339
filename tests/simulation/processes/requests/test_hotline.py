"""The hotline since its reform: who knows it, and which offices turn to it."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes.requests import hotline
from simulation.state.communities import Communities
from simulation.state.offices import Offices, Streets
from simulation.state.table import make
from simulation.state.tickets import COMMITTEE, DEPARTMENT, STREET
from simulation.state.week import Week
from tests.simulation.processes.part import part_of_world

VALUES = {
    "channel.hotline_publicity": 0.002,
    "channel.hotline_hearsay": 0.07,
    "channel.delay_memory": 8,
    "requests.ranking_weeks": 4,
    "requests.ranking_floor": 0.5,
    "requests.reform_weeks": 52,
}
SETTLED = (0.8, 0.5, 0.2)  # of the three streets, one community each


def district(on=True, settled=SETTLED, overrides=None):
    n = len(settled)
    names = {"name_zh": np.full(n, ""), "name_en": ""}
    due = np.full(n, 100)
    good = np.rint(100 * np.array(settled)).astype(int)
    return part_of_world(
        Parameters(VALUES | (overrides or {})),
        communities=make(
            Communities, n, **names, subdistrict=np.arange(n), hotline_known=0.3, hotline_success=np.array(settled)
        ),
        streets=make(Streets, n, **names),
        departments=make(Offices, 2, name_zh=np.full(2, ""), name_en=""),
        week=make(Week, n, due=due, responded=due, settled=good, pleased=good),
        context=SimpleNamespace(hotline_reform=on),
        in_force=lambda event: True,
    )


def run(world, weeks):
    for _ in range(weeks):
        hotline.step(world)
        world.tick += 1
    return world


def test_nothing_moves_without_the_reform():
    world = run(district(on=False), 520)
    assert (world.communities.hotline_known == 0.3).all() and (world.streets.effort == 0).all()


@pytest.mark.parametrize("weeks", [26, 78, 156])
def test_the_channel_spreads_as_bass_has_it(weeks):
    """k(t) of dk/dt = (p + qk)(1 - k); steps of a week lag behind the solution by less than 2 %."""
    world = run(district(settled=(0.6,) * 3), weeks)
    p, q = 0.002, 0.07 * 0.6
    odds = (p + q * 0.3) / (1 - 0.3) * np.exp((p + q) * weeks)  # of (p + qk) / (1 - k)
    assert world.communities.hotline_known == pytest.approx((odds - p) / (odds + q), rel=0.02)


def test_success_invites_reports():
    known = run(district(), 52).communities.hotline_known
    assert known[0] > known[1] > known[2] > 0.3


def test_the_last_on_the_list_tries_hardest_and_the_first_goes_on():
    """Effort goes to 0.5, 0.75 and 1 by place, 4/52 of the way a month."""
    world = run(district(), 52)
    way = 1 - (1 - 4 / 52) ** 13
    assert world.streets.effort == pytest.approx(way * np.array([0.5, 0.75, 1.0]))


def test_the_list_is_made_once_a_month():
    world = run(district(), 3)
    assert (world.streets.effort == 0).all() and (world.streets.ranked_due == 300).all()
    assert (run(world, 1).streets.effort > 0).all() and (world.streets.ranked_due == 0).all()


def test_committees_follow_their_street_and_departments_all_streets():
    world = run(district(), 52)
    first = np.cumsum([0, 3, 4, 3, 3, 2])
    effort = hotline.effort_by_desk(world, first)
    assert len(effort) == first[-1] and (effort[: first[COMMITTEE]] == 0).all()
    assert np.array_equal(effort[first[COMMITTEE] : first[STREET]], world.streets.effort)
    assert effort[first[DEPARTMENT] :] == pytest.approx(world.streets.effort.mean())


@pytest.mark.parametrize(("rates", "places"), [([0.5], [0.5]), ([0.2, 0.9, 0.5], [1, 0, 0.5]), ([0.5, 0.5], [0, 1])])
def test_places_on_the_list(rates, places):
    assert hotline.ranks(np.array(rates)).tolist() == places
