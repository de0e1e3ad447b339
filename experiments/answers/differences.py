"""How much does each option change? Paired differences, and how many of them chance alone would show."""

from collections.abc import Mapping

import pandas as pd

from experiments.answers.verdict import verdicts
from experiments.statistics import (
    COLUMNS,
    LEVEL,
    at_any_time,
    compare_values,
    holm,
    p_values,
)
from simulation.metrics.table import METRICS

_DIRECTIONS = {name: metric.direction for name, metric in METRICS.items()}


def differences(
    values: pd.DataFrame,
    baseline: str,
    level: float = LEVEL,
    *,
    margins: Mapping[str, float] | None = None,
    own: Mapping[str, int] | None = None,
    matters: Mapping[str, float] | None = None,
    sequential: bool = False,
) -> pd.DataFrame:
    """Paired differences from the baseline with t intervals, and p-values that allow for their number.

    Parameters
    ----------
    values : DataFrame
        Columns scenario (or option), seed, metric, value; a block is a seed.
    baseline : str
        Scenario or option that the others are measured against.
    margins : mapping, optional
        Smallest difference that matters, by metric, instead of those of the metrics themselves; 0 for one that is not
        named.
    own, matters : mapping, optional
        Direction of outcomes that are no metrics, and the smallest difference of them that matters, 0 unless named.
    sequential : bool
        Whether the number of replicates was decided by what they said. Intervals and p-values are then those that hold
        at every look at once (`experiments.statistics.anytime_half_widths`).

    Returns
    -------
    DataFrame
        Columns of `experiments.statistics.COLUMNS`, then p_value (paired t test, two-sided), p_holm (Holm's correction
        over all rows of the table; below 0.05 the difference is clear however many were looked at), tests (rows
        that have a test), margin, and verdict of the interval ("better", "worse", "too small to matter", "cannot be
        told"; "more" and "less" of a metric without a better side).
    """
    named = values.assign(scenario=values["option"]) if "option" in values else values
    table = compare_values(named[["scenario", "seed", "metric", "value"]], baseline, level)
    p = p_values(table, level)
    if sequential and len(table):
        table, p = at_any_time(table, level)
    known = {**_least(table), **(matters or {})} if margins is None else margins
    return table.assign(
        p_value=p,
        p_holm=holm(p),
        tests=int(p.notna().sum()),
        margin=[known.get(str(metric), 0.0) for metric in table["metric"]],
        verdict=verdicts(table, known, {**_DIRECTIONS, **(own or {})}),
    )[[*COLUMNS, "p_value", "p_holm", "tests", "margin", "verdict"]]


def _least(table: pd.DataFrame) -> dict[str, float]:
    """Smallest difference that matters of the metrics of a table, at the level of the baseline."""
    return {
        str(row.metric): METRICS[str(row.metric)].least.at(row.baseline_value)
        for row in table.itertuples()
        if row.metric in METRICS
    }
