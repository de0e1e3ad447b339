"""Yearly chances by age: the life expectancy and the births of a woman that they amount to."""

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes.demography import rates
from simulation.state.donors import N_AGES
from tests.simulation.processes.demography.town import town


def test_life_expectancy_is_that_of_beijing():
    """82.43 years in 2020 (both sexes), men four years less than women, 1.98 deaths of infants per 1,000."""
    chance = rates.dying(Parameters())
    alive = np.cumprod(np.column_stack([np.ones(2), 1 - chance]), axis=1)
    years = ((alive[:, 1:] + alive[:, :-1]) / 2).sum(axis=1)
    assert years == pytest.approx([84.4, 80.5], abs=0.1)
    assert years.mean() == pytest.approx(82.43, abs=0.2)
    assert chance[:, 0] == pytest.approx(0.00198, abs=1e-4)
    assert (np.diff(chance[:, 1:111]) > 0).all() and (chance[:, 110:] == 1).all()


def test_a_woman_has_as_many_births_as_the_total_fertility_rate_says():
    p = Parameters({"demography.fertility": 1.0})
    births = rates.fertility(p)
    age = np.arange(N_AGES)
    assert births.sum() == pytest.approx(1.0) and (births[(age < 15) | (age > 49)] == 0).all()
    assert (births * age).sum() == pytest.approx(p["demography.mother_age"], abs=0.1)


def test_those_who_may_bear_have_the_births_of_all_women():
    """So that births follow the rates of all women of five years of age, whoever of them has a partner."""
    world = town(0.05)
    r, homes = world.residents, world.households
    chance, due = rates.bearing(world), rates.fertility(world.params)
    women = np.bincount(r.age[r.sex == 0], minlength=N_AGES)
    able = np.zeros(N_AGES)
    for h in range(len(homes)):
        ages, sexes = (column[homes.first[h] : homes.first[h + 1]].astype(int) for column in (r.age, r.sex))
        if (ages == 0).any() or (ages < 18).sum() >= 3:
            continue
        men = ages[(sexes == 1) & (ages >= 18)]
        for age in ages[(sexes == 0) & (ages >= 15) & (ages <= 49)]:
            able[age] += (np.abs(men - age) <= 12).any()
    band = np.arange(N_AGES) // 5
    granted = np.bincount(band, chance * able)
    expected = np.bincount(band, due * women)
    usual = slice(20 // 5, 45 // 5)
    assert granted[usual] == pytest.approx(expected[usual], rel=0.1)
    assert granted.sum() == pytest.approx(expected.sum(), rel=0.05)
