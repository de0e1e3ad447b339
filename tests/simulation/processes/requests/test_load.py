"""What the week leaves at the desks: the delays that residents expect."""

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes.requests import load
from simulation.state.communities import Communities
from simulation.state.offices import Firms, Offices
from simulation.state.table import make
from tests.simulation.processes.part import part_of_world

OVERRIDES = {"channel.delay_memory": 8, "channel.delay_hearsay": 1}


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
    return load.Desks(*([None] * 7), waited=waited, finished=finished, department=None)


def test_a_channel_that_was_slow_once_is_tried_again():
    """Nobody has gone to the volunteers of the second community since they took 90 days; elsewhere they take 3."""
    delay = expect(world_of([90.0, 90.0]), finished=[40, 0], days=[120, 0], weeks=60)
    assert delay == pytest.approx([3.0, 3.0], abs=0.1)


def test_hearsay_counts_as_one_request_beside_those_of_the_desk():
    delay = expect(world_of([5.0, 5.0]), finished=[30, 3], days=[60, 60], weeks=400)
    elsewhere = 120 / 33
    assert delay == pytest.approx([(60 + elsewhere) / 31, (60 + elsewhere) / 4])


def test_what_no_desk_of_the_kind_has_finished_tells_nothing():
    world = world_of([7.0, 9.0])
    assert expect(world, finished=[0, 0], days=[0, 0], weeks=10).tolist() == [7.0, 9.0]
    assert (world.firms.delay == 5.0).all()
