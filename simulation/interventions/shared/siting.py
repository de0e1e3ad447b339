"""Where to put new facilities of a kind: four methods over candidate cells.

`coverage` is the maximal covering location problem (Church & ReVelle 1974), communities first and residents second;
`equity` lifts the worst served first, by the Kolm-Pollak index of access (Logan et al. 2021, "Measuring inequalities
in urban systems: an approach for evaluating the distribution of amenities and burdens"); `demand` serves the largest
unmet demand of E2SFCA; `p_median` shortens the mean walk (Teitz & Bart 1968).

All objectives are monotone and submodular in the set of sites, so a greedy choice of equal sites reaches at least
1 - 1/e of the optimum (Nemhauser, Wolsey & Fisher 1978), and one of unequal sites in the order of their opening at
least half (Fisher, Nemhauser & Wolsey 1978, a partition matroid). Each of its steps bounds the optimum from above; the
lowest bound is returned as the proof of quality. For `p_median` the greedy choice is then improved by interchange.
"""

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from simulation.cache import cached
from simulation.domains import DAYTIME, N_MOBILITY, SLOW
from simulation.elementary import expm1
from simulation.processes.access import catchments
from simulation.state.grid import CELL_METRES, Grid, Walk

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


class Siting(StrEnum):
    """How to choose the places of new facilities."""

    COVERAGE = "coverage"
    P_MEDIAN = "p_median"
    EQUITY = "equity"
    DEMAND = "demand"


@dataclass(frozen=True)
class Place:
    """Who lives where, and what serves them already.

    `residents`: float64[3, n_cells] by mobility class; `community`: int64[n_cells], -1 where nobody lives or where
    the community does not count (villages); `existing`: cells of the facilities that serve already, int64[n_existing],
    with `existing_capacity`, float64[n_existing], uses a week; `candidates`: cells that may get one,
    int64[n_candidates].
    """

    grid: Grid
    residents: Floats
    community: Indices
    existing: Indices
    existing_capacity: Floats
    candidates: Indices


@dataclass(frozen=True)
class Standards:
    """What a new facility is and what counts as served.

    `minutes`: edge of the catchment; `open_share`: float64[3] by mobility class; `access`: uses a week and resident
    at the standard ratio; `covered_share`: share of its residents in reach from which a
    community counts as covered; `aversion`: to inequality, per unit of the standard access; `slow_weight`: of a slow
    walker against others, when equity is sought.
    """

    walk: Walk
    minutes: float
    open_share: Floats
    access: float
    covered_share: float
    aversion: float
    slow_weight: float


@dataclass(frozen=True)
class Sites:
    """Chosen candidates.

    `order`: candidate numbers, int64[count], in the order of `capacities`: of equal sites the most useful first, so
    that any prefix is a sensible first phase; `value`: the objective reached, the facilities that exist counted in; no
    choice of as many sites exceeds `bound`.
    """

    order: Indices
    value: float
    bound: float


def choose_sites(siting: Siting, place: Place, standards: Standards, capacities: Floats) -> Sites:
    """Choose a candidate for each of the `capacities` (uses a week, float64[count]) in turn, each at most once.

    Every site is chosen in sight of those before it. Ties go to the candidate with the lower number, so the answer
    depends on nothing but the arguments.

    Raises
    ------
    ValueError
        If there are fewer candidates than sites to choose.
    """
    everywhere = range(place.candidates.size)
    if capacities.size > len(everywhere):
        raise ValueError(f"{capacities.size} sites wanted, but only {len(everywhere)} candidate cells")
    if siting in (Siting.DEMAND, Siting.EQUITY):
        return _greedy(Serving(place, standards, siting), everywhere, capacities)
    alike = np.ones_like(capacities)  # reach and walks do not depend on the capacity
    if siting is Siting.COVERAGE:
        return _greedy(Covering(place, standards), everywhere, alike)
    median = Median(place, standards.walk)
    start = _greedy(median, everywhere, alike)
    improved = _greedy(Median(place, standards.walk), _interchange(median, start.order), alike)
    return Sites(improved.order, improved.value, start.bound)


def chosen_cells(siting: Siting, place: Place, standards: Standards, capacities: Floats) -> NDArray[np.int32]:
    """Cells of the chosen sites in the order of `capacities`, int32[count].

    Cached under a hash of the arguments: a choice is made anew only where something that it hangs on has changed.

    Raises
    ------
    ValueError
        If there are fewer candidates than sites to choose.
    """
    digest = hashlib.blake2b(digest_size=16)
    for values in (
        place.grid.x,
        place.grid.y,
        place.residents,
        place.community,
        place.existing,
        place.existing_capacity,
        place.candidates,
        standards.open_share,
        capacities,
    ):
        digest.update(f"{values.dtype} {values.shape} ".encode() + np.ascontiguousarray(values).tobytes())
    s = standards
    key = {
        "siting": siting,
        "place": digest.hexdigest(),
        "streets": place.grid.streets and place.grid.streets.digest,
        "walk": astuple(s.walk),
        "standards": (s.minutes, s.access, s.covered_share, s.aversion, s.slow_weight),
    }

    def choose() -> dict[str, NDArray[np.generic]]:
        return {"cells": place.candidates[choose_sites(siting, place, standards, capacities).order].astype(np.int32)}

    return np.array(cached("siting", key, choose)["cells"])


