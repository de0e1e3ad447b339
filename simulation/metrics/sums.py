"""Metrics of a week for every community and for the district; names and units are in `metrics.py`."""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simulation.domains import DOMAINS
from simulation.processes.ties import FIRST
from simulation.state.ledger import FEN, Kind
from simulation.state.output import FIXED, T_AWARE, T_EFFICACY, T_OVERALL, T_REGISTERED, T_SORT, T_TRUST
from simulation.state.world import World

GINI_BINS = 500
POINTS = 100.0
DAYS_PER_WEEK = 7.0
_ACTORS = 4

Sums = dict[str, NDArray[np.float64]]


def week(world: World) -> tuple[Sums, dict[str, float]]:
    """Metrics by community, float64 (n_communities) each, and of the district."""
    sums, bins = _sums(world), _histogram(world)
    place = _metrics(sums) | {"satisfaction_gini": gini(bins)}
    whole = _metrics({name: column.sum(keepdims=True) for name, column in sums.items()})
    whole["satisfaction_gini"] = gini(bins.sum(axis=0, keepdims=True))
    district = {name: float(column[0]) for name, column in whole.items()}
    if world.infection is not None:
        for name, chosen in _infected(world).items():
            place[name] = world.by_community(chosen) / world.scale
            district[name] = float(place[name].sum())
    enough = place["circle_coverage_residents"] >= world.params["access.covered_share"]
    place["circle_coverage_communities"] = enough.astype(float)
    district["circle_coverage_communities"] = float(enough[~world.communities.village].mean())
    return place, district


def _infected(world: World) -> dict[str, NDArray[np.int64]]:
    """Residents by gate who are infected now, and who ever were, int64 (n_gates,)."""
    assert world.infection is not None
    gate, state = world.residents.gate, world.infection.state
    now, ever = world.infection.infected(), np.flatnonzero(state)
    return {
        name: np.bincount(gate[rows], minlength=len(world.gates))
        for name, rows in (("infected", now), ("infections", ever))
    }


def _sums(world: World) -> Sums:
    """Numerators and denominators by community, so that the district is the same ratio of sums."""
    c, w, up = world.communities, world.week, 1 / world.scale
    n = len(c)
    t = np.zeros((n, world.output.tallies.shape[1]))
    _add_rows(world.output.tallies, world.gates.community, t)
    sums: Sums = {"residents": c.residents.astype(np.float64), "households": np.float64(up) * c.households}
    names = [f"satisfaction_{domain}" for domain in DOMAINS] + [
        "satisfaction",
        "efficacy",
        "waste_sorting_awareness",
        "waste_sorting_rate",
    ]
    columns = [*range(len(DOMAINS)), T_OVERALL, T_EFFICACY, T_AWARE, T_SORT]
    for name, column in zip(names, columns, strict=True):
        sums[name] = t[:, column] / FIXED
    sums["trust"] = t[:, T_TRUST : T_TRUST + _ACTORS].sum(axis=1) / (_ACTORS * FIXED)
    sums["volunteers"] = up * t[:, T_REGISTERED]
    sums["volunteer_hours"] = up * c.volunteer_hours
    sums["ties"] = sums["residents"] * (FIRST + c.ties)
    sums["workers"] = np.bincount(world.workers.community, world.workers.vacancy == 0, n).astype(np.float64)
    sums |= {
        name: up * getattr(w, name)
        for name in (
            "opened",
            "resolved",
            "unresolved",
            "withdrawn",
            "waited",
            "due",
            "responded",
            "settled",
            "pleased",
        )
    }
    sums["backlog"] = up * c.open_issues.sum(axis=1)
    _load_sums(world, sums)
    reached = (world.demand["everyone"] * world.covered).sum(axis=0) / np.maximum(
        world.demand["everyone"].sum(axis=0), 1
    )
    sums["covered"] = world.by_community(world.gates.residents * reached[world.gates.cell])
    sums["paid"] = up * _payers(world)
    for kind in Kind:
        placed = world.ledger.placed_on(kind, n)
        rest = world.ledger.spent(kind) - placed.sum()
        sums[f"cost_{kind}_yuan"] = (placed + rest * c.residents / c.residents.sum()) / FEN
    return sums


@njit(cache=True)
def _add_rows(tallies, community, out):  # type: ignore[no-untyped-def]  # numba takes types from the call
    """Add the row of every gate to the row of its community; exact, for tallies are whole numbers."""
    for g in range(tallies.shape[0]):
        for k in range(tallies.shape[1]):
            out[community[g], k] += tallies[g, k]


def _payers(world: World) -> NDArray[np.float64]:
    """Households that paid the latest bill by community, in the run."""
    payers = np.zeros(len(world.gates), np.int64)
    _count_by_gate(world.households.paid, world.gates.households, payers)
    return world.by_community(payers)


