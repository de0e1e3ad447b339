"""E2SFCA against the hand case of the model description, its conservation law, and coverage by hand."""

import numpy as np
import pandas as pd
import pytest
from access import fca
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from simulation.domains import COMMUTER, DAYTIME, SLOW
from simulation.processes.access import catchments, coverage, e2sfca, performance, weight, within_reach
from simulation.state.grid import Grid, Walk

WALK = Walk(speed=80.0, speed_slow=55.0, detour=1.3)


def square(side: int) -> Grid:
    y, x = np.divmod(np.arange(side * side), side)
    return Grid.from_cells(x, y)


@pytest.mark.parametrize(("minutes", "expected"), [(0, 1.0), (5, 0.863), (10, 0.494), (15, 0.0), (40, 0.0)])
def test_weight_falls_from_one_to_nil(minutes, expected):
    assert weight(minutes, 15) == pytest.approx(expected, abs=5e-4)


def test_hand_case_of_three_cells_and_two_sites():
    minutes = np.array([[0.0, 5, 12], [10, 5, 0]])
    weights = [csr_array(weight(minutes, 15))] * 3
    demand = np.array([[1000.0, 2000, 1500], [0, 0, 0], [0, 0, 0]])
    result = e2sfca(demand, np.array([100.0, 60]), np.ones((3, 2)), np.array([1.0, 0.5]), weights)
    assert result.ratio == pytest.approx([0.03143, 0.01613], abs=5e-6)
    assert result.access[DAYTIME] == pytest.approx([0.03940, 0.04103, 0.02569], abs=5e-6)
    assert (demand * result.access).sum() == pytest.approx(160)
    # quality at the second cell: equal weights, so the mean by ratio
    expected = (0.03143 + 0.5 * 0.01613) / (0.03143 + 0.01613)
    assert result.quality[DAYTIME, 1] == pytest.approx(expected, abs=1e-3)


@given(seed=st.integers(0, 10_000), n_sites=st.integers(1, 8))
def test_access_given_equals_the_capacity_open_to_those_in_reach(seed, n_sites):
    rng = np.random.default_rng(seed)
    grid = square(25)
    demand = rng.integers(0, 50, (3, len(grid))).astype(float)
    capacity, quality = rng.uniform(0, 2000, n_sites), rng.uniform(0, 1, n_sites)
    open_share = rng.uniform(0, 1, (3, n_sites))
    weights = catchments(grid, rng.integers(0, len(grid), n_sites), 15, WALK)
    result = e2sfca(demand, capacity, open_share, quality, weights)
    by_class = np.stack([reach @ people for reach, people in zip(weights, demand, strict=True)])
    mean_share = (by_class * open_share).sum(axis=0) / by_class.sum(axis=0)
    assert (demand * result.access).sum() == pytest.approx((capacity * mean_share).sum())
    assert ((result.quality >= 0) & (result.quality <= quality.max() + 1e-12)).all()


def test_commuters_lose_the_hours_when_they_are_away():
    grid = square(5)
    demand = np.ones((3, len(grid)))
    share = np.array([[1.0], [0.4], [1.0]])
    result = e2sfca(demand, np.array([100.0]), share, np.ones(1), catchments(grid, [12], 15, WALK))
    assert result.access[COMMUTER] == pytest.approx(0.4 * result.access[DAYTIME])
    assert result.access[SLOW, 12] == pytest.approx(result.access[DAYTIME, 12])
    assert (result.access[SLOW, [0, 4, 20, 24]] < result.access[DAYTIME, [0, 4, 20, 24]]).all()


def test_a_site_without_demand_in_reach_gives_nothing():
    grid = square(40)
    demand = np.zeros((3, len(grid)))
    demand[:, 0] = 10
    result = e2sfca(demand, np.array([50.0]), np.ones((3, 1)), np.ones(1), catchments(grid, [1599], 15, WALK))
    assert result.ratio.tolist() == [0.0]
    assert not result.access.any() and not result.quality.any()


def test_performance_is_63_per_cent_at_the_standard():
    assert performance(0.1, 0.1) == pytest.approx(1 - np.exp(-1))
    assert performance([0.0, 0.2], 0.1, [1.0, 0.5]) == pytest.approx([0, 0.5 * (1 - np.exp(-2))])


def test_fifteen_minutes_are_900_metres_for_adults_and_less_for_slow_walkers():
    grid = Grid.from_cells(np.arange(30), np.zeros(30))
    reached = within_reach(grid, [0], 15, WALK)
    assert reached.sum(axis=1).tolist() == [10, 10, 7]  # 923 m and 635 m by crow, in cells of 100 m
    assert reached[:, 0].all()


