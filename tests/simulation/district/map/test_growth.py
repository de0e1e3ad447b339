"""Division of random small maps into regions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.district.map.growth import bisect, grow, mend, neighbours, parts, spread, whole_shares


@st.composite
def maps(draw):
    """A random map: a rectangle with holes, as x and y of its cells."""
    width, height = draw(st.integers(4, 14)), draw(st.integers(4, 14))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    kept = rng.random((width, height)) > draw(st.sampled_from([0.0, 0.1, 0.3]))
    kept[:2, :2] = True
    x, y = np.nonzero(kept)
    return x, y, rng


def contiguous(x, y, region) -> bool:
    return all(parts(x[region == k], y[region == k]).max() == 0 for k in np.unique(region[region >= 0]))


def test_neighbours_of_a_bent_row():
    x, y = np.array([0, 1, 1]), np.array([0, 0, 1])
    assert neighbours(x, y).tolist() == [[1, -1, -1, -1], [-1, 0, 2, -1], [-1, -1, -1, 1]]


def test_parts_touch_by_sides_not_by_corners():
    assert parts(np.array([0, 0, 1, 3]), np.array([0, 1, 2, 0])).tolist() == [0, 0, 1, 2]


@settings(max_examples=60, deadline=None)
@given(maps(), st.integers(1, 4))
def test_grown_regions_are_contiguous_and_keep_their_size(place, count):
    x, y, rng = place
    seeds = rng.choice(len(x), count, replace=False)
    targets = rng.integers(1, 12, count).astype(float)
    region = grow(x, y, seeds, targets)
    assert contiguous(x, y, region)
    assert (np.bincount(region[region >= 0], minlength=count) <= targets).all()
    assert (region[seeds] == np.arange(count)).all()


@settings(max_examples=60, deadline=None)
@given(maps(), st.integers(1, 3))
def test_filling_leaves_out_only_what_no_region_can_reach(place, count):
    x, y, rng = place
    seeds = rng.choice(len(x), count, replace=False)
    region = grow(x, y, seeds, np.ones(count), fill=True)
    part = parts(x, y)
    assert ((region >= 0) == np.isin(part, part[seeds])).all()


def test_two_regions_cannot_begin_in_one_cell():
    with pytest.raises(ValueError, match="one cell"):
        grow(np.array([0, 1]), np.array([0, 0]), np.array([0, 0]), np.ones(2))


@settings(max_examples=60, deadline=None)
@given(maps(), st.integers(1, 4))
def test_blocks_take_their_shares_to_rounding(place, count):
    x, y, rng = place
    targets = rng.integers(1, 9, count).astype(float)
    size = np.bincount(bisect(x, y, targets), minlength=count)
    assert (size >= 1).all()
    assert np.abs(size - len(x) * targets / targets.sum()).max() <= max(2.0, np.log2(count) + 1)


@settings(max_examples=60, deadline=None)
@given(maps(), st.integers(1, 4))
def test_mended_regions_are_contiguous_and_lose_only_cells_cut_off(place, count):
    x, y, _ = place
    before = bisect(x, y, np.ones(count))
    after = mend(x, y, before)
    assert contiguous(x, y, after)
    assert set(np.unique(after[after >= 0])) == set(range(count))
    part = parts(x, y)
    assert (after >= 0)[np.isin(part, part[after >= 0])].all()


def test_spread_points_differ_and_keep_apart():
    x, y = (axis.ravel().astype(float) for axis in np.indices((10, 10)))
    points = spread(x, y, 4, np.ones(100))
    gaps = np.hypot(x[points][:, None] - x[points], y[points][:, None] - y[points]) + 99 * np.eye(4)
    assert gaps.min() >= 4


@given(st.integers(0, 5000), st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_whole_shares_add_up_and_are_off_by_less_than_one(total, weights):
    weight = np.array(weights)
    shares = whole_shares(total, weight)
    assert shares.sum() == total
    assert np.abs(shares - total * weight / weight.sum()).max() < 1 + 1e-9
