"""Moves of households: who goes, what newcomers bring, and that nobody appears or disappears."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes.demography import arrival, step
from simulation.processes.demography.people import MOVED_IN, MOVED_OUT
from simulation.random import Stream, uniform
from simulation.state.output import FIXED, T_TRUST
from simulation.state.table import columns
from tests.simulation.processes.demography.town import after, town
from tests.simulation.processes.part import part_of_world
from tests.simulation.processes.residents.kernel_case import VALUES, Case


def moved(world):
    return world.residents.columns.volunteer == 0


def settled(scale=0.01, **more):
    """A town in which everybody is an active volunteer, so that those who are none have come."""
    world = town(scale, **more)
    world.residents.columns.volunteer[:] = 2
    return world


def test_moves_are_the_draws_of_the_households():
    world = settled(demography=False, renter_moves=0.25)
    accounts = after(world, 1)
    households = np.arange(len(world.households))
    rents = np.isin(households, world.households.renters)
    expected = (uniform(1, Stream.MOVE, households, 0) < 0.25 / 52) & rents
    assert expected.any()
    assert np.array_equal(moved(world), expected[world.residents.household]), "whole households move"
    assert np.array_equal(world.households.moved, expected), "their debts are the old tenants'"
    assert accounts[MOVED_IN].sum() == accounts[MOVED_OUT].sum() == moved(world).sum()


def test_a_newcomer_brings_no_history():
    world = settled(demography=False, renter_moves=0.25)
    col, p = world.residents.columns, world.params
    level = np.linspace(0.1, 0.9, 10, dtype=np.float32)
    world.places.performance[:] = level[None, :, None]
    world.places.performance[:, :, 1] = 0.95
    world.places.norm[:] = 0.25
    world.output.tallies[0, T_TRUST : T_TRUST + 4] = int(0.7 * FIXED * len(world.residents))
    world.mean_awareness, world.mean_compliance = 0.3, 0.1
    col.fatigue[:], col.efficacy[:], col.trust[:] = 1, 0.9, 0.9
    before = {name: np.copy(column) for name, column in col._asdict().items()}
    after(world, 40)
    new = moved(world)
    assert new.any() and not new.all()
    met = np.clip(np.where(col.mobility == 1, 0.95, level[:, None]) + col.provider / 256, 0, 1)
    weight = p["satisfaction.normative_weight"]
    gap = met - 0.25 - weight * col.aspiration / 256 - (1 - weight) * met
    felt = p["satisfaction.disconfirmation"] * np.where(gap < 0, p["satisfaction.loss_aversion"], 1) * gap
    lean = (col.disposition + col.luck.astype(float)) / 256
    rest = np.clip(p["satisfaction.base"] + lean + p["satisfaction.performance"] * met + felt, 0, 1)
    assert col.expectation[:, new] == pytest.approx(met[:, new], abs=1e-6)
    assert col.satisfaction[:, new] == pytest.approx(rest[:, new], abs=1e-5)
    assert col.trust[1:, new] == pytest.approx(0.7), "as the district thinks of committee, street and neighbours"
    firm = np.clip(level[7] + col.provider[7] / 256, 0, 1)
    assert col.trust[0, new] == pytest.approx(firm[new], abs=1e-6), "the firm by what it does"
    assert col.awareness[new] == pytest.approx(0.3) and col.habit[new] == pytest.approx(0.1)
    assert (col.efficacy[new] == col.efficacy_base[new]).all() and (col.fatigue[new] == 0).all()
    rows, since = np.flatnonzero(new), world.residents.since[new]
    shown = np.stack([col.satisfaction[since % 10, rows], col.efficacy[rows], col.awareness[rows]])
    there = 1 << 25
    assert np.array_equal(col.seen[rows], there + (np.floor(255 * shown + 0.5).astype(int) << [[0], [8], [16]]).sum(0))
    assert col.overall[new] == pytest.approx((col.satisfaction * (col.importance / 255)).sum(axis=0)[new], abs=1e-5)
    for name, old in before.items():  # nobody else changes, and no column changes its length
        column = getattr(col, name)
        assert old.shape == column.shape
        stayed = column if name == "near" else column[..., ~new]
        assert np.array_equal(old if name == "near" else old[..., ~new], stayed), name
    lasting = ("disposition", "luck", "aspiration", "provider")
    for name in ("far", "exposure", "importance", "mobility", "adult", "threshold", "hours", *lasting):
        assert np.array_equal(before[name], getattr(col, name)), name


_MOVED = {"household", "first", "near", "gate", "renter", "birthday"}
"""Structure of homes, which the week itself reads."""


def test_of_who_went_nothing_is_left_but_what_is_declared_to_stay():
    """Every column is marked in all rows with what nobody brings; a newcomer's row keeps the mark where it stays."""
    world = town(0.02, renter_moves=0.25)
    world.tick, world.residents.birthday[:] = 1, 2  # nobody's birthday: who comes does so by moving
    world.output.tallies[0, T_TRUST : T_TRUST + 4] = int(0.7 * FIXED * len(world.residents))
    world.mean_awareness, world.mean_compliance = 0.3, 0.1
    r = world.residents
    held = {name: (getattr(r.columns, name), said) for name, (_, said) in columns(type(r.columns)).items()}
    held |= {name: (getattr(r, name), said) for name, (_, said) in columns(type(r)).items()}
    held = {name: pair for name, pair in held.items() if name not in _MOVED}
    marks = {}
    for name, (column, said) in held.items():
        marks[name] = np.array(99 if said.stays else 100).astype(column.dtype)  # what comes from a row's own is no mark
        column[...] = marks[name]
    step.week(world)
    came = r.since == 1
    assert 30 < came.sum() < 1000
    for name, (column, said) in held.items():
        kept = column == marks[name]
        share = kept[..., came].mean()
        assert kept[..., ~came].all(), name
        assert share == 1 if said.stays else share < 0.3, name


