"""What an option changes by community, street or life stage, over any window of the run."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from experiments.answers.communities import covered_share, put_together
from experiments.answers.weekly import weekly
from experiments.answers.windows import Window, weeks_of
from experiments.statistics import DIFFERENCE, group_intervals
from simulation.metrics.table import METRICS

BY = ("community", "subdistrict", "life_stage")
GROUPED = ("satisfaction",)
"""Metrics that runs record by life stage, every fourth week."""
COLUMNS = ["scenario", "baseline", "by", "group", *DIFFERENCE, "baseline_value"]


def by_place(
    runs: Mapping[str, Sequence[Path]],
    baseline: str,
    metric: str,
    by: str,
    window: Window = "last_year",
    dates: Mapping[str, Mapping[str, date]] | None = None,
    share: float = covered_share({}),
) -> pd.DataFrame:
    """Mean paired difference from the baseline in each community, street (subdistrict) or life stage.

    Parts of a divided community are put together as the community that they were (`communities.put_together`), and
    communities as streets (`weekly.weekly`).

    Parameters
    ----------
    runs : mapping
        Folders of finished runs by scenario, named by their seeds.
    metric : str
        One that communities have; of life stages satisfaction alone is recorded.
    by : {"community", "subdistrict", "life_stage"}
    window : str or mapping
        See `experiments.answers.windows`; a window that begins with an event is that of the scenario, and the baseline
        is read in the same weeks.
    dates : mapping, optional
        Dates of levers by scenario.
    share : float
        See `communities.covered_share`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; t intervals of luck alone, NaN with one replicate.

    Raises
    ------
    ValueError
        If there is no such grouping, or the metric is not recorded by it.
    """
    _check(metric, by)
    parts = []
    for scenario in (name for name in runs if name != baseline):
        own = (dates or {}).get(scenario, {})
        base = {run.name: run for run in runs[baseline]}
        for run in runs[scenario]:
            if run.name not in base:
                continue
            pair = [_values(folder, metric, by, window, own, share) for folder in (run, base[run.name])]
            both = pd.concat(pair, axis=1, keys=["value", "base"]).dropna()
            parts.append(both.rename_axis("group").reset_index().assign(scenario=scenario))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    rows = pd.concat(parts).assign(difference=lambda t: t["value"] - t["base"])
    groups = rows.groupby(["scenario", "group"], sort=False)
    found = group_intervals(groups["difference"]).join(groups["base"].mean()).reset_index()
    return found.assign(
        baseline=baseline,
        by=by,
        metric=metric,
        replicates=found["n"],
        mean_difference=found["mean"],
        ci_low=found["mean"] - found["half"],
        ci_high=found["mean"] + found["half"],
        baseline_value=found["base"],
    )[COLUMNS]


def _check(metric: str, by: str) -> None:
    if by not in BY:
        raise ValueError(f"'{by}' is no grouping; known are {', '.join(BY)}")
    if metric not in METRICS:
        raise ValueError(f"unknown metric '{metric}'")
    if by == "life_stage" and metric not in GROUPED:
        raise ValueError(f"'{metric}' is not recorded by life stage; {', '.join(GROUPED)} is")


def _values(run: Path, metric: str, by: str, window: Window, dates: Mapping[str, date], share: float) -> pd.Series:
    """Value of a metric in each group over the window of a run."""
    calendar = pd.read_parquet(run / "district.parquet", columns=["tick", "date"])
    ticks = set(weeks_of(calendar, window, dates)["tick"])
    table = pd.read_parquet(run / ("groups.parquet" if by == "life_stage" else "communities.parquet"))
    table = table[table["tick"].isin(ticks)]
    if by != "life_stage":
        table = put_together(table, share)
    found = weekly(table, metric, by, "residents" if by == "life_stage" else None)
    value: pd.Series = found.melt(var_name="group").dropna().groupby("group")["value"].agg(METRICS[metric].summary)
    return value
