"""Paired differences of every community, parts of a split against the community they came from."""

from pathlib import Path

import numpy as np
import pandas as pd

from experiments.statistics import group_intervals, last_year
from simulation.metrics.table import METRICS

METRICS_COMPARED = tuple(
    name for name, metric in METRICS.items() if metric.summary == "mean" and metric.kind.comparable
)
"""Levels and rates only: a part of a community has fewer requests and volunteers than the whole by construction."""
_LABELS = ["community", "name_zh", "name_en", "subdistrict"]


def last_year_of_communities(folder: Path) -> pd.DataFrame:
    """Means over the last 52 weeks of a run, one row per community and metric.

    Columns: community, name_zh, name_en, subdistrict, before (the community of the start that it was part of),
    metric, value.
    """
    weeks = pd.read_parquet(folder / "communities.parquet", columns=["tick", "parent", *_LABELS, *METRICS_COMPARED])
    rows = last_year(weeks).groupby(_LABELS, as_index=False)[["parent", *METRICS_COMPARED]].mean()
    before = np.where(rows["parent"] < 0, rows["community"], rows["parent"]).astype(np.int16)
    rows.insert(len(_LABELS), "before", before)
    return rows.drop(columns="parent").melt([*_LABELS, "before"], list(METRICS_COMPARED), "metric", "value")


def compare_communities(runs: dict[str, list[Path]], baseline: str) -> pd.DataFrame:
    """Mean difference from the baseline with its paired t interval, by scenario, community and metric.

    Parameters
    ----------
    runs : dict
        Folders of finished runs by scenario, named by their seeds.
    baseline : str
        Scenario that the others are measured against.

    Returns
    -------
    DataFrame
        Columns scenario, baseline, community, name_zh, name_en, subdistrict, before, metric, replicates,
        mean_difference, ci_low, ci_high (NaN with fewer than two replicates).
    """
    level = {
        folder.name: last_year_of_communities(folder).set_index(["community", "metric"])["value"]
        for folder in runs[baseline]
    }
    parts = []
    for scenario, folders in runs.items():
        for folder in folders if scenario != baseline else []:
            if folder.name in level:
                rows = last_year_of_communities(folder)
                base = level[folder.name].reindex(pd.MultiIndex.from_frame(rows[["before", "metric"]]))
                parts.append(rows.assign(scenario=scenario, difference=rows["value"] - base.to_numpy()))
    if not parts:
        return pd.DataFrame(
            columns=[
                "scenario",
                "baseline",
                *_LABELS,
                "before",
                "metric",
                "replicates",
                "mean_difference",
                "ci_low",
                "ci_high",
            ]
        )
    keys = ["scenario", *_LABELS, "before", "metric"]
    table = group_intervals(pd.concat(parts).groupby(keys, sort=False)["difference"]).reset_index()
    found = table[keys].assign(
        replicates=table["n"],
        mean_difference=table["mean"],
        ci_low=table["mean"] - table["half"],
        ci_high=table["mean"] + table["half"],
    )
    found.insert(1, "baseline", baseline)
    return found
