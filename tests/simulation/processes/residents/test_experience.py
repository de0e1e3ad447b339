"""Experience, expectation and satisfaction of the resident kernel against equations (11) to (13) solved by hand."""

import numpy as np
import pytest

from simulation.domains import N_DOMAINS
from simulation.random import Stream, bits
from simulation.state.output import FIXED
from tests.simulation.processes.residents.kernel_case import Case

BASE, PERFORMANCE, DISCONFIRMATION, LOSS, NORM_WEIGHT = 0.30, 0.60, 0.40, 1.5, 0.5
MEMORY, EXPECTATION_MEMORY, HEARSAY = 8, 52, 0.3
USED = 255 / 256  # highest weekly probability of use that a byte can hold


def goal(y, norm, expectation):
    gap = y - NORM_WEIGHT * norm - (1 - NORM_WEIGHT) * expectation
    return BASE + PERFORMANCE * y + DISCONFIRMATION * (gap if gap >= 0 else LOSS * gap)


def meeting(y, norm, expectation=0.5, satisfaction=0.5, **kwargs):
    case = Case(**kwargs)
    case.at.performance[:] = y
    case.at.norm[:] = NORM_WEIGHT * norm
    case.col.expectation[:] = expectation
    case.col.satisfaction[:] = satisfaction
    return case


@pytest.mark.parametrize(("y", "norm"), [(0.5, 0.75), (0.7, 0.75), (0.75, 0.75), (0.6, 0.5), (0.9, 0.1)])
def test_satisfaction_settles_at_the_fixed_point(y, norm):
    case = meeting(y, norm).run(800)
    assert case.col.expectation == pytest.approx(y, abs=2e-6)
    assert case.col.satisfaction == pytest.approx(np.clip(goal(y, norm, y), 0, 1), abs=4e-6)


@pytest.mark.parametrize(("y", "expectation", "expected"), [(0.5, 0.5, 0.525), (0.75, 0.6, 0.78), (0.75, 0.75, 0.75)])
def test_the_goal_has_the_values_of_the_model_description(y, expectation, expected):
    """A satisfaction that forgets in one week shows the goal itself."""
    case = meeting(y, 0.75, expectation)
    one = np.float32(1)
    case.c = case.c._replace(satisfaction_rate=one, expectation_rate=np.float32(0), hearsay=one)  # hearsay tells all
    case.run(1)
    assert goal(y, 0.75, expectation) == pytest.approx(expected, abs=1e-9)
    assert case.col.satisfaction == pytest.approx(expected, abs=1e-6)


def test_an_error_of_expectation_halves_in_its_memory_times_ln_2():
    weeks = round(EXPECTATION_MEMORY * np.log(2))
    case = meeting(0.8, 0.75, expectation=0.4).run(weeks)
    exact = 0.4 * (1 - (USED + (1 - USED) * HEARSAY) / EXPECTATION_MEMORY) ** weeks
    # sd of the mean of 9,600 residents and domains is below 1e-5: each skips Binomial(36, 1/256) weeks
    assert 0.8 - case.col.expectation.mean() == pytest.approx(exact, abs=5e-5)
    assert 0.8 - case.col.expectation.mean() == pytest.approx(0.2, rel=0.02)  # weekly steps against continuous time


def test_a_gain_overshoots_then_settles():
    """After a step up satisfaction passes its new fixed point, then expectations catch up (pattern P27)."""
    case = meeting(0.5, 0.75).run(600)
    case.at.performance[:] = 0.75
    path = np.array([case.run(1, first=600 + week).col.satisfaction.mean() for week in range(400)])
    settled = goal(0.75, 0.75, 0.75)
    peak = path.argmax()
    assert path.max() > settled + 0.01
    assert MEMORY < peak < EXPECTATION_MEMORY
    assert (np.diff(path[peak:]) <= 1e-6).all()
    assert path[-1] == pytest.approx(settled, abs=1e-3)


def test_a_loss_weighs_more_than_a_gain():
    better, worse = (meeting(0.5 + step, 0.5, 0.5, goal(0.5, 0.5, 0.5)).run(1) for step in (0.1, -0.1))
    gain = better.col.satisfaction.mean() - goal(0.5, 0.5, 0.5)
    loss = goal(0.5, 0.5, 0.5) - worse.col.satisfaction.mean()
    assert loss / gain == pytest.approx((0.06 + LOSS * 0.04) / (0.06 + 0.04), rel=2e-3)


def path_of_means(weeks, use, y, norm, expectation, satisfaction):
    """Mean satisfaction and expectation week by week, solved by hand where every gap is a loss: equations (11)-(13).

    The mean perceived performance is E + (u + (1 - u) h)(y - E), whatever use was drawn.
    """
    weight, path = use + (1 - use) * HEARSAY, []
    for _ in range(weeks):
        perceived = expectation + weight * (y - expectation)
        satisfaction += (goal(perceived, norm, expectation) - satisfaction) / MEMORY
        expectation += (perceived - expectation) / EXPECTATION_MEMORY
        path.append((satisfaction, expectation))
    return np.array(path)


@pytest.mark.parametrize("exposure", [255, 128, 13, 0])
def test_memory_in_weeks_means_weeks_however_seldom_a_domain_is_used(exposure):
    """After a step of what is offered, satisfaction and expectation follow the formula, of users and of others."""
    case = meeting(0.6, 0.75, 0.5, goal(0.5, 0.75, 0.5), n=9600)
    case.col.exposure[:] = exposure
    exact = path_of_means(40, exposure / 256, 0.6, 0.75, 0.5, goal(0.5, 0.75, 0.5))
    for week in range(40):
        case.run(1, first=week)
        # 96,000 draws of use a week, which move the mean by less than a thousandth of the step
        assert case.col.satisfaction.mean(dtype=np.float64) == pytest.approx(exact[week, 0], abs=1e-4)
        assert case.col.expectation.mean(dtype=np.float64) == pytest.approx(exact[week, 1], abs=1e-4)


