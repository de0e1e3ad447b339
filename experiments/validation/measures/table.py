"""The table of measures, and what several of them share."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from experiments.validation.observe import Run

Runs = Mapping[str, Run]
Measure = Callable[[Runs], float]
SMOOTH = 4  # weeks over which paths are averaged
YEAR, HALF_YEAR = 52, 26  # weeks
BASELINE, PLAN, HISTORY = "baseline", "huitian_plan", "huitian_history"

MEASURES: dict[str, Measure] = {}
"""Measures by the name that `patterns.csv` gives them."""


def measure(function: Measure) -> Measure:
    """Put a function into the table of measures under its own name."""
    MEASURES[function.__name__] = function
    return function


def during(frame: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """Rows whose week begins between two days, both included."""
    return frame[(frame["date"] >= first) & (frame["date"] <= last)]


def mean(frame: pd.DataFrame, column: str, first: str, last: str) -> float:
    """Mean of a column between two days."""
    return float(during(frame, first, last)[column].mean())


def last_value(frame: pd.DataFrame, column: str, first: str, last: str) -> float:
    """Last value of a column between two days, NaN without a row."""
    values = during(frame, first, last)[column]
    return float(values.iloc[-1]) if len(values) else np.nan


def at_start(run: Run) -> pd.DataFrame:
    """Communities in the first week."""
    return run.communities[run.communities["tick"] == run.communities["tick"].min()]
