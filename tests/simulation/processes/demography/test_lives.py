"""Births, deaths and ageing: accounts, households that could exist, and the ages that cohorts arrive at."""

import numpy as np
import pandas as pd
import pytest

from simulation.district.people.stages import (
    OTHER,
    PARENT_PRESCHOOL,
    PARENT_PUPIL,
    PRESCHOOLER,
    RETIRED,
    SCHOOL_PUPIL,
    STUDENT,
    life_stages,
)
from simulation.domains import SLOW
from simulation.processes.demography import rates, step
from simulation.processes.demography.people import BORN, DIED, MOVED_IN, MOVED_OUT
from simulation.random import Stream, uniform
from simulation.state.donors import N_AGES
from tests.simulation.processes.demography.town import after, homes, town


def by_age(world):
    """Residents by sex and age, int64 (2, N_AGES)."""
    r = world.residents
    return np.bincount(r.sex * N_AGES + r.age.astype(int), minlength=2 * N_AGES).reshape(2, N_AGES)


@pytest.fixture(scope="module")
def old_town():
    """Eight years later."""
    world = town(0.02)
    after(world, 416)
    return world


def test_residents_are_conserved_by_account():
    """Every week at every gate, and by sex: born + moved in = died + moved out, plus what the sexes gained."""
    world = town(0.02)
    n, gates = len(world.residents), world.gates.residents.copy()
    for _ in range(30):
        before = by_age(world).sum(axis=1)
        accounts = step.week(world)
        born, died, moved_in, moved_out = accounts.ages.sum(axis=2)
        assert np.array_equal(by_age(world).sum(axis=1), before + born - died + moved_in - moved_out)
        flow = accounts.gates
        assert np.array_equal(flow[BORN] + flow[MOVED_IN], flow[DIED] + flow[MOVED_OUT])
        assert world.week.born.sum() == pytest.approx(born.sum() / world.scale)
        world.tick += 1
    assert len(world.residents) == n == world.gates.residents.sum() == by_age(world).sum()
    assert np.array_equal(np.bincount(world.residents.gate, minlength=len(gates)), gates)


def test_who_dies_is_the_draw_of_the_resident():
    world = town(0.05)
    r = world.residents
    rows = np.arange(len(r))
    chance = rates.dying(world.params)[r.sex, r.age]
    dies = (r.birthday == 0) & (uniform(1, Stream.LIFE, 3 * rows, 0) < chance)
    world.households.renters = world.households.renters[:0]  # moves come first in the week
    r.renter[:] = 1
    accounts = after(world, 1)
    assert accounts[DIED].sum() == dies.sum() > 0


def test_households_could_exist(old_town):
    r, h = old_town.residents, old_town.households
    home, member, rows = homes(old_town), h.member, np.arange(len(r))
    assert np.array_equal(np.sort(member), rows) and np.array_equal(r.household[member], home)
    assert (np.diff(h.first) >= 1).all() and np.diff(h.first).max() <= 9
    assert (np.diff(r.gate[member]) >= 0).all(), "a household lives behind one gate"
    assert (np.bincount(home, r.age[member] >= 18, minlength=len(h)) > 0).all(), "no children alone"
    assert np.array_equal(r.household[h.payer], np.arange(len(h))) and (r.age[h.payer] >= 18).all()
    assert np.array_equal(np.bincount(home, r.renter[member]), np.diff(h.first) * np.isin(np.arange(len(h)), h.renters))


def test_codes_follow_from_ages(old_town):
    r = old_town.residents
    age, status, col = r.age, r.status, r.columns
    assert np.array_equal(status == PRESCHOOLER, age < 6)
    assert np.array_equal(status == SCHOOL_PUPIL, (age >= 6) & (age < 15))
    assert np.array_equal(status == RETIRED, age >= 60)
    assert (status[(age >= 15) & (age < 18)] == STUDENT).all() and (age[status == STUDENT] <= 21).all()
    assert np.array_equal(col.mobility == SLOW, age >= 75)
    assert np.array_equal(col.adult == 1, age >= 15) and np.array_equal(np.isfinite(col.threshold), age >= 15)
    assert (col.importance.sum(axis=0, dtype=int) == 255).all()
    order = old_town.households.member
    stage = life_stages(old_town.households.first, age[order], status[order])
    assert np.array_equal(r.life_stage[order], stage), "the rule that the people were made by"


def test_ties_stay_matchings(old_town):
    """If i sees j in a slot, j sees i in the same; those of the household lie in the household."""
    col, household = old_town.residents.columns, old_town.residents.household
    rows = np.arange(len(household))
    for slot in range(7):
        other = rows + col.near[:, slot]
        assert np.array_equal(other[other], rows)
    for slot in (0, 1):
        assert np.array_equal(household[rows + col.near[:, slot]], household)
    ties = (col.near != 0).sum(axis=1) + (col.far != rows)
    assert np.array_equal(np.bincount(old_town.residents.gate, ties), old_town.gates.ties)


