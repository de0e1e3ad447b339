"""Property service: the map of payment and quality, what firms keep, and how one goes and another comes."""

import numpy as np
import pytest

from simulation.domains import TRUST_FIRM
from simulation.processes import property as service
from simulation.processes.fees import payment_share
from simulation.processes.property import target_quality
from simulation.state.households import ALWAYS, RESPONSIVE
from simulation.state.ledger import SECTORS, Ledger
from simulation.state.offices import firm_hours
from simulation.state.table import make
from simulation.state.tickets import COMMITTEE, FIRM, Tickets
from tests.simulation.processes.property_case import P, place, run

GRID = np.linspace(0, 1, 200_001)


def fixed_points(ratio, checked=0.0):
    """Collections that repeat themselves, and the slope of the map there, for a fee over the cost of full service."""
    image = payment_share(target_quality(GRID, ratio, 1.0, P, checked), GRID, 0.5, P, checked)
    at = np.flatnonzero(np.diff(np.sign(image - GRID)))
    return GRID[at], (image[at + 1] - image[at]) / (GRID[1] - GRID[0])


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        (0.8, [0.23]),
        (1.0, [0.23]),
        (1.1, [0.23, 0.66, 0.88]),
        (1.2, [0.23, 0.58, 0.91]),
        (1.35, [0.24, 0.48, 0.93]),
        (1.8, [0.95]),
    ],
)
def test_one_bad_state_then_two_stable_ones_then_one_good_state(ratio, expected):
    collection, slope = fixed_points(ratio)
    assert collection == pytest.approx(expected, abs=0.008)
    stable = slope < 1
    assert stable.tolist() == [True, False, True][: len(expected)]


def test_owners_who_watch_make_the_way_out_of_the_bad_state_shorter():
    """The unstable state between the two is the level of collection from which an estate recovers."""
    alone, watched = fixed_points(1.2)[0][1], fixed_points(1.2, 1.0)[0][1]
    assert watched < alone - 0.1


def test_half_of_full_quality_costs_the_same_however_much_is_fixed():
    worlds = [place(1, quality=0.5, overrides={"property.fixed_cost": share}) for share in (0.1, 0.4)]
    costs = [int(service.weekly_cost(world)[0]) for world in worlds]
    assert costs[0] == pytest.approx(costs[1], abs=1)
    assert costs[0] == pytest.approx(100 * 100 * np.log(2) * (1 - 0.12) * 12 / 52, abs=1)


def test_no_quality_still_costs_the_staff_that_must_be_there():
    world = place(1, quality=0.0)
    assert service.weekly_cost(world)[0] == pytest.approx(100 * 100 * 0.25 * (1 - 0.12) * 12 / 52, abs=1)


@pytest.mark.parametrize(("scrutiny", "kept"), [(0.0, 0.12), (0.5, 0.09), (1.0, 0.06)])
def test_at_rest_a_firm_keeps_its_margin(scrutiny, kept):
    world = place(5000, 1.4, 0.92, 0.75)
    world.levers.scrutiny[:] = scrutiny
    run(world, 200)
    e = world.estates
    bills = e.collection[0] * 1.4 * 100 * 100 * 5000 * 12 / 52
    assert 1 - service.weekly_cost(world)[0] / bills == pytest.approx(kept, abs=0.01)


@pytest.mark.parametrize(("ratio", "start", "end"), [(1.25, 0.75, 0.916), (1.25, 0.35, 0.235), (1.9, 0.3, 0.958)])
def test_an_estate_settles_in_the_state_whose_basin_it_starts_in(ratio, start, end):
    """20,000 households: the share that pays has a standard error below 0.0035, the bounds are four of it."""
    world = run(place(20_000, ratio, start, target_quality(start, ratio, 1.0, P)), 400)
    assert world.estates.emergency_weeks[0] == 0
    assert world.estates.collection[0] == pytest.approx(end, abs=0.015)
    assert world.estates.quality[0] == pytest.approx(target_quality(end, ratio, 1.0, P), abs=0.03)


