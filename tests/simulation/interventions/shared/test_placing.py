"""Facilities of all levers are sited in one queue per kind, in the order of their opening."""

import numpy as np
import pytest

from simulation.interventions.community_homes import CommunityHomes
from simulation.interventions.culture_programme import CultureProgramme
from simulation.interventions.infrastructure import Infrastructure
from simulation.interventions.psychological_services import PsychologicalServices
from simulation.interventions.shared.placing import Order, open_ordered
from simulation.model import open_facilities
from simulation.run import prepare
from simulation.state.world import World
from tests.simulation.interventions.case import scenario

CENTRE = "culture_centre"


@pytest.fixture(scope="module")
def world() -> World:
    return prepare(scenario(), 1, 0.01)


def order(capacity: float, *opened: int) -> Order:
    return Order(CENTRE, capacity, np.array(opened, np.int32))


def sites(world: World, *orders: Order) -> dict[int, int]:
    """Cell by opening tick of the facilities that the orders add to a copy of the table."""
    old = world.facilities
    world.facilities = type(old)(**{name: column.copy() for name, column in vars(old).items()})
    open_ordered(world, orders)
    new, world.facilities = world.facilities, old
    return dict(zip(new.opened[new.added].tolist(), new.cell[new.added].tolist(), strict=True))


def test_who_orders_does_not_matter_but_when_it_opens(world):
    """Two levers that open in turn choose the sites that one lever with both their dates chooses."""
    assert sites(world, order(2000, 1, 3), order(2000, 2, 4)) == sites(world, order(2000, 1, 2, 3, 4))
    assert sites(world, order(2000, 2, 4), order(2000, 1, 3)) == sites(world, order(2000, 1, 2, 3, 4))


def test_a_later_facility_sees_an_earlier_one_and_no_later_one(world):
    alone = sites(world, order(2000, 5))[5]
    assert sites(world, order(2000, 5), order(6500, 9))[5] == alone
    both = sites(world, order(2000, 5), order(2000, 1))
    assert both[1] == alone != both[5]


def test_no_two_levers_choose_one_place_and_their_order_in_the_scenario_changes_no_bit(world):
    levers = {
        lever.kind: lever for lever in (CommunityHomes(), CultureProgramme(), Infrastructure(), PsychologicalServices())
    }
    tables = []
    for order_of_levers in (list(levers), list(levers)[::-1]):
        other = prepare(scenario(), 1, 0.01)
        open_facilities(other, {kind: levers[kind] for kind in order_of_levers})
        tables.append(other.facilities)
    for name, column in vars(tables[0]).items():
        assert np.array_equal(column, getattr(tables[1], name)), name
    f = tables[0]
    centres = f.cell[f.added & (f.kind == CENTRE)]
    assert len(centres) == 7 + 2 + 11 + 6 and len(np.unique(centres)) == len(centres)
