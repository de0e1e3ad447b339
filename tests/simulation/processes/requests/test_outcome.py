"""The experience that a request leaves, and the call-back of the hotline."""

import numpy as np
import pytest

from simulation.domains import TRUST_COMMITTEE
from simulation.parameters import Parameters
from simulation.processes.requests import outcome
from simulation.processes.residents.coefficients import coefficients
from simulation.random import Stream, uniform
from simulation.state.residents import NEVER_CAME
from simulation.state.table import make
from simulation.state.tickets import NOT_YET, OPEN, RESOLVED, UNRESOLVED, WITHDRAWN, Tickets
from tests.simulation.processes.residents.kernel_case import Case

TICKET = outcome.Experience(base=0.2, resolved=0.5, speed=0.2, days=14.0, manner=0.1)
SLA, CONTACT = 15, 1


@pytest.mark.parametrize(
    ("resolved", "days", "manner", "expected"),
    [(1, 0, 1, 1.0), (0, 0, 1, 0.5), (1, 14, 0.5, 0.8236), (0, 1000, 0, 0.2)],
)
def test_experience_by_hand(resolved, days, manner, expected):
    """Equation (9): 0.2 + 0.5 resolved + 0.2 exp(-days / 14) + 0.1 (1 - burnout)."""
    assert outcome._experience(float(resolved), days, manner, TICKET) == pytest.approx(expected, abs=1e-4)


def answered(tickets, today, threshold=0.55, noise=0.0):
    counts = np.zeros((4, 2), np.int64)
    outcome._answer(1, 0, tickets, today, SLA, CONTACT, np.ones(2), TICKET, threshold, noise, *counts)
    return dict(zip(("due", "responded", "settled", "pleased"), counts.tolist(), strict=True))


def test_the_three_rates_of_a_call_back():
    """Six tickets of day 0: done in time, done late, not done, contacted late, no hotline, and one of a later day."""
    t = make(
        Tickets,
        6,
        community=np.array([0, 0, 1, 1, 0, 0]),
        hotline=np.array([1, 1, 1, 1, 0, 1], bool),
        opened=np.array([0, 0, 0, 0, 0, 7]),
        contacted=np.array([1, 0, 0, 2, 0, 7]),
        status=np.array([RESOLVED, RESOLVED, UNRESOLVED, RESOLVED, RESOLVED, OPEN]),
        closed=np.array([3, 16, 5, 15, 2, NOT_YET]),
    )
    assert answered(t, today=14) == {"due": [0, 0], "responded": [0, 0], "settled": [0, 0], "pleased": [0, 0]}
    assert answered(t, today=20) == {"due": [2, 2], "responded": [2, 1], "settled": [1, 1], "pleased": [1, 1]}
    assert t.called.tolist() == [True, True, True, True, False, False]
    assert answered(t, today=21)["due"] == [0, 0]
    assert answered(t, today=22)["due"] == [1, 0]


def test_whoever_was_never_contacted_counts_as_not_responded():
    t = make(Tickets, 1, hotline=True, opened=-40)
    assert answered(t, today=0) == {"due": [1, 0], "responded": [0, 0], "settled": [0, 0], "pleased": [0, 0]}


def test_satisfaction_on_the_phone_is_a_draw_around_the_experience():
    n = 4000
    t = make(Tickets, n, person=np.arange(n), hotline=True, status=RESOLVED, closed=15)
    y = 0.2 + 0.5 + 0.2 * np.exp(-15 / 14) + 0.1
    noise = uniform(1, Stream.CALL_BACK, np.arange(n), 0) - 0.5
    assert answered(t, today=15, threshold=0.85, noise=0.5)["pleased"][0] == int((y + 0.5 * noise > 0.85).sum())


def close(t, col, parts=1, copies=1, came=NEVER_CAME):
    """End the tickets `t` of residents, all of one community and one gate, with columns `col`."""
    since = np.full(col.efficacy.size, came, np.int16)
    arguments = outcome._ACTOR, np.ones(1), np.full(1, 0.25), TICKET, coefficients(Parameters())
    outcome._close(np.zeros(1, np.int64), parts, t, copies, 0, col, since, *arguments, 0.1, 2.0, 0.2, 0.5)