def test_profit_is_paid_out_and_does_not_pile_up():
    world = place(2000, 1.4, 0.92, 0.78)
    service.settle(world)
    run(world, 520)
    bill = 2000 * int(world.households.bill[0])
    reserve = 8 * int(service.weekly_cost(world)[0])
    cash = int(world.ledger.balance[len(SECTORS)])
    assert 0 < cash <= reserve + bill
    assert world.ledger.balance[Ledger.account("shareholder")] > 5 * bill  # ten years of a tenth of 130 bills


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
    assert world.ledger.balance[len(SECTORS) + 1] == firms[1]  # the next firm earns and spends nothing yet
    spent = world.ledger.journal["emergency property service", "operating"]
    fees = int(world.ledger.balance[street]) + spent
    assert spent > 0 and fees > 0
    run(world, 8)
    assert world.estates.emergency_weeks[0] == 0 and world.ledger.balance[len(SECTORS) + 1] != 0


def test_a_firm_that_goes_leaves_no_claim_behind():
    world = place(300, ratio=0.9, collection=0.25, quality=0.9, overrides={"property.exit_weeks": 13})
    h = world.households
    h.arrears[:], h.old_arrears[:] = 5000, 5000
    world.estates.billed[:] = 300 * 10_000
    run(world, 1)
    world.estates.loss_weeks[:] = 12
    owed = int((h.arrears + h.old_arrears).sum())
    before = world.estates.settled[0], world.estates.written_off[0]
    run(world, 1)
    assert world.estates.exits[0] == 1 and not h.arrears.any() and not h.old_arrears.any()
    assert world.estates.settled[0] - before[0] == pytest.approx(0.1 * owed, abs=300)
    assert world.estates.written_off[0] - before[1] == pytest.approx(0.9 * owed, abs=300)


def test_a_firm_without_credit_gives_up_where_it_loses_most():
    world = place(100, estates=3, firms=3, ratio=1.4, collection=0.9, quality=0.8)
    e = world.estates
    e.firm[:] = [0, 0, 1]
    run(world, 1)
    e.quality[:2] = 0.95, 0.97
    e.income[:2] = service.weekly_cost(world)[:2] * [0.95, 0.9]  # both lose, neither by the tenth that ends a contract
    debt = 14 * int(service.weekly_cost(world)[:2].sum()) + int(world.ledger.balance[len(SECTORS)])
    world.ledger.pay_firms("supplier", np.array([-debt, 0, 0]))
    run(world, 1)
    assert e.exits.tolist() == [0, 1, 0] and e.firm.tolist() == [0, 1, 1]


def test_people_and_requests_follow_the_estate_to_the_next_firm():
    world = place(400, estates=2, ratio=0.9, collection=0.25, quality=0.9, overrides={"property.exit_weeks": 13})
    e, p = world.estates, world.params
    e.firm[:], world.gates.firm[:] = [0, 1], [0, 1]
    world.firms.hours[:] = firm_hours(np.array([400, 400]), p)
    e.quality[1], e.income[1] = 0.1, 1e12
    tier = np.array([FIRM, FIRM, COMMITTEE])
    world.tickets = make(
        Tickets, resident=np.array([5, 500, 6]), tier=tier, unit=np.array([0, 1, 0]), firm=np.array([0, 1, 0])
    )
    world.tick = 1  # no bill in between
    e.income[0], e.loss_weeks[0] = 1.0, 12
    run(world, 1)
    assert e.firm.tolist() == [1, 1]
    assert world.tickets.unit.tolist() == [1, 1, 0] and world.tickets.firm[:2].tolist() == [1, 1]
    assert world.firms.hours == pytest.approx(firm_hours(np.array([0, 800]), p))


def test_a_firm_in_debt_wins_no_tender():
    world = place(100, firms=3, ratio=0.9, collection=0.25, quality=0.9, overrides={"property.exit_weeks": 13})
    world.estates.firm[:], world.estates.income[:] = 0, 1.0
    service._hand_over(world, np.array([0]))
    assert world.estates.firm[0] == 1
    world.estates.firm[:] = 0
    world.ledger.pay_firms("supplier", np.array([0, -1, 0]))
    service._hand_over(world, np.array([0]))
    assert world.estates.firm[0] == 2


def test_a_firm_within_its_means_stays():
    assert run(place(5000, 1.6, 0.92, 0.77), 120).estates.exits[0] == 0


def settled(ratios, hold=0.0, households=2000):
    """Estates of these fees over the cost of full service, from the start of every world, at rest."""
    world = place(households, estates=len(ratios))
    e, h = world.estates, world.households
    e.fee[:], e.owners_strength[:] = ratios, hold
    h.bill[:] = np.rint(10_000 * e.fee[h.estate] * 4 * 12 / 52)
    service.settle(world)
    return world


