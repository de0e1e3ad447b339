"""Outcomes of one's own in an experiment file: an expression over recorded columns, over a window of the run.

Of the district, of the residents or the land that is `within` some places, or of each place `by` some dimension.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from experiments.answers.communities import adds_up
from experiments.answers.expression import evaluate_all, names, parse
from experiments.answers.windows import check, weeks_of
from experiments.runs.kept import DIMENSIONS, Kept
from experiments.runs.stages import OF_RESIDENTS
from simulation.metrics.table import METRICS

Dimension = Literal["community", "subdistrict", "life_stage"]
_SUMMARIES: dict[str, Callable[..., Any]] = {"mean": np.nanmean, "sum": np.nansum, "min": np.nanmin, "max": np.nanmax}


class Own(BaseModel):
    """An outcome as an experiment file declares it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    expression: str = Field(description="over the names of metrics, week by week")
    summary: Literal["mean", "sum", "last", "min", "max"] = "mean"
    window: str | dict[str, str] = "last_year"
    better: Literal[-1, 0, 1] = Field(0, description="1 when more is better, -1 when less is")
    matters: float | None = Field(None, ge=0, strict=False, description="smallest difference that matters, in its unit")
    by: Dimension | None = Field(None, description="a value for each community, subdistrict or life stage")
    within: dict[Dimension, list[str]] = Field(
        default_factory=dict, description="codes of the communities, subdistricts, life stages that count alone"
    )

    @field_validator("window", mode="before")
    @classmethod
    def _as_text(cls, window: Any) -> Any:
        """YAML reads 2019 as a number and 2019-07-01 as a day."""
        if isinstance(window, Mapping):
            return {str(k): v.isoformat() if isinstance(v, date) else v for k, v in window.items()}
        return str(window) if isinstance(window, int) and not isinstance(window, bool) else window

    @field_validator("within", mode="before")
    @classmethod
    def _as_lists(cls, within: Any) -> Any:
        """One place need not be a list."""
        return {k: [v] if isinstance(v, str) else v for k, v in within.items()} if isinstance(within, dict) else within

    @model_validator(mode="after")
    def _understood(self) -> Self:
        metrics = names(parse(self.expression, METRICS))
        check(self.window)
        for dimension, codes in self.within.items():
            if not codes:
                raise ValueError(f"within: {dimension} names no place")
        if self.placed and not metrics:
            raise ValueError("an expression without a metric is the same everywhere; it has no place")
        told_apart = {self.by, *self.within}
        for metric in sorted(metrics):
            if "life_stage" in told_apart and metric not in OF_RESIDENTS:
                raise ValueError(f"'{metric}' is none of single residents; by life stage are {', '.join(OF_RESIDENTS)}")
            if self.placed and self.by != "community" and METRICS[metric].kind.comparable and not adds_up(metric):
                raise ValueError(f"'{metric}' of several communities does not follow from theirs; by: community has it")
        return self

    @property
    def placed(self) -> bool:
        """Whether it is of places, and not of the whole district."""
        return self.by is not None or bool(self.within)

    @property
    def columns(self) -> set[str]:
        """Metrics of the district that it is worked out from; none where it is of places."""
        return set() if self.placed else names(parse(self.expression, METRICS))

    @property
    def kept(self) -> tuple[Kept, ...]:
        """Metrics by place that it is worked out from."""
        if not self.placed:
            return ()
        within = tuple((name, tuple(sorted(set(self.within[name])))) for name in DIMENSIONS if name in self.within)
        return tuple(Kept(metric, self.by or "", within) for metric in sorted(names(parse(self.expression, METRICS))))

    def of(self, weeks: pd.DataFrame, dates: Mapping[str, date]) -> float:
        """Value in a run, of one that is not `by` places; NaN where the window has no week with a value, or a column
        was not recorded.

        Parameters
        ----------
        weeks : DataFrame
            Columns tick, date, metrics of the district, and those by place that the run keeps.
        dates : mapping
            Dates of the levers that are on, by KIND.FIELD.
        """
        return next(iter(self.by_place(weeks, dates).values()), float("nan"))

    def by_place(self, weeks: pd.DataFrame, dates: Mapping[str, date]) -> dict[str, float]:
        """Value in a run at each place, by code; "" is the only one. Parameters as of `of`."""
        tree = parse(self.expression, METRICS)
        rows = weeks_of(weeks, self.window, dates)
        columns = dict(self._columns(rows))
        places = sorted(set.intersection(*(set(found) for found in columns.values())) if columns else {""})
        if not len(rows) or not places:
            return dict.fromkeys(places, float("nan"))
        values = {metric: rows[[found[place] for place in places]].to_numpy(float) for metric, found in columns.items()}
        weekly = evaluate_all(tree, values, (len(rows), len(places)))
        return dict(zip(places, map(float, _summary(weekly, self.summary)), strict=True))

    def _columns(self, weeks: pd.DataFrame) -> Iterator[tuple[str, dict[str, str]]]:
        """For each metric, the column of each place."""
        for metric in self.columns:
            yield metric, {"": metric} if metric in weeks else {}
        for kept in self.kept:
            yield kept.metric, _places(kept, tuple(weeks.columns))


@lru_cache(maxsize=256)
def _places(kept: Kept, columns: tuple[str, ...]) -> dict[str, str]:
    """Column of each place, by code: found once for all runs that have the same columns."""
    codes = {kept.code(column): column for column in columns}
    return {code: column for code, column in codes.items() if code is not None}


def kept_for(outcomes: Iterable[Own]) -> tuple[Kept, ...]:
    """Metrics by place that some outcomes are worked out from, each once."""
    return tuple(sorted({kept for outcome in outcomes for kept in outcome.kept}))


def _summary(weekly: NDArray[np.float64], how: str) -> NDArray[np.float64]:
    """One number of the weeks, float64 (n_weeks, n_places), of each place; weeks without a value are left out."""
    if how == "last":
        last = len(weekly) - 1 - np.argmax(~np.isnan(weekly[::-1]), axis=0)
        found: NDArray[np.float64] = weekly[last, np.arange(weekly.shape[1])]
        return found
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of places without a value
        found = _SUMMARIES[how](weekly, axis=0)
    return np.where(np.isnan(weekly).all(axis=0), np.nan, found)
