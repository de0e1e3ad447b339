"""Satisfaction of residents: overall, by domain, how many are satisfied, and how unequal it is."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.domains import DOMAIN_LABELS, DOMAINS
from simulation.metrics.metric import Column, Kind, Metric, Ratio, divide
from simulation.metrics.sums import count_from, residents, tally
from simulation.state import output
from simulation.state.world import World

GINI_BINS = 500
_POINTS = 100.0


def satisfied(world: World) -> Column:
    """Residents in the run whose overall index is at least `survey.satisfied` points."""
    cut = np.float32(world.params["survey.satisfied"] / _POINTS)
    return world.by_community(count_from(world, world.residents.columns.overall, cut))


def gini_of_residents(world: World) -> tuple[Column, float]:
    """Gini coefficient of overall satisfaction in each community, and among all residents of the district."""
    bins = _histogram(world)
    return gini(bins), float(gini(bins.sum(axis=0, keepdims=True))[0])


def gini(bins: NDArray[np.int64]) -> Column:
    """Gini coefficient of each row of a histogram over [0, 1], from mid-points; NaN for empty rows.

    G = 1 - sum_k n_k (C_k + C_(k-1)) / (N C_K), with C the cumulative sum of n_k x_k (trapezoids of the Lorenz curve).
    """
    middle = (np.arange(bins.shape[1]) + 0.5) / bins.shape[1]
    area, total = np.empty(bins.shape), np.empty(len(bins))
    _trapezoids(bins, middle, area, total)
    return 1 - divide(area.sum(axis=1), bins.sum(axis=1) * total)


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


def _histogram(world: World) -> NDArray[np.int64]:
    """Residents by community and bin of overall satisfaction, int64 (n_communities, 500)."""
    bins = np.zeros((len(world.communities), GINI_BINS), np.int64)
    widest = int(world.gates.residents.max())
    _count(world.residents.columns.overall, world.places.gate_ptr, world.gates.community, widest, bins)
    return bins


@njit(cache=True)
def _count(overall, gate_ptr, community, widest, bins):  # type: ignore[no-untyped-def]  # numba takes types from the call
    """Two passes for a gate, the first of them SIMD: unsigned numbers need no look for rows counted from the end."""
    size, last, place = np.float64(bins.shape[1]), np.uint32(bins.shape[1] - 1), np.empty(widest, np.uint32)
    for g in range(gate_ptr.shape[0] - 1):
        first, row = np.uint64(gate_ptr[g]), bins[community[g]]
        n = np.uint64(gate_ptr[g + 1]) - first
        for i in range(n):
            place[i] = min(np.uint32(np.int32(overall[first + i] * size)), last)
        for i in range(n):
            row[place[i]] += 1


METRICS = (
    Metric(
        name="satisfaction",
        zh="居民满意度",
        en="satisfaction",
        kind=Kind.POINTS,
        direction=1,
        of=Ratio(tally(output.T_OVERALL), residents, scale=_POINTS),
        definition_zh="十个领域满意度按居民权重加权后的居民平均",
        definition_en="resident mean over the ten domains, by each resident's own weights",
    ),
    *(
        Metric(
            name=f"satisfaction_{domain}",
            zh=f"满意度：{zh}",
            en=f"satisfaction: {en}",
            kind=Kind.POINTS,
            direction=1,
            of=Ratio(tally(DOMAINS.index(domain)), residents, scale=_POINTS),
            definition_zh=f"居民对“{zh}”的平均满意度",
            definition_en=f"resident mean of satisfaction with {en}",
        )
        for domain, (zh, en) in DOMAIN_LABELS.items()
    ),
    Metric(
        name="share_satisfied",
        zh="满意居民比例",
        en="share satisfied",
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(satisfied, residents),
        definition_zh="总体满意度不低于界限（survey.satisfied，默认50分）的居民比例",
        definition_en="residents whose overall index is at least `survey.satisfied` (50 points unless changed)",
    ),
    Metric(
        name="satisfaction_gini",
        zh="满意度基尼系数",
        en="Gini of satisfaction",
        kind=Kind.INDEX,
        direction=-1,
        of=gini_of_residents,
        definition_zh="居民总体满意度的基尼系数",
        definition_en="Gini coefficient of the residents' overall satisfaction",
    ),
)
