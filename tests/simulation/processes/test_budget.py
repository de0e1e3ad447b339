"""Wages of the week, and the checks that stop a run which has lost money or a request."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes import budget
from simulation.state.estates import NO_COMMITTEE, WORKING
from simulation.state.ledger import Kind, Ledger
from simulation.state.table import make
from simulation.state.tickets import OPEN, RESOLVED, Tickets
from simulation.state.workers import Workers


class Two(SimpleNamespace):
    def __len__(self):
        return 2


def town():
    workers = make(Workers, community=np.array([0, 0, 0, 1, 1]), vacancy=np.array([0, 0, 7, 0, 1]))
    status = np.array([OPEN, OPEN, RESOLVED], np.int8)  # the resolved one waits for its call-back
    return SimpleNamespace(
        params=Parameters({"staff.wage": 104_000, "budget.unpaid_hour": 25, "owners.hours": 8}),
        workers=workers,
        communities=Two(volunteer_hours=np.array([30.0, 10.0])),
        estates=SimpleNamespace(owners=np.array([WORKING, NO_COMMITTEE, WORKING]), households=np.array([40, 40, 80])),
        gates=SimpleNamespace(estate=np.array([0, 1, 2, 2]), households=np.array([40, 40, 60, 20])),
        by_community=lambda values: np.bincount([0, 0, 0, 1], values, 2),
        levers=SimpleNamespace(unpaid=np.array([5.0, 0.0])),
        scale=0.5,
        firms=[0],
        ledger=Ledger(1, 2),
        tickets=make(Tickets, 3, status=status),
        balance={"opened": 12, "resolved": 7, "unresolved": 2, "withdrawn": 1},
    )


def test_filled_posts_are_paid_by_the_week():
    world = town()
    budget.step(world)
    week = 104_000 * 100 // 52
    assert world.ledger.placed[Kind.OPERATING].tolist() == [2 * week, week]
    assert world.ledger.balance[Ledger.account("employee")] == 3 * week
    assert world.ledger.spent(Kind.OPERATING) == 3 * week and world.ledger.spent(Kind.CAPITAL) == 0


def test_a_year_of_wages_is_the_wage():
    world = town()
    for _ in range(52):
        budget.step(world)
    assert world.ledger.spent(Kind.OPERATING) == 3 * 104_000 * 100


@pytest.mark.parametrize(("name", "change"), [("opened", 1), ("resolved", 1), ("withdrawn", -1), ("unresolved", -1)])
def test_a_request_from_nowhere_or_lost_stops_the_run(name, change):
    world = town()
    world.balance[name] += change
    with pytest.raises(AssertionError, match="request"):
        budget.check(world)


def test_money_from_nowhere_stops_the_run():
    world = town()
    world.ledger.balance[3] += 1
    with pytest.raises(AssertionError, match="money"):
        budget.check(world)


def test_a_lost_account_stops_the_run():
    world = town()
    world.ledger.balance = world.ledger.balance[:-1]
    with pytest.raises(AssertionError, match="account"):
        budget.check(world)


def test_unpaid_hours_have_a_shadow_price_beside_public_spending():
    world = town()
    budget.step(world)
    assert world.ledger.unpaid == {"volunteers": 40 * 2500, "owners' committees": 2 * 8 * 2500}
    assert world.ledger.spent(Kind.OPERATING) == 3 * (104_000 * 100 // 52)  # wages, nothing else
    assert int(world.ledger.balance.sum()) == 0
    world.ledger.restart()
    assert not world.ledger.unpaid


def test_unpaid_hours_are_those_of_volunteers_owners_and_whom_levers_call():
    """The third estate lies in both communities, a quarter of it in the second."""
    assert budget.unpaid_hours(town()) == pytest.approx([30 + 8 + 6 + 5, 10 + 2])


def test_a_shadow_price_is_never_negative():
    with pytest.raises(ValueError, match="shadow"):
        Ledger(1, 2).note_unpaid(-1, "volunteers")
