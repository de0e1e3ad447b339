"""Outcomes that an experiment declares itself, or that a Python function gives, measured in the runs of a folder."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from experiments.answers.windows import dates_of
from experiments.runs import run_file
from experiments.runs.read import VALUES
from experiments.study.study import Study

Measure = Callable[[pd.DataFrame, Mapping[str, date]], float]
"""Takes the weeks of a run and the dates of its levers; gives one number, NaN where there is none."""


def measure_runs(
    folder: Path,
    runs: pd.DataFrame,
    study: Study,
    measures: Mapping[str, Measure],
    columns: Collection[str] | None = None,
) -> pd.DataFrame:
    """Values of measures in the runs that are there; each run is read and measured once.

    Parameters
    ----------
    folder : Path
        Where the files of runs are.
    runs : DataFrame
        Plan: columns run, point, scenario, seed. What several points share is one run, with the same levers.
    study : Study
        Its scenarios at its points say when levers begin and end.
    columns : collection of str, optional
        Recorded columns that the measures read, where not all.

    Returns
    -------
    DataFrame
        Columns point, scenario, seed, metric (name of the measure), value; runs in which it has none are left out.

    Raises
    ------
    OSError, ValueError
        If a file is damaged or foreign.
    """
    planned = {str(name): list(rows.itertuples()) for name, rows in runs.groupby("run", sort=False)}
    rows = []
    for name, weeks in run_file.weeks_of(folder, planned, columns) if measures else ():
        first = planned[name][0]
        dates = dates_of(study.at(first.point, first.scenario).interventions)
        found = {measure: of(weeks, dates) for measure, of in measures.items()}
        rows += [(run.point, run.scenario, run.seed, key, x) for run in planned[name] for key, x in found.items()]
    table = pd.DataFrame(rows, columns=VALUES).astype({"value": float}).dropna(subset="value")
    return table.sort_values(VALUES[:3], kind="stable", ignore_index=True)
