"""Outcomes that an experiment declares itself, or that a Python function gives, measured in the runs of a folder."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.answers.windows import dates_of
from experiments.runs import run_file
from experiments.runs.read import VALUES

Measure = Callable[[pd.DataFrame, Mapping[str, date]], float]
"""Takes the weeks of a run and the dates of its levers; gives one number, NaN where there is none."""


def measure_runs(
    folder: Path,
    runs: pd.DataFrame,
    measures: Mapping[str, Measure],
    points: pd.DataFrame,
    scenarios: Mapping[str, Any],
    acting: Mapping[str, Collection[str]],
) -> pd.DataFrame:
    """Values of measures in the runs that are there; each file is read once.

    Parameters
    ----------
    folder : Path
        Where the files of runs are.
    runs : DataFrame
        Columns run, point, scenario, seed.
    scenarios : mapping
        Resolved scenarios by name, as the manifest of a sweep has them.
    acting : mapping
        Factors that change each scenario.

    Returns
    -------
    DataFrame
        Columns point, scenario, seed, metric (name of the measure), value; runs in which it has none are left out.
    """
    if not measures:
        return pd.DataFrame(columns=VALUES)
    wanted = set(runs["run"])
    rows = []
    for file in run_file.files(folder):
        for name, weeks in run_file.read(file)[0].groupby("run", sort=False):
            if name not in wanted:
                continue
            weeks = weeks.sort_values("tick", ignore_index=True)
            for run in runs[runs["run"] == name].itertuples():
                dates = _dates(scenarios[run.scenario]["interventions"], points, run.point, acting[run.scenario])
                found = {measure: of(weeks, dates) for measure, of in measures.items()}
                rows += [(run.point, run.scenario, run.seed, key, value) for key, value in found.items()]
    return pd.DataFrame(rows, columns=VALUES).astype({"value": float}).dropna(subset="value").reset_index(drop=True)


def _dates(
    interventions: Mapping[str, Any], points: pd.DataFrame, point: int, acting: Collection[str]
) -> dict[str, date]:
    """Dates of levers in a scenario at a point."""
    set_here: dict[str, dict[str, Any]] = {}
    for path in acting:
        kind, _, field = path.removeprefix("interventions.").partition(".")
        if field and path.startswith("interventions."):
            set_here.setdefault(kind, {})[field] = points.at[point, path]
    return dates_of(interventions) | dates_of(set_here)