@njit(cache=True)
def _count_by_gate(chosen, size, count):  # type: ignore[no-untyped-def]  # numba takes types from the call
    """Chosen rows of each gate; rows are sorted by gate, `size` a gate."""
    first = 0
    for g in range(size.shape[0]):
        n = 0
        for h in range(first, first + size[g]):
            n += chosen[h]
        count[g] = n
        first += size[g]


def _load_sums(world: World, sums: Sums) -> None:
    """Hours asked for and supplied; firms and streets are charged to communities by their residents."""
    c, g = world.communities, world.gates
    sums["committee_asked"], sums["committee_supplied"] = c.hours_needed.copy(), c.hours_supplied.copy()
    for name, table, unit in (("property", world.firms, g.firm), ("street", world.streets, g.subdistrict)):
        people = np.maximum(np.bincount(unit, g.residents, len(table)), 1)
        share = g.residents / people[unit]
        sums[f"{name}_asked"] = world.by_community(table.hours_needed[unit] * share)
        sums[f"{name}_supplied"] = world.by_community(table.hours_supplied[unit] * share)


def _ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """a / b, NaN where b is zero: no call-back, no rate."""
    return np.divide(a, b, out=np.full(len(a), np.nan), where=b > 0)


def _metrics(s: Sums) -> Sums:
    people = s["residents"]
    closed = s["resolved"] + s["unresolved"] + s["withdrawn"]
    out = {"satisfaction": POINTS * _ratio(s["satisfaction"], people)}
    for domain in DOMAINS:
        name = f"satisfaction_{domain}"
        out[name] = POINTS * _ratio(s[name], people)
    for office in ("committee", "property", "street"):
        out[f"load_{office}"] = _ratio(s[f"{office}_asked"], s[f"{office}_supplied"])
    out |= {
        "households_per_worker": _ratio(s["households"], s["workers"]),
        "backlog": s["backlog"],
        "requests": s["opened"],
        "resolved": s["resolved"],
        "response_rate": _ratio(s["responded"], s["due"]),
        "resolution_rate": _ratio(s["settled"], s["due"]),
        "satisfied_rate": _ratio(s["pleased"], s["due"]),
        "wait_weeks": _ratio(s["waited"] / DAYS_PER_WEEK, closed),
        "circle_coverage_residents": _ratio(s["covered"], people),
        "volunteers": s["volunteers"],
        "volunteer_hours": s["volunteer_hours"],
        "social_ties": _ratio(s["ties"], people),
        "trust": _ratio(s["trust"], people),
        "fee_payment_rate": _ratio(s["paid"], s["households"]),
        "cost_capital_yuan": s["cost_capital_yuan"],
        "cost_operating_yuan": s["cost_operating_yuan"],
        "residents": people,
        "households": s["households"],
        "workers": s["workers"],
    }
    for name in ("waste_sorting_awareness", "waste_sorting_rate"):
        out[name] = _ratio(s[name], people)
    return out


@njit(parallel=True, cache=True)
def _count(overall, gate_ptr, order, first, bins):  # type: ignore[no-untyped-def]  # numba takes types from the call
    for c in prange(first.shape[0] - 1):
        for k in range(first[c], first[c + 1]):
            g = order[k]
            for i in range(gate_ptr[g], gate_ptr[g + 1]):
                b = min(np.int64(overall[i] * bins.shape[1]), bins.shape[1] - 1)
                bins[c, b] += 1


def _histogram(world: World) -> NDArray[np.int64]:
    """Residents by community and bin of overall satisfaction, int64 (n_communities, 500)."""
    n = len(world.communities)
    order = np.argsort(world.gates.community, kind="stable")
    first = np.searchsorted(world.gates.community[order], np.arange(n + 1))
    bins = np.zeros((n, GINI_BINS), np.int64)
    _count(world.residents.columns.overall, world.places.gate_ptr, order, first, bins)
    return bins


def gini(bins: NDArray[np.int64]) -> NDArray[np.float64]:
    """Gini coefficient of each row of a histogram over [0, 1], from mid-points; NaN for empty rows.

    G = 1 - sum_k n_k (C_k + C_(k-1)) / (N C_K), with C the cumulative sum of n_k x_k (trapezoids of the Lorenz curve).
    """
    middle = (np.arange(bins.shape[1]) + 0.5) / bins.shape[1]
    area, total = np.empty(bins.shape), np.empty(len(bins))
    _trapezoids(bins, middle, area, total)
    return 1 - _ratio(area.sum(axis=1), bins.sum(axis=1) * total)


@njit(cache=True)
def _trapezoids(bins, middle, area, total):  # type: ignore[no-untyped-def]  # numba takes types from the call
    """Twice the area under the Lorenz curve by row and bin, before it is divided by all people and all wealth."""
    for row in range(bins.shape[0]):
        wealth = 0.0
        for k in range(bins.shape[1]):
            before = wealth
            wealth += bins[row, k] * middle[k]
            area[row, k] = bins[row, k] * (wealth + before)
        total[row] = wealth
