"""What residents take over from their ties: opinions, awareness of sorting, volunteering; and the order of the work."""

import numba
import numpy as np
import pytest
from scipy import stats

from simulation.parameters import Parameters
from simulation.processes.residents.equations import logistic
from simulation.processes.residents.terms import background
from simulation.random import Stream, bits
from simulation.state.output import VISIT_FLAG
from tests.simulation.processes.residents.kernel_case import Case


def float32(**values):
    return {name: np.float32(value) for name, value in values.items()}


def symmetric(case):
    """Ties around a ring, equal weights in both directions: 1, 2 and 5 residents away on either side."""
    rows = np.arange(case.n)
    for slot, step in enumerate((1, -1, 2, -2, 0, 5, -5)):
        case.col.near[:, slot] = (rows + step) % case.n - rows
    return case


def opinionated(**kwargs):
    case = symmetric(Case(overrides={"influence.rate": 0.1, "influence.confidence": 1.0}, **kwargs))
    case.c = case.c._replace(**float32(efficacy_memory=0, satisfaction_rate=0))  # no experience of one's own
    rng = np.random.default_rng(3)
    case.col.satisfaction[:] = rng.uniform(0.1, 0.9, case.col.satisfaction.shape)
    case.col.efficacy[:] = rng.uniform(0.1, 0.9, case.n)
    return case


def test_symmetric_influence_conserves_the_mean_and_lowers_the_variance():
    case = opinionated()
    before = case.col.satisfaction.mean(1, dtype=np.float64), case.col.satisfaction.var(1)
    efficacy = case.col.efficacy.mean(dtype=np.float64), case.col.efficacy.var()
    case.run(61)
    assert case.col.satisfaction.mean(1, dtype=np.float64) == pytest.approx(before[0], abs=2e-6)
    assert case.col.efficacy.mean(dtype=np.float64) == pytest.approx(efficacy[0], abs=2e-6)
    assert (case.col.satisfaction.var(1) < 0.5 * before[1]).all()
    assert case.col.efficacy.var() < 0.5 * efficacy[1]


def test_opinions_further_away_than_the_confidence_do_not_count():
    case = opinionated()
    case.c = case.c._replace(bound=np.int32(102))
    camps = np.where(np.arange(case.n) % 2, 0.2, 0.8).astype(np.float32)
    case.col.satisfaction[:] = camps
    assert (case.run(30).col.satisfaction == camps).all()


def test_groups_without_ties_between_them_do_not_mix():
    case = opinionated()
    half = case.n // 2
    rows = np.arange(case.n)
    for slot, step in enumerate((1, -1, 2, -2, 0, 5, -5)):
        case.col.near[:, slot] = (rows + step) % half + half * (rows >= half) - rows
    case.col.satisfaction[:, :half] *= 0.5
    first = case.col.satisfaction[:, :half].mean(1, dtype=np.float64)
    case.run(60)
    assert case.col.satisfaction[:, :half].mean(1, dtype=np.float64) == pytest.approx(first, abs=2e-6)


def test_efficacy_returns_to_its_base_shifted_by_community_size():
    case = Case(overrides={"efficacy.memory": 26})
    case.at.efficacy_shift[:] = 0.1
    case.col.efficacy[:] = 0.9
    case.run(26)
    assert case.col.efficacy == pytest.approx(0.6 + 0.3 * (1 - 1 / 26) ** 26, abs=1e-5)


def well_mixed(n=9600):
    case = Case(n=n, overrides={"sorting.diffusion": 0.12})
    rows = np.arange(n)
    rng = np.random.default_rng(8)
    case.col.near[:] = rng.integers(0, n, (7, n)).T - rows[:, None]
    case.col.far[:] = rng.integers(0, n, n)
    return case


@pytest.mark.parametrize("weeks", [20, 45, 80])
def test_awareness_on_well_mixed_ties_is_the_mean_field_logistic(weeks):
    """Everybody knows a little at first. The mirror rounds to 1/255, which moves the curve by less than one week."""
    case = well_mixed()
    case.col.awareness[:] = 0.05
    expected = [0.05]
    for _ in range(weeks + 2):
        expected.append(expected[-1] + 0.12 * expected[-1] * (1 - expected[-1]))
    case.run(weeks + 1)  # nobody sees anything in the first week
    mean = case.col.awareness.mean()
    assert expected[weeks - 1] < mean < expected[weeks + 1]


def test_awareness_spreads_from_a_few_as_in_the_mean_field():
    """A random twentieth knows all at first; agreement within three weeks of the logistic a(0) = 0.05, rate 0.12."""
    case = well_mixed()
    case.col.awareness[:] = np.random.default_rng(1).permutation(case.n) < case.n // 20
    time = np.arange(120)
    path = np.array([case.run(1, first=week).col.awareness.mean() for week in time])
    curve = 1 / (1 + 19 * np.exp(-0.12 * time))
    assert abs(int((path < 0.5).sum()) - int((curve < 0.5).sum())) <= 3
    assert path[-1] > 0.99


