"""Ties are matchings: symmetric, inside their group, random, and few are left alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.district.people.ties import far_ties, match, match_new, near_ties


def generator():
    return np.random.default_rng(7)


def partners(near, slot):
    return np.arange(len(near)) + near[:, slot]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.integers(0, 100))
def test_a_matching_is_an_involution_inside_groups_with_at_most_one_alone(groups, seed):
    group = np.array(groups)
    rows = np.arange(len(group))
    other = match(group, rows, np.random.default_rng(seed))
    assert np.array_equal(other[other], rows)
    assert np.array_equal(group[other], group)
    assert np.array_equal(np.bincount(group[other == rows], minlength=6), np.bincount(group, minlength=6) % 2)


def test_a_matching_of_some_rows_leaves_the_others_out():
    chosen = np.array([3, 5, 8, 9])
    other = match(np.zeros(4, np.int64), chosen, generator())
    assert sorted(other) == [3, 5, 8, 9]
    assert not (other == chosen).any()


def test_every_pair_of_a_group_is_as_likely():
    rng, met = generator(), np.zeros((6, 6))
    for _ in range(3000):
        met[np.arange(6), match(np.zeros(6, np.int64), np.arange(6), rng)] += 1
    assert not met.diagonal().any()
    assert met[~np.eye(6, dtype=bool)] == pytest.approx(600, abs=5 * np.sqrt(3000 * 0.2 * 0.8))


@pytest.fixture(scope="module")
def place():
    """Two gates in each of four chat groups, households of one to six."""
    size = generator().integers(1, 7, 320)
    household = np.repeat(np.arange(320), size)
    gate = np.repeat(np.arange(8), 40)[household]
    return household, np.append(0, np.cumsum(size)), gate, gate // 2


@pytest.fixture(scope="module")
def near(place):
    return near_ties(*place, generator())


def test_near_ties_are_symmetric_and_fit_sixteen_bits(near):
    assert near.dtype == np.int16
    for slot in range(7):
        other = partners(near, slot)
        assert np.array_equal(other[other], np.arange(len(near)))


@pytest.mark.parametrize(("slots", "which"), [((0, 1), 0), ((2, 3, 4), 2), ((5, 6), 3)])
def test_ties_stay_in_their_group(near, place, slots, which):
    group = place[which]
    for slot in slots:
        other = partners(near, slot)
        assert np.array_equal(group[other], group)
        if which > 0:
            assert (other == np.arange(len(near))).sum() <= group.max() + 1  # one where a group is odd


def test_members_of_a_household_know_one_another(near, place):
    household, ptr, _, _ = place
    size = np.diff(ptr)[household]
    inside = [household[partners(near, slot)] == household for slot in (0, 1)]
    position = np.arange(len(household)) - ptr[household]
    paired = position < size // 2 * 2
    assert inside[0][paired].all()
    assert inside[1][(position > 0) & (position < 1 + (size - 1) // 2 * 2)].all()
    assert (inside[0] | inside[1] | (size == 1)).all()  # nobody who lives with others knows none of them


def test_a_household_of_one_has_no_tie_of_the_household_and_one_of_four_a_ring(near, place):
    household, ptr, _, _ = place
    size = np.diff(ptr)[household]
    count = (near[:, :2] != 0).sum(axis=1)
    assert (count[size == 1] == 0).all() and (count[size == 2] == 1).all() and (count[size == 4] == 2).all()
    assert count[size == 3].mean() == pytest.approx(4 / 3)


def test_nobody_has_the_same_tie_twice_or_a_member_of_the_household_as_neighbour(near, place):
    household = place[0]
    rows = np.arange(len(near))
    far = far_ties(place[2] // 8, np.zeros(len(near), np.uint8), 0.05, household, near, generator())
    other = np.column_stack([rows[:, None] + near, far.astype(np.int64)])
    own = other == rows[:, None]
    unlike = np.where(own, -1 - np.arange(8), other)  # an empty slot is no tie, and not twice the same
    assert (np.diff(np.sort(unlike, axis=1), axis=1) > 0).all()
    assert not ((household[other] == household[:, None]) & ~own)[:, 2:].any()


def test_where_all_know_each_other_a_slot_stays_empty():
    """Four people who live together, and two neighbours who are tied already."""
    household, near = np.array([0, 0, 0, 0, 1, 2]), np.array([0, 0, 0, 0, 1, -1], np.int16)[:, None]
    group, rows = np.array([0, 0, 0, 0, 1, 1]), np.arange(6)
    assert np.array_equal(match_new(group, rows, household, near, generator()), rows)


def test_a_chat_group_beyond_sixteen_bits_is_refused():
    n = 40_000
    with pytest.raises(ValueError, match=r"ties\.chat_gates"):
        near_ties(np.arange(n), np.arange(n + 1), np.arange(n) // 80, np.zeros(n, np.int64), generator())


@pytest.mark.parametrize("share", [0.0, 0.05, 1.0])
def test_far_ties_stay_with_community_and_stage_but_for_the_long_ones(share):
    n = 40_000
    community, stage = np.repeat(np.arange(20), n // 20), generator().integers(0, 8, n).astype(np.uint8)
    alone, near = np.arange(n), np.zeros((n, 7), np.int16)
    far = far_ties(community, stage, share, alone, near, generator())
    assert far.dtype == np.uint32
    other = far.astype(np.int64)
    assert np.array_equal(other[other], np.arange(n))
    apart = (community[other] != community) | (stage[other] != stage)
    expected = share * (1 - 1 / 160)  # a long tie may by chance meet the same community and stage
    assert apart.mean() == pytest.approx(expected, abs=4 * np.sqrt(max(share * (1 - share), 1e-6) / n) + 3e-3 * share)
    assert (other == np.arange(n)).sum() <= 161


def test_ties_conserve_the_mean_and_draw_views_together(near):
    view = generator().random(len(near))
    first = view.mean(), view.std()
    for slot in range(7):
        view = view + 0.3 * (view[partners(near, slot)] - view)
    assert view.mean() == pytest.approx(first[0], abs=1e-12)
    assert view.std() < 0.5 * first[1]
