"""Cases that concern the whole model: symmetry, relabelling, doubling, extremes. `docs/verification.md` lists all."""

import copy
import shutil
from functools import cache

import numpy as np
import pytest
from scipy import stats

from simulation.district.data.district import districts_folder
from simulation.domains import N_MOBILITY
from simulation.interventions.registry import interventions
from simulation.model import step_week
from simulation.processes.access import catchments, e2sfca
from simulation.recording import Recording
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.state.gates import Places
from simulation.state.grid import Grid, Walk
from simulation.state.world import World
from tests.simulation.processes.residents.kernel_case import Case

SCALE, WEEKS = 0.01, 8
QUICK = {"run.burn_in_weeks": 4.0}
SEEDS = (1, 2, 3)


def scenario(**changes: object) -> Scenario:
    return load_scenario("baseline").model_copy(update={"parameters": QUICK, **changes})


@cache
def ends(district: str) -> list[Recording]:
    return [simulate(scenario(district=district), seed=seed, scale=SCALE, weeks=WEEKS) for seed in SEEDS]


@pytest.fixture
def world():
    return prepare(scenario(), 1, SCALE)


def test_identical_communities_give_identical_distributions():
    """Two halves of a crowd that nothing tells apart: satisfaction is drawn from one distribution.

    Kolmogorov-Smirnov at 1 in 10,000; the seed is fixed.
    """
    case = Case(n=9600, size=96, noise=0.1)
    case.at = Places(*case.at)._replace(performance=np.full_like(case.at.performance, 0.6))
    end = case.run(30).col.satisfaction[4]
    assert end.std() > 0.01
    assert stats.ks_2samp(end[:4800], end[4800:]).pvalue > 1e-4


def test_the_order_of_the_tables_changes_nothing_in_law(tmp_path):
    """Communities, firms and departments in reverse: other rows, another map, other draws, the same district.

    Satisfaction differs by less than 1.5 points and requests by less than 10 %, as between samples of two scales:
    between seeds the standard deviation of the mean of three is below 0.3 points.
    """
    folder = tmp_path / "reversed"
    shutil.copytree(districts_folder() / "huitian", folder)
    for name in ("communities", "firms", "departments"):
        head, *rows = (folder / f"{name}.csv").read_text("utf-8").splitlines()
        (folder / f"{name}.csv").write_text("\n".join([head, *rows[::-1]]) + "\n", "utf-8")
    plain, other = ends("huitian"), ends(str(folder))
    assert plain[0].communities["name_zh"].iloc[0] != other[0].communities["name_zh"].iloc[0]
    for name, tolerance in (("satisfaction", 1.5), ("requests", None), ("load_committee", 0.08)):
        a, b = (np.mean([run.district[name].mean() for run in runs]) for runs in (plain, other))
        assert abs(a - b) < (tolerance or 0.1 * a), (name, a, b)


def test_twice_the_people_and_places_leave_access_as_it_is():
    rng = np.random.default_rng(3)
    y, x = np.divmod(np.arange(400), 20)
    grid = Grid.from_cells(x, y)
    people, capacity = rng.integers(0, 50, (N_MOBILITY, 400)).astype(float), rng.uniform(100, 900, 6)
    reach = catchments(grid, rng.integers(0, 400, 6), 15, Walk(speed=80.0, speed_slow=55.0, detour=1.3))
    one, two = (e2sfca(k * people, k * capacity, np.ones((3, 6)), np.ones(6), reach) for k in (1, 2))
    assert np.allclose(one.access, two.access, rtol=1e-12) and one.access.max() > 0


def test_awareness_takes_43_weeks_from_a_twentieth_to_nine_tenths():
    """ln(9 * 19) / 0.12 = 42.8 weeks in continuous time; steps of a week lag behind it by a few weeks."""
    exact = np.log(0.9 / 0.1 / (0.05 / 0.95)) / 0.12
    assert exact == pytest.approx(42.8, abs=0.05)
    case = Case(n=2400, size=2400, blocks=1)
    case.c = case.c._replace(diffusion=np.float32(0.12))
    rng = np.random.default_rng(1)
    case.col.near[:] = rng.integers(0, case.n, (7, case.n)).T - np.arange(case.n)[:, None]
    case.col.far[:] = rng.integers(0, case.n, case.n)
    case.col.awareness[:] = 0.05
    week = 0
    while case.col.awareness.mean() < 0.9:
        case.run(1, first=week)
        week += 1
    assert week - 1 == pytest.approx(exact, rel=0.07)  # nobody sees anything in the first week