def test_an_empty_slot_shows_nothing_and_counts_for_nothing():
    """One tie of eight, to somebody who knows and acts: all of one's ties do, and they pull as one of eight does."""
    case = Case(overrides={"influence.rate": 0.1, "influence.confidence": 1.0, "sorting.diffusion": 0.1})
    case.c = case.c._replace(**float32(efficacy_memory=0, satisfaction_rate=0, exit_base=0, volunteer_neighbours=1))
    rows = np.arange(case.n)
    case.col.near[:, 3] = np.where(rows % 2 == 0, 1, -1)  # the second slot of the gate, weight 2 of 15
    case.col.awareness[1::2], case.col.volunteer[1::2], case.col.threshold[1::2] = 1, 1, -9
    case.col.efficacy[::2], case.col.efficacy[1::2] = 0.4, 0.6
    case.col.volunteer[::2], case.col.threshold[::2] = 1, 0.4 + 0.9  # acts if more than nine tenths of the ties do
    case.run(1)  # nobody sees anything in the first week
    efficacy = case.col.efficacy.copy()
    case.run(1, first=1)
    assert case.col.awareness[::2] == pytest.approx(0.1), "the mean awareness of the ties is 1"
    assert (case.col.volunteer[::2] == 2).all(), "all ties act"
    assert case.col.efficacy[::2] - efficacy[::2] == pytest.approx(0.1 * 2 / 15 * 0.2, abs=1e-6)


def test_nobody_learns_from_oneself():
    case = Case(overrides={"sorting.diffusion": 0.1})
    case.col.awareness[:] = 0.5
    assert (case.run(5).col.awareness == 0.5).all()


def test_awareness_rests_where_it_is_taught_as_fast_as_it_is_forgotten():
    case = well_mixed()
    case.c = case.c._replace(**float32(diffusion=0.002, forgetting=1 / 520))
    p = Parameters({"sorting.diffusion": 0.002, "sorting.awareness_memory": 520, "sorting.awareness_start": 0.4})
    case.at.campaign[:], case.col.awareness[:] = background(p), 0.4
    assert background(p) > 0
    assert case.run(300).col.awareness == pytest.approx(0.4, abs=2e-3)  # the mirror rounds to 1/255
    case.at.campaign[:], case.c = 0, case.c._replace(**float32(diffusion=0))
    assert case.run(100).col.awareness == pytest.approx(0.4 * (1 - 1 / 520) ** 100, abs=2e-3)


def test_a_campaign_alone_teaches_a_constant_share_of_those_who_do_not_know():
    case = Case(overrides={"sorting.diffusion": 0})
    case.at.campaign[:] = 0.04
    assert case.run(25).col.awareness == pytest.approx(1 - 0.96**25, abs=1e-5)


@pytest.mark.parametrize("constant", [-3.0, -1.0, 0.5])
def test_the_habit_of_sorting_settles_where_it_repeats_itself(constant):
    case = Case(overrides={"sorting.habit": 1.7})
    case.col.awareness[:] = 1
    case.at.sorting[:] = constant
    habit = case.run(600).col.habit.astype(np.float64)
    assert habit == pytest.approx(1 / (1 + np.exp(-(constant + 1.7 * habit))), abs=5e-4)


def test_the_logistic_is_close_to_the_exact_one():
    x = np.linspace(-9, 9, 2001)
    ours = np.array([logistic(np.float32(v)) for v in x])
    assert np.abs(ours - 1 / (1 + np.exp(-x))).max() < 2e-4


