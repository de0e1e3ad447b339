"""Splits on the real district: nobody and nothing is lost, and posts decide whether load falls."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from simulation.district.data.district import districts_folder
from simulation.district.map.partition import CutRules, Patch, partition
from simulation.interventions.community_splits import CommitteeWork, CommunitySplits, shared_posts, staffing_curve
from simulation.model import step_week
from simulation.parameters import Parameters
from simulation.processes import budget
from simulation.run import prepare, simulate
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.state.ledger import FEN
from simulation.state.levers import Levers
from simulation.state.table import make
from simulation.state.tickets import COMMITTEE, OPEN
from simulation.state.world import World

SCALE, WEEKS = 0.05, 78
BEGIN = load_scenario("baseline").start
LARGE = 5000


def scenario(parameters: dict[str, float] | None = None, **lever: object) -> Scenario:
    base = load_scenario("baseline")
    levers = {"community_splits": {"start": BEGIN} | lever} if lever else {}
    return Scenario.model_validate(
        {
            "schema": 1,
            "name": "case",
            "title": base.title,
            "interventions": levers,
            "parameters": {"run.burn_in_weeks": 4.0} | (parameters or {}),
        }
    )


def world_before() -> World:
    return prepare(scenario(), 1, SCALE)


def split(world: World, **lever: object) -> CommunitySplits:
    """Apply the lever in the week of its start."""
    lever_ = CommunitySplits(**({"start": BEGIN} | lever))
    world.levers = make(Levers, len(world.communities))
    lever_.apply(world, 0)
    return lever_


def large(world: World) -> np.ndarray:
    table = world.geography.communities
    return np.flatnonzero((table["households"] > LARGE) & (table["kind"] == "community"))


@pytest.fixture(scope="module")
def divided() -> tuple[World, World]:
    before, after = world_before(), world_before()
    split(after)
    return before, after


def test_eight_communities_become_seventeen(divided):
    before, after = divided
    assert large(before).size == 8
    assert np.count_nonzero(~before.communities.village) == 108
    assert np.count_nonzero(~after.communities.village) == 117
    assert not after.communities.village[len(before.communities) :].any()


def test_no_community_stays_above_the_threshold(divided):
    _, after = divided
    homes = after.cell_community >= 0
    size = np.bincount(after.cell_community[homes], after.geography.cell_households[homes])
    third = {row for row in large(after) if after.geography.communities["households"].iloc[row] > 3 * LARGE}
    inside = np.isin(after.communities.parent, list(third)) | np.isin(np.arange(size.size), list(third))
    assert len(third) == 1 and inside.sum() == 3, "one is so large that its three parts stay above, as in the register"
    assert size[~after.communities.village & ~inside].max() < LARGE and size[inside].max() < 1.35 * LARGE
    for community in large(after):
        parts = size[(after.communities.parent == community) | (np.arange(size.size) == community)]
        assert np.abs(parts / parts.mean() - 1).max() < 0.4  # whole estates before equal size


def test_parts_make_up_the_parent_and_hang_together(divided):
    before, after = divided
    parent = np.where(after.communities.parent >= 0, after.communities.parent, np.arange(len(after.communities)))
    homes = before.cell_community >= 0
    assert np.array_equal(parent[after.cell_community[homes]], before.cell_community[homes])
    assert np.array_equal(after.cell_community < 0, ~homes)
    for row in np.flatnonzero(np.isin(parent, large(before))):
        x, y = (getattr(after.grid_index, axis)[after.cell_community == row] for axis in "xy")
        near = (np.abs(x[:, None] - x) + np.abs(y[:, None] - y)) <= 1
        assert connected_components(csr_array(near), directed=False)[0] == 1


def test_nobody_is_lost(divided):
    before, after = divided
    parent = np.where(after.communities.parent >= 0, after.communities.parent, np.arange(len(after.communities)))
    for name in ("households", "residents", "latent", "open_issues", "volunteer_hours", "hours_needed"):
        old, new = getattr(before.communities, name), getattr(after.communities, name)
        summed = np.zeros_like(old)
        np.add.at(summed, parent, new)
        assert summed == pytest.approx(old), name
    assert np.array_equal(after.gates.community, after.cell_community[after.gates.cell])
    budget.check(after)


def test_open_requests_lie_with_the_committee_of_their_resident(divided):
    before, after = divided
    t = after.tickets
    assert np.array_equal(t.community, after.gates.community[after.residents.gate[t.resident]])
    ours = (t.tier == COMMITTEE) & (t.status == OPEN)
    assert np.isin(before.tickets.community[ours], large(before)).sum() > 10
    assert np.array_equal(t.unit[ours], t.community[ours])
    assert np.array_equal(t.resident, before.tickets.resident)


def test_outcomes_of_residents_are_untouched(divided):
    before, after = divided
    for name in ("satisfaction", "expectation", "trust", "efficacy", "overall", "awareness", "habit", "volunteer"):
        assert np.array_equal(getattr(before.residents.columns, name), getattr(after.residents.columns, name)), name


def test_each_part_has_an_office_among_its_homes(divided):
    _, after = divided
    new = np.flatnonzero(after.communities.parent >= 0)
    assert np.array_equal(after.cell_community[after.communities.office_cell[new]], new)


def test_a_split_that_splits_nothing_changes_no_bit():
    before, after = world_before(), world_before()
    split(after, above_households=20_000)
    for table in ("communities", "workers", "gates", "tickets", "facilities"):
        one, other = getattr(before, table), getattr(after, table)
        names = one._fields if hasattr(one, "_fields") else [field.name for field in fields(one)]
        for name in names:
            assert np.array_equal(getattr(one, name), getattr(other, name)), (table, name)
    assert np.array_equal(before.ledger.balance, after.ledger.balance)


def test_a_start_before_the_scenario_splits_in_its_first_week():
    world = world_before()
    split(world, start=BEGIN.replace(year=BEGIN.year - 1))
    assert np.count_nonzero(world.communities.parent >= 0) == 9


@given(st.integers(0, 10**6), st.integers(2, 3))
@settings(deadline=None)
def test_random_maps_are_cut_into_connected_parts(seed, parts):
    rng = np.random.default_rng(seed)
    y, x = np.divmod(np.flatnonzero(rng.random(64) < 0.7), 8)
    patch = Patch.from_cells(x, y, rng.integers(1, 200, x.size), (x // 3) * 3 + y // 3)
    labels = partition(patch, parts, CutRules(1.0, 0.2, 3000.0, 20), seed)
    assert np.array_equal(np.unique(labels), np.arange(parts))
    assert np.bincount(labels, patch.households).sum() == patch.households.sum()
    for part in range(parts):
        inside = patch.edges[(labels[patch.edges] == part).all(axis=1)]
        graph = csr_array((np.ones(len(inside)), inside.T), (x.size, x.size))
        assert np.unique(connected_components(graph, directed=False)[1][labels == part]).size == 1


# The register's calendar


def named(world: World) -> set[str]:
    return set(world.communities.name_zh)


def registered(world: World, until: date) -> None:
    """Apply the lever week by week until a day, as if nothing else happened."""
    lever = CommunitySplits(calendar="register")
    while world.date <= until:
        world.levers = make(Levers, len(world.communities))
        lever.apply(world, world.tick)
        world.tick += 1


def test_the_register_divides_on_its_days_and_gives_its_names():
    world = world_before()
    before, counts = named(world), []
    for day in (date(2018, 12, 31), date(2019, 10, 1), date(2021, 10, 1), date(2022, 10, 1), date(2023, 6, 1)):
        registered(world, day)
        counts.append(np.count_nonzero(~world.communities.village))
    assert counts == [108, 109, 113, 125, 126]
    listed = pd.read_csv(districts_folder() / "huitian" / "register_changes.csv", keep_default_na=False)
    divided = listed[listed["kind"] == "divided"]
    parts = {part for names in divided["parts_zh"] for part in names.split(";")}
    assert parts <= named(world)
    assert before - named(world) == set(divided["of_zh"]) - parts
    budget.check(world)


def test_what_the_register_divided_before_the_run_is_divided_in_its_first_week():
    late = scenario().model_copy(update={"start": date(2022, 1, 3)})
    world = prepare(late, 1, 0.02)
    registered(world, date(2022, 1, 3))
    assert np.count_nonzero(~world.communities.village) == 113
    assert {"天通中苑第一", "天通中苑第二", "天通中苑第三"} <= named(world)


def test_the_register_can_give_posts_without_dividing():
    world = world_before()
    posts = len(world.workers)
    world.tick = world.tick_of(date(2021, 1, 4))
    world.levers = make(Levers, len(world.communities))
    CommunitySplits(calendar="register", divide=False).apply(world, world.tick)
    assert len(world.workers) > posts and len(world.communities) == len(world.geography.communities)


def test_a_district_without_register_is_never_divided_by_it():
    plan = scenario().model_copy(update={"district": "huaguoyuan"})
    world = prepare(plan, 1, 0.02)
    count = len(world.communities)
    registered(world, BEGIN.replace(year=BEGIN.year + 1))
    assert len(world.communities) == count


# Posts


@given(st.lists(st.floats(1, 10_000), min_size=1, max_size=4), st.integers(0, 60), st.integers(0, 2))
def test_shared_posts_add_up(households, spare, least):
    posts = spare + least * len(households)
    shares = shared_posts(posts, np.array(households), least)
    assert shares.sum() == posts and shares.min() >= least
    exact = least + spare * np.array(households) / sum(households)
    assert np.abs(shares - exact).max() < 1 + 1e-9


def test_too_few_posts_are_refused():
    with pytest.raises(ValueError, match="1 posts cannot staff 2 communities"):
        shared_posts(1, np.ones(2))


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ({"staff_rule": "same_staff"}, lambda size: 0),
        ({"staff_rule": "added", "added_posts": 5}, lambda size: 5),
        ({"staff_rule": "norm"}, None),
    ],
)
def test_posts_are_conserved_and_created_by_the_rule(rule: dict[str, object], more: Callable[[float], int] | None):
    before, after = world_before(), world_before()
    split(after, **rule)
    w, old = after.workers, len(before.workers)
    parent = np.where(after.communities.parent >= 0, after.communities.parent, np.arange(len(after.communities)))
    assert np.array_equal(parent[w.community[:old]], before.workers.community)
    assert np.array_equal(w.burnout[:old], before.workers.burnout)
    created = np.bincount(parent[w.community[old:]], minlength=len(before.communities))
    assert not np.delete(created, large(before)).any()
    posts, households = np.bincount(w.community), after.communities.households / after.scale
    for community in large(before):
        parts = np.flatnonzero(parent == community)
        if more is None:
            assert np.array_equal(posts[parts], np.ceil(households[parts] / 130))
        else:
            assert created[community] == more(households[parts].sum())
            even = posts[parts] / posts[parts].sum() - households[parts] / households[parts].sum()
            assert np.abs(even).max() < 0.1


def test_new_posts_are_filled_evenly_over_the_weeks_of_hiring():
    world = world_before()
    old = len(world.workers)
    split(world, hire_weeks=20)
    waiting = world.workers.vacancy[old:]
    assert waiting.min() >= 1 and waiting.max() == 20
    assert np.mean(waiting <= 10) == pytest.approx(0.5, abs=0.05)


# Transition and money


def test_transition_fades_by_its_equations():
    world = world_before()
    lever, p = split(world), world.params
    parts = world.communities.changed_tick == 0
    assert np.count_nonzero(parts) == 17
    for tick in (0, 13, 60):
        world.levers = make(Levers, len(world.communities))
        lever._transition(world, tick)
        assert world.levers.misroute[parts] == pytest.approx(p["splits.misroute"] * np.exp(-tick / 13))
        assert world.levers.productivity[parts] == pytest.approx(1 - p["splits.shock"] * np.exp(-tick / 26))
        assert not world.levers.misroute[~parts].any() and (world.levers.productivity[~parts] == 1).all()


def test_a_synchronised_election_saves_hours_and_money():
    hours, yuan = {}, {}
    for together in (True, False):
        world = world_before()
        lever = CommunitySplits(start=BEGIN, synchronised_election=together)
        hours[together] = 0.0
        for tick in range(12):
            world.tick, world.levers = tick, make(Levers, len(world.communities))
            lever.apply(world, tick)
            hours[together] += world.levers.extra_hours.sum()
        yuan[together] = world.ledger.journal["committee elections", "operating"] / FEN
    assert hours == {True: 0.0, False: pytest.approx(17 * 400)}
    assert yuan == {True: 0.0, False: 17 * 150_000}


def test_costs_by_kind_and_place():
    world = world_before()
    lever = split(world, setup_yuan=400_000.0, operating_yuan=520_000.0)
    world.tick = 1
    lever.apply(world, 1)
    new = world.communities.parent >= 0
    assert np.array_equal(world.ledger.placed["capital"], new * 400_000 * FEN)
    assert np.array_equal(world.ledger.placed["operating"], 2 * new * 10_000 * FEN)


def test_without_new_rooms_the_parts_share_the_old_one():
    before, shared, own = world_before(), world_before(), world_before()
    split(shared, new_rooms=False)
    split(own)
    n, chosen = len(before.communities), large(before)
    standard = own.params["room.standard"]
    assert (own.communities.room_area[n:] == standard).all()
    assert np.array_equal(own.communities.room_area[:n], before.communities.room_area)
    parent = np.where(shared.communities.parent >= 0, shared.communities.parent, np.arange(len(shared.communities)))
    area = np.bincount(parent, shared.communities.room_area)
    assert area[chosen] == pytest.approx(before.communities.room_area[chosen])


# Break-even


def test_break_even_by_hand():
    work = CommitteeWork(overhead=68.0, per_household=0.09, per_post=34.0)
    assert work.utilisation(5700, 18) == pytest.approx((68 + 513) / 612)
    assert work.break_even(5700, 18, 2) == pytest.approx(68 / (34 * 581 / 612))
    assert work.break_even(5700, 18, 1) == 0


@given(st.floats(3000, 9000), st.integers(9, 40), st.integers(2, 3))
def test_parts_with_the_break_even_posts_are_as_busy_as_the_whole(households, staff, parts):
    work = CommitteeWork.from_parameters(Parameters())
    more = work.break_even(households, staff, parts)
    assert work.utilisation(households, staff + more, parts) == pytest.approx(work.utilisation(households, staff))


def test_the_curve_crosses_at_its_break_even():
    curve = staffing_curve(CommitteeWork.from_parameters(Parameters()), [4000, 8000], [16, 20], [0, 2, 4, 8])
    assert len(curve) == 8
    below = curve["utilisation"] < curve["utilisation_before"]
    assert np.array_equal(below, curve["staff_added"] > curve["break_even"])
    for _, size in curve.groupby("households"):
        assert size["utilisation"].is_monotonic_decreasing and size["utilisation"].is_unique


@cache
def late_load(added: int | None) -> tuple[float, float, float]:
    """Utilisation of the large communities, filled posts and hours asked for by them, once the dust has settled."""
    quick = {"splits.misroute_weeks": 4.0, "splits.shock_weeks": 8.0, "staff.burnout_productivity": 0.1}
    lever = {} if added is None else {"staff_rule": "added", "added_posts": added, "hire_weeks": 1}
    plan = scenario(quick, **lever)
    world = prepare(plan, 1, SCALE)
    chosen, sums = large(world), np.zeros(3)
    for tick in range(WEEKS):
        step_week(world, plan.interventions)
        if tick >= WEEKS // 2:
            c, w = world.communities, world.workers
            ours = np.isin(np.arange(len(c)), chosen) | np.isin(c.parent, chosen)
            filled = np.count_nonzero(ours[w.community] & (w.vacancy == 0))
            sums += c.hours_needed[ours].sum(), c.hours_supplied[ours].sum(), filled
        world.tick += 1
    needed, supplied, filled = sums / (WEEKS - WEEKS // 2)
    return needed / supplied, filled, needed


def test_posts_decide_whether_a_split_relieves():
    assert late_load(0)[0] > late_load(None)[0] > late_load(8)[0]


def test_simulated_break_even_is_the_analytic_one():
    """F (parts - 1) / (h rho), h rho the hours asked of a filled post before; there are 9 more units."""
    load, filled, needed = late_load(None)
    sweep = pd.DataFrame([late_load(added)[:2] for added in (0, 2, 4, 6, 8)], columns=["load", "filled"])
    crossing = np.interp(-load, -sweep["load"], sweep["filled"])
    analytic = 9 * Parameters()["staff.overhead_hours"] / (needed / filled)
    assert crossing - filled == pytest.approx(analytic, rel=0.15)


def test_runs_repeat_bit_for_bit():
    one, other = (simulate(scenario(staff_rule="norm"), seed=3, scale=0.02, weeks=6) for _ in range(2))
    pd.testing.assert_frame_equal(one.communities, other.communities, check_exact=True)


def test_a_sample_too_small_to_divide_a_community_says_so():
    world = prepare(scenario(), 1, 0.01)
    count = len(world.communities)
    with pytest.warns(RuntimeWarning, match=r"at --scale 0\.01 the sample has no home .* not divided"):
        split(world)
    assert count < len(world.communities) < count + 9
