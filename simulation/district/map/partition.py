"""Cut a community into contiguous parts of about equal size.

Nodes are the housing cells of the community, weighted by households; edges join cells that share a side. Random
spanning trees propose cuts (recombination, "ReCom": DeFord, Duchin & Solomon 2021, "Recombination: a family of Markov
chains for redistricting"): cutting one edge of a spanning tree leaves two connected parts, and every split into two
connected parts is a cut of some tree. The best cut of many trees is kept, so no part can fall apart by construction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

from simulation.random import Stream, uniform

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class CutRules:
    """What makes a cut good, and how hard to look for one.

    `estate_penalty` (c1) for each estate that ends up in several parts; `perimeter_penalty` (c2) for the length of
    the new boundary; `cap` households that a part should not exceed; `trees` spanning trees to try for each cut.
    """

    estate_penalty: float
    perimeter_penalty: float
    cap: float
    trees: int = 200


@dataclass(frozen=True)
class Patch:
    """The cells of one community as a connected graph.

    `x`, `y`: int64[n]; `households`: float64[n]; `estate`: int64[n], numbered from 0; `edges`: int64[n_edges, 2].
    """

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    households: NDArray[np.float64]
    estate: NDArray[np.int64]
    edges: NDArray[np.int64]

    @classmethod
    def from_cells(cls, x: ArrayLike, y: ArrayLike, households: ArrayLike, estate: ArrayLike) -> "Patch":
        """Join the cells that share a side; where a road or a park leaves islands, join the nearest of them.

        All four are [n_cells]; coordinates are integers, a cell each.
        """
        px, py = np.asarray(x, dtype=np.int64), np.asarray(y, dtype=np.int64)
        apart = np.abs(px[:, None] - px) + np.abs(py[:, None] - py)
        edges = np.argwhere(np.triu(apart == 1))
        labels = np.unique(np.asarray(estate), return_inverse=True)[1]
        return cls(px, py, np.asarray(households, dtype=np.float64), labels, _joined(px, py, edges))

    def __len__(self) -> int:
        return self.x.size

    def induced(self, nodes: NDArray[np.int64]) -> "Patch":
        """The patch of some nodes, which must be connected."""
        place = np.full(len(self), -1)
        place[nodes] = np.arange(nodes.size)
        edges = place[self.edges]
        return Patch(
            self.x[nodes], self.y[nodes], self.households[nodes], self.estate[nodes], edges[(edges >= 0).all(axis=1)]
        )


def _components(n: int, edges: NDArray[np.int64]) -> tuple[int, NDArray[np.int32]]:
    graph = csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    count, labels = connected_components(graph, directed=False)
    return int(count), labels


def _joined(x: NDArray[np.int64], y: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.int64]:
    count, island = _components(x.size, edges)
    while count > 1:
        here, there = np.flatnonzero(island == 0), np.flatnonzero(island != 0)
        distance = np.hypot(x[here, None] - x[there], y[here, None] - y[there])
        a, b = np.unravel_index(np.argmin(distance), distance.shape)
        edges = np.vstack([edges, [here[a], there[b]]])
        count, island = _components(x.size, edges)
    return edges


def cut_score(patch: Patch, labels: Labels, rules: CutRules) -> float:
    """How bad a cut is: sum over parts of |H / mean - 1| and of the excess over the cap (as a share of it),
    plus c1 for each divided estate, plus c2 times the cut edges over the root of the number of cells.

    `labels`: int64[n_cells], part of each cell, 0-based without gaps. A straight cut of a square community has a
    perimeter term of c2, whatever the size of the cells.
    """
    households = np.bincount(labels, patch.households)
    size = np.abs(households / households.mean() - 1).sum() + np.clip(households / rules.cap - 1, 0, None).sum()
    pairs = np.unique(np.stack([patch.estate, labels]), axis=1)
    divided = np.count_nonzero(np.bincount(pairs[0]) > 1)
    perimeter = np.count_nonzero(labels[patch.edges[:, 0]] != labels[patch.edges[:, 1]]) / np.sqrt(len(patch))
    return float(size + rules.estate_penalty * divided + rules.perimeter_penalty * perimeter)


def partition(patch: Patch, parts: int, rules: CutRules, seed: int) -> Labels:
    """Cut a patch into `parts` connected parts with a low `cut_score`; the same seed gives the same parts.

    Returns int64[n_cells], the part of each cell; parts are numbered in the order of their first cell.

    Raises
    ------
    ValueError
        If there are fewer cells than parts.
    """
    if not 1 <= parts <= len(patch):
        raise ValueError(f"cannot cut {len(patch)} cells into {parts} parts")
    draws = _weights(len(patch.edges), rules.trees, seed)
    labels = np.zeros(len(patch), dtype=np.int64)
    for part in range(parts - 1):
        rest = np.flatnonzero(labels == part)
        labels[rest] += _cut(patch, rest, parts - part - 1, rules, next(draws))
    return _in_order(_recombined(patch, labels, rules, draws))


def _weights(n_edges: int, trees: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Random edge weights in (0, 1], float64[trees, n_edges], a fresh set for each cut."""
    round_ = 0
    while True:
        ticks = np.arange(round_ * trees, (round_ + 1) * trees)
        yield 1.0 - uniform(seed, Stream.SPLIT, np.arange(n_edges)[None, :], ticks[:, None])
        round_ += 1


