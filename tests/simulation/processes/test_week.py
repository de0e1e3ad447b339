"""All processes together, week by week, in a hundredth of the district: what must be conserved, and the extremes."""

import copy
import os

import numba
import numpy as np
import pytest

from simulation.domains import DOMAINS
from simulation.model import PROCESSES
from simulation.run import prepare
from simulation.scenario.load import load_scenario
from simulation.state.levers import Levers
from simulation.state.table import make
from simulation.state.tickets import COMMITTEE, OPEN
from simulation.state.week import Week

WEEKS = 8
UNIT = ("satisfaction", "expectation", "efficacy", "awareness", "habit", "trust", "overall")


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """A world after its burn-in; tests work on copies of it."""
    before = os.environ.get("HUITIAN_CACHE")
    os.environ["HUITIAN_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    try:
        return prepare(load_scenario("baseline"), 1, 0.01)
    finally:
        os.environ.pop("HUITIAN_CACHE") if before is None else os.environ.update(HUITIAN_CACHE=before)


@pytest.fixture
def world(start):
    return copy.deepcopy(start)


def week(world):
    world.levers = make(Levers, len(world.communities))
    world.week = make(Week, len(world.communities))
    for _, process in PROCESSES:
        process(world)
    world.tick += 1


def open_by_community(world):
    return np.bincount(world.tickets.community[world.tickets.status == OPEN], minlength=len(world.communities))


def test_requests_are_conserved_in_every_community_and_week(world):
    total = 0
    for _ in range(WEEKS):
        before = open_by_community(world)
        week(world)
        w = world.week
        assert np.array_equal(open_by_community(world), before + w.opened - w.resolved - w.unresolved - w.withdrawn)
        c = world.communities
        assert np.array_equal(c.open_issues.sum(axis=1) + c.open_visits, open_by_community(world))
        total += int(w.opened.sum())
    assert total > 0


def test_open_visits_are_no_issues(world):
    """Community service is worn down by what is complained about, not by those who wait for a form."""
    week(world)
    c, t, service = world.communities, world.tickets, DOMAINS.index("community_service")
    still = (t.status == OPEN) & (t.domain == service)
    n = len(c)
    assert np.array_equal(c.open_issues[:, service], np.bincount(t.community[still & ~t.visit], minlength=n))
    assert np.array_equal(c.open_visits, np.bincount(t.community[still & t.visit], minlength=n))
    assert c.open_visits.sum() > 0


def test_requests_of_a_week_come_by_day_and_not_in_the_order_of_the_residents(world):
    """Whoever lives in the first rows must not be served first all year: ranks in the queue and rows are unrelated."""
    week(world)
    t = world.tickets
    new = t.opened_tick == world.tick - 1
    day, row = t.opened[new], t.resident[new].astype(float)
    assert (np.diff(day) >= 0).all()
    for d in np.unique(day):
        rows = row[day == d]
        rank = np.arange(len(rows))
        # correlation of unrelated numbers has standard error 1 / sqrt(n): five of it
        assert abs(np.corrcoef(rank, rows)[0, 1]) < 5 / np.sqrt(len(rows)) < 0.2


def test_volunteers_who_take_over_visits_leave_less_for_staff(world):
    """Hours that volunteers give to requests lower the committees' load, whatever they cost in coordination."""
    other = copy.deepcopy(world)
    loads = []
    for w, hours in ((world, 0.0), (other, 20.0)):
        w.levers, w.week = make(Levers, len(w.communities)), make(Week, len(w.communities))
        for _ in range(4):
            w.levers.activity_hours[:] = hours
            w.week = make(Week, len(w.communities))
            for _, process in PROCESSES:
                process(w)
            w.tick += 1
        loads.append(w.communities.hours_needed.sum() / w.communities.hours_supplied.sum())
    assert loads[1] < loads[0]


def test_every_hotline_ticket_is_called_back_once(world):
    t = world.tickets
    waiting = np.count_nonzero(t.hotline & ~t.called)
    for _ in range(WEEKS):
        tick = world.tick
        week(world)
        t, w = world.tickets, world.week
        waiting += np.count_nonzero(t.hotline & (t.opened_tick == tick)) - int(w.due.sum())
        assert waiting == np.count_nonzero(t.hotline & ~t.called)
        assert (t.opened[t.hotline & ~t.called] + 15 > 7 * tick + 6).all()
        for count in (w.responded, w.settled, w.pleased):
            assert (count <= w.due).all()


def test_people_homes_posts_and_ties_are_conserved(world):
    before = len(world.residents), len(world.households.estate), len(world.workers), len(world.estates)
    near, posts = world.residents.columns.near.copy(), np.bincount(world.workers.community)
    for _ in range(WEEKS):
        week(world)
    assert before == (len(world.residents), len(world.households.estate), len(world.workers), len(world.estates))
    now = world.residents.columns.near
    assert np.array_equal(near[:, 2:], now[:, 2:]), "who is born or joins a household changes ties at home only"
    assert (near[:, :2] != now[:, :2]).mean() < 0.01
    assert np.array_equal(posts, np.bincount(world.workers.community))
    assert world.communities.residents.sum() == len(world.residents)


def test_bills_are_paid_owed_or_written_off(world):
    world.estates.emergency_weeks[:] = 0  # fees in an emergency are counted for the whole district
    world.estates.loss_weeks[:] = 0
    h, e = world.households, world.estates
    owed, written = int(h.arrears.sum() + h.old_arrears.sum()), int(e.written_off.sum())
    paid = -int(world.ledger.balance[world.ledger.account("household")])
    bills = 0
    for _ in range(WEEKS):
        bills += int(h.bill.sum()) * (world.tick % int(world.params["property.bill_weeks"]) == 0)
        week(world)
        assert int(world.ledger.balance.sum()) == 0
    owed = int(h.arrears.sum() + h.old_arrears.sum()) - owed
    written = int(e.written_off.sum()) - written
    assert bills > 0 and written > 0
    assert -int(world.ledger.balance[world.ledger.account("household")]) - paid + owed + written == bills


def test_shares_stay_shares(world):
    for _ in range(WEEKS):
        week(world)
    for name in UNIT:
        column = getattr(world.residents.columns, name)
        assert (column >= 0).all() and (column <= 1).all(), name
    for column in (
        world.workers.burnout,
        world.communities.knowledge,
        world.communities.norm,
        world.estates.quality,
        world.estates.collection,
        world.gates.compliance,
        world.gates.norm,
        world.places.performance,
    ):
        assert (column >= 0).all() and (column <= 1).all()
    for table in (world.communities, world.firms, world.streets, world.departments):
        assert np.isfinite(table.load).all() and (table.load >= 0).all() and (table.delay >= 0).all()


def test_the_bits_do_not_depend_on_the_threads(start):
    ends, before = [], numba.get_num_threads()
    try:
        for threads in (1, min(2, numba.config.NUMBA_NUM_THREADS)):
            numba.set_num_threads(threads)
            world = copy.deepcopy(start)
            for _ in range(3):
                week(world)
            ends.append(world)
    finally:
        numba.set_num_threads(before)
    for name, column in ends[0].residents.columns._asdict().items():
        assert np.array_equal(column, getattr(ends[1].residents.columns, name)), name
    for one, other in zip(ends[0].tickets, ends[1].tickets, strict=True):
        assert np.array_equal(one, other)
    assert np.array_equal(ends[0].ledger.balance, ends[1].ledger.balance)


def test_without_staff_nothing_gets_done_at_committees_and_nothing_breaks(world):
    world.workers.vacancy[:] = 1000
    world.workers.burnout[:] = 0
    backlog = [np.count_nonzero((world.tickets.tier == COMMITTEE) & (world.tickets.status == OPEN))]
    for _ in range(WEEKS):
        week(world)
        backlog.append(np.count_nonzero((world.tickets.tier == COMMITTEE) & (world.tickets.status == OPEN)))
    assert backlog[-1] > backlog[0]
    assert (world.communities.hours_supplied == 0).all() and np.isfinite(world.communities.load_memory).all()
    assert world.ledger.spent("operating") == 0


def test_better_service_makes_people_more_satisfied(start):
    """Everything the same, draws included, but for the safety that residents meet."""
    plain, safe = copy.deepcopy(start), copy.deepcopy(start)
    safe.params._values["quality.safety"] = 0.75
    for world in (plain, safe):
        for _ in range(WEEKS):
            week(world)
    assert safe.residents.columns.overall.mean() > plain.residents.columns.overall.mean() + 0.002
    assert safe.residents.columns.satisfaction[3].mean() > plain.residents.columns.satisfaction[3].mean()


def test_without_adults_there_are_no_requests(world):
    world.residents.columns.adult[:] = 0
    world.context = world.context.model_copy(update={"demography": False})  # nobody comes of age
    week(world)
    assert world.week.opened.sum() == 0
