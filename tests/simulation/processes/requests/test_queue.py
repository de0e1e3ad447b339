"""What happens to requests: who is served first, where they go next, which draws decide; nothing gets lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.processes.requests.desks import Desks
from simulation.processes.requests.queue import serve_week, withdraw
from simulation.random import Stream, uniform
from simulation.state.table import make
from simulation.state.tickets import (
    COMMITTEE,
    DEPARTMENT,
    FIRM,
    NOT_YET,
    OPEN,
    RESOLVED,
    STREET,
    UNRESOLVED,
    VOLUNTEER,
    WITHDRAWN,
    Tickets,
    join,
    keep,
)

N_COMMUNITIES, N_FIRMS, N_STREETS, N_DEPARTMENTS = 3, 2, 1, 2
FIRST = np.cumsum([0, N_COMMUNITIES, N_FIRMS, N_COMMUNITIES, N_STREETS, N_DEPARTMENTS])
UNITS = np.diff(FIRST)
WORK = np.array([1.0, 2.0, 3.0, 6.0, 20.0])
CERTAIN = 50.0  # logit of an outcome that always happens
SLA, CONTACT = 14, 0.1


def desks(hours=8.0, logit=0.0, per_ticket=8.0, effort=0.0, help=0.0, volunteers=0.0):
    """Equal desks, but for those of `volunteers`.

    At full `effort` requests of the hotline come first, take longer and are settled more often.
    """
    n = FIRST[-1]
    helpers = np.zeros(n)
    helpers[FIRST[COMMITTEE] : FIRST[STREET]] = help
    given = np.full(n, hours)
    given[: FIRST[FIRM]] = volunteers
    return Desks(
        FIRST,
        given,
        np.full(n, per_ticket),
        np.ones(n),
        np.ones(n),
        np.full(n, logit),
        np.full(n, 1.0 * effort),
        np.full(n, 1 + 0.3 * effort),
        np.full(n, (1 - effort) * (SLA // 2)),
        helpers,
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n, np.int64),
        np.arange(10, dtype=np.int16) % N_DEPARTMENTS,
    )


def committee_tickets(count, **columns):
    values = {"person": np.arange(count), "tier": COMMITTEE, "factor": 1.0, "left": 3.0}
    return make(Tickets, count, **(values | columns))


def week(tickets, at=None, tick=0, seed=1, escalate=0.5, reopen=0.15, days=5):
    at = desks() if at is None else at
    serve_week(seed, tick, tickets, at, WORK, CONTACT, escalate, reopen, days)
    return at


def test_first_come_first_served():
    t = committee_tickets(4, opened=np.array([0, 0, 1, 1]))
    week(t, desks(hours=3.0, logit=CERTAIN), days=4)
    assert t.closed.tolist() == [0, 1, 2, 3]


def test_urgent_comes_first_then_what_the_hotline_will_ask_about():
    t = committee_tickets(
        4,
        opened=np.array([-9, -8, -7, 0]),
        contacted=-7,
        hotline=np.array([0, 0, 1, 0], bool),
        urgent=np.array([0, 0, 0, 1], bool),
    )
    week(t, desks(hours=3.0, logit=CERTAIN), days=4)
    assert t.closed.tolist() == [2, 3, 1, 0]


def test_a_ticket_receives_at_most_one_working_day_a_day():
    t = committee_tickets(1, left=20.0)
    at = week(t, desks(hours=40.0, logit=CERTAIN))
    assert t.closed[0] == 2
    assert at.used[FIRST[COMMITTEE]] == pytest.approx(20)


def test_a_ticket_waits_for_its_day():
    t = committee_tickets(1, opened=3, opened_tick=0)
    week(t, desks(hours=40.0, logit=CERTAIN), days=3)
    assert t.status[0] == OPEN and t.left[0] == 3.0
    week(t, desks(hours=40.0, logit=CERTAIN), days=4)
    assert t.closed[0] == 3


def test_first_contact_comes_before_work_that_is_neither_urgent_nor_due():
    t = committee_tickets(3, hotline=np.array([0, 1, 1], bool))
    at = week(t, desks(hours=0.25), days=1)
    assert t.contacted.tolist() == [NOT_YET, 0, 0]
    assert at.used[FIRST[COMMITTEE]] == pytest.approx(0.25)
    assert t.left[0] == pytest.approx(3 - 0.05)


def test_contacts_wait_where_urgent_work_takes_all_hours():
    """An office with more urgent work than hours does not call back: the response rate can fall below one."""
    urgent = np.array([True, False])
    t = committee_tickets(2, hotline=~urgent, urgent=urgent, left=np.array([20.0, 3.0]))
    week(t, desks(hours=4.0), days=4)
    assert t.contacted[1] == NOT_YET
    week(t, desks(hours=4.0, logit=CERTAIN), tick=1, days=5)
    assert t.contacted[1] == 8  # the day after the urgent one was done


def test_whoever_works_on_a_request_has_called():
    t = committee_tickets(1, hotline=True, urgent=True, left=20.0)
    week(t, desks(hours=4.0), days=1)
    assert t.contacted[0] == 0


def test_an_office_that_turns_to_the_hotline_crowds_out_visits():
    """Ten visits before ten requests of the hotline, hours for twelve: with full effort the hotline goes first."""

    def one(effort):
        hotline = np.repeat([False, True], 10)
        t = committee_tickets(20, left=1.0, visit=~hotline, hotline=hotline, contacted=0)
        week(t, desks(hours=12.0, logit=CERTAIN, per_ticket=1.0, effort=effort), days=1)
        return (t.status[~hotline] == RESOLVED).sum(), (t.status[hotline] == RESOLVED).sum()

    assert one(0.0) == (10, 2)
    assert one(1.0) == (2, 10)


def test_effort_settles_more_requests_of_the_hotline_and_no_others():
    n = 2000
    hotline = np.arange(n) % 2 == 1
    settled = []
    for effort in (0.0, 1.0):
        t = committee_tickets(n, left=0.001, hotline=hotline, contacted=0)
        week(t, desks(hours=1000.0, effort=effort), days=1)
        settled.append([(t.status[k] == RESOLVED).mean() for k in (hotline, ~hotline)])
    (hot, other), (hot_more, other_more) = settled
    assert other == other_more
    # odds of 1/2 and of 1 / (1 + 1/e) = 0.731: five standard errors of 0.0158
    assert hot == pytest.approx(0.5, abs=0.08) and hot_more == pytest.approx(0.731, abs=0.08)


def test_volunteers_take_over_visits_and_errands_and_nothing_of_the_hotline():
    visit, hotline, urgent = np.eye(4, dtype=bool)[:3]
    t = committee_tickets(4, left=2.0, visit=visit, hotline=hotline, urgent=urgent)
    at = week(t, desks(hours=0.0, logit=CERTAIN, help=3.0), days=1)
    assert t.left.tolist() == [0.0, 2.0, 2.0, 1.0] and t.status.tolist() == [RESOLVED, OPEN, OPEN, OPEN]
    assert at.helped.sum() == 3.0 and at.used.sum() == 0.0


def test_volunteers_whom_nobody_asks_help_at_the_committee():
    """Hours of volunteers that their own desk does not need are not lost."""
    t = committee_tickets(1, left=5.0, visit=True)
    at = week(t, desks(hours=2.0, logit=CERTAIN, volunteers=2.0), days=1)
    assert at.helped.sum() == 2.0 and at.used[FIRST[COMMITTEE]] == 2.0 and t.left[0] == 1.0


@pytest.mark.parametrize(
    ("tier", "path"),
    [(VOLUNTEER, [COMMITTEE, STREET, DEPARTMENT]), (FIRM, [COMMITTEE, STREET, DEPARTMENT]), (DEPARTMENT, [DEPARTMENT])],
)
def test_the_street_whistles_and_the_department_reports(tier, path):
    """What is not resolved goes up: volunteers and firms to the committee, then street, then department."""
    t = make(Tickets, 1, community=2, tier=tier, unit=1, domain=5, factor=1.0, left=0.5)
    seen = []
    for day in range(20):
        serve_week(1, day, t, desks(100.0, -CERTAIN, 100.0, volunteers=100.0), WORK, CONTACT, 1.0, 0.0, 1)
        seen.append((int(t.tier[0]), int(t.unit[0])))
        if t.status[0] != OPEN:
            break
    unit = {COMMITTEE: 2, STREET: 0, DEPARTMENT: 5 % N_DEPARTMENTS}
    expected = [(step, unit[step] if tier != DEPARTMENT else 1) for step in path]
    assert list(dict.fromkeys(seen)) == expected
    assert t.status[0] == UNRESOLVED


def test_a_misrouted_ticket_is_handed_over_and_then_served():
    t = committee_tickets(1, community=0, unit=1, misrouted=True, left=0.5)
    at = week(t, desks(hours=8.0, logit=CERTAIN))
    assert not t.misrouted[0] and t.unit[0] == 0 and t.status[0] == RESOLVED
    assert at.used[FIRST[COMMITTEE] : FIRST[STREET]].tolist() == [3.0, 0.5, 0.0]
    assert at.finished.sum() == 1


def test_what_becomes_of_finished_tickets_is_the_draw_of_their_address():
    n, tick, chance = 4000, 7, 0.4
    t = committee_tickets(n, person=np.arange(n) * 3, left=0.001, opened_tick=tick, opened=7 * tick)
    week(t, desks(hours=100.0, logit=np.log(chance / (1 - chance))), tick=tick, seed=5, days=1)
    address = tick * 16
    done = uniform(5, Stream.RESOLVE, t.person, address) < chance
    u = uniform(5, Stream.AFTER_FAILURE, t.person, address)
    assert np.array_equal(t.status == RESOLVED, done)
    assert np.array_equal(t.tier == STREET, ~done & (u < 0.5))
    assert np.array_equal((t.tier == COMMITTEE) & (t.status == OPEN), ~done & (u >= 0.5) & (u < 0.65))
    assert np.array_equal(t.status == UNRESOLVED, ~done & (u >= 0.65))
    # five standard errors: a fair draw is further off with probability 6e-7
    assert done.mean() == pytest.approx(chance, abs=5 * np.sqrt(chance * (1 - chance) / n))


def test_patience_ends_by_the_draw_of_the_person():
    t = committee_tickets(1000, opened_tick=2)
    withdraw(3, 2, t, 0.2, 20)
    assert (t.status == OPEN).all()  # nobody gives up in the week of opening
    withdraw(3, 3, t, 0.2, 27)
    assert np.array_equal(t.status == WITHDRAWN, uniform(3, Stream.WITHDRAW, t.person, 3) < 0.2)
    assert set(t.closed[t.status == WITHDRAWN].tolist()) == {27}


requests = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 2), st.floats(0.01, 30), st.integers(0, 34), st.booleans(), st.booleans()
    ),
    min_size=1,
    max_size=60,
)


def draft(rows):
    tier, community, left, day, hotline, urgent = (np.array(column) for column in zip(*rows, strict=True))
    return make(
        Tickets,
        len(rows),
        person=np.arange(len(rows)),
        community=community,
        firm=community % N_FIRMS,
        domain=np.arange(len(rows)) % 10,
        hotline=hotline,
        urgent=urgent,
        tier=tier,
        unit=community % UNITS[tier],
        opened=day,
        opened_tick=day // 7,
        factor=1.0,
        left=left,
    )


@settings(deadline=None, max_examples=60)
@given(rows=requests, hours=st.floats(0, 40), logit=st.floats(-5, 5), patience=st.floats(0, 0.3))
def test_every_request_is_open_or_ended_once(rows, hours, logit, patience):
    """Opened = resolved + unresolved + withdrawn + open, by community and by the tier where it was opened."""
    everything = draft(rows)
    entered = everything.tier.copy()
    t = keep(everything, np.zeros(len(rows), bool))
    entry = np.zeros(0, np.int8)
    ended = np.zeros((4, N_COMMUNITIES, 5), np.int64)
    for tick in range(7):
        new = everything.opened_tick == tick
        t, entry = join(t, keep(everything, new)), np.concatenate([entry, entered[new]])
        at = week(t, desks(hours=hours, logit=logit, volunteers=hours), tick=tick)
        withdraw(1, tick, t, patience, 7 * tick + 6)
        assert (at.used <= 5 * hours + 1e-9).all()
        assert np.array_equal(t.status == OPEN, t.closed == NOT_YET)
        assert (t.closed[t.status != OPEN] >= t.opened[t.status != OPEN]).all()
        assert (t.tier >= entry).all()
        over = t.status != OPEN
        np.add.at(ended, (t.status[over], t.community[over], entry[over]), 1)
        t, entry = keep(t, ~over), entry[~over]
    np.add.at(ended, (OPEN, t.community, entry), 1)
    opened = np.zeros((N_COMMUNITIES, 5), np.int64)
    np.add.at(opened, (everything.community, entered), 1)
    assert np.array_equal(ended.sum(axis=0), opened)


@settings(deadline=None, max_examples=40)
@given(rows=requests, hours=st.floats(0, 40))
def test_hours_worked_are_hours_of_work_done(rows, hours):
    """With certain success and no hotline, the work that is left falls by exactly what the desks used."""
    t = draft([(*row[:4], False, row[5]) for row in rows])
    before, used = t.left.sum(), 0.0
    for tick in range(5):
        at = week(t, desks(hours=hours, logit=CERTAIN, volunteers=hours), tick=tick)
        used += at.used.sum() + at.helped.sum()
    assert before - t.left.sum() == pytest.approx(used, abs=1e-6)
