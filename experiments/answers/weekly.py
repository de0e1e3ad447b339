"""Weeks of communities and of life stages as weeks of larger places."""

import pandas as pd

from experiments.answers.communities import adds_up, weight
from simulation.metrics.table import METRICS


def weekly(table: pd.DataFrame, metric: str, by: str, size: str | None = None) -> pd.DataFrame:
    """Value of a metric in each group and week.

    Counts, hours and money are added up; levels and rates are means weighted by what they divide by where that is on
    record, else by residents. What does not follow from parts (how unequal the residents of several communities are) is
    left out, unless a group is one row.

    Parameters
    ----------
    table : DataFrame
        Columns tick, the metric, that which is grouped `by`, and sizes.
    size : str, optional
        Column that levels and rates are weighted by, instead.

    Returns
    -------
    DataFrame
        Indexed by tick; a column for each group; NaN where no row of a group has a value.
    """
    known = table.dropna(subset=metric)
    keys = ["tick", by]
    if not METRICS[metric].kind.comparable:
        found = known.groupby(keys)[metric].sum()
        return found.unstack(by)
    people = known[size or weight(metric)]
    people = people.where(people > 0, 0.0)
    groups = known.assign(sum=known[metric] * people, weight=people).groupby(keys)
    sums = groups[["sum", "weight"]].sum()
    found = sums["sum"] / sums["weight"].where(sums["weight"] > 0)
    if not adds_up(metric):
        found = groups[metric].first().where(groups.size() == 1)
    return found.unstack(by)
