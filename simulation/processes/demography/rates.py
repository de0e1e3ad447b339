"""Yearly chances: of dying and of a birth by age, and rates at which households move."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.district.people.stages import ADULT_FROM
from simulation.elementary import exp, expm1
from simulation.inner import inner_njit
from simulation.parameters import Parameters
from simulation.processes.demography.people import Homes
from simulation.state.donors import N_AGES
from simulation.state.world import World

WOMAN = 0
_FERTILE = (15, 49)  # years of age between which fertility is counted
_BAND = 5  # years of age over which women who may bear are set against all women


def moving(world: World) -> tuple[float, float]:
    """Moves a year of a household that rents, and of an owner's, who stays where the context `demography` is off."""
    p = world.params
    return p["demography.renter_moves"], p["demography.owner_moves"] if world.context.demography else 0.0


_MOST = 3  # children under 18 in a household, by the law of 2021
_PARTNER = 12  # years, at most, between the ages of partners
_REFERENCE, _OLDEST = 60, 110  # age that the rates are given for; nobody grows older than the second
_Floats = NDArray[np.float64]


def dying(p: Parameters) -> _Floats:
    """Chance of dying in the year after a birthday by sex and age, float64 (2, N_AGES).

    q(x) = 1 - exp(-m(x)) with m(x) = c + m60 exp(g (x - 60)), the law of Gompertz and Makeham; m(0) is that of infants.
    """
    age = np.arange(N_AGES)
    senescence = exp(p["demography.death_slope"] * (np.minimum(age, _OLDEST) - _REFERENCE))
    rate = np.stack(
        [p["demography.death_floor"] + p[f"demography.death_60_{sex}"] * senescence for sex in ("women", "men")]
    )
    rate[:, 0] = p["demography.death_infant"]
    chance: _Floats = -expm1(-rate)
    chance[:, _OLDEST:] = 1.0
    return chance


def fertility(p: Parameters) -> _Floats:
    """Births a year of a woman by age, float64 (N_AGES,): a normal curve over ages 15 to 49 that adds up to the TFR."""
    age = np.arange(N_AGES)
    shape = exp(-0.5 * ((age - p["demography.mother_age"]) / p["demography.mother_age_sd"]) ** 2)
    shape[(age < _FERTILE[0]) | (age > _FERTILE[1])] = 0
    rate: _Floats = p["demography.fertility"] * shape / shape.sum()
    return rate


def bearing(world: World) -> _Floats:
    """Chance of a birth in the year by age, float64 (N_AGES,), of a woman who may bear.

    As many births are due as `fertility` gives for all women of five years of age; they fall to those of them who live
    with a partner, without an infant and with fewer than three children.
    """
    counts = np.zeros((2, N_AGES))
    r, h = world.residents, world.households
    _count(Homes(r.age, r.sex, r.household, h.first, h.member), counts[0], counts[1])
    women, able = np.add.reduceat(counts, np.arange(0, N_AGES, _BAND), axis=1)
    share = np.repeat(able / np.maximum(women, 1), _BAND)[:N_AGES]
    chance: _Floats = np.divide(fertility(world.params), share, out=np.zeros(N_AGES), where=share > 0)
    return np.minimum(chance, 1)


@njit(cache=True)
def _count(homes, women, able):
    """Women by age, and those of them who may bear."""
    for i in range(homes.age.shape[0]):
        if homes.sex[i] == WOMAN:
            women[homes.age[i]] += 1
            if _FERTILE[0] <= homes.age[i] <= _FERTILE[1] and may_bear(i, homes):
                able[homes.age[i]] += 1


@inner_njit
def may_bear(i, homes):
    """Whether a woman lives with a man who may be her partner, without an infant, and with room for another child."""
    h = homes.household[i]
    partner, children = False, 0
    for k in range(homes.first[h], homes.first[h + 1]):
        j = homes.member[k]
        children += _MOST if homes.age[j] == 0 else int(homes.age[j] < ADULT_FROM)
        apart = abs(np.int64(homes.age[j]) - np.int64(homes.age[i]))
        partner = partner or bool(homes.sex[j] != WOMAN and homes.age[j] >= ADULT_FROM and apart <= _PARTNER)
    return partner and children < _MOST