def crowd(thresholds, n):
    """Registered volunteers whose only motive is the share of active ties, all ties of equal weight."""
    case = Case(n=n, size=n // 4 if n > 100 else n, blocks=1)
    case.c = case.c._replace(
        **float32(volunteer_neighbours=1, volunteer_fatigue=0, exit_base=0, exit_fatigue=0),
        weights=np.ones(8, np.int32),
    )
    case.col.efficacy[:] = 0
    case.col.efficacy_base[:] = 0
    case.col.volunteer[:] = 1
    case.col.threshold[:] = thresholds
    return case


@pytest.mark.parametrize(("second", "acting"), [(1, 9), (2, 1)])
def test_granovetters_crowd(second, acting):
    """Nine people who see each other, thresholds 0 to 8: one after the other acts; without the 1 nobody follows."""
    case = crowd((np.array([0, second, 2, 3, 4, 5, 6, 7, 8]) - 0.5) / 8, 9)
    others = np.array([[j for j in range(9) if j != i] for i in range(9)])
    case.col.near[:] = others[:, :7] - np.arange(9)[:, None]
    case.col.far[:] = others[:, 7]
    seen = [int((case.run(1, first=week).col.volunteer == 2).sum()) for week in range(12)]
    assert seen[-1] == acting
    assert seen == sorted(seen)


def test_thresholds_settle_where_the_share_that_acts_repeats_itself():
    """Thresholds uniform on (-0.2, 1.05): F(x) = (x + 0.2) / 1.25, so F(x) = x at 0.8 (Granovetter 1978)."""
    n = 9600
    rng = np.random.default_rng(4)
    case = crowd(rng.permutation(np.linspace(-0.2, 1.05, n)), n)
    case.col.near[:] = rng.integers(0, n, (7, n)).T - np.arange(n)[:, None]
    case.col.far[:] = rng.integers(0, n, n)
    share = (case.run(80).col.volunteer == 2).mean()
    # standard error 0.01: that of a mean of 9,600, five times amplified by the feedback 1 / (1 - 0.8)
    assert share == pytest.approx(0.8, abs=0.04)


def test_registration_is_the_draw_of_its_address():
    case = Case()
    case.at.registration[:] = 0.5
    case.col.threshold[:] = 0.0
    case.col.threshold[::7] = np.inf  # children
    case.run(1, seed=9, first=4)
    low = (bits(9, Stream.VOLUNTEER, np.arange(case.n), 4) & np.uint64(0xFFFFFFFF)) >> np.uint64(8)
    joins = (low / 2**24 < 0.5 * logistic(np.float32(4 * 0.5))) & np.isfinite(case.col.threshold)
    assert np.array_equal(case.col.volunteer > 0, joins)


def test_issues_and_visits_are_the_draws_of_their_addresses():
    case = Case()
    case.at.issue[:], case.at.visit[:] = 2**31, 2**30
    case.col.adult[::5] = 0
    case.run(1, seed=3, first=11)
    found = np.concatenate(
        [case.out.found[a : a + k] for a, k in zip(case.out.found_ptr, case.out.found_count, strict=True)]
    )
    word = bits(3, Stream.ISSUE, np.arange(case.n), 11)
    issue = ((word & np.uint64(0xFFFFFFFF)) < 2**31) & (case.col.adult > 0)
    visit = ((word >> np.uint64(32)) < 2**30) & (case.col.adult > 0)
    assert np.array_equal(found[found < VISIT_FLAG], np.flatnonzero(issue))
    assert np.array_equal(found[found >= VISIT_FLAG] - VISIT_FLAG, np.flatnonzero(visit))
    # a fair draw gives a p-value below 1e-4 once in ten thousand seeds
    assert stats.binomtest(int(issue.sum()), int(case.col.adult.sum()), 0.5).pvalue > 1e-4


def test_every_person_that_a_resident_stands_for_has_draws_of_its_own():
    """Three copies: persons 3i, 3i + 1 and 3i + 2 share resident i's gate and chance, not luck."""
    case = Case(copies=3)
    case.at.issue[:], case.at.visit[:] = 2**30, 0
    case.col.adult[::5] = 0
    case.run(1, seed=3, first=11)
    found = np.concatenate(
        [case.out.found[a : a + k] for a, k in zip(case.out.found_ptr, case.out.found_count, strict=True)]
    )
    word = bits(3, Stream.ISSUE, np.arange(3 * case.n), 11)
    issue = ((word & np.uint64(0xFFFFFFFF)) < 2**30) & (np.repeat(case.col.adult, 3) > 0)
    assert np.array_equal(np.sort(found), np.flatnonzero(issue))


def lively(blocks):
    case = opinionated(n=9600, blocks=blocks, noise=0.1)
    case.c = case.c._replace(**float32(satisfaction_rate=1 / 8))
    case.col.exposure[:] = np.random.default_rng(2).integers(0, 256, case.col.exposure.shape)
    case.col.threshold[:] = np.random.default_rng(6).normal(0.5, 0.3, case.n)
    case.at.campaign[:], case.at.registration[:], case.at.issue[:] = 0.02, 0.1, 2**29
    return case


@pytest.mark.parametrize(("threads", "blocks"), [(2, 8), (1, 1), (2, 2)])
def test_the_bits_do_not_depend_on_threads_or_blocks(threads, blocks):
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        alone = lively(8).run(12)
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        together = lively(blocks).run(12)
    finally:
        numba.set_num_threads(before)
    for name in alone.col._fields:
        assert np.array_equal(getattr(alone.col, name), getattr(together.col, name)), name
    assert np.array_equal(alone.out.tallies, together.out.tallies)
    assert alone.out.found_count.sum() == together.out.found_count.sum() > 0
