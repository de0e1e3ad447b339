"""Outcomes of one's own in an experiment file: an expression over recorded columns, over a window of the run."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from experiments.answers.expression import evaluate, names, parse
from experiments.answers.windows import check, weeks_of
from simulation.metrics.table import METRICS


class Own(BaseModel):
    """An outcome as an experiment file declares it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    expression: str = Field(description="over the names of metrics, week by week")
    summary: Literal["mean", "sum", "last", "min", "max"] = "mean"
    window: str | dict[str, str] = "last_year"
    better: Literal[-1, 0, 1] = Field(0, description="1 when more is better, -1 when less is")

    @field_validator("window", mode="before")
    @classmethod
    def _as_text(cls, window: Any) -> Any:
        """YAML reads 2019 as a number and 2019-07-01 as a day."""
        if isinstance(window, Mapping):
            return {str(k): v.isoformat() if isinstance(v, date) else v for k, v in window.items()}
        return str(window) if isinstance(window, int) and not isinstance(window, bool) else window

    @model_validator(mode="after")
    def _understood(self) -> Self:
        parse(self.expression, METRICS)
        check(self.window)
        return self

    @property
    def columns(self) -> set[str]:
        """Recorded columns that it is worked out from."""
        return names(parse(self.expression, METRICS))

    def of(self, weeks: pd.DataFrame, dates: Mapping[str, date]) -> float:
        """Value in a run; NaN where the window has no week with a value, or a column was not recorded.

        Parameters
        ----------
        weeks : DataFrame
            Columns tick, date, and the metrics of the district.
        dates : mapping
            Dates of the levers that are on, by KIND.FIELD.
        """
        tree = parse(self.expression, METRICS)
        rows = weeks_of(weeks, self.window, dates)
        if not len(rows) or not names(tree) <= set(weeks.columns):
            return float("nan")
        found = evaluate(tree, rows).dropna()
        if found.empty:
            return float("nan")
        return float(found.iloc[-1] if self.summary == "last" else getattr(found, self.summary)())
