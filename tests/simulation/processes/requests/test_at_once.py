"""Structure R1: without queues all ends on its day, hours are counted all the same, and splits shorten nothing."""

from datetime import date

import numpy as np
import pytest

from simulation.processes.requests.at_once import handle_week
from simulation.run import simulate
from simulation.scenario.load import load_scenario
from simulation.state.table import make
from simulation.state.tickets import COMMITTEE, DEPARTMENT, OPEN, RESOLVED, STREET, UNRESOLVED, VOLUNTEER, Tickets
from tests.simulation.processes.requests.test_queue import CERTAIN, CONTACT, FIRST, N_COMMUNITIES, WORK, desks

DAYS = 5
R1 = {"requests.queue": 0.0, "run.burn_in_weeks": 4.0}
DAY = pytest.approx(1 / 7)  # the day of opening is counted as one of waiting


def week(tickets, at, escalate=0.5, reopen=0.15):
    handle_week(1, tickets, at, WORK, CONTACT, escalate, reopen, DAYS)
    return at


def some(count, **columns):
    values = {"person": np.arange(count), "tier": COMMITTEE, "factor": 1.0, "left": 3.0}
    return make(Tickets, count, **(values | columns))


def test_all_ends_on_its_day_however_few_the_hours():
    opened = np.arange(400) % DAYS
    t = some(400, opened=opened, unit=np.arange(400) % N_COMMUNITIES)
    at = week(t, desks(hours=0.01))
    assert not (t.status == OPEN).any() and np.array_equal(t.closed, opened)
    assert {RESOLVED, UNRESOLVED} == set(t.status.tolist())
    assert np.array_equal(at.waited, at.finished), "one day for each attempt"
    assert at.finished.sum() == 400 + t.attempts.sum()


def test_hours_are_those_of_every_attempt_at_its_own_desk():
    t = some(90, domain=np.arange(90) % 10)
    at = week(t, desks(logit=-CERTAIN), escalate=1.0, reopen=0.0)
    assert (t.tier == DEPARTMENT).all() and (t.status == UNRESOLVED).all() and (t.attempts == 2).all()
    worked = [at.used[FIRST[tier] : FIRST[tier + 1]].sum() for tier in (COMMITTEE, STREET, DEPARTMENT)]
    assert worked == pytest.approx([90 * 3, 90 * 6, 90 * 20])


def test_a_first_contact_takes_its_time_once_and_none_of_who_is_served_as_urgent():
    t = some(4, hotline=True, urgent=np.array([1, 0, 0, 0], bool), opened=2)
    at = week(t, desks(logit=CERTAIN))
    assert (t.contacted == 2).all() and at.used.sum() == pytest.approx(4 * 3 + 3 * CONTACT)


def test_a_request_at_the_wrong_desk_is_handed_over_and_done_at_its_own():
    t = some(1, misrouted=True, unit=1, community=2, left=0.5)
    at = week(t, desks(logit=CERTAIN))
    assert t.unit[0] == 2 and t.status[0] == RESOLVED
    assert at.used[FIRST[COMMITTEE] :][:3].tolist() == [0, 0.5, 3] and at.finished.sum() == 1


def test_volunteers_do_their_own_and_take_over_errands_but_no_more_than_they_have_hours():
    own = some(2, tier=VOLUNTEER, left=1.0)
    errands = some(10, left=3.0)
    t = Tickets._make(np.concatenate(columns) for columns in zip(own, errands, strict=True))
    at = week(t, desks(logit=CERTAIN, volunteers=1.0, help=0.4))
    committee = FIRST[COMMITTEE]
    assert at.used[0] == 2.0 and at.helped[committee] == pytest.approx(5 * 0.4 + 3)
    assert at.used[committee] + at.helped[committee] == pytest.approx(30)


@pytest.fixture(scope="module")
def runs():
    """Weeks of the district without queues, and the load of committees of the first of them with queues."""
    baseline, splits = load_scenario("baseline"), load_scenario("community_splits")
    lever = splits.interventions["community_splits"].model_copy(update={"start": date(2018, 1, 1)})
    splits = splits.model_copy(update={"interventions": {"community_splits": lever}})
    made = {
        name: simulate(s.model_copy(update={"parameters": p}), seed=1, scale=0.02, weeks=12)
        for name, s, p in (
            ("baseline", baseline, R1),
            ("splits", splits, R1),
            ("queued", baseline, {"run.burn_in_weeks": 4.0}),
        )
    }
    return {name: run.district for name, run in made.items()}, len(made["splits"].communities) / 12


def test_nothing_waits_and_splits_shorten_nothing(runs):
    weeks, parts = runs
    assert parts > 130, "some communities were split"
    for name in ("baseline", "splits"):
        assert (weeks[name]["backlog"] == 0).all() and weeks[name]["wait_weeks"].to_numpy() == DAY
        assert (weeks[name]["response_rate"].dropna() == 1).all()
    assert weeks["splits"]["load_committee"].iloc[-1] < weeks["baseline"]["load_committee"].iloc[-1]


def test_load_is_told_as_with_queues(runs):
    weeks, _ = runs
    ratio = weeks["baseline"]["load_committee"].mean() / weeks["queued"]["load_committee"].mean()
    assert 0.8 < ratio < 1.25 and (weeks["queued"]["backlog"] > 0).all()
