"""Who gains and who loses, resident by resident: the whole distribution of changes of satisfaction.

Everyone is compared with the same place behind the same gate in the baseline, under the same seed. The page, the charts
and the tables of a comparison count by this one rule.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

GAIN_POINTS = 1.0
"""A resident gains or loses when the overall index differs by more than this (points of 100)."""
Kind = Literal["worse", "small", "better"]
_STEP = 10  # changes are counted in tenths of a point, as files keep the index
_FURTHEST = 100 * _STEP
_TAIL = 0.002  # share of the residents at either end that the last bar takes in
_LEAST = 5  # points either side of nil that bars reach at least


@dataclass(frozen=True)
class Bar:
    """Share of the residents whose change lies within two whole points; one at an end takes in all beyond it."""

    low: int
    high: int
    share: float
    kind: Kind


@dataclass(frozen=True, eq=False)
class Spread:
    """How many residents changed by how much.

    `counts`: int64 (2001,), residents by change, from -100.0 to 100.0 points in tenths.
    """

    counts: NDArray[np.int64]

    @property
    def residents(self) -> int:
        """Residents in the run."""
        return int(self.counts.sum())

    def share(self, kind: Kind) -> float:
        """Share of the residents who gain, who lose, or for whom nothing that matters changed; NaN without any."""
        at, edge = _tenths(), round(GAIN_POINTS * _STEP)
        hit = {"better": at > edge, "worse": at < -edge, "small": abs(at) <= edge}[kind]
        return float(self.counts[hit].sum() / self.residents) if self.residents else float("nan")

    @property
    def mean(self) -> float:
        """Mean change in points; NaN without residents."""
        return float(self.counts @ _tenths() / _STEP / self.residents) if self.residents else float("nan")

    def quantile(self, share: float) -> float:
        """Change in points that so large a share of the residents does not exceed; NaN without residents."""
        if not self.residents:
            return float("nan")
        place = np.searchsorted(np.cumsum(self.counts), share * self.residents)
        return float(_tenths()[place] / _STEP)

    def bars(self) -> list[Bar]:
        """Bars of a histogram, a point wide, from the lowest to the highest; none holds both gains and what is small.

        A bar of gains holds (low, high], one of losses [low, high), so a change of just `GAIN_POINTS` is small.
        """
        at = _tenths()
        place = np.where(at > 0, -(-at // _STEP) - 1, np.where(at < 0, at // _STEP, 0))
        first = min(-_LEAST, self._end(_TAIL))
        last = max(_LEAST - 1, self._end(1 - _TAIL))
        found = np.bincount(np.clip(place, first, last) - first, self.counts, last - first + 1)
        shares = found / max(self.residents, 1)
        edge = round(GAIN_POINTS)
        kinds: list[Kind] = [
            "better" if low >= edge else "worse" if low < -edge else "small" for low in range(first, last + 1)
        ]
        return [
            Bar(first + k, first + k + 1, float(share), kind)
            for k, (share, kind) in enumerate(zip(shares, kinds, strict=True))
        ]

    def _end(self, share: float) -> int:
        value = self.quantile(share) if self.residents else 0.0
        return int(np.floor(value)) if value < 0 else max(int(np.ceil(value)) - 1, 0)


def _tenths() -> NDArray[np.int64]:
    return np.arange(-_FURTHEST, _FURTHEST + 1)


def gained(now: NDArray[np.floating], before: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which residents gain: bool (n_residents,), of indices on a scale of 100; of both negated, which of them lose."""
    return np.rint(_STEP * now).astype(np.int32) - np.rint(_STEP * before).astype(np.int32) > GAIN_POINTS * _STEP


def spread_of(change: NDArray[np.floating], residents: NDArray[np.integer]) -> Spread:
    """A distribution as a table holds it: points, and how many residents changed by so many."""
    place = np.rint(_STEP * change).astype(np.int64) + _FURTHEST
    return Spread(np.bincount(place, residents, 2 * _FURTHEST + 1).astype(np.int64))


def spreads(
    now: NDArray[np.floating], before: NDArray[np.floating], group: NDArray[np.integer], n: int
) -> list[Spread]:
    """Distribution in each group of residents.

    Parameters
    ----------
    now, before : float (n_residents,)
        The overall index of the same residents in both runs, 0-100.
    group : int (n_residents,)
        Group of each, from 0 and below `n`.
    """
    change = np.rint(_STEP * now).astype(np.int32) - np.rint(_STEP * before).astype(np.int32) + _FURTHEST
    wide = 2 * _FURTHEST + 1
    return [Spread(row) for row in np.bincount(group * np.int64(wide) + change, minlength=n * wide).reshape(n, wide)]


def together(parts: list[Spread]) -> Spread:
    """The distribution over all groups."""
    return Spread(np.sum([part.counts for part in parts], axis=0))


def tally(now: NDArray[np.floating], before: NDArray[np.floating]) -> pd.DataFrame:
    """The distribution as a table: columns change (points), residents; changes that nobody had are left out."""
    (found,) = spreads(now, before, np.zeros(len(now), np.int64), 1)
    there = np.flatnonzero(found.counts)
    return pd.DataFrame({"change": (there - _FURTHEST) / _STEP, "residents": found.counts[there]})
