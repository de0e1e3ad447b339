"""Order around a gate follows guards, rounds and neighbours, slowly and no further than 0 to 1."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes import order
from simulation.state.estates import Estates
from simulation.state.gates import Gates
from simulation.state.levers import Levers
from simulation.state.table import make

VALUES = {
    "quality.safety": 0.6,
    "order.memory": 13.0,
    "order.guards": 0.3,
    "order.watch": 0.1,
    "order.rounds": 0.1,
    "order.visits": 0.5,
    "parking.order": 0.1,
    "parking.enforced": 0.2,
}


def street(quality=0.5, norm=0.0, visits=0.0, **values):
    """Three gates of an estate of one community."""
    at = np.zeros(3, int)
    levers = make(Levers, 1)
    levers.door_visits[:] = visits
    return SimpleNamespace(
        params=Parameters(VALUES | values),
        gates=make(Gates, cell=at, estate=at, community=at, norm=norm, order=0.6),
        by_community=lambda values: np.array([np.sum(values)]),
        estates=make(Estates, name_zh=np.full(1, "", object), name_en="", quality=np.array([quality])),
        levers=levers,
    )


def test_each_cause_holds_up_its_part():
    assert order.held_up(street()) == pytest.approx(0.6)
    assert order.held_up(street(quality=0.9)) == pytest.approx(0.72)
    assert order.held_up(street(norm=np.array([0.0, 0.5, 1.0]))) == pytest.approx([0.6, 0.65, 0.7])
    assert order.held_up(street(visits=0.5)) == pytest.approx(0.6 + 0.1 * (1 - np.exp(-1)))
    assert order.held_up(street(quality=0.0, **{"quality.safety": 0.4, "order.guards": 0.6})) == pytest.approx(0.1)


def test_order_follows_over_a_quarter_and_stays_at_rest():
    fallen, rest = street(quality=0.0), street()
    for _ in range(13):
        order.step(fallen)
        order.step(rest)
    assert fallen.gates.order == pytest.approx(0.45 + 0.15 * (12 / 13) ** 13)
    assert (rest.gates.order == 0.6).all()


def test_without_its_causes_order_is_what_it_was():
    alone = street(quality=0.1, norm=0.8, visits=3.0, **{"order.guards": 0.0, "order.watch": 0.0, "order.rounds": 0.0})
    assert order.held_up(alone) == pytest.approx(0.6)
