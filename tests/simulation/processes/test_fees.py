"""Property fees: who pays, what is collected of arrears, and that nobody inherits another's debts."""

import numpy as np
import pytest

from simulation.processes import fees
from simulation.processes.fees import payment_share
from simulation.random import Stream, uniform
from simulation.state.households import ALWAYS, NEVER, RESPONSIVE
from simulation.state.ledger import Ledger
from tests.simulation.processes.property_case import P, place, run


def _bill(world, bills):
    for _ in range(bills):
        fees.step(world)
        world.tick += 4


def test_some_always_pay_and_some_never():
    assert payment_share(np.array(-99), np.array(0.5), np.array(0.5), P) == pytest.approx(P["property.pay_always"])
    assert payment_share(np.array(99), np.array(0.5), np.array(0.5), P) == pytest.approx(1 - P["property.pay_never"])


def test_a_committee_of_owners_wins_payers():
    half = np.array(0.5)
    assert payment_share(half, half, half, P, 1.0) > payment_share(half, half, half, P, 0.5)
    assert payment_share(half, half, half, P, 0.5) > payment_share(half, half, half, P)


def test_who_pays_is_the_draw_of_the_household():
    world = place(3000, collection=0.6, quality=0.5)
    world.tick = 8
    run(world, 1)
    u = uniform(1, Stream.FEE, np.arange(3000), 8)
    kind = world.households.kind
    assert np.array_equal(world.households.paid, (kind == ALWAYS) | ((kind == RESPONSIVE) & (u < 0.5)))


def test_one_payment_does_not_settle_all_that_is_owed():
    """A household that owes 13 bills and pays the next one brings a tenth of what is young besides, no more."""
    world = place(200)
    h, bill = world.households, int(world.households.bill[0])
    h.arrears[:] = 13 * bill
    world.estates.billed[:] = 200 * 13 * bill
    run(world, 1)
    paying = h.paid
    young = 13 * bill * (1 - 4 / 52)  # what has not grown old with this bill
    assert paying.any() and not paying.all()
    assert h.arrears[paying] == pytest.approx(0.9 * young, abs=2)
    assert h.arrears[~paying] == pytest.approx(young + bill, abs=2)


def test_old_arrears_bring_less_and_lapse():
    """Nobody bills anything new: of 10,000 yuan that are old, a non-payer's debt halves in 1.4 years by lapse alone."""
    world = place(50)
    h = world.households
    h.bill[:], h.kind[:], h.old_arrears[:] = 0, NEVER, 10**6
    world.estates.billed[:] = 50 * 10**6
    _bill(world, 18)
    assert h.old_arrears == pytest.approx(10**6 * (1 - 4 / 104) ** 18, rel=1e-4)
    assert world.estates.settled[0] == 0
    h.kind[:] = ALWAYS
    before = h.old_arrears.copy()
    _bill(world, 1)
    assert h.old_arrears == pytest.approx(before * (1 - 4 / 104) * (1 - 0.03), rel=1e-3)


def test_a_new_tenant_owes_nothing_of_the_old_one():
    world = place(100)
    h = world.households
    h.kind[:], h.arrears[:], h.old_arrears[:] = NEVER, 3000, 7000
    world.estates.billed[:] = 100 * 10_000
    h.moved[:40] = True
    run(world, 1)
    assert (h.arrears[:40] == h.bill[:40]).all() and (h.old_arrears[:40] == 0).all() and not h.moved.any()
    assert (h.old_arrears[40:] > 6700).all()
    lapsed = 60 * round(7000 * 4 / 104)
    assert world.estates.settled[0] == 40 * 1000 and world.estates.written_off[0] == 40 * 9000 + lapsed


def test_the_law_brings_more_of_what_is_owed():
    paid = []
    for law in (False, True):
        world = place(2000, law=law)
        world.households.arrears[:] = 10**5
        world.estates.billed[:] = 2000 * 10**5
        run(world, 1)
        paid.append(-int(world.ledger.balance[Ledger.account("household")]))
    assert paid[1] > paid[0]


def test_a_table_that_mediates_brings_more_of_what_is_owed():
    paid = []
    for mediation in (0.0, 0.05):
        world = place(2000)
        world.levers.mediation[:] = mediation
        world.households.arrears[:] = 10**5
        world.estates.billed[:] = 2000 * 10**5
        run(world, 1)
        paid.append(-int(world.ledger.balance[Ledger.account("household")]))
    rate = world.households.paid.mean()
    assert paid[1] - paid[0] == pytest.approx(2000 * rate * 0.05 * 10**5, rel=1e-3)


def test_courts_reach_those_who_never_pay():
    world = place(2000, overrides={"property.court": 0.1})
    h = world.households
    h.bill[:], h.kind[:], h.old_arrears[:] = 0, NEVER, 10**5
    world.estates.billed[:] = 2000 * 10**5
    run(world, 1)
    sued = int((h.old_arrears == 0).sum())
    # 2,000 draws of 0.0077: mean 15.4, standard deviation 3.9; four of it
    assert sued == pytest.approx(2000 * 0.1 * 4 / 52, abs=16) and sued > 0
    assert world.estates.settled[0] == pytest.approx(sued * 10**5 * (1 - 4 / 104), rel=1e-5)


def test_what_is_owed_rests_where_collection_rests():
    """Three years after the start the debts of a world at rest are what they were, within 5 %."""
    world = place(20_000, 1.25, 0.9, 0.75)
    run(world, 200)
    fees.settle(world, fees.payers(world))
    start = int((world.households.arrears + world.households.old_arrears).sum())
    run(world, 156)
    end = int((world.households.arrears + world.households.old_arrears).sum())
    assert end == pytest.approx(start, rel=0.05)