def test_coverage_counts_residents_and_communities_but_not_villages():
    residents = np.array([[6.0, 4, 0, 10, 10], [0, 0, 0, 0, 0], [4, 0, 0, 0, 0]])
    reached = np.array([[True, True, True, False, False]] * 2 + [[False] * 5])
    community = np.array([0, 1, -1, 1, 2])
    result = coverage(residents, reached, community, np.array([True, True, False]), covered_share=0.6)
    assert result.by_community == pytest.approx([0.6, 4 / 14, 0])
    assert result.residents == pytest.approx(10 / 34)
    assert result.communities == pytest.approx(0.5)


def _town(seed=1):
    """400 cells of people, six sites; some cells lie out of every reach."""
    rng = np.random.default_rng(seed)
    y, x = np.divmod(np.arange(400), 20)
    grid, sites = Grid.from_cells(x, y), rng.integers(0, 400, 6)
    people = rng.integers(0, 50, (3, 400)).astype(float)
    return people, rng.uniform(100, 900, 6), catchments(grid, sites, 10, WALK)


def _use(people, capacity, weights, asked=0.1, share=0.6):
    open_share = np.array([[1.0], [share], [1.0]]) * np.ones(capacity.size)
    return e2sfca(people, capacity, open_share, np.ones(capacity.size), weights, asked)


@pytest.mark.parametrize("asked", [0.001, 0.01, 0.1, 1.0, 100.0])
def test_use_exceeds_neither_demand_nor_capacity_and_whoever_is_served_uses_a_site(asked):
    people, capacity, weights = _town()
    result = _use(people, capacity, weights, asked)
    assert (result.use <= capacity + 1e-9).all() and (result.served <= 1).all()
    assert result.use.sum() == pytest.approx((asked * people * result.served).sum())


def test_use_comes_close_to_the_smaller_of_demand_and_capacity():
    people, capacity, weights = _town()
    near = (_use(people, capacity, weights).access > 0) * people
    little, much = (_use(people, capacity, weights, asked, share=1.0) for asked in (1e-4, 1e3))
    assert little.use.sum() == pytest.approx(1e-4 * near.sum(), rel=1e-3)
    assert much.use == pytest.approx(capacity, rel=1e-3)


def test_a_new_facility_takes_use_off_its_neighbour_and_serves_less_than_the_first():
    """Three sites in a row of which the middle one comes last."""
    grid = Grid.from_cells(np.arange(12), np.zeros(12, int))
    people = np.full((3, 12), 100.0)
    uses = []
    for cells in ([2], [2, 9], [2, 9, 5]):
        weights = catchments(grid, cells, 15, WALK)
        uses.append(_use(people, np.full(len(cells), 200.0), weights, share=1.0).use)
    assert (uses[2][:2] < uses[1]).all(), "takes use off its neighbours"
    first, second, third = (use.sum() for use in uses)
    assert first > second - first > third - second > 0, "the more there are, the less a further one serves"


def test_it_is_the_two_step_floating_catchment_of_pysal():
    """Against the package `access` of PySAL (Saxon et al. 2022), all classes alike and with one share of hours."""
    rng = np.random.default_rng(4)
    grid, sites = square(20), rng.integers(0, 400, 9)
    demand, capacity = rng.integers(1, 60, (3, 400)).astype(float), rng.uniform(100, 900, 9)
    minutes = WALK.minutes(100 * grid.apart(np.arange(400)[:, None], sites), DAYTIME)
    reach = catchments(grid, sites, 15, WALK)
    cells, places = (index.ravel() for index in np.indices(minutes.shape))
    costs = pd.DataFrame({"origin": cells, "dest": places, "cost": minutes.ravel()})
    theirs = fca.two_stage_fca(
        pd.DataFrame({"geoid": np.arange(400), "demand": demand[DAYTIME]}),
        pd.DataFrame({"geoid": np.arange(9), "supply": capacity}),
        costs,
        max_cost=15,
        weight_fn=lambda cost: weight(cost, 15),
        demand_index="geoid",
        supply_index="geoid",
    )
    only = np.stack([demand[DAYTIME], np.zeros(400), np.zeros(400)])
    ours = e2sfca(only, capacity, np.ones((3, 9)), np.ones(9), reach).access[DAYTIME]
    assert (ours > 0).sum() > 200
    assert theirs.reindex(range(400), fill_value=0).to_numpy() == pytest.approx(ours, rel=1e-12)