class Objective(Protocol):
    """A monotone submodular function of a growing set of sites. `value` is that of the set so far."""

    value: float

    def gain(self, candidate: int, capacity: float) -> float:
        """Rise of the value if a site of that capacity stood at the candidate."""

    def add(self, candidate: int, capacity: float) -> None:
        """Let it stand there."""


def _greedy(objective: Objective, candidates: Iterable[int], capacities: Floats) -> Sites:
    """Lazy greedy (Minoux 1978): gains only fall as sites join, so an old gain is an upper bound on the new one.

    For the same reason the value plus the largest old gains, for each capacity as many as it has sites, bounds the
    value of any such sites.
    """
    queues = {size: [(-objective.gain(one, size), one) for one in candidates] for size in np.unique(capacities)}
    wanted = {size: int((capacities == size).sum()) for size in queues}
    for queue in queues.values():
        heapq.heapify(queue)

    def ahead() -> float:
        return sum(-gain for size, queue in queues.items() for gain, _ in heapq.nsmallest(wanted[size], queue))

    bound = objective.value + ahead()
    chosen: list[int] = []
    for size in capacities:
        chosen.append(_best(objective, queues[size], size, set(chosen)))
        objective.add(chosen[-1], size)
        bound = min(bound, objective.value + ahead())
    return Sites(np.asarray(chosen, dtype=np.int64), objective.value, bound)


def _best(objective: Objective, queue: list[tuple[float, int]], size: float, taken: set[int]) -> int:
    """The free candidate with the largest gain now; it leaves the queue."""
    while True:
        _, candidate = heapq.heappop(queue)
        if candidate in taken:
            continue
        entry = (-objective.gain(candidate, size), candidate)
        if not queue or entry <= queue[0]:
            return candidate
        heapq.heappush(queue, entry)


def _reach(place: Place, standards: Standards, sites: Indices) -> csr_array:
    """Catchment weights with one column a (mobility class, cell): sparse [n_sites, 3 n_cells]."""
    return csr_array(hstack(catchments(place.grid, sites, standards.minutes, standards.walk), format="csr"))


def _row(matrix: csr_array, row: int) -> tuple[NDArray[np.int32], Floats]:
    part = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return matrix.indices[part], matrix.data[part]


class Covering:
    """Communities covered, each counted up to the share that makes it covered, plus the share of all residents.

    One community weighs as much as all residents together, so communities come first.
    """

    def __init__(self, place: Place, standards: Standards) -> None:
        self._reach = _reach(place, standards, place.candidates)
        counted = np.tile(place.community, N_MOBILITY)
        self._residents = place.residents.ravel()
        self._members = np.where(counted >= 0, self._residents, 0.0)
        self._community = np.maximum(counted, 0)
        everyone = np.bincount(self._community, self._members)
        self._needed = standards.covered_share * everyone
        self._served = np.zeros(everyone.size)
        self._covered = np.zeros(self._residents.size, dtype=bool)
        self._share = 1.0 / self._residents.sum()
        self.value = 0.0
        self._join(np.unique(_reach(place, standards, place.existing).indices))

    def _rise(self, units: NDArray[np.integer]) -> tuple[float, Floats]:
        served = self._served + np.bincount(self._community[units], self._members[units], self._served.size)
        communities = self._communities(served) - self._communities(self._served)
        return communities + float(self._residents[units].sum()) * self._share, served

    def _communities(self, served: Floats) -> float:
        settled = self._needed > 0
        return float((np.minimum(served, self._needed)[settled] / self._needed[settled]).sum())

    def _join(self, units: NDArray[np.integer]) -> None:
        rise, self._served = self._rise(units)
        self._covered[units] = True
        self.value += rise

    def _new(self, candidate: int) -> NDArray[np.int32]:
        units = _row(self._reach, candidate)[0]
        return units[~self._covered[units]]

    def gain(self, candidate: int, _capacity: float) -> float:
        """Communities and residents newly covered."""
        return self._rise(self._new(candidate))[0]

    def add(self, candidate: int, _capacity: float) -> None:
        """Cover what is in reach of the candidate."""
        self._join(self._new(candidate))