def learned(parts, n=200_000, closed=6_000, copies=1, copy=0):
    """Columns of n residents after `closed` tickets ended at once, with ties as far away as they can be."""
    rng = np.random.default_rng(4)
    col = Case(n=n, size=100).col
    rows = np.arange(n)[:, None]
    col.near[:] = np.clip(rows + rng.integers(-(2**15), 2**15, (n, 7)), 0, n - 1) - rows
    col.far[:] = rng.integers(0, n, n)
    who = 50 * rng.integers(0, n // 50, closed)
    t = make(
        Tickets,
        closed,
        resident=who,
        person=copies * who + copy,
        tier=rng.integers(0, 5, closed),
        visit=rng.random(closed) < 0.3,
        status=rng.integers(RESOLVED, WITHDRAWN + 1, closed),
        closed=rng.integers(0, 5, closed),
    )
    close(t, col, parts, copies)
    return col


def test_an_empty_slot_hears_nothing():
    """Efficacy of a resident without ties moves once; of one with a single tie, that one hears its share besides."""
    col = Case(n=100, size=100).col
    col.near[7, 4] = 3
    t = make(Tickets, 2, resident=np.array([5, 7]), person=np.array([5, 7]), status=RESOLVED, closed=1)
    close(t, col)
    moved = np.flatnonzero(col.efficacy != 0.5)
    assert moved.tolist() == [5, 7, 10]
    assert col.efficacy[moved] == pytest.approx([0.7, 0.7, 0.6])


@pytest.mark.parametrize("parts", [2, 7])
def test_what_residents_learn_does_not_depend_on_the_parts(parts):
    """Residents have several tickets and ties across the parts; order matters, for steps are clipped and add up."""
    whole, divided = learned(1), learned(parts)
    for name in ("satisfaction", "expectation", "trust", "efficacy"):
        assert np.array_equal(getattr(whole, name), getattr(divided, name))
    assert (whole.efficacy != 0.5).mean() > 0.05
    assert (whole.trust != 0.5).any(axis=1).all()


def test_a_resident_of_a_sample_learns_from_its_own_requests_only():
    """It stands for twenty persons; what happens to nineteen of them is not its own experience."""
    alone, first, other = learned(1), learned(1, copies=20), learned(1, copies=20, copy=7)
    for name in ("satisfaction", "expectation", "trust", "efficacy"):
        assert np.array_equal(getattr(first, name), getattr(alone, name))
    assert (other.trust == 0.5).all() and (other.efficacy == 0.5).all() and (other.satisfaction == 0.5).all()


def one_request(opened_tick, came=NEVER_CAME):
    """Column of a resident, who came in week `came`, after a request of another week was settled."""
    col = Case(n=100, size=100).col
    col.near[7, 4] = 3
    t = make(Tickets, 1, resident=7, person=7, status=RESOLVED, closed=1, opened_tick=opened_tick, tier=2)
    close(t, col, came=came)
    return col


def test_equations_by_hand():
    """(9): y = 0.2 + 0.5 + 0.2 exp(-1/14) + 0.1; (11) to (13) with the table's parameters."""
    p, y = Parameters(), 0.8 + 0.2 * np.exp(-1 / 14)
    w = p["satisfaction.normative_weight"]
    gap = y - w * 0.25 - (1 - w) * 0.5
    goal = min(1, p["satisfaction.base"] + p["satisfaction.performance"] * y + p["satisfaction.disconfirmation"] * gap)
    col = one_request(0)
    assert col.satisfaction[9, 7] == pytest.approx(0.5 + (goal - 0.5) / p["satisfaction.memory"], abs=1e-6)
    assert col.expectation[9, 7] == pytest.approx(0.5 + (y - 0.5) / p["satisfaction.expectation_memory"], abs=1e-6)
    assert col.trust[TRUST_COMMITTEE, 7] == pytest.approx(0.5 + 0.1 * (y - 0.5), abs=1e-6)
    assert col.efficacy[[7, 10]] == pytest.approx([0.7, 0.6])


def test_who_has_come_since_learns_nothing_from_the_request_of_who_went():
    untouched, before, own = Case(n=100, size=100).col, one_request(3, came=4), one_request(4, came=4)
    for name in ("satisfaction", "expectation", "trust", "efficacy"):
        assert np.array_equal(getattr(before, name), getattr(untouched, name)), name
        assert not np.array_equal(getattr(own, name), getattr(untouched, name)), name
