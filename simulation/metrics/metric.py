"""What a metric is: labels, kind, direction, summary rule and formula in one declaration.

A formula reads the world once a week and gives a value for every community and one for the district. The district's
ratio is the ratio of the sums over its communities, not a mean of their ratios.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.state.world import World

Column = NDArray[np.float64]
Sum = Callable[[World], Column]
"""Reads from the world what can be added up over communities, float64 (n_communities,)."""
Summary = Literal["mean", "sum", "last"]


class Kind(StrEnum):
    """What sort of quantity a metric is; its unit, and how people write it, follow."""

    POINTS = "points"
    INDEX = "index"
    SHARE = "share"
    UTILISATION = "utilisation"
    RATIO = "ratio"
    COUNT = "count"
    HOURS = "hours"
    WEEKS = "weeks"
    MONEY = "money"

    @property
    def percent(self) -> bool:
        """Whether people read it as a percentage, and a change in percentage points."""
        return self in (Kind.SHARE, Kind.UTILISATION)

    @property
    def named(self) -> bool:
        """Whether it has no unit of its own, so that a metric must say what is counted."""
        return self not in UNITS

    @property
    def comparable(self) -> bool:
        """Whether places of different size can be compared by it: it does not grow with the people of a place."""
        return self not in (Kind.COUNT, Kind.HOURS, Kind.MONEY)


UNITS: dict[Kind, tuple[str, str]] = {
    Kind.POINTS: ("分（0–100）", "points (0–100)"),
    Kind.INDEX: ("0–1", "0–1"),
    Kind.SHARE: ("比例（0–1）", "share (0–1)"),
    Kind.UTILISATION: ("需求/能力", "demand / capacity"),
    Kind.HOURS: ("小时", "hours"),
    Kind.WEEKS: ("周", "weeks"),
    Kind.MONEY: ("元", "yuan"),
}
"""Units (zh, en) of the kinds that have one; of the others a metric says what is counted."""


@dataclass(frozen=True)
class Matters:
    """Smallest difference between two options that matters, and why; below it a difference is too small to act on.

    `size` is in the unit of the metric, or a share of the level compared with where it is `relative`.
    """

    size: float
    zh: str
    en: str
    relative: bool = False

    def at(self, level: float) -> float:
        """The difference in the unit of the metric, for a level compared with; 0 where that is none."""
        if not self.relative:
            return self.size
        return self.size * abs(level) if math.isfinite(level) else 0.0


_COUNTED = Matters(
    0.02,
    "假定：基线的2%，相当于一年中一周的量，计划中难以安排",
    "assumption: 2 % of the baseline, a week's worth of a year, less than a plan can be made for",
    relative=True,
)
MATTERS: dict[Kind, Matters] = {
    Kind.POINTS: Matters(
        0.5,
        "假定：两次各约8,600人的抽样调查刚能分辨的差别（95%，居民之间标准差16.7分）",
        "assumption: what two surveys of about 8,600 residents each can just tell apart (95 %, standard deviation of "
        "16.7 points between residents)",
    ),
    Kind.INDEX: Matters(
        0.005,
        "假定：基尼系数通常公布到两位小数，此为末位的一半",
        "assumption: half of the last digit in which Gini coefficients are usually published",
    ),
    Kind.SHARE: Matters(
        0.01, "假定：每百人（件、户）中的一个", "assumption: one in a hundred of those who are counted"
    ),
    Kind.UTILISATION: Matters(
        0.01,
        "假定：能力的1%，即每人每周40小时中的24分钟",
        "assumption: 1 % of capacity, 24 minutes of a worker's week of 40 hours",
    ),
    Kind.RATIO: _COUNTED,
    Kind.COUNT: _COUNTED,
    Kind.HOURS: _COUNTED,
    Kind.WEEKS: Matters(1 / 7, "假定：一天，办件通常按天计时限", "assumption: a day, in which deadlines are counted"),
    Kind.MONEY: Matters(
        1e6,
        "假定：100万元，约合每位居民1元（约85万人）",
        "assumption: a million yuan, about a yuan per resident (of 851,500)",
    ),
}
"""Smallest difference that matters by kind, where a metric does not give its own."""


class Formula(Protocol):
    """How a metric is read from the world."""

    def __call__(self, world: World) -> tuple[Column, float]:
        """Value of every community, float64 (n_communities,), and of the district; NaN where there is no case."""
        ...


@dataclass(frozen=True)
class Total:
    """A sum by community; the district's is the sum of them."""

    of: Sum

    def __call__(self, world: World) -> tuple[Column, float]:
        """See `Formula`."""
        place = self.of(world)
        return place, float(place.sum())


