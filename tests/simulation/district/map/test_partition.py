"""Cuts of a community: exact optimum on small graphs, and the properties that every cut must have."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from simulation.district.map.partition import CutRules, Patch, cut_score, partition

RULES = CutRules(estate_penalty=1.0, perimeter_penalty=0.2, cap=3000.0, trees=60)


def block(width: int, height: int, seed: int = 0, estates: int = 1) -> Patch:
    rng = np.random.default_rng(seed)
    y, x = np.divmod(np.arange(width * height), width)
    return Patch.from_cells(x, y, rng.integers(20, 300, x.size), (x * estates) // width)


def is_connected(patch: Patch, nodes: np.ndarray) -> bool:
    edges = patch.induced(nodes).edges
    graph = csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(nodes.size, nodes.size))
    return connected_components(graph, directed=False)[0] == 1


def exact(patch: Patch, parts: int) -> float:
    """Lowest score of all cuts into connected parts, by enumeration."""
    best = np.inf
    for assignment in product(range(parts), repeat=len(patch) - 1):
        labels = np.array((0, *assignment))
        if np.unique(labels).size == parts and all(
            is_connected(patch, np.flatnonzero(labels == part)) for part in range(parts)
        ):
            best = min(best, cut_score(patch, labels, RULES))
    return best


@pytest.mark.parametrize("seed", range(4))
def test_two_parts_are_the_best_of_all(seed):
    patch = block(4, 3, seed, estates=2)
    assert cut_score(patch, partition(patch, 2, RULES, seed), RULES) == pytest.approx(exact(patch, 2))


def test_three_parts_are_the_best_of_all():
    patch = block(3, 3, seed=3)
    assert cut_score(patch, partition(patch, 3, RULES, 1), RULES) == pytest.approx(exact(patch, 3))


def test_score_by_hand():
    patch = Patch.from_cells([0, 1, 0, 1], [0, 0, 1, 1], [1000, 1000, 1000, 5000], [7, 7, 7, 9])
    labels = np.array([0, 0, 0, 1])
    # 3,000 and 5,000 around a mean of 4,000; 2,000 over the cap; no estate divided; 2 cut edges over 2
    assert cut_score(patch, labels, RULES) == pytest.approx(0.5 + 2 / 3 + 0.2 * 1)
    labels = np.array([0, 1, 0, 1])
    # 2,000 and 6,000; 3,000 over the cap; estate 7 divided; 2 cut edges
    assert cut_score(patch, labels, RULES) == pytest.approx(1 + 1 + 1 + 0.2)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), parts=st.integers(1, 4), share=st.floats(0.3, 1.0))
def test_parts_are_connected_and_lose_no_household(seed, parts, share):
    rng = np.random.default_rng(seed)
    cells = np.flatnonzero(rng.random(64) < share)  # often several islands
    if cells.size < parts:
        return
    y, x = np.divmod(cells, 8)
    patch = Patch.from_cells(x, y, rng.integers(1, 200, cells.size), rng.integers(0, 4, cells.size))
    labels = partition(patch, parts, CutRules(1.0, 0.2, 3000.0, trees=10), seed)
    assert np.unique(labels).tolist() == list(range(parts))
    assert np.bincount(labels, patch.households).sum() == patch.households.sum()
    assert all(is_connected(patch, np.flatnonzero(labels == part)) for part in range(parts))
    assert np.array_equal(labels, partition(patch, parts, CutRules(1.0, 0.2, 3000.0, trees=10), seed))


def test_one_part_is_the_community_itself():
    assert not partition(block(5, 5), 1, RULES, 1).any()


def test_a_large_community_is_cut_along_its_estates_into_even_parts():
    patch = block(8, 8, seed=2, estates=2)
    labels = partition(patch, 2, RULES, 1)
    assert np.array_equal(labels, (patch.x >= 4).astype(int))
    households = np.bincount(partition(patch, 3, CutRules(0.0, 0.2, 3000.0), 1), patch.households)
    assert np.abs(households / households.mean() - 1).max() < 0.05


def test_too_few_cells_are_refused():
    with pytest.raises(ValueError, match="cannot cut 4 cells into 5 parts"):
        partition(block(2, 2), 5, RULES, 1)
