"""Luck: once a year for everybody, a pure function of (seed, resident, week), of the spread that the table says."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from simulation.parameters import Parameters
from simulation.processes.residents import luck
from tests.simulation.processes.part import part_of_world


def town(n=52_000, seed=1):
    residents = SimpleNamespace(columns=SimpleNamespace(luck=np.zeros(n, np.int8)))
    return part_of_world(Parameters({"satisfaction.luck_sd": 0.1}), seed=seed, residents=residents)


def test_everyone_begins_with_the_luck_of_the_year_before():
    world = town()
    luck.begin(world)
    values = world.residents.columns.luck / 256
    # 52,000 draws: five standard errors of mean and spread; Kolmogorov-Smirnov would see a wrong shape at 1 in 10,000
    assert values.mean() == pytest.approx(0, abs=5 * 0.1 / np.sqrt(52_000))
    assert values.std() == pytest.approx(0.1, rel=0.02)
    smooth = values + (np.random.default_rng(1).random(len(values)) - 0.5) / 256
    assert stats.kstest(smooth[::7], stats.norm(0, 0.1).cdf).pvalue > 1e-4


def test_one_in_52_draws_anew_each_week_and_all_do_in_a_year():
    world = town()
    luck.begin(world)
    column = world.residents.columns.luck
    first, last = column.copy(), column.copy()
    for world.tick in range(52):
        luck.step(world)
        moved = np.flatnonzero(column != last)
        assert (moved % 52 == world.tick).all() and len(moved) > 900
        last = column.copy()
    assert np.corrcoef(first, last)[0, 1] == pytest.approx(0, abs=0.02)


def test_a_draw_is_that_of_its_address_whatever_was_before():
    one, other = town(), town()
    one.residents.columns.luck[:] = 9
    one.tick = other.tick = 30
    luck.step(one)
    luck.step(other)
    assert np.array_equal(one.residents.columns.luck[30::52], other.residents.columns.luck[30::52])
    another = town(seed=2)
    another.tick = 30
    luck.step(another)
    assert not np.array_equal(other.residents.columns.luck, another.residents.columns.luck)
