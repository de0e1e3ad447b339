"""Moves of renters: who goes, what newcomers bring, and that nobody appears or disappears."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes import demography
from simulation.random import Stream, uniform
from simulation.state.output import FIXED, N_TALLIES
from tests.simulation.processes.part import part_of_world
from tests.simulation.processes.residents.kernel_case import VALUES, Case

SIZE = 3  # residents of a household


class Crowd(SimpleNamespace):
    def __len__(self):
        return len(self.gate)


def town(households=3000, renters=0.5, overrides=None):
    case = Case(n=households * SIZE, size=30)
    case.at.performance[:] = np.linspace(0.1, 0.9, 10, dtype=np.float32)[None, :, None]
    case.at.performance[:, :, 1] = 0.95
    case.col.mobility[::SIZE] = 1
    case.col.volunteer[:] = 2
    case.col.fatigue[:] = 1
    case.col.efficacy[:] = 0.9
    case.col.trust[:] = 0.9
    case.col.disposition[:], case.col.luck[1::7], case.col.aspiration[2::5] = 8, -3, 16
    case.col.provider[:] = np.arange(-5, 5)[:, None]
    residents = Crowd(columns=case.col, gate=np.repeat(np.arange(case.n // 30), 30))
    homes = SimpleNamespace(
        renters=np.arange(int(households * renters)) * 2 % households,
        first=np.arange(0, case.n + 1, SIZE),
        moved=np.zeros(households, np.bool_),
    )
    p = Parameters(VALUES | {"demography.renter_moves": 0.12} | (overrides or {}))
    return part_of_world(
        p,
        residents=residents,
        households=homes,
        places=case.at,
        mean_awareness=0.3,
        mean_compliance=0.1,
        output=SimpleNamespace(tallies=np.full((1, N_TALLIES), int(0.7 * FIXED * case.n))),
    )


def moved(world):
    return (world.residents.columns.volunteer == 0).reshape(-1, SIZE)


def test_moves_are_the_draws_of_the_households():
    world = town()
    demography.step(world)
    households = np.arange(3000)
    expected = (uniform(1, Stream.MOVE, households, 0) < 0.12 / 52) & (households % 2 == 0)
    assert expected.any()
    assert np.array_equal(moved(world), np.repeat(expected[:, None], SIZE, axis=1))  # whole households move
    assert np.array_equal(world.households.moved, expected)  # their debts are the old tenants'


def test_a_newcomer_brings_no_history():
    world = town(overrides={"demography.renter_moves": 0.25})
    before = {name: np.copy(column) for name, column in world.residents.columns._asdict().items()}
    for world.tick in range(40):
        demography.step(world)
    col, new = world.residents.columns, moved(world).ravel()
    assert new.any() and not new.all()
    commuter = col.mobility == 1
    met = np.where(commuter, 0.95, np.linspace(0.1, 0.9, 10)[:, None]) + np.arange(-5, 5)[:, None] / 256
    gap = met - 0.25 - 0.5 * col.aspiration / 256 - 0.5 * met  # norms weigh 0.25 in this case
    lean = (col.disposition + col.luck.astype(float)) / 256
    rest = np.clip(0.3 + lean + 0.6 * met + 0.4 * np.where(gap < 0, 1.5, 1) * gap, 0, 1)
    assert col.expectation[:, new] == pytest.approx(met[:, new])
    assert col.satisfaction[:, new] == pytest.approx(rest[:, new], abs=1e-6)
    assert col.trust[1:, new] == pytest.approx(0.7), "as the district thinks of committee, street and neighbours"
    assert col.trust[0, new] == pytest.approx(np.linspace(0.1, 0.9, 10)[7] + 2 / 256), "the firm by what it does"
    assert col.awareness[new] == pytest.approx(0.3) and col.habit[new] == pytest.approx(0.1)
    assert (col.efficacy[new] == col.efficacy_base[new]).all() and (col.fatigue[new] == 0).all()
    for name, old in before.items():  # nobody else changes, and no column changes its length
        column = getattr(col, name)
        assert old.shape == column.shape
        stayed = column if name == "near" else column[..., ~new]
        assert np.array_equal(old if name == "near" else old[..., ~new], stayed), name
    lasting = ("disposition", "luck", "aspiration", "provider")
    for name in ("far", "exposure", "importance", "mobility", "adult", "threshold", "hours", *lasting):
        assert np.array_equal(before[name], getattr(col, name)), name


def test_twelve_in_a_hundred_renting_households_move_in_a_year():
    """30,000 renting households; whoever moved at least once: 1 - (1 - 0.12/52)^52, standard error 0.0018."""
    world = town(households=30_000, renters=1.0)
    world.households.renters = np.arange(30_000)
    for world.tick in range(52):
        demography.step(world)
    share = moved(world)[:, 0].mean()
    assert share == pytest.approx(1 - (1 - 0.12 / 52) ** 52, abs=4 * 0.0018)  # fails 1 seed in 16,000
    assert -np.log(1 - share) == pytest.approx(0.12, rel=0.07)


def test_owners_stay():
    world = town(renters=0.0)
    for world.tick in range(52):
        demography.step(world)
    assert not moved(world).any()


def test_at_rest_means_that_nothing_moves_when_nothing_changes():
    world = town(households=300)
    demography.settle(world)
    case = Case(n=900, size=30)
    case.col, case.at = world.residents.columns, world.places
    before = case.col.satisfaction.copy()
    assert case.run(50).col.satisfaction == pytest.approx(before, abs=2e-6)
