"""The patient rule induction method (Friedman and Fisher 1999): boxes that hold many cases of interest, by peeling.

A box says for each restricted factor which of its values are inside: a range of numbers, or a set of words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

PEEL = 0.05
"""Share of the cases in a box that a peel takes off, at least one level."""
Range = tuple[float, float]
"""Lowest and highest value inside; infinite where a side is open."""
Limits = Mapping[str, Range | frozenset[str]]


@dataclass(frozen=True)
class Cases:
    """Cases in the columns of their factors (float64, or words as objects), and which are of interest."""

    x: pd.DataFrame
    wanted: NDArray[np.bool_]

    def inside(self, limits: Limits) -> NDArray[np.bool_]:
        """Cases in a box, bool (cases,)."""
        found = np.ones(len(self.x), dtype=bool)
        for name, at in limits.items():
            values = self.x[name].to_numpy()
            found &= np.isin(values, list(at)) if isinstance(at, frozenset) else (values >= at[0]) & (values <= at[1])
        return found

    def without(self, limits: Limits) -> "Cases":
        """The cases outside a box."""
        rest = ~self.inside(limits)
        return Cases(self.x[rest], self.wanted[rest])

    def is_words(self, name: str) -> bool:
        """Whether a factor has words for values."""
        return self.x[name].dtype == object


def peeled(cases: Cases, least: int) -> list[Limits]:
    """Boxes from the whole to the smallest: each the last one less the peel that raises density most for what it costs.

    Parameters
    ----------
    least : int
        Cases that a box must have.
    """
    path: list[Limits] = [{}]
    while True:
        now = cases.inside(path[-1])
        best: tuple[float, Limits] | None = None
        for peel in _peels(cases, path[-1], now):
            left = cases.inside(peel)
            taken = int(now.sum() - left.sum())
            if left.sum() < least or not taken:
                continue
            gain = (cases.wanted[left].mean() - cases.wanted[now].mean()) / taken
            if best is None or gain > best[0]:
                best = gain, peel
        if best is None or not cases.wanted[now].any():
            return path
        path.append(best[1])


def _peels(cases: Cases, limits: Limits, now: NDArray[np.bool_]) -> Iterator[Limits]:
    for name in cases.x.columns:
        values = cases.x[name].to_numpy()[now]
        if cases.is_words(name):
            levels = frozenset(values)
            for level in sorted(levels) if len(levels) > 1 else ():
                yield {**limits, name: levels - {level}}
            continue
        low, high = _range(limits, name)
        for lower in (True, False):
            cut = _cut(np.sort(values), lower)
            if cut is not None:
                yield {**limits, name: (cut, high) if lower else (low, cut)}


def _cut(values: NDArray[np.float64], lower: bool) -> float | None:
    """Limit halfway between what a peel takes off and what it leaves; None where all values are alike."""
    if values[0] == values[-1]:
        return None
    if not lower:
        mirrored = _cut(-values[::-1], True)
        return None if mirrored is None else -mirrored
    last = values[max(int(PEEL * len(values)), 1) - 1]
    if last == values[-1]:
        last = values[0]
    return float((last + values[values > last][0]) / 2)


def pasted(cases: Cases, limits: Limits) -> Limits:
    """The box grown again at its sides as long as the harmonic mean of coverage and density rises."""
    score = harmonic(cases, limits)
    while True:
        grown = max(_pastes(cases, limits), key=lambda box: harmonic(cases, box), default=limits)
        if harmonic(cases, grown) <= score:
            return limits
        limits, score = grown, harmonic(cases, grown)


def _pastes(cases: Cases, limits: Limits) -> Iterator[Limits]:
    for name, at in limits.items():
        others = {other: value for other, value in limits.items() if other != name}
        values = cases.x[name].to_numpy()[cases.inside(others)]
        if isinstance(at, frozenset):
            yield from ({**others, name: at | {level}} for level in sorted(set(values) - at))
            continue
        below, above = np.unique(values[values < at[0]])[::-1], np.unique(values[values > at[1]])
        if len(below):
            yield {**others, name: (_beyond(below, -np.inf), at[1])}
        if len(above):
            yield {**others, name: (at[0], _beyond(above, np.inf))}


def _beyond(outward: NDArray[np.float64], open_: float) -> float:
    """Halfway beyond the nearest value outside a side; open where there is no further one."""
    return float(outward[:2].mean()) if len(outward) > 1 else open_


def harmonic(cases: Cases, limits: Limits) -> float:
    """Harmonic mean of coverage (of these cases) and density of a box."""
    inside = cases.inside(limits)
    hits, all_hits = int(cases.wanted[inside].sum()), int(cases.wanted.sum())
    return 2 * hits / (int(inside.sum()) + all_hits) if inside.any() else 0.0


def chances(cases: Cases, limits: Limits) -> dict[str, Range]:
    """Quasi-p-values of both sides of each restriction (Bryant and Lempert 2010); NaN of a side that is open.

    The chance that a box with as many cases has as many of interest, if the restriction told nothing: binomial, with
    the density that the box has without it. They do not count that the box was searched for.
    """
    inside = cases.inside(limits)
    hits, size = int(cases.wanted[inside].sum()), int(inside.sum())
    found = {}
    for name, at in limits.items():
        others = {other: value for other, value in limits.items() if other != name}
        if isinstance(at, frozenset):
            found[name] = (_chance(cases, others, hits, size), np.nan)
            continue
        low, high = at
        found[name] = (
            _chance(cases, {**others, name: (-np.inf, high)}, hits, size) if np.isfinite(low) else np.nan,
            _chance(cases, {**others, name: (low, np.inf)}, hits, size) if np.isfinite(high) else np.nan,
        )
    return found


def _chance(cases: Cases, wider: Limits, hits: int, size: int) -> float:
    """Chance of so many hits among so many cases at the density of a wider box."""
    return float(stats.binom.sf(hits - 1, size, cases.wanted[cases.inside(wider)].mean()))


def _range(limits: Limits, name: str) -> Range:
    at = limits.get(name, (-np.inf, np.inf))
    assert not isinstance(at, frozenset)
    return at
