"""What the week leaves at the desks: the delays that residents expect."""

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes.requests import load
from simulation.state.communities import Communities
from simulation.state.offices import Firms, Offices
from simulation.state.table import make
from tests.simulation.processes.part import part_of_world

OVERRIDES = {
    "channel.delay_memory": 8,
    "channel.delay_hearsay": 1,
    "requests.work_visit": 1,
    "requests.patience_weeks": 12,
    "staff.work_days": 5,
}
LEISURE = 7 / 5  # days that an hour of work takes at a desk with two hours a day


def world_of(volunteer_delay):
    n = len(volunteer_delay)
    names = {"name_zh": np.full(n, ""), "name_en": ""}
    return part_of_world(
        Parameters(OVERRIDES),
        communities=make(Communities, n, **names, delay=5.0, volunteer_delay=np.array(volunteer_delay)),
        firms=make(Firms, n, **names, delay=5.0),
        streets=make(Offices, n, **names, delay=5.0),
        departments=make(Offices, n, **names, delay=5.0),
    )


def expect(world, finished, days, weeks):
    """`weeks` weeks in which volunteers of each community finish so many requests that waited so many days in all."""
    n, desks = len(world.communities), 5 * len(world.communities)
    done, waited = np.zeros(desks, np.int64), np.zeros(desks)
    done[:n], waited[:n] = finished, days
    seen = load.Survey(*([None] * 4), open_days=np.zeros(desks))
    for _ in range(weeks):
        load._expect(world, load_desks(done, waited), seen)
    return world.communities.volunteer_delay


def load_desks(finished, waited):
    values = dict.fromkeys(load.Desks._fields)
    return load.Desks(**(values | {"hours": np.full(len(finished), 2.0), "waited": waited, "finished": finished}))


def test_a_channel_that_was_slow_once_is_tried_again():
    """Nobody has gone to the volunteers of the second community since they took 90 days; elsewhere they take 3."""
    delay = expect(world_of([90.0, 90.0]), finished=[40, 0], days=[120, 0], weeks=60)
    elsewhere = (120 + 2 * LEISURE) / 42
    assert delay == pytest.approx([(120 + elsewhere) / 41, elsewhere], abs=0.1)


def test_hearsay_counts_as_one_request_beside_those_of_the_desk():
    delay = expect(world_of([5.0, 5.0]), finished=[30, 3], days=[60, 60], weeks=400)
    elsewhere = (120 + 2 * LEISURE) / 35
    assert delay == pytest.approx([(60 + elsewhere) / 31, (60 + elsewhere) / 4])


def test_a_kind_of_desk_that_nobody_uses_is_expected_to_take_what_its_hours_allow():
    delay = expect(world_of([180.0, 90.0]), finished=[0, 0], days=[0, 0], weeks=100)
    assert delay == pytest.approx([LEISURE, LEISURE], abs=1e-2)


def test_nobody_expects_to_wait_longer_than_people_do():
    """A desk without hours: whoever went there would give up in the end."""
    assert load._alone(Parameters(OVERRIDES), np.array([0.0, 0.1]), 1.0).tolist() == [84, 14]
