"""Siting against exhaustive search on small places, with objectives written anew from access and coverage."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest

from simulation.domains import DAYTIME, SLOW
from simulation.interventions.shared.siting import Place, Sites, Siting, Standards, choose_sites
from simulation.processes.access import catchments, coverage, e2sfca, within_reach
from simulation.state.grid import CELL_METRES, Grid, Walk

WALK = Walk(speed=80.0, speed_slow=55.0, detour=1.3)
STANDARDS = Standards(
    WALK,
    minutes=15.0,
    open_share=np.array([1.0, 0.4, 1.0]),
    access=0.15,
    covered_share=0.8,
    aversion=5.0,
    slow_weight=2.0,
)
GREEDY_SHARE = 1 - np.exp(-1)
CAPACITY = 300.0


def sites_of(siting: Siting, where: Place, count: int, standards: Standards = STANDARDS) -> Sites:
    """As many sites of one capacity."""
    return choose_sites(siting, where, standards, np.full(count, CAPACITY))


def place(seed: int, existing: int = 2, candidates: int = 9) -> Place:
    """20 x 20 cells, 9 communities with gaps, one of them a village that does not count."""
    rng = np.random.default_rng(seed)
    y, x = np.divmod(np.arange(400), 20)
    homes = rng.random(400) < 0.5
    community = np.where(homes, (y // 7) * 3 + x // 7, -1)
    community[community == 8] = -1
    sites = rng.choice(np.flatnonzero(homes), existing + candidates, replace=False)
    return Place(
        Grid.from_cells(x, y),
        rng.integers(0, 60, (3, 400)) * homes,
        community,
        sites[:existing],
        np.full(existing, 250.0),
        np.sort(sites[existing:]),
    )


def _access(where: Place, chosen: list[int]) -> np.ndarray:
    cells = np.concatenate([where.existing, where.candidates[chosen]]).astype(int)
    capacity = np.concatenate([where.existing_capacity, np.full(len(chosen), CAPACITY)])
    share = np.repeat(STANDARDS.open_share[:, None], cells.size, axis=1)
    weights = catchments(where.grid, cells, STANDARDS.minutes, WALK)
    return e2sfca(where.residents, capacity, share, np.ones(cells.size), weights).access / STANDARDS.access


def _covering(where: Place, chosen: list[int]) -> float:
    cells = np.concatenate([where.existing, where.candidates[chosen]]).astype(int)
    reached = within_reach(where.grid, cells, STANDARDS.minutes, WALK)
    shares = coverage(where.residents, reached, where.community, np.ones(8, bool), STANDARDS.covered_share).by_community
    residents = (where.residents * reached).sum() / where.residents.sum()
    return np.minimum(shares / STANDARDS.covered_share, 1).sum() + residents


def _demand(where: Place, chosen: list[int]) -> float:
    return (where.residents * np.minimum(_access(where, chosen), 1)).sum() / where.residents.sum()


def _equity(where: Place, chosen: list[int]) -> float:
    people = where.residents * np.array([[1], [1], [STANDARDS.slow_weight]])
    return 1 - (people * np.exp(-STANDARDS.aversion * _access(where, chosen))).sum() / people.sum()


def _minutes_saved(where: Place, chosen: list[int]) -> float:
    def nearest(cells: np.ndarray) -> np.ndarray:
        grid = where.grid
        return np.hypot(grid.x[cells, None] - grid.x, grid.y[cells, None] - grid.y).min(axis=0) * CELL_METRES

    before, after = nearest(where.existing), nearest(np.concatenate([where.existing, where.candidates[chosen]]))
    saved = sum(where.residents[m] * (WALK.minutes(before, m) - WALK.minutes(after, m)) for m in range(SLOW + 1))
    return saved.sum() / where.residents.sum()


VALUE: dict[Siting, Callable[[Place, list[int]], float]] = {
    Siting.COVERAGE: _covering,
    Siting.P_MEDIAN: _minutes_saved,
    Siting.EQUITY: _equity,
    Siting.DEMAND: _demand,
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("siting", Siting)
def test_choice_is_close_to_the_exact_optimum_and_below_its_bound(siting, seed):
    where = place(seed)
    sites = sites_of(siting, where, 3)
    assert np.unique(sites.order).size == 3
    assert sites.value == pytest.approx(VALUE[siting](where, sites.order.tolist()))
    nothing = VALUE[siting](where, [])
    optimum = max(VALUE[siting](where, list(some)) for some in combinations(range(9), 3))
    assert optimum <= sites.bound + 1e-9
    assert sites.value - nothing >= GREEDY_SHARE * (optimum - nothing) - 1e-9
    assert sites.value >= 0.97 * optimum


@pytest.mark.parametrize("seed", range(5))
def test_no_exchange_of_one_site_shortens_the_p_median_walk(seed):
    where = place(seed, candidates=15)
    chosen = sites_of(Siting.P_MEDIAN, where, 5).order.tolist()
    others = set(range(15)) - set(chosen)
    exchanged = max(
        _minutes_saved(where, [*chosen[:slot], new, *chosen[slot + 1 :]]) for slot in range(5) for new in others
    )
    assert _minutes_saved(where, chosen) >= exchanged - 1e-9


def test_a_first_phase_of_a_greedy_plan_is_the_plan_for_fewer_sites():
    where = place(1)
    for siting in (Siting.COVERAGE, Siting.EQUITY, Siting.DEMAND):
        plan = sites_of(siting, where, 6).order
        assert np.array_equal(plan[:3], sites_of(siting, where, 3).order)


@pytest.mark.parametrize("siting", Siting)
def test_each_further_site_adds_and_none_adds_nothing(siting):
    where = place(2)
    values = [sites_of(siting, where, count).value for count in (0, 2, 4, 9)]
    assert values == sorted(values) and values[0] < values[-1]
    assert values[0] == pytest.approx(VALUE[siting](where, []))
    assert sites_of(siting, where, 9).order.size == 9


def _town_and_hamlet() -> Place:
    """A dense quarter with a small circle, and a hamlet out of its reach; candidates next to each."""
    x = np.arange(40)
    residents = np.zeros((3, 40))
    residents[DAYTIME, :5] = 2000.0
    residents[SLOW, 35:] = 20.0
    return Place(
        Grid.from_cells(x, np.zeros(40)),
        residents,
        np.where(x < 5, 0, np.where(x > 34, 1, -1)),
        np.array([2]),
        np.array([1200.0]),
        np.array([3, 37]),
    )


def test_methods_disagree_where_their_aims_do():
    where = _town_and_hamlet()
    first = {siting: int(sites_of(siting, where, 1).order[0]) for siting in Siting}
    assert first[Siting.COVERAGE] == 1  # a community that nobody covers comes before the better served town
    assert first[Siting.DEMAND] == 0  # 8,800 unmet uses there, fewer than 100 here
    assert first[Siting.P_MEDIAN] == 1  # 3 km for few is more than 100 m for many


def test_higher_aversion_to_inequality_turns_equity_to_the_worst_served():
    def town_or_hamlet(aversion: float) -> int:
        values = {field: getattr(STANDARDS, field) for field in STANDARDS.__dataclass_fields__}
        standards = Standards(**(values | {"aversion": aversion}))
        where = _town_and_hamlet()
        return int(sites_of(Siting.EQUITY, where, 1, standards).order[0])

    assert [town_or_hamlet(aversion) for aversion in (0.5, 50.0)] == [0, 1]


def test_more_sites_than_candidates_are_refused():
    with pytest.raises(ValueError, match="10 sites wanted, but only 9"):
        sites_of(Siting.COVERAGE, place(0), 10)
