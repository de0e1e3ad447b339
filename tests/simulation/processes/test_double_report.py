"""Turnout of members whom their community calls: thresholds, example, walk, fatigue."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from simulation.parameters import Parameters
from simulation.processes import double_report
from simulation.state.gates import Gates
from simulation.state.levers import Levers
from simulation.state.members import Members
from simulation.state.table import make

VALUES = {
    "double_report.obligation": 0.6,
    "double_report.walk": 0.1,
    "double_report.window": 13.0,
    "volunteering.neighbours": 0.8,
    "volunteering.gate_norm": 0.3,
    "volunteering.fatigue": 0.5,
    "volunteering.fatigue_hours": 40.0,
    "volunteering.fatigue_memory": 8.0,
}
MEAN, SD, N = 0.8, 0.35, 20_000  # thresholds of members; members in two communities, every second in each


def town(called=(1.0, 1.0), hours=0.0, walk=(0.0, 0.0), **overrides):
    threshold = (MEAN + SD * np.random.default_rng(3).standard_normal(N)).astype(np.float32)
    levers = make(Levers, 2)
    levers.called_hours[:] = hours
    return SimpleNamespace(
        params=Parameters(VALUES | overrides),
        seed=1,
        tick=0,
        scale=0.5,
        called=np.array(called),
        levers=levers,
        gates=make(Gates, cell=np.arange(2), community=np.arange(2), walk=np.array(walk)),
        communities=[0, 1],
        members=make(Members, resident=np.arange(N)),
        residents=SimpleNamespace(gate=np.arange(N) % 2, columns=SimpleNamespace(threshold=threshold)),
    )


def turnout(world, weeks):
    """Share that came, by week and community."""
    seen = []
    for _ in range(weeks):
        double_report.call(world, world.called)
        double_report.step(world)
        seen.append(double_report.by_community(world, world.members.came == world.tick) * world.scale / (N / 2))
        world.tick += 1
    return np.array(seen)


def test_turnout_climbs_to_the_fixed_point_of_the_thresholds():
    """s = Phi((obligation + b_n s - mean) / sd), from nobody upwards (Granovetter 1978); nobody tires without hours."""
    seen, expected = turnout(town(), 30), 0.0
    for week in seen:
        expected = norm.cdf((0.6 + 0.8 * expected - MEAN) / SD)
        assert week == pytest.approx([expected] * 2, abs=0.01)
    assert seen[0].mean() < 0.35 and seen[-1].mean() > 0.9


def test_only_who_is_called_comes():
    world = town(called=(0.0, 0.5))
    first = turnout(world, 1)[0]
    assert first[0] == 0 and first[1] == pytest.approx(0.5 * norm.cdf((0.6 - MEAN) / SD), abs=0.01)
    world.called[:] = 0
    assert not turnout(world, 3).any()


def test_a_long_walk_keeps_members_away():
    near, far = turnout(town(walk=(0.0, 20.0)), 1)[0]
    assert far == pytest.approx(norm.cdf((0.6 - 0.2 - MEAN) / SD), abs=0.01) and near > far + 0.1


def test_what_the_gate_does_is_an_example():
    world = town()
    world.gates.norm[:] = 0.0, 1.0
    alone, among_active = turnout(world, 1)[0]
    assert among_active == pytest.approx(norm.cdf((0.6 + 0.3 - MEAN) / SD), abs=0.01) and among_active > alone


def test_who_comes_tires_and_recovers():
    world, fresh = town(hours=6.0), town()
    tired, rested = turnout(world, 20), turnout(fresh, 20)
    assert tired[-1].mean() < rested[-1].mean() - 0.1
    most = world.members.fatigue.max()
    world.called[:] = 0
    turnout(world, 30)
    assert most == pytest.approx(6 / 40 * 8 * (1 - (7 / 8) ** 20)) and world.members.fatigue.max() < 0.03 * most


def test_the_quarter_remembers_who_came_once():
    world = town()
    turnout(world, 1)
    came = double_report.answered(world).mean()
    assert came == pytest.approx(norm.cdf((0.6 - MEAN) / SD), abs=0.01)
    world.called[:] = 0
    turnout(world, 11)
    assert double_report.answered(world).mean() == came
    turnout(world, 1)
    assert not double_report.answered(world).any()


def test_a_call_reaches_other_people_in_another_week():
    """A share p^2 in both of two weeks, whatever their distance; four standard errors: one alarm in 10 000 is false."""
    world, p, came = town(called=(0.4, 0.4)), 0.4, []
    world.residents.columns.threshold[:] = -9  # who is called comes
    for world.tick in (0, 1, 5):
        came.append(double_report.call(world, world.called))
        assert came[-1].mean() == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / N))
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert (came[one] & came[other]).mean() == pytest.approx(p**2, abs=4 * np.sqrt(p**2 * (1 - p**2) / N))


def test_who_came_and_left_in_the_same_week_is_counted_and_leaves_no_trace():
    """Every third stops reporting after the call, and every fifth row gets another member: the hours were given."""
    world = town(hours=6.0)
    coming, rows = double_report.call(world, world.called), np.arange(N)
    given = double_report.by_community(world, coming).sum() * world.scale
    assert given == coming.sum() > 0
    world.members.follow(rows % 3 > 0, (rows % 5 == 0).astype(np.uint8))
    double_report.step(world)
    m = world.members
    still = (coming & (rows % 5 > 0))[m.resident]
    assert np.array_equal(m.resident, rows[rows % 3 > 0])
    assert np.array_equal(m.came == 0, still) and m.fatigue == pytest.approx(np.where(still, 6 / 40, 0))


def test_nobody_called_moves_nothing():
    world = town(called=(0.0, 0.0))
    before = world.members.came.copy()
    turnout(world, 4)
    assert np.array_equal(world.members.came, before) and not world.members.fatigue.any()
