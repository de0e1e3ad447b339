"""The pair of models behind the page: same start, same luck, and only the policy between them."""

from datetime import date

import numpy as np
import pytest

from experiments.view.residents import NEIGHBOURS, REQUESTS, SERVICE, SURPRISE
from experiments.view.session import CARD_METRICS, Pair
from simulation.domains import DOMAINS
from simulation.interventions.registry import interventions
from simulation.run import simulate
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario

SCALE, SEED = 0.02, 3


def splitting() -> Scenario:
    """Communities are split in the second week, so that their number changes while the page looks."""
    lever = interventions()["community_splits"].model_validate({"start": date(2018, 1, 8)})
    return load_scenario("baseline").model_copy(update={"interventions": {"community_splits": lever}})


@pytest.fixture(scope="module")
def pair() -> Pair:
    made = Pair(splitting(), SEED, SCALE)
    for _ in range(6):
        made.step()
    return made


def test_both_are_the_runs_of_the_command_line(pair: Pair) -> None:
    for track, scenario in ((pair.policy, splitting()), (pair.baseline, load_scenario("baseline"))):
        run = simulate(scenario, seed=SEED, scale=SCALE, weeks=6).district
        for metric in ("satisfaction", "load_committee", "requests", "cost_operating_yuan"):
            np.testing.assert_array_equal(track.series(metric), run[metric].to_numpy(float))


def test_without_levers_there_is_no_difference() -> None:
    same = Pair(load_scenario("baseline"), SEED, SCALE)
    for _ in range(3):
        same.step()
    for metric in same.policy.district[-1]:
        np.testing.assert_array_equal(same.policy.series(metric), same.baseline.series(metric))


def test_a_part_of_a_split_is_shown_with_all_who_belonged_to_the_whole(pair: Pair) -> None:
    world, parent = pair.policy.world, pair.policy.world.communities.parent
    new = int(np.flatnonzero(parent >= 0)[0])
    old, parts = int(parent[new]), pair.policy.parts(new)
    assert new >= len(pair.baseline.world.communities)
    assert set(parts) >= {old, new}
    assert pair.baseline.parts(old).tolist() == [old]
    for metric in CARD_METRICS:
        own = pair.policy.community(metric, new)
        np.testing.assert_array_equal(own, pair.policy.community(metric, old))
        assert own.shape == (6,)
        assert own[-1] == pair.policy.now(metric, new)
    same = np.isin(world.gates.community, parts)[world.residents.gate]
    assert same.sum() == pair.baseline.now("residents", old)
    mean = 100 * world.residents.columns.overall[same].astype(float).mean()
    assert pair.policy.now("satisfaction", new) == pytest.approx(mean, rel=1e-4)
    assert pair.policy.now("backlog", new) == pytest.approx(pair.policy.place["backlog"][parts].sum())
    assert pair.policy.divided(new) and not pair.baseline.divided(old)


def test_streets_hold_the_same_land_on_both_sides(pair: Pair) -> None:
    n = len(pair.policy.world.streets)
    for track in (pair.policy, pair.baseline):
        for metric in ("backlog", "requests"):
            total = sum(track.street(metric, row) for row in range(n))
            np.testing.assert_allclose(total, track.series(metric))
    new = int(np.flatnonzero(pair.policy.world.communities.parent >= 0)[0])
    street = int(pair.policy.world.communities.subdistrict[int(pair.policy.world.communities.parent[new])])
    homes = pair.policy.world.gates.subdistrict[pair.policy.world.residents.gate] == street
    mean = 100 * pair.policy.world.residents.columns.overall[homes].astype(float).mean()
    assert pair.policy.street("satisfaction", street)[-1] == pytest.approx(mean, rel=1e-4)


def test_levers_change_before_the_first_week_only() -> None:
    pair = Pair(load_scenario("baseline"), SEED, SCALE)
    pair.set_levers(dict(splitting().interventions))
    pair.step()
    pair.step()
    assert len(pair.policy.world.communities) > len(pair.baseline.world.communities)
    with pytest.raises(ValueError, match="before the first week"):
        pair.set_levers({})


def test_the_end_of_the_scenario_is_known() -> None:
    pair = Pair(load_scenario("baseline").model_copy(update={"weeks": 2}), SEED, SCALE)
    assert not pair.finished
    pair.step()
    assert pair.monday == date(2018, 1, 1)
    pair.step()
    assert pair.finished and pair.weeks == 2 and pair.monday == date(2018, 1, 8)


def test_terms_add_up_to_what_the_columns_hold() -> None:
    pair = Pair(load_scenario("baseline"), SEED, SCALE)
    follower, columns = pair.policy.follower, pair.policy.world.residents.columns
    before = 100 * columns.satisfaction[:, follower.rows].astype(float)
    for _ in range(25):
        pair.step()
    after = 100 * columns.satisfaction[:, follower.rows].astype(float)
    for k, story in enumerate(follower.stories):
        total = np.sum([week.terms for week in story.weeks], axis=(0, 2))
        np.testing.assert_allclose(total, after[:, k] - before[:, k], atol=2e-3)


def test_terms_are_those_of_the_equations(pair: Pair) -> None:
    """What is left for the neighbours is nothing, except on the one domain that ties show in a week."""
    for story in pair.policy.follower.stories:
        for tick, week in enumerate(story.weeks):
            others = np.arange(len(DOMAINS)) != tick % len(DOMAINS)
            assert np.abs(week.terms[others, NEIGHBOURS]).max() < 1e-4  # rounding of float32 columns in points
            unused = ~week.used
            assert week.terms[unused][:, [SERVICE, SURPRISE]].any(), "what is not used is heard of"
            assert np.isnan(week.met[unused]).all() and not np.isnan(week.met[week.used]).any()
            worse = week.used & (week.met < week.expected)
            assert (week.terms[worse, SURPRISE] <= 0).all()


def test_following_changes_no_bit(pair: Pair) -> None:
    """Covered by the runs of the command line for metrics; here the columns of residents."""
    from simulation.model import DistrictModel
    from simulation.run import prepare

    world = prepare(load_scenario("baseline"), SEED, SCALE)
    model = DistrictModel(world, load_scenario("baseline"))
    for _ in range(6):
        model.step()
        model.turn()
    model.forget()
    np.testing.assert_array_equal(
        world.residents.columns.satisfaction, pair.baseline.world.residents.columns.satisfaction
    )


def test_requests_of_the_followed_are_theirs() -> None:
    """Everyone is followed for a while: requests noted equal those that the district counts."""
    from experiments.view.residents import Follower

    pair = Pair(load_scenario("baseline"), SEED, SCALE)
    world = pair.policy.world
    pair.policy.follower = Follower(world, np.arange(0, len(world.residents), 40))
    rows, before = (
        set(pair.policy.follower.rows.tolist()),
        {*zip(world.tickets.resident, world.tickets.opened_tick, strict=True)},
    )
    for _ in range(3):
        pair.step()
    noted = [(story.row, request) for story in pair.policy.follower.stories for request in story.requests.values()]
    new = [(row, request) for row, request in noted if request.tick >= 0]
    assert len(new) > 5
    assert {row for row, _ in noted} <= rows
    assert all((row, request.tick) in before for row, request in noted if request.tick < 0)
    for row, request in new:
        story = next(s for s in pair.policy.follower.stories if s.row == row)
        if request.closed_tick is not None and request.status in (1, 2):
            assert story.weeks[request.closed_tick].terms[9, REQUESTS] != 0  # an ended request is an experience