def test_a_birth_is_in_a_household_that_could_have_one():
    """And the child has the week of birth as birthday, ties at home, no history, and parents of a preschooler."""
    world = town(0.05)
    r, h = world.residents, world.households
    r.age[r.age == 0] = 1
    after(world, 1)
    born = np.flatnonzero((r.age == 0) & (r.birthday == 0))
    assert len(born) > 3
    for child in born:
        members = h.member[h.first[r.household[child]] : h.first[r.household[child] + 1]]
        grown = members[(r.age[members] >= 18) & (r.age[members] < 60)]
        assert set(r.sex[grown]) == {0, 1} and (r.life_stage[grown] == PARENT_PRESCHOOL).any()
        others = members[members != child]
        tied = np.isin(child + r.columns.near[child, :2], others).any()
        assert tied or (r.columns.near[others, :2] != 0).all(), "unless nobody at home has room for one"
        assert r.columns.volunteer[child] == 0 and np.isinf(r.columns.threshold[child])


def test_a_birthday_moves_a_family_into_the_next_stage():
    """A child of five turns six: a pupil, whose parents are those of a pupil, with the wants of one at the start."""
    world = town(0.05)
    r, h = world.residents, world.households
    child = next(
        i
        for i in np.flatnonzero((r.birthday == 0) & (r.age == 5))
        if not (r.age[h.first[r.household[i]] : h.first[r.household[i] + 1]] < 5).any()
        and (r.age[h.first[r.household[i]] : h.first[r.household[i] + 1]] < 60).all()
    )
    members = np.arange(h.first[r.household[child]], h.first[r.household[child] + 1])
    parents = members[r.age[members] >= 18]
    assert (r.life_stage[parents] == PARENT_PRESCHOOL).all()
    was = r.columns.exposure[:, parents].copy()
    after(world, 1)
    assert r.age[child] == 6 and r.status[child] == SCHOOL_PUPIL and (r.life_stage[parents] == PARENT_PUPIL).all()
    assert (r.columns.exposure[:, parents] != was).any()
    wants = np.concatenate([r.columns.exposure[:, parents], r.columns.importance[:, parents]]).T
    known = r.donors.wants[r.donors.stage == PARENT_PUPIL]
    assert all((known == one).all(axis=1).any() for one in wants)


def test_students_find_work_and_the_old_leave_it():
    world = town(0.02)
    r = world.residents
    students = (r.age == 21) & (r.status == STUDENT) & (r.birthday == 0)
    workers = (r.age == 59) & (r.commute_minutes > 0)
    r.birthday[workers] = 0
    r.life_stage[students] = OTHER
    after(world, 1)
    stayed = (r.age == 22) & students
    assert not (r.status[stayed] == STUDENT).any()
    assert (r.commute_minutes[workers & (r.age == 60)] == 0).all() and (workers & (r.age == 60)).sum() > 5


def test_without_the_context_nobody_grows_older():
    world = town(demography=False)
    r = world.residents
    before = {name: getattr(r, name).copy() for name in ("age", "sex", "status", "life_stage", "older", "household")}
    accounts = after(world, 60)
    assert all(np.array_equal(values, getattr(r, name)) for name, values in before.items())
    assert not accounts[BORN].any() and not accounts[DIED].any()


def test_the_burn_in_ages_nobody():
    world = town()
    world.tick, before = -60, world.residents.age.copy()
    after(world, 60)
    assert np.array_equal(before, world.residents.age)


def test_ages_are_those_that_cohorts_arrive_at():
    """The cohort-component method over ten years, with the model's own migrants and the table's rates.

    Expected deaths and births are compared with the model's within four standard errors of a Poisson count; the shares
    of old and young within what these amount to. Who moves does so in the middle of a year of age.
    """
    world = town(0.05)
    dying, due = rates.dying(world.params), rates.fertility(world.params)
    boys = world.params["demography.boys"]
    cohort = pd.DataFrame(by_age(world).T.astype(float))
    deaths = births = died = born = 0.0
    for _ in range(10):
        women = by_age(world)[0]
        accounts = after(world, 52)
        migrants = pd.DataFrame((accounts[MOVED_IN] - accounts[MOVED_OUT]).T.astype(float))
        lost = cohort * dying.T
        child = float((due[1:] * women[:-1]).sum())
        cohort = (cohort - lost).shift(1, fill_value=0) + (migrants + migrants.shift(1, fill_value=0)) / 2
        cohort.loc[0] += [child * (1 - boys), child * boys]
        deaths, births = deaths + float(lost.to_numpy().sum()), births + child
        died, born = died + accounts[DIED].sum(), born + accounts[BORN].sum()
    n = len(world.residents)
    assert died == pytest.approx(deaths, abs=4 * deaths**0.5 + 0.02 * deaths)
    assert born == pytest.approx(births, abs=4 * births**0.5 + 0.02 * births)
    assert (world.residents.age >= 60).mean() == pytest.approx(cohort.loc[60:].to_numpy().sum() / n, abs=0.005)
    assert (world.residents.age < 15).mean() == pytest.approx(cohort.loc[:14].to_numpy().sum() / n, abs=0.006)
    assert 0.003 < died / n / 10 < 0.008 and 0.005 < born / n / 10 < 0.011
