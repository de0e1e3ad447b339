"""Any resident by age, place and status: who is found, and their story from then on, on both sides."""

import numpy as np
import pytest

from experiments.view import wanted
from experiments.view.people import AGES, DAYS, FOLLOWED, HOUSING, Sought, anybody, matching, some_of
from experiments.view.session import Pair
from simulation.district.people import stages
from simulation.scenario.load import load_scenario


@pytest.fixture(scope="module")
def pair() -> Pair:
    return Pair(load_scenario("service_circles"), 3, 0.02)


def test_who_is_found_is_as_sought(pair: Pair) -> None:
    world = pair.policy.world
    r = world.residents
    for sought, true in (
        (Sought(age=3), (r.age >= 18) & (r.age <= 34)),
        (Sought(age=len(AGES) - 1, housing=HOUSING.index("renter")), (r.age >= 75) & (r.renter == 1)),
        (Sought(street=2, day=DAYS.index("commuter")), (r.status == stages.COMMUTER) & (_street(world) == 2)),
        (Sought(community=5), world.gates.community[r.gate] == 5),
    ):
        np.testing.assert_array_equal(matching(world, sought), np.flatnonzero(true))
    assert len(matching(world, Sought())) == len(r)
    assert sum(len(matching(world, Sought(age=k))) for k in range(len(AGES))) == len(r)


def _street(world):  # type: ignore[no-untyped-def]
    return world.gates.subdistrict[world.residents.gate]


def test_a_few_of_many_differ_by_turn() -> None:
    rows = np.arange(1000, 2000)
    first, second = some_of(rows, 0), some_of(rows, 1)
    assert len(set(first)) == len(set(second)) == FOLLOWED and not set(first) & set(second)
    assert set(first) | set(second) <= set(rows)
    np.testing.assert_array_equal(some_of(rows[:3], 7), rows[:3])


def test_a_story_begins_when_it_is_asked_for_and_who_stays_is_told_on(pair: Pair) -> None:
    pair.step()
    rows = pair.seek(Sought(age=5))
    pair.step()
    for track in (pair.policy, pair.baseline):
        assert [(story.row, story.since, len(story.weeks)) for story in track.follower.stories] == [
            (row, 1, 1) for row in rows.tolist()
        ]
    kept = rows[:2]
    pair.seek(Sought(age=6), kept)
    pair.step()
    assert [len(story.weeks) for story in pair.policy.follower.stories] == [2, 2]
    pair.seek(Sought(age=0, day=DAYS.index("retired")))  # nobody
    pair.step()
    assert pair.found == 0 and pair.policy.follower.stories == []
    np.testing.assert_array_equal(pair.seek(Sought()), anybody(pair.policy.world))


def test_only_what_is_offered_can_be_sought(pair: Pair) -> None:
    fine = wanted.FIELDS["sought"]
    assert fine(Sought(), None) and fine(Sought(age=0, street=0, community=0, housing=1, day=6, turn=3), pair)
    for odd in (
        Sought(age=7),
        Sought(age=True),
        Sought(day=-1),
        Sought(street=99),
        Sought(turn=-1),
        Sought(community=10**6),
    ):
        assert not fine(odd, pair)
    assert not fine(Sought(street=0), None)