def test_without_volunteers_nobody_volunteers_and_nothing_breaks(world):
    world.params._values["volunteering.registration"] = 0.0
    world.residents.columns.volunteer[:] = 0
    for _ in range(WEEKS):
        step_week(world, {})
        world.tick += 1
    assert not world.residents.columns.volunteer.any() and not world.communities.volunteer_hours.any()
    assert np.isfinite(world.communities.load).all() and world.week.opened.sum() > 0


def test_a_plan_without_a_yuan_spends_none_and_runs():
    """Every amount of money at the least that its lever allows."""
    free = {}
    for kind, lever in interventions().items():
        least = {
            name: next(m.ge for m in field.metadata if hasattr(m, "ge"))
            for name, field in lever.model_fields.items()
            if "yuan" in name
        }
        free[kind] = lever.model_validate({**lever().model_dump(), **least})
    run = simulate(scenario(interventions=free), seed=1, scale=SCALE, weeks=60)
    assert (run.district["cost_capital_yuan"] == 0).all()
    assert run.district["satisfaction"].between(0, 100).all()


def test_the_whole_plan_loses_and_invents_nobody_and_nothing():
    """Every lever of the plan until the split and the last bed: people, homes, posts, beds, volunteers, requests, yuan.

    Below 2 % some parts of a split would have no gate, and the community would stay whole.
    """
    scale = 0.02
    plan = load_scenario("huitian_plan").model_copy(update={"parameters": QUICK})
    first = prepare(plan, 1, scale)
    posts, kinds = len(first.workers), first.facilities.kind == "elder_institution"
    beds, homes = first.facilities.capacity[kinds].sum(), len(first.households.estate)
    last: list[World] = []

    def watch(world: World) -> None:
        w, c, volunteer = world.week, world.communities, world.residents.columns.volunteer
        assert len(world.residents) == len(first.residents) == c.residents.sum() == world.gates.residents.sum()
        assert len(world.households.estate) == homes
        assert np.array_equal(
            np.bincount(world.tickets.community[world.tickets.status == 0], minlength=len(c)),
            c.open_issues.sum(axis=1) + c.open_visits,
        )
        assert int(world.ledger.balance.sum()) == 0
        assert (w.resolved >= 0).all() and (w.opened >= 0).all()
        assert not volunteer[world.residents.columns.adult == 0].any(), "members of teams are adults of the district"
        assert len(world.workers) >= posts
        last[:] = [world]

    run = simulate(plan, seed=1, scale=scale, weeks=170, watch=watch)
    world = last[0]
    split = world.communities.parent >= 0
    old, new = np.bincount(first.workers.community), np.bincount(world.workers.community)
    untouched = np.setdiff1d(np.arange(len(old)), world.communities.parent[split])
    assert split.sum() == 9 and len(world.communities) == len(first.communities) + 9
    assert np.array_equal(new[untouched], old[untouched]), "posts come with a split and with nothing else"
    assert new.sum() == len(world.workers) > posts
    f = world.facilities
    assert f.capacity[f.kind == "elder_institution"].sum() == pytest.approx(beds + 2243)
    weeks = run.communities.groupby("tick")[["residents", "households", "volunteers"]].sum()
    assert (weeks["residents"] == len(first.residents)).all()
    assert weeks["households"].round(3).nunique() == 1
    assert np.allclose(weeks["volunteers"], run.district["volunteers"], rtol=1e-5)
    registered = np.count_nonzero(world.residents.columns.volunteer)
    assert run.district["volunteers"].iloc[-1] == pytest.approx(
        registered * weeks["households"].iloc[0] / homes, rel=1e-4
    )


def test_crowded_beyond_measure_the_queues_grow_and_nothing_breaks(world):
    world.params._values["needs.issue_rate"] *= 20
    before = np.count_nonzero(world.tickets.status == 0)
    for _ in range(WEEKS):
        step_week(world, {})
        world.tick += 1
    assert np.count_nonzero(world.tickets.status == 0) > 2 * before
    for table in (world.communities, world.firms, world.streets, world.departments):
        assert np.isfinite(table.load).all() and (table.delay >= 0).all()
    s = world.residents.columns.satisfaction
    assert (s >= 0).all() and (s <= 1).all()


def test_a_copy_of_a_world_goes_the_same_way(world):
    """A run has no state beside its world: what a copy does is what the original does."""
    other = copy.deepcopy(world)
    for one in (world, other):
        for _ in range(3):
            step_week(one, {})
            one.tick += 1
    assert np.array_equal(world.residents.columns.overall, other.residents.columns.overall)
    assert np.array_equal(world.ledger.balance, other.ledger.balance)
