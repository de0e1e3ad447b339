"""Access to services: the enhanced two-step floating catchment area method (E2SFCA), and coverage by walking time.

Residents are counted by cell and by mobility class, because the classes meet different services at the same place:
people free in the daytime, commuters (who miss the weekday hours) and slow walkers (for whom 15 minutes is a shorter
way). Method: Luo & Qi 2009, "An enhanced two-step floating catchment area (E2SFCA) method for measuring spatial
accessibility to primary care physicians", with a Gaussian weight that falls to nil at the edge of the catchment.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from simulation.domains import COMMUTER, DAYTIME, N_MOBILITY, SLOW
from simulation.elementary import exp, expm1
from simulation.state.grid import Grid, Walk
from simulation.state.table import F64, Flag

_EDGE = math.exp(-0.5)  # height of the Gaussian at the edge of the catchment


def weight(minutes: ArrayLike, threshold: float) -> F64:
    """Distance decay W(t), equation (2): 1 at the door, 0 at and beyond `threshold` minutes; same shape as `minutes`.

    W(t) = [exp(-t^2 / 2 t0^2) - exp(-1/2)] / [1 - exp(-1/2)]; the Gaussian of Dai 2010, "Black residential
    segregation, disparities in spatial access to health care facilities".
    """
    t = np.asarray(minutes, dtype=np.float64)
    return np.where(t < threshold, (exp(-0.5 * (t / threshold) ** 2) - _EDGE) / (1.0 - _EDGE), 0.0)


def catchments(grid: Grid, sites: ArrayLike, threshold: float, walk: Walk) -> tuple[csr_array, csr_array, csr_array]:
    """Weights W of the cells around each site, one sparse [n_sites, n_cells] a mobility class.

    `sites`: cell numbers [n_sites]; `threshold`: minutes at which the catchment ends.
    """
    adult, slow = (_catchment(grid, sites, threshold, walk, mobility) for mobility in (DAYTIME, SLOW))
    return adult, adult, slow


def _catchment(grid: Grid, sites: ArrayLike, threshold: float, walk: Walk, mobility: int) -> csr_array:
    reach = grid.within(sites, threshold * walk.straight_metres_a_minute(mobility))
    reach.data = weight(walk.minutes(reach.data, mobility), threshold)
    return reach


@dataclass(frozen=True)
class Access:
    """Result of E2SFCA for one kind of service.

    `ratio`: float64[n_sites], capacity per weighted person in need (R_j); `access`: float64[3, n_cells], capacity per
    person of each class at each cell (A_i); `quality`: float64[3, n_cells], quality of the facilities in reach,
    weighted by their share of the access, 0 where nothing is in reach; `served`: float64[3, n_cells], share of the
    uses asked for that finds a place; `use`: float64[n_sites], uses at each site.
    """

    ratio: F64
    access: F64
    quality: F64
    served: F64
    use: F64


def e2sfca(
    demand: F64, capacity: F64, open_share: F64, quality: F64, weights: Sequence[csr_array], asked: float = 1.0
) -> Access:
    """Two-step floating catchment, equation (3), for one kind of service, and its use (3a).

    R_j = K_j / sum_k D_k W(t_kj) and A_i = sum_j R_j o_ij W(t_ij), with o_ij the share of the opening hours of j that
    suits the class of i: capacity in hours that suit nobody around is not handed to someone else. With one share for
    all it is the textbook form, and always sum_i D_i A_i = sum_j K_j o_j with o_j the mean share over the demand in
    reach of j. A facility with no demand in reach has ratio 0.

    Of the uses that people ask for, a share 1 - exp(-A_i / asked) meets a free place: the urn-ball matching of Butters
    1977, "Equilibrium distributions of sales and advertising prices". They divide over the facilities in reach as the
    access does. So use exceeds neither demand (of any cell) nor capacity (of any facility), and comes close to the
    smaller of the two where one is much larger than the other.

    Parameters
    ----------
    demand
        float64[3, n_cells], people with the need by mobility class.
    capacity, quality
        float64[n_sites], uses (or places, beds) a week, and quality 0-1.
    open_share
        float64[3, n_sites], share of opening hours that suits the class, 0-1.
    weights
        One sparse [n_sites, n_cells] a class, from `catchments`.
    asked
        Uses a week (places, beds) that a person in need asks for.
    """
    weighted_demand = np.zeros(capacity.size)
    for people, reach in zip(demand, weights, strict=True):
        weighted_demand += _at_sites(reach.indptr, reach.indices, reach.data, people)
    ratio = np.divide(capacity, weighted_demand, out=np.zeros(capacity.size), where=weighted_demand > 0)
    access, valued = np.zeros((2, *demand.shape))
    for found, worth, reach, share in zip(access, valued, weights, open_share, strict=True):
        offered = ratio * share
        _at_cells(reach.indptr, reach.indices, reach.data, offered, offered * quality, found, worth)
    part = served(access, asked)
    each = np.divide(asked * demand * part, access, out=np.zeros(access.shape), where=access > 0)
    use = np.zeros(capacity.size)
    for taken, reach, share in zip(each, weights, open_share, strict=True):
        use += ratio * share * _at_sites(reach.indptr, reach.indices, reach.data, taken)
    mean_quality = np.divide(valued, access, out=np.zeros(access.shape), where=access > 0)
    return Access(ratio, access, mean_quality, part, use)


@njit(cache=True)
def _at_sites(pointer: Any, cells: Any, weights: Any, people: Any) -> Any:
    """Weighted sum of the cells in reach of each site. A week asks for dozens; scipy takes longer to check a matrix."""
    summed = np.zeros(pointer.size - 1)
    for site in range(summed.size):
        for k in range(pointer[site], pointer[site + 1]):
            summed[site] += weights[k] * people[cells[k]]
    return summed


@njit(cache=True)
def _at_cells(pointer: Any, cells: Any, weights: Any, offered: Any, valued: Any, found: Any, worth: Any) -> None:
    """Add what the sites in reach offer to each cell to `found`, and what it is valued at to `worth`."""
    for site in range(offered.size):
        for k in range(pointer[site], pointer[site + 1]):
            found[cells[k]] += weights[k] * offered[site]
            worth[cells[k]] += weights[k] * valued[site]


def performance(access: ArrayLike, standard: float, quality: ArrayLike = 1.0) -> F64:
    """Performance P = Q (1 - exp(-A / A*)) of a service, equation (4): 0-1, broadcast shape of `access` and `quality`.

    `standard` (A*) is what a person in need asks for: who finds no place is not served.
    """
    return np.asarray(quality) * served(access, standard)


def served(access: ArrayLike, asked: float) -> F64:
    """Share of the uses asked for that meets a free place, 1 - exp(-A / A*); same shape as `access`."""
    return -expm1(-np.asarray(access, dtype=np.float64) / asked)


def within_reach(grid: Grid, sites: ArrayLike, minutes: float, walk: Walk) -> Flag:
    """Whether any site is at most `minutes` away: bool[3, n_cells], by mobility class."""
    reached = np.zeros((N_MOBILITY, len(grid)), dtype=bool)
    for mobility in (DAYTIME, SLOW):
        cells = grid.within(sites, minutes * walk.straight_metres_a_minute(mobility)).indices
        reached[mobility, cells] = True
    reached[COMMUTER] = reached[DAYTIME]
    return reached


@dataclass(frozen=True)
class Coverage:
    """Shares (0-1) of residents and of communities in reach; `by_community`: float64[n_communities], of residents."""

    residents: float
    communities: float
    by_community: F64


def coverage(
    residents: F64, reached: Flag, cell_community: NDArray[np.integer], counted: Flag, covered_share: float
) -> Coverage:
    """Coverage of residents and of communities.

    Parameters
    ----------
    residents
        float64[3, n_cells], by mobility class.
    reached
        bool[3, n_cells], from `within_reach`.
    cell_community
        [n_cells], -1 where nobody lives.
    counted
        bool[n_communities], False for villages, which have residents but are no communities.
    covered_share
        Share of its residents in reach from which a community counts as covered.
    """
    housing = cell_community >= 0
    rows = cell_community[housing]
    everyone = np.bincount(rows, residents.sum(axis=0)[housing], minlength=counted.size)
    served = np.bincount(rows, (residents * reached).sum(axis=0)[housing], minlength=counted.size)
    share = np.divide(served, everyone, out=np.zeros(counted.size), where=everyone > 0)
    judged = counted & (everyone > 0)
    covered = float((share[judged] >= covered_share).mean()) if judged.any() else 0.0
    return Coverage(float(served.sum() / everyone.sum()) if everyone.sum() > 0 else 0.0, covered, share)