class Serving:
    """Mean over residents of a concave function of their E2SFCA access, in units of the standard.

    A site's ratio of capacity to demand does not depend on the other sites, so access adds up over sites. For
    `demand` the function is min(1, access): the share of the demand that is met. For `equity` it is
    1 - exp(-aversion access), the Kolm-Pollak index: the higher the aversion, the more the worst served decide.
    """

    def __init__(self, place: Place, standards: Standards, siting: Siting) -> None:
        self._capped = siting is Siting.DEMAND
        self._aversion = standards.aversion
        factor = np.array([1.0, 1.0, standards.slow_weight if siting is Siting.EQUITY else 1.0])
        people = (place.residents * factor[:, None]).ravel()
        self._weight = people / people.sum()
        self._unit = self._access(place, standards, place.candidates, np.ones(place.candidates.size))
        self._served = self._access(place, standards, place.existing, place.existing_capacity).sum(axis=0)
        self.value = float((self._weight * self._utility(self._served)).sum())

    @staticmethod
    def _access(place: Place, standards: Standards, sites: Indices, capacity: Floats) -> csr_array:
        reach = _reach(place, standards, sites)
        demand = reach @ place.residents.ravel()
        ratio = np.divide(capacity, demand, out=np.zeros(capacity.size), where=demand > 0)
        suits = np.repeat(standards.open_share, len(place.grid))[reach.indices]
        access = reach.data * suits * np.repeat(ratio, np.diff(reach.indptr)) / standards.access
        return csr_array((access, reach.indices, reach.indptr), reach.shape)

    def _utility(self, access: Floats) -> Floats:
        return np.minimum(access, 1.0) if self._capped else -expm1(-self._aversion * access)

    def gain(self, candidate: int, capacity: float) -> float:
        """Rise of the mean utility."""
        units, unit = _row(self._unit, candidate)
        now = self._served[units]
        return float((self._weight[units] * (self._utility(now + capacity * unit) - self._utility(now))).sum())

    def add(self, candidate: int, capacity: float) -> None:
        """Give access to those in the catchment of the candidate."""
        self.value += self.gain(candidate, capacity)
        units, unit = _row(self._unit, candidate)
        self._served[units] += capacity * unit


class Median:
    """Walking minutes saved by a resident on average, against the facilities that exist (or the farthest candidate)."""

    def __init__(self, place: Place, walk: Walk) -> None:
        minutes = [walk.minutes(CELL_METRES, mobility) for mobility in (DAYTIME, DAYTIME, SLOW)]
        weight = (place.residents * np.reshape(minutes, (N_MOBILITY, 1))).sum(axis=0) / place.residents.sum()
        homes = np.flatnonzero(weight)
        self.weight = weight[homes]
        self.distance = place.grid.apart(place.candidates[:, None], homes)
        existing = place.grid.apart(place.existing[:, None], homes)
        self.start = existing.min(axis=0, initial=float(self.distance.max(initial=0.0)))
        self.nearest = self.start.copy()
        self.value = 0.0

    def gain(self, candidate: int, _capacity: float) -> float:
        """Mean minutes saved."""
        return float((self.weight * np.maximum(self.nearest - self.distance[candidate], 0.0)).sum())

    def add(self, candidate: int, capacity: float) -> None:
        """Let residents walk to the candidate where that is nearer."""
        self.value += self.gain(candidate, capacity)
        np.minimum(self.nearest, self.distance[candidate], out=self.nearest)


def _interchange(median: Median, start: Indices) -> list[int]:
    """Vertex substitution (Teitz & Bart 1968): let each candidate in turn replace the site whose loss hurts least."""
    chosen = start.tolist()
    nearest, first, second = _two_nearest(median, chosen)
    improved = bool(chosen)
    while improved:
        improved = False
        for candidate, distance in enumerate(median.distance):
            if candidate in chosen:
                continue
            gain = (median.weight * np.maximum(first - distance, 0.0)).sum()
            loss = median.weight * np.maximum(np.minimum(distance, second) - first, 0.0)
            net = gain - np.bincount(nearest, loss, len(chosen) + 1)[:-1]
            if net.max() > 1e-9:  # more than rounding
                chosen[int(net.argmax())] = candidate
                nearest, first, second = _two_nearest(median, chosen)
                improved = True
    return sorted(chosen)


def _two_nearest(median: Median, chosen: list[int]) -> tuple[Indices, Floats, Floats]:
    """Slot of the nearest site (the last slot stands for what exists), its distance, and the second's."""
    distance = np.vstack([median.distance[chosen], median.start])
    nearest = distance.argmin(axis=0)
    two = np.partition(distance, min(1, len(chosen)), axis=0)
    return nearest, two[0], two[min(1, len(chosen))]
