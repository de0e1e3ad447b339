"""Walks on streets against networkx, by hand, and where the streets are a fine mesh."""

import networkx as nx
import numpy as np
import pytest

from simulation.district.data.streets import METRES_PER_DEGREE, StreetNetwork
from simulation.district.map.streets import Streets
from simulation.domains import DAYTIME, SLOW
from simulation.interventions.shared.siting import Place, Siting, Standards, choose_sites
from simulation.processes.access import catchments, within_reach
from simulation.state.grid import Grid, Walk

ORIGIN = (116.0, 0.0)  # on the equator a degree of longitude is as long as one of latitude
WALK = Walk(speed=80.0, speed_slow=55.0, detour=1.3)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HUITIAN_CACHE", str(tmp_path))


def network(points, segments, metres=None):
    """Points in metres east and north of the origin."""
    points = np.array(points, float)
    start, end = np.array(segments).T
    straight = np.hypot(*(points[start] - points[end]).T)
    return StreetNetwork(
        ORIGIN[0] + points[:, 0] / METRES_PER_DEGREE,
        points[:, 1] / METRES_PER_DEGREE,
        start,
        end,
        straight if metres is None else np.array(metres, float),
    )


def mesh(side, step=100.0):
    points = [(step * i + 50, step * j + 50) for j in range(side) for i in range(side)]
    right = [(k, k + 1) for k in range(side * side) if k % side < side - 1]
    return network(points, right + [(k, k + side) for k in range(side * (side - 1))])


def cells(side):
    y, x = np.divmod(np.arange(side * side), side)
    return x, y


def test_a_mesh_of_streets_makes_city_block_distances():
    x, y = cells(12)
    streets = Streets.of(mesh(12), ORIGIN, x, y)
    walked = streets.between(np.arange(144)[:, None], np.arange(144))
    block = 100.0 * (np.abs(x[:, None] - x) + np.abs(y[:, None] - y))
    assert walked == pytest.approx(block, abs=0.1)


def test_within_is_between_cut_off_at_the_limit():
    rng = np.random.default_rng(3)
    x, y = cells(9)
    points = rng.uniform(0, 900, (60, 2))
    near = np.argsort(np.hypot(*(points[:, None] - points).transpose(2, 0, 1)), axis=1)[:, 1:5]
    segments = [(k, int(j)) for k in range(60) for j in near[k]]
    streets = Streets.of(network(points, segments), ORIGIN, x, y)
    sites = np.array([0, 40, 40, 77])
    whole, found = streets.between(sites[:, None], np.arange(81)), streets.within(sites, 500.0)
    rows = np.repeat(np.arange(4), np.diff(found.indptr))
    assert found.data == pytest.approx(whole[rows, found.indices])
    assert set(zip(rows.tolist(), found.indices.tolist(), strict=True)) == set(
        zip(*(axis.tolist() for axis in np.nonzero(whole <= 500)), strict=True)
    )
    assert whole == pytest.approx(by_networkx(streets, sites))
    assert streets.between(np.arange(81), np.array(40)) == pytest.approx(whole[1])


def by_networkx(streets, sites):
    graph = nx.from_scipy_sparse_array(streets.links)
    first = streets.links.shape[0] - streets.n_cells
    lengths = [nx.single_source_dijkstra_path_length(graph, first + int(site)) for site in sites]
    return np.array([[length[first + c] for c in range(streets.n_cells)] for length in lengths])


def test_a_river_with_one_bridge_is_walked_around():
    """Two banks, 200 m apart, joined at the far west only."""
    x, y = np.tile(np.arange(10), 2), np.repeat([0, 2], 10)
    banks = [(100 * k + 50, north) for north in (50, 250) for k in range(10)]
    along = [(k, k + 1) for k in range(9)] + [(10 + k, 11 + k) for k in range(9)]
    streets = Streets.of(network(banks, [*along, (0, 10)]), ORIGIN, x, y)
    assert streets.between(np.array([9]), np.array([19])) == pytest.approx([2000], abs=0.5)  # 900 + 200 + 900
    grid = Grid.from_cells(x, y, streets, WALK.detour)
    reached = within_reach(grid, [9], 14.5, WALK)  # 1 160 m for adults, 797 m for slow walkers
    assert np.flatnonzero(reached[DAYTIME]).tolist() == list(range(11))  # over the bridge it is 1 100 m
    assert np.flatnonzero(reached[SLOW]).tolist() == list(range(2, 10))
    assert within_reach(Grid.from_cells(x, y), [9], 14.5, WALK)[DAYTIME, 19]