@dataclass(frozen=True)
class Ratio:
    """Numerator / `unit` over denominator, times `scale`; a tuple of denominators is added up. NaN without cases."""

    numerator: Sum
    denominator: Sum | tuple[Sum, ...]
    unit: float = 1.0
    scale: float = 1.0

    def __call__(self, world: World) -> tuple[Column, float]:
        """See `Formula`."""
        below = self.denominator if isinstance(self.denominator, tuple) else (self.denominator,)
        top, bottom = self.numerator(world), [part(world) for part in below]
        cases, whole = sum(bottom[1:], start=bottom[0]), sum(float(part.sum()) for part in bottom)
        ratio = float(top.sum()) / self.unit / whole if whole > 0 else math.nan
        return self.scale * divide(top / self.unit, cases), self.scale * ratio


@dataclass(frozen=True)
class ShareOfCommunities:
    """Whether something holds in a community (1) or not (0); for the district, the share of those that count."""

    holds: Callable[[World], NDArray[np.bool_]]
    among: Callable[[World], NDArray[np.bool_]]

    def __call__(self, world: World) -> tuple[Column, float]:
        """See `Formula`."""
        holds = self.holds(world)
        return holds.astype(np.float64), float(holds[self.among(world)].mean())


def divide(a: Column, b: Column) -> Column:
    """a / b, NaN where b is zero: no call-back, no rate."""
    return np.divide(a, b, out=np.full(len(a), np.nan), where=b > 0)


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One reported quantity.

    Attributes
    ----------
    name : str
        Name of its column in `district.parquet` and `communities.parquet`.
    zh, en : str
        Label.
    kind : Kind
        What sort of quantity it is.
    counted : (str, str)
        What is counted (zh, en), for the kinds that have no unit of their own.
    direction : int
        1 when more is better, -1 when less is better, 0 when neither can be said.
    summary : {"mean", "sum", "last"}
        How weeks become one number: the mean of a level or rate, the sum of a flow (whose unit is a week), the last
        of a total that only grows.
    of : Formula
        How it is read from the world.
    definition_zh, definition_en : str
        What exactly is measured.
    only_with : str
        Context that it needs; empty: always recorded.
    matters : Matters, optional
        Smallest difference that matters; that of its kind where none is given.

    Raises
    ------
    ValueError
        If a kind without a unit does not say what is counted, or one with a unit does.

    Examples
    --------
    >>> from simulation.metrics.table import METRICS
    >>> METRICS["backlog"].kind, METRICS["backlog"].unit_en, METRICS["requests"].unit_en
    (<Kind.COUNT: 'count'>, 'requests', 'requests a week')
    """

    name: str
    zh: str
    en: str
    kind: Kind
    of: Formula
    definition_zh: str
    definition_en: str
    counted: tuple[str, str] = ("", "")
    direction: int = 0
    summary: Summary = "mean"
    only_with: str = ""
    matters: Matters | None = None

    def __post_init__(self) -> None:
        if self.kind.named != any(self.counted):
            raise ValueError(
                f"metric '{self.name}': `counted` goes with the kinds {', '.join(k.name for k in Kind if k.named)}, "
                f"and only with them; its kind is {self.kind.name}"
            )

    @property
    def least(self) -> Matters:
        """Smallest difference that matters, and why."""
        return self.matters or MATTERS[self.kind]

    @property
    def flow(self) -> bool:
        """Whether it counts what happens in a week, so that weeks add up."""
        return self.summary == "sum"

    @property
    def base_zh(self) -> str:
        """Unit in Chinese, without the time that a flow is counted over."""
        return self.counted[0] or UNITS[self.kind][0]

    @property
    def base_en(self) -> str:
        """Unit in English, without the time that a flow is counted over."""
        return self.counted[1] or UNITS[self.kind][1]

    @property
    def unit_zh(self) -> str:
        """Unit of a week's value in Chinese."""
        return f"{self.base_zh}/周" if self.flow else self.base_zh

    @property
    def unit_en(self) -> str:
        """Unit of a week's value in English."""
        return f"{self.base_en} a week" if self.flow else self.base_en
