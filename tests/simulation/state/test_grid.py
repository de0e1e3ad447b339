"""Cells and the distances between them."""

import numpy as np
import pytest

from simulation.state.grid import Grid


def test_distances_in_reach_match_brute_force_on_a_ragged_place():
    rng = np.random.default_rng(5)
    keep = rng.random(400) < 0.6
    y, x = (axis[keep] for axis in np.divmod(np.arange(400), 20))
    grid = Grid.from_cells(x, y)
    sites = np.array([0, 17, 17, len(grid) - 1])
    distance = np.hypot(x[sites, None] - x, y[sites, None] - y) * 100
    found = grid.within(sites, 750.0)
    rows = np.repeat(np.arange(4), np.diff(found.indptr))
    assert found.data == pytest.approx(distance[rows, found.indices])
    pairs = {(int(row), int(cell)) for row, cell in zip(rows, found.indices, strict=True)}
    assert pairs == {(int(row), int(cell)) for row, cell in zip(*np.nonzero(distance <= 750), strict=True)}