@pytest.mark.parametrize("exposure", [255, 13])
def test_the_time_constant_is_the_memory_exactly_where_expectations_stand_still(exposure):
    """What is left of the way to the goal shrinks by 1 - 1/8 every week, with use every week and with hardly any."""
    case = meeting(0.6, 0.75, 0.5, goal(0.5, 0.75, 0.5))
    case.c = case.c._replace(expectation_rate=np.float32(0), hearsay=np.float32(1))
    case.col.exposure[:] = exposure
    start, end = goal(0.5, 0.75, 0.5), goal(0.6, 0.75, 0.5)
    case.run(2 * MEMORY)
    assert case.col.satisfaction == pytest.approx(end - (end - start) * (1 - 1 / MEMORY) ** (2 * MEMORY), abs=1e-5)


def test_who_uses_nothing_knows_it_by_hearsay():
    case = meeting(0.6, 0.75, 0.5, goal(0.5, 0.75, 0.5))
    case.col.exposure[:] = 0
    case.run(1)
    heard = 0.5 + HEARSAY * 0.1
    assert case.col.expectation == pytest.approx(0.5 + (heard - 0.5) / EXPECTATION_MEMORY, abs=1e-6)
    step = (goal(heard, 0.75, 0.5) - goal(0.5, 0.75, 0.5)) / MEMORY
    assert case.col.satisfaction == pytest.approx(goal(0.5, 0.75, 0.5) + step, abs=1e-6)


def test_persons_settle_apart_where_they_meet_the_same():
    """Disposition and luck lift the level, a higher own norm lowers it, the own provider is what is met."""
    case = meeting(0.5, 0.75)
    rows = np.arange(case.n)
    case.col.disposition[rows % 4 == 1], case.col.luck[rows % 4 == 1] = 20, 5
    case.col.aspiration[rows % 4 == 2] = 32
    case.col.provider[:, rows % 4 == 3] = -64
    case.run(800)
    level = [case.col.satisfaction[:, rows % 4 == kind] for kind in range(4)]
    assert level[0] == pytest.approx(goal(0.5, 0.75, 0.5), abs=4e-6)
    assert level[1] == pytest.approx(goal(0.5, 0.75, 0.5) + 25 / 256, abs=4e-6)
    assert level[2] == pytest.approx(goal(0.5, 0.75 + 32 / 256, 0.5), abs=4e-6)
    assert level[3] == pytest.approx(goal(0.25, 0.75, 0.25), abs=4e-6)
    assert case.col.expectation[:, rows % 4 == 3] == pytest.approx(0.25, abs=4e-6)


def test_each_mobility_class_meets_its_own_performance():
    case = meeting(0.0, 0.5)
    case.at.performance[:] = np.array([0.2, 0.5, 0.8], np.float32)
    case.col.mobility[:] = np.arange(case.n) % 3
    case.run(1000)
    assert case.col.expectation == pytest.approx(np.tile([0.2, 0.5, 0.8], case.n // 3)[None, :].repeat(10, 0), abs=2e-5)


def test_use_and_noise_are_the_draws_of_their_addresses():
    """With a memory of one week the expectation is the experience itself, bit for bit what numpy computes."""
    case = meeting(0.5, 0.5, expectation=0.0, noise=0.1)
    case.c = case.c._replace(expectation_rate=np.float32(1))
    case.col.exposure[:] = np.arange(10)[:, None] * 25
    case.run(1, seed=77, first=-3)
    for domain in range(N_DOMAINS):
        word = bits(77, Stream.EXPERIENCE + domain // 2, np.arange(case.n), -3)
        half = (word >> np.uint64(32 * (domain % 2))) & np.uint64(0xFFFFFFFF)
        used = (half & np.uint64(255)) < 25 * domain
        noise = (half >> np.uint64(8)).astype(np.float64) / 2**24 - 0.5
        expected = np.where(used, 0.5 + np.sqrt(12) * 0.1 * noise, HEARSAY * 0.5)
        assert case.col.expectation[domain] == pytest.approx(expected, abs=1e-6)


def test_noise_has_the_given_spread():
    case = meeting(0.5, 0.5, noise=0.1, n=9600)
    case.c = case.c._replace(expectation_rate=np.float32(1))
    case.run(1)
    # 96,000 draws: a correct kernel leaves these bounds (5 standard errors) with probability below 1e-5
    assert case.col.expectation.mean() == pytest.approx(0.5, abs=5 * 0.1 / np.sqrt(96_000))
    assert case.col.expectation.std() == pytest.approx(0.1 * np.sqrt(USED), rel=0.01)


def test_overall_is_the_weighted_index_and_the_tallies_are_sums():
    case = meeting(0.5, 0.5)
    rng = np.random.default_rng(5)
    case.col.satisfaction[:] = rng.random((10, case.n))
    case.col.importance[:] = rng.multinomial(255, np.full(10, 0.1), case.n).T
    case.run(1)
    index = (case.col.satisfaction * case.col.importance).sum(0) / 255
    assert case.col.overall == pytest.approx(index, abs=1e-6)
    sums = case.col.satisfaction.reshape(10, -1, case.size).sum(2).T
    rounding = case.size / (2 * FIXED)
    assert case.out.tallies[:, :10] / FIXED == pytest.approx(sums, abs=rounding + 1e-4)
    assert case.out.tallies[:, 10] / FIXED == pytest.approx(index.reshape(-1, case.size).sum(1), abs=rounding + 1e-4)