def _recombined(patch: Patch, labels: Labels, rules: CutRules, draws: Iterator[NDArray[np.float64]]) -> Labels:
    """Merge two neighbouring parts and cut them anew, as long as that lowers the score."""
    improved = labels.max() > 1  # with two parts there is nothing but the first cut to do again
    while improved:
        improved = False
        for pair in combinations(range(labels.max() + 1), 2):
            merged = np.flatnonzero(np.isin(labels, pair))
            if _components(merged.size, patch.induced(merged).edges)[0] > 1:
                continue
            trial = labels.copy()
            trial[merged] = np.asarray(pair)[_cut(patch, merged, 1, rules, next(draws))]
            if cut_score(patch, trial, rules) < cut_score(patch, labels, rules):
                labels, improved = trial, True
    return labels


def _cut(patch: Patch, nodes: NDArray[np.int64], rest: int, rules: CutRules, weights: NDArray[np.float64]) -> Labels:
    """Best cut of the connected `nodes` into one part (0) and a rest (1) that is to make `rest` parts."""
    region = patch.induced(nodes)
    kept = np.isin(patch.edges, nodes).all(axis=1)
    weights = weights[:, kept].copy()
    # every other tree crosses estate boundaries last, so that cuts along them are among the proposals
    weights[::2] += region.estate[region.edges[:, 0]] != region.estate[region.edges[:, 1]]
    best, best_score = np.zeros(len(region), dtype=bool), np.inf
    for tree in weights:
        sides = _sides(region, tree)
        sides = np.vstack([sides, ~sides]) if rest > 1 else sides
        scores = _side_scores(region, sides, rest, rules, len(patch))
        lowest = int(np.argmin(scores))
        if scores[lowest] < best_score:
            best, best_score = sides[lowest], scores[lowest]
    return np.where(best, 0, 1)


def _sides(region: Patch, weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Cells below each edge of the minimum spanning tree: bool[n_cells - 1, n_cells]."""
    n = len(region)
    graph = csr_array((weights, (region.edges[:, 0], region.edges[:, 1])), shape=(n, n))
    order, parent = breadth_first_order(minimum_spanning_tree(graph), 0, directed=False)
    below = np.eye(n, dtype=bool)
    for node in order[:0:-1]:
        below[parent[node]] |= below[node]
    return below[order[1:]]


def _side_scores(
    region: Patch, sides: NDArray[np.bool_], rest: int, rules: CutRules, n_cells: int
) -> NDArray[np.float64]:
    """`cut_score` of each proposal, as far as it concerns the region: float64[n_proposals]."""
    total = region.households.sum()
    first = sides @ region.households
    mean = total / (rest + 1)
    size = np.abs(first / mean - 1) + np.abs((total - first) / mean - rest)
    excess = np.clip(first / rules.cap - 1, 0, None) + np.clip((total - first) / rules.cap - rest, 0, None)
    one_hot = region.estate[:, None] == np.unique(region.estate)
    inside = sides.astype(np.int64) @ one_hot
    divided = ((inside > 0) & (inside < one_hot.sum(axis=0))).sum(axis=1)
    perimeter = (sides[:, region.edges[:, 0]] != sides[:, region.edges[:, 1]]).sum(axis=1) / np.sqrt(n_cells)
    return np.asarray(size + excess + rules.estate_penalty * divided + rules.perimeter_penalty * perimeter)


def _in_order(labels: Labels) -> Labels:
    """Number the parts in the order of their first cell."""
    first = np.unique(labels, return_index=True)[1]
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(first.size)
    return rank[labels]