@pytest.mark.parametrize("demography", [False, True])
def test_shares_of_renters_and_owners_that_move_in_a_year(demography):
    """7,500 renting and 11,000 owning households, four years: four standard errors of a share are 0.008 and 0.004."""
    world, share = town(0.05, demography=demography), []
    for world.seed in range(4):
        world.tick = -52  # nobody dies yet, so that who moved has moved as a household
        world.households.moved[:] = False
        after(world, 52)
        rents = np.isin(np.arange(len(world.households)), world.households.renters)
        share.append([world.households.moved[rents].mean(), world.households.moved[~rents].mean()])
    renters, owners = np.mean(share, axis=0)
    assert renters == pytest.approx(1 - np.exp(-0.12), abs=0.008)
    assert owners == pytest.approx(1 - np.exp(-0.03), abs=0.004) if demography else owners == 0


def test_other_people_come_in_the_place_of_those_who_move():
    """A household of the start of the same size, so that the mix of ages and of stages of life stays as it was."""
    world = town(0.02, renter_moves=0.25)
    world.residents.birthday[:] = 52  # a week that never comes: nobody grows older, dies or is born
    r, ages, stages = world.residents, world.residents.age.copy(), np.bincount(world.residents.life_stage)
    accounts = after(world, 104)
    assert accounts[MOVED_IN].sum() == accounts[MOVED_OUT].sum() > 0.15 * len(r)
    assert (r.age != ages).mean() > 0.1, "not the ages of those who went"
    assert np.array_equal(r.older, r.age >= 60) and np.array_equal(r.columns.adult, r.age >= 15)
    assert r.age.mean() == pytest.approx(ages.mean(), abs=0.6), "four standard errors of 3,000 who came"
    assert np.bincount(r.life_stage, minlength=8) / len(r) == pytest.approx(stages / len(r), abs=0.012)


def test_at_rest_means_that_nothing_moves_when_nothing_changes():
    case = Case(n=900, size=30)
    case.at.performance[:] = np.linspace(0.1, 0.9, 10, dtype=np.float32)[None, :, None]
    case.at.performance[:, :, 1] = 0.95
    case.col.mobility[::3] = 1
    case.col.disposition[:], case.col.luck[1::7], case.col.aspiration[2::5] = 8, -3, 16
    case.col.provider[:] = np.arange(-5, 5)[:, None]
    residents = SimpleNamespace(columns=case.col, gate=np.repeat(np.arange(30), 30))
    arrival.settle(part_of_world(Parameters(VALUES), residents=residents, places=case.at))
    before = case.col.satisfaction.copy()
    assert case.run(50).col.satisfaction == pytest.approx(before, abs=2e-6)