def test_the_shortest_mean_walk_is_at_the_bridge():
    """By crow the best place for one site is the middle; with the bridge in the far west it is there."""
    x, y = np.tile(np.arange(10), 2), np.repeat([0, 2], 10)
    banks = [(100 * k + 50, north) for north in (50, 250) for k in range(10)]
    along = [(k, k + 1) for k in range(9)] + [(10 + k, 11 + k) for k in range(9)]
    streets = Streets.of(network(banks, [*along, (0, 10)]), ORIGIN, x, y)
    residents = np.stack([np.ones(20), np.zeros(20), np.zeros(20)])
    standards = Standards(WALK, 15.0, np.ones(3), 0.1, 0.8, 5.0, 2.0)
    chosen = []
    for grid in (Grid.from_cells(x, y), Grid.from_cells(x, y, streets, WALK.detour)):
        none = np.zeros(0, np.int64)
        place = Place(grid, residents, np.zeros(20, np.int64), none, np.zeros(0), np.arange(20))
        chosen.append(choose_sites(Siting.P_MEDIAN, place, standards, np.ones(1)).order[0] % 10)
    assert chosen[0] in (4, 5) and chosen[1] == 0


def test_minutes_of_the_walk_are_its_length_over_the_speed():
    """Detour belongs to straight lines; on streets it must cancel out."""
    x, y = cells(8)
    minutes = 12.0
    adult, _, slow = catchments(Grid.from_cells(x, y, Streets.of(mesh(8), ORIGIN, x, y), 1.3), [0], minutes, WALK)
    t = 400 / 80.0  # four cells along the street
    expected = (np.exp(-0.5 * (t / minutes) ** 2) - np.exp(-0.5)) / (1 - np.exp(-0.5))
    assert adult.toarray()[0, 4] == pytest.approx(expected, abs=1e-3)
    assert adult.indices.size > slow.indices.size


def test_a_longer_way_is_as_long_as_the_file_says_and_the_shorter_of_two_is_taken():
    x, y = np.arange(5), np.zeros(5, int)
    bent = network([(50, 50), (450, 50)], [(0, 1), (1, 0)], [900, 700])
    assert Streets.of(bent, ORIGIN, x, y).between(np.array([0]), np.array([4])) == pytest.approx([700], abs=0.01)
    one = network([(50, 50), (450, 50)], [(0, 1)], [700])
    halves = Streets.of(one, ORIGIN, x, y).between(np.array([0]), np.arange(5))
    assert halves == pytest.approx([0, 175, 350, 525, 700], abs=60)  # a cell stands at the nearest of the pieces


def test_pieces_that_lead_nowhere_are_left_out():
    x, y = cells(6)
    whole = mesh(6)
    extra = StreetNetwork(
        np.append(whole.lon, whole.lon[:2] + 1e-4),
        np.append(whole.lat, whole.lat[:2] + 1e-4),
        np.append(whole.start, 36),
        np.append(whole.end, 37),
        np.append(whole.metres, 100.0),
    )
    one, two = (Streets.of(n, ORIGIN, x, y).between(np.array([0]), np.arange(36)) for n in (whole, extra))
    assert np.array_equal(one, two) and np.isfinite(two).all()


def test_walks_come_from_the_cache_the_second_time(monkeypatch):
    x, y = cells(10)
    sites = np.arange(0, 100, 3)
    first = Streets.of(mesh(10), ORIGIN, x, y).within(sites, 400.0)
    monkeypatch.setattr(Streets, "_distances", lambda *_: pytest.fail("walked again"))
    again = Streets.of(mesh(10), ORIGIN, x, y)
    assert (again.within(sites, 400.0) != first).nnz == 0
    assert (again.within(sites[:3], 400.0) != first[:3]).nnz == 0  # and from memory
