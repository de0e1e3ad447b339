"""What varies in a study: a range with a prior, a list of values, or dates; every point takes one value of each."""

import math
from datetime import date, timedelta
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, Field, model_validator
from scipy.special import ndtr, ndtri

from experiments.study.plan_file import STRICT

Value = bool | int | float | str | date
Prior = Literal["uniform", "normal", "log_normal", "triangular"]
_NEEDS: dict[str, tuple[str, ...]] = {
    "uniform": (),
    "normal": ("mean", "sd"),
    "log_normal": ("median", "sd"),
    "triangular": ("mode",),
}
"""What each prior is given by, besides its ends; `sd` of a log-normal is that of the logarithm."""
_LEAST = 1e-9
"""Probability that a prior must have between the ends of its range: of less, all values would be drawn at one end."""


class Factor(BaseModel):
    """What varies: a range, or a list of values. `default` is where a one-at-a-time design stays.

    A prior says how a sample is spread over the range, at whose ends it is cut off; weights do so for values.
    """

    model_config = STRICT
    low: float | date | None = None
    high: float | date | None = None
    integer: bool = False
    prior: Prior = "uniform"
    mean: float | None = None
    median: float | None = Field(None, gt=0)
    mode: float | None = None
    sd: float | None = Field(None, gt=0)
    values: list[Value] | None = Field(None, min_length=1)
    weights: list[float] | None = None
    default: Value | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.values is None) == (self.low is None or self.high is None):
            raise ValueError("must have either low and high, or values")
        if self.values is not None:
            self._check_values(self.values)
        else:
            self._check_range()
        return self

    def _check_values(self, values: list[Value]) -> None:
        told = [(isinstance(value, bool), value) for value in values]
        twice = next((value for k, (_, value) in enumerate(told) if told[k] in told[:k]), None)
        if twice is not None:
            raise ValueError(f"{twice} stands twice among the values")
        if self.weights is not None and (len(self.weights) != len(values) or min(self.weights) <= 0):
            raise ValueError(f"weights must be {len(values)} positive numbers, one for each value")
        if self.prior != "uniform":
            raise ValueError(f"a {self.prior} prior is for a range; values have weights")

    def _check_range(self) -> None:
        low, high = self.low, self.high
        if isinstance(low, date) != isinstance(high, date):
            raise ValueError("low and high must both be dates, or both numbers")
        if not self.span[0] < self.span[1]:
            raise ValueError(f"low {self._shown(low)} must be below high {self._shown(high)}")
        if self.weights is not None:
            raise ValueError("weights are for values; a range has a prior")
        given = {name for name in ("mean", "median", "mode", "sd") if getattr(self, name) is not None}
        if given != set(_NEEDS[self.prior]):
            needs = " and ".join(_NEEDS[self.prior]) or "nothing but low and high"
            raise ValueError(f"a {self.prior} prior is given by {needs}")
        if self.prior != "uniform" and self.is_date:
            raise ValueError("dates are drawn evenly from a range; for another prior give values and weights")
        if self.mode is not None and not self.span[0] <= self.mode <= self.span[1]:
            raise ValueError(f"mode {self.mode:g} lies outside low and high")
        if self.prior == "log_normal" and self.span[0] < 0:
            raise ValueError("a log_normal prior has no values below 0")
        if self.integer and (self.is_date or any(end % 1 for end in self.span)):
            raise ValueError(f"whole numbers lie between whole ends, not {self._shown(low)} and {self._shown(high)}")
        if not self._inside > _LEAST:
            raise ValueError(f"the {self.prior} prior lies outside low {self._shown(low)} and high {self._shown(high)}")

    @property
    def _inside(self) -> float:
        """Probability that the prior has between low and high before it is cut off there."""
        if self.prior in ("normal", "log_normal"):
            below, above = (ndtr(end) for end in self._deviations)
            return float(above - below)
        return 1.0

    @property
    def _deviations(self) -> tuple[float, float]:
        """Ends of the range in standard deviations of a normal or log-normal prior."""
        low, high = self.span
        assert self.sd is not None
        if self.prior == "normal":
            assert self.mean is not None
            return (low - self.mean) / self.sd, (high - self.mean) / self.sd
        assert self.median is not None
        median, sd = self.median, self.sd
        below, above = (math.log(end / median) / sd if end > 0 else -math.inf for end in (low, high))
        return below, above

    @staticmethod
    def _shown(end: float | date | None) -> str:
        return f"{end:g}" if isinstance(end, float) else str(end)

    @property
    def is_date(self) -> bool:
        """Whether it is a range of dates."""
        return isinstance(self.low, date)

    @property
    def span(self) -> tuple[float, float]:
        """Both ends of the range; of dates as days, see `datetime.date.toordinal`."""
        low, high = (float(end.toordinal() if isinstance(end, date) else end or 0) for end in (self.low, self.high))
        return low, high

    def at(self, share: float) -> Value:
        """The value at a share (0 to 1) of the probability, or of the list."""
        if self.values is not None:
            steps = np.cumsum(self.weights if self.weights is not None else np.ones(len(self.values)))
            return self.values[min(int(np.searchsorted(steps, share * steps[-1], side="right")), len(self.values) - 1)]
        low, high = self.span
        if isinstance(self.low, date):
            days = high - low
            return self.low + timedelta(days=min(math.floor(share * (days + 1)), days))
        if self.integer and self.prior == "uniform":
            return min(math.floor(low + share * (high - low + 1)), int(high))
        value = min(max(self._quantile(share), low), high)
        return round(value) if self.integer else value

    def _quantile(self, share: float) -> float:
        low, high = self.span
        if self.prior == "triangular":
            assert self.mode is not None
            rise = (self.mode - low) / (high - low)
            if share < rise:
                return low + math.sqrt(share * (high - low) * (self.mode - low))
            return high - math.sqrt((1 - share) * (high - low) * (high - self.mode))
        if self.prior == "normal":
            assert self.mean is not None and self.sd is not None
            return self.mean + self.sd * _cut(share, *self._deviations)
        if self.prior == "log_normal":
            assert self.median is not None and self.sd is not None
            return self.median * math.exp(self.sd * _cut(share, *self._deviations))
        return low + share * (high - low)

    def grid(self, levels: int) -> list[Value]:
        """All values, or `levels` evenly spread over the range, both ends included."""
        if self.values is not None:
            return list(self.values)
        low, high = self.span
        even = [low + (high - low) * k / max(levels - 1, 1) for k in range(levels)]
        if self.is_date:
            return list(dict.fromkeys(date.fromordinal(round(v)) for v in even))
        return list(dict.fromkeys(round(v) for v in even)) if self.integer else list(even)


def _cut(share: float, low: float, high: float) -> float:
    """Quantile of a standard normal that is cut off at both ends."""
    below, above = ndtr(low), ndtr(high)
    return float(ndtri(below + share * (above - below)))