def test_every_estate_starts_at_a_fixed_point_of_fee_and_service():
    """One in the bad band, one between, where two states are stable, one in the good: residuals of (18) and (19)."""
    world = settled([0.9, 1.25, 1.8])
    e, h = world.estates, world.households
    for row in range(3):
        kind, trust = h.kind[h.estate == row], e.quality[row]  # without own providers trust is the quality
        logit = 6 * (e.quality[row] - 0.5) + 3.5 * (e.collection[row] - 0.6) + P["property.pay_trust"] * (trust - 0.5)
        pays = np.mean(kind == ALWAYS) + np.mean(kind == RESPONSIVE) / (1 + np.exp(-logit))
        assert e.collection[row] == pytest.approx(pays, abs=1e-4)
    assert e.quality == pytest.approx(target_quality(e.collection, e.fee, 1.0, P), abs=1e-4)
    assert e.collection[0] < 0.3 and e.collection[2] > 0.9
    assert not 0.4 < e.collection[1] < 0.8


def test_estates_at_rest_stay_there():
    """Two years of bills: the share of 20,000 households has a standard error below 0.0035, the bound is four."""
    world = settled([0.9, 1.25, 1.8], households=20_000)
    trust = world.residents.columns.trust[TRUST_FIRM]
    trust[:] = world.estates.quality[world.households.estate]
    before = world.estates.collection.copy(), world.estates.quality.copy()
    run(world, 104)
    assert world.estates.collection == pytest.approx(before[0], abs=0.014)
    assert world.estates.quality == pytest.approx(before[1], abs=0.02)


def test_no_estate_starts_in_a_state_that_only_its_committee_holds_up():
    """With owners who watch, a fee at the cost of full service has a good state; without them it has none."""
    assert fixed_points(1.0)[0].max() < 0.4 < 0.8 < fixed_points(1.0, 1.0)[0].max()
    assert settled([1.0], hold=1.0).estates.collection[0] < 0.4
    assert settled([1.2], hold=1.0).estates.collection[0] > 0.8  # which would last without it


def test_where_the_street_stands_in_nothing_is_settled():
    world = place(200, estates=2)
    world.estates.emergency_weeks[0] = 5
    service.settle(world)
    assert world.estates.collection[0] == 0.6 and world.estates.quality[0] == 0.5
    assert world.estates.collection[1] != 0.6


def lossy(lived):
    """Thirty estates of ten firms, most with fees below what service costs, at rest; with the years of bills or not."""
    world = place(60, estates=30, firms=10, overrides={"run.burn_in_weeks": 52})
    e, h = world.estates, world.households
    e.fee[:], e.firm[:] = np.linspace(0.6, 1.5, 30), np.arange(30) % 10
    world.gates.firm[:] = e.firm
    h.bill[:] = np.rint(10_000 * e.fee[h.estate] * 4 * 12 / 52)
    world.firms.hours[:] = firm_hours(np.bincount(e.firm, e.households, 10), world.params)
    service.settle(world)
    world.residents.columns.trust[TRUST_FIRM] = e.quality[h.estate]
    if lived:
        service.live(world)
    return world


def test_firms_start_with_the_debts_and_the_exits_of_later_years():
    """Exits of the first two years over a fifth of those of the ten that follow; without the years lived they lag."""
    ratio = []
    for lived in (True, False):
        world = run(lossy(lived), 104)
        first = world.estates.exits.sum()
        run(world, 520)
        ratio.append(5 * first / (world.estates.exits.sum() - first))
    assert ratio[0] == pytest.approx(1, abs=0.3)
    assert ratio[1] < ratio[0] - 0.2


def test_years_of_bills_move_no_estate_whose_firm_stayed():
    world, raw = lossy(True), lossy(False)
    e = world.estates
    stayed = e.quality == raw.estates.quality
    assert stayed[e.fee > 1.25].all() and np.array_equal(e.collection[stayed], raw.estates.collection[stayed])
    assert world.tick == raw.tick == 0 and not world.estates.exits.any()
    h = world.households
    assert int(world.estates.billed.sum()) == int(h.arrears.sum() + h.old_arrears.sum())
    assert int(world.ledger.balance.sum()) == 0
