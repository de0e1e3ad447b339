"""Property service: the map of payment and quality, single bills, and the way into its good and bad state."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes import property as service
from simulation.processes.property import payment_share, target_quality
from simulation.random import Stream, uniform
from simulation.state.estates import Estates
from simulation.state.households import ALWAYS, NEVER, RESPONSIVE, Households
from simulation.state.ledger import FEN, SECTORS, Ledger
from simulation.state.offices import Firms
from simulation.state.table import make
from tests.simulation.processes.part import part_of_world

VALUES = {
    "property.pay_always": 0.22,
    "property.pay_never": 0.03,
    "property.pay_base": 0,
    "property.pay_quality": 6,
    "property.pay_neighbours": 3.5,
    "property.pay_reference": 0.6,
    "property.quality_memory": 13,
    "property.exit_margin": -0.1,
    "property.exit_weeks": 26,
    "property.emergency_quality": 0.3,
    "property.tender_weeks": 26,
    "property.bill_weeks": 4,
}  # whatever calibration makes of the defaults
P = Parameters(VALUES)
GRID = np.linspace(0, 1, 200_001)


def fixed_points(ratio):
    """Collections that repeat themselves, and the slope of the map there, for a fee over the cost of full service."""
    image = payment_share(target_quality(GRID, ratio, 1.0), GRID, 0.5, P)
    at = np.flatnonzero(np.diff(np.sign(image - GRID)))
    return GRID[at], (image[at + 1] - image[at]) / (GRID[1] - GRID[0])


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (0.8, [0.25]),
        (1.0, [0.26]),
        (1.1, [0.27, 0.70, 0.79]),
        (1.2, [0.28, 0.57, 0.86]),
        (1.35, [0.32, 0.44, 0.90]),
        (1.5, [0.92]),
    ],
)
def test_one_bad_state_then_two_stable_ones_then_one_good_state(ratio, expected):
    collection, slope = fixed_points(ratio)
    assert collection == pytest.approx(expected, abs=0.008)
    stable = slope < 1
    assert stable.tolist() == [True, False, True][: len(expected)]


def test_some_always_pay_and_some_never():
    assert payment_share(np.array(-99), np.array(0.5), np.array(0.5), P) == pytest.approx(P["property.pay_always"])
    assert payment_share(np.array(99), np.array(0.5), np.array(0.5), P) == pytest.approx(1 - P["property.pay_never"])


@pytest.mark.parametrize("quality", [0.1, 0.5, 0.9])
def test_the_cost_of_a_quality_is_the_inverse_of_what_fees_buy(quality):
    world = place(1, ratio=1.3, quality=quality)
    income_if_all_pay = FEN * world.estates.fee * world.estates.area * 12 / 52
    collection = service._weekly_cost(world) / income_if_all_pay
    assert target_quality(collection, 1.3, 1.0) == pytest.approx(quality, abs=1e-3)


def place(households, ratio=1.25, collection=0.6, quality=0.5, estates=1, overrides=None):
    """`estates` estates with as many households each, flats of 100 m2, full service at 1 yuan per m2 and month."""
    n = households * estates
    estate = np.repeat(np.arange(estates, dtype=np.int32), households)
    u = np.random.default_rng(1).random(n)
    kind = np.where(u < P["property.pay_always"], ALWAYS, np.where(u > 1 - P["property.pay_never"], NEVER, RESPONSIVE))
    table = make(
        Estates,
        name_zh=np.full(estates, ""),
        name_en="",
        fee=ratio,
        full_cost=1.0,
        area=100.0 * households,
        households=households,
        quality=quality,
        collection=collection,
    )
    bill = np.full(n, round(100 * 100 * ratio * 4 * 12 / 52), np.int64)
    columns = Households(
        estate,
        bill,
        kind.astype(np.uint8),
        np.arange(n, dtype=np.int32),
        np.zeros(n, bool),
        np.zeros(n, np.int64),
        np.arange(n + 1),
        np.zeros(0, np.int64),
    )
    firms = make(Firms, name_zh=np.array(["甲", "乙"]), name_en=np.array(["A", "B"]))
    residents = SimpleNamespace(columns=SimpleNamespace(trust=np.full((4, n), 0.5, np.float32)))
    gates = SimpleNamespace(estate=np.arange(estates), firm=np.zeros(estates, np.int32))
    p = Parameters(VALUES | (overrides or {}))
    return part_of_world(
        p,
        estates=table,
        households=columns,
        firms=firms,
        residents=residents,
        gates=gates,
        ledger=Ledger(2, 1),
        scale=1.0,
    )


def run(world, weeks):
    for _ in range(weeks):
        service.step(world)
        world.tick += 1
        assert int(world.ledger.balance.sum()) == 0
    return world


@pytest.mark.parametrize(
    ("ratio", "start", "end"), [(1.25, 0.75, 0.879), (1.25, 0.35, 0.292), (0.9, 0.9, 0.257), (1.6, 0.3, 0.926)]
)
def test_an_estate_settles_in_the_state_whose_basin_it_starts_in(ratio, start, end):
    """20,000 households: the share that pays has a standard error below 0.0035, the bounds are four of it."""
    world = run(place(20_000, ratio, start, target_quality(start, ratio, 1.0)), 400)
    assert world.estates.emergency_weeks[0] == 0
    assert world.estates.collection[0] == pytest.approx(end, abs=0.015)
    assert world.estates.quality[0] == pytest.approx(target_quality(end, ratio, 1.0), abs=0.015)


def test_who_pays_is_the_draw_of_the_household():
    world = place(3000, collection=0.6, quality=0.5)
    world.tick = 8
    run(world, 1)
    u = uniform(1, Stream.FEE, np.arange(3000), 8)
    kind = world.households.kind
    assert np.array_equal(world.households.paid, (kind == ALWAYS) | ((kind == RESPONSIVE) & (u < 0.5)))


def test_arrears_are_paid_with_the_next_bill_that_is_paid():
    world = place(2000)
    bill = int(world.households.bill[0])
    due = 0
    for _ in range(12):
        run(world, 1)
        if (world.tick - 1) % 4 == 0:
            due += 2000 * bill
    paid = -int(world.ledger.balance[Ledger.account("household")])
    assert paid + world.households.arrears.sum() == due == 3 * 2000 * bill
    assert (world.households.arrears[world.households.paid] == 0).all()
    assert (world.households.arrears[world.households.kind == NEVER] == 3 * bill).all()


def test_a_firm_that_loses_money_leaves_and_the_street_stands_in():
    """Quality far above what is collected costs more than comes in: exit after the weeks of loss, then a tender."""
    world = place(
        500,
        ratio=0.9,
        collection=0.25,
        quality=0.9,
        overrides={"property.exit_weeks": 13, "property.tender_weeks": 13, "property.quality_memory": 26},
    )
    run(world, 13)
    assert world.estates.exits[0] == 1 and world.estates.emergency_weeks[0] == 13
    assert world.estates.firm[0] == 1 and world.gates.firm[0] == 1
    street, firms = Ledger.account("street"), world.ledger.balance[len(SECTORS) :].copy()
    run(world, 12)
    assert world.estates.emergency_weeks[0] == 1
    assert np.array_equal(world.ledger.balance[len(SECTORS) :], firms)  # no firm earns or spends in the meantime
    spent = world.ledger.journal["emergency property service", "operating"]
    fees = int(world.ledger.balance[street]) + spent
    assert spent > 0 and fees > 0
    run(world, 8)
    assert world.estates.emergency_weeks[0] == 0 and world.ledger.balance[len(SECTORS) + 1] != 0


def test_a_firm_within_its_means_stays():
    assert run(place(5000, 1.6, 0.92, 0.77), 120).estates.exits[0] == 0
