"""Circles on the real district: where they go, when they open, what they cost, and what they cover."""

from dataclasses import fields

import numpy as np
import pytest

from simulation.interventions.service_circles import CIRCLE, ServiceCircles
from simulation.interventions.shared.siting import Siting
from simulation.model import open_facilities
from simulation.processes import services
from simulation.processes.access import coverage
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario
from simulation.state.ledger import FEN
from simulation.state.levers import Levers
from simulation.state.table import make
from simulation.state.world import World
from tests.simulation.interventions.case import scenario

SCALE = 0.02
BEGIN = load_scenario("baseline").start
SOON = BEGIN.replace(month=2, day=5)
LAST = (SOON - BEGIN).days // 7


def prepared(**lever: object) -> tuple[World, ServiceCircles]:
    world = prepare(scenario(), 1, SCALE)
    circles = ServiceCircles(**({"start": BEGIN, "finish": SOON} | lever))
    open_facilities(world, {CIRCLE: circles})
    return world, circles


def covered(world: World, tick: int) -> tuple[float, float]:
    """Share of residents and of urban communities covered once the circles of `tick` are open."""
    world.tick = tick
    world.stale.add(CIRCLE)
    services.refresh(world)
    result = coverage(
        world.demand["everyone"],
        world.covered,
        world.cell_community,
        ~world.communities.village,
        world.params["access.covered_share"],
    )
    urban = ~world.communities.village
    near = result.by_community[urban] >= world.params["access.covered_share"]
    assert result.communities == pytest.approx(near.mean())
    return result.residents, result.communities


def test_73_sited_for_coverage_cover_every_community_and_42_do_not():
    world, _ = prepared(target=73, siting=Siting.COVERAGE)
    before, after = covered(world, -1), covered(world, LAST)
    assert before[1] < 1 and after[1] == 1
    assert before[0] < 0.9 and after[0] > 0.99


def test_coverage_is_the_best_method_for_coverage():
    reached = {siting: covered(prepared(target=47, siting=siting)[0], LAST) for siting in Siting}
    assert max(reached.values(), key=lambda shares: shares[1]) == reached[Siting.COVERAGE]


@pytest.mark.parametrize("siting", Siting)
def test_added_circles_stand_at_different_homes(siting):
    world, _ = prepared(target=60, siting=siting)
    f = world.facilities
    cells = f.cell[f.added]
    assert np.unique(cells).size == 18
    assert (world.cell_community[cells] >= 0).all()
    assert (f.kind[f.added] == CIRCLE).all() and (f.capacity[f.added] == 1500).all()


def test_methods_choose_different_places():
    chosen = {siting: tuple(np.sort(_cells(prepared(target=60, siting=siting)[0]))) for siting in Siting}
    assert len(set(chosen.values())) == len(Siting)


def _cells(world: World) -> np.ndarray:
    return world.facilities.cell[world.facilities.added]


def test_circles_open_evenly_and_the_last_on_time():
    world, _ = prepared(finish=BEGIN.replace(year=BEGIN.year + 1))
    opened = world.facilities.opened[world.facilities.added]
    assert opened.max() == 52 and (np.diff(opened) >= 1).all()
    assert np.diff(opened).max() - np.diff(opened).min() <= 1


def test_a_new_circle_is_as_good_as_an_old_one():
    world, _ = prepared()
    f = world.facilities
    old, new = (f.kind == CIRCLE) & ~f.added, f.added
    for name in ("quality", "open_adult", "open_commuter"):
        assert getattr(f, name)[new] == pytest.approx(getattr(f, name)[old].mean())


@pytest.mark.parametrize("target", [0, 42])
def test_a_target_below_the_stock_closes_none(target):
    world, plain = prepared(target=target)[0], prepare(scenario(), 1, SCALE)
    for field in fields(world.facilities):
        assert np.array_equal(getattr(world.facilities, field.name), getattr(plain.facilities, field.name))


def test_costs_by_kind_and_place():
    world, circles = prepared(target=52, capital_yuan=300_000.0, operating_yuan=52_000.0, finish=BEGIN)
    for tick in range(3):
        world.levers = make(Levers, len(world.communities))
        circles.apply(world, tick)
    per_community = np.bincount(world.cell_community[_cells(world)], minlength=len(world.communities))
    assert per_community.sum() == 10
    assert np.array_equal(world.ledger.placed["capital"], per_community * 300_000 * FEN)
    assert np.array_equal(world.ledger.placed["operating"], per_community * 3 * 1000 * FEN)
    assert world.ledger.balance.sum() == 0


def test_each_dose_covers_more_and_costs_more():
    runs = [
        simulate(scenario(service_circles={"target": target, "start": BEGIN, "finish": SOON}), scale=SCALE, weeks=8)
        for target in (42, 48, 56, 73)
    ]
    last = [run.district.iloc[-1] for run in runs]
    for metric in ("circle_coverage_residents", "cost_capital_yuan", "cost_operating_yuan"):
        values = [row[metric] for row in last]
        assert values == sorted(values) and len(set(values)) == 4, metric
