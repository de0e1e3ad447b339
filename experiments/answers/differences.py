"""How much does each option change? Paired differences, and how many of them chance alone would show."""

import pandas as pd

from experiments.statistics import COLUMNS, LEVEL, compare_values, holm, p_values


def differences(values: pd.DataFrame, baseline: str, level: float = LEVEL) -> pd.DataFrame:
    """Paired differences from the baseline with t intervals, and p-values that allow for their number.

    Parameters
    ----------
    values : DataFrame
        Columns scenario (or option), seed, metric, value; a block is a seed.
    baseline : str
        Scenario or option that the others are measured against.

    Returns
    -------
    DataFrame
        Columns of `experiments.statistics.COLUMNS`, then p_value (paired t test, two-sided), p_holm (Holm's correction
        over all rows of the table; below 0.05 the difference is clear however many were looked at) and tests (rows
        that have a test).
    """
    named = values.assign(scenario=values["option"]) if "option" in values else values
    table = compare_values(named[["scenario", "seed", "metric", "value"]], baseline, level)
    p = p_values(table, level)
    return table.assign(p_value=p, p_holm=holm(p), tests=int(p.notna().sum()))[[*COLUMNS, "p_value", "p_holm", "tests"]]
