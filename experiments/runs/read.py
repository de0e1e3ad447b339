"""Reading the runs of a study, however each is kept: in a folder, in a file of its own, or in one of many runs."""

from collections.abc import Collection, Iterable
from pathlib import Path

import pandas as pd

from experiments.runs import run_file, run_folder
from experiments.runs.job import Job

VALUES = ["point", "scenario", "seed", "metric", "value"]


def table_of(jobs: Iterable[Job]) -> pd.DataFrame:
    """Runs of a study without a design: columns point (0), scenario, seed, place."""
    rows = [(0, job.scenario.name, job.seed, job.place) for job in jobs]
    return pd.DataFrame(rows, columns=["point", "scenario", "seed", "place"])


def values(runs: pd.DataFrame, metrics: Collection[str] | None = None) -> pd.DataFrame:
    """Value of each metric over the last year of a run.

    Parameters
    ----------
    runs : DataFrame
        Columns point, scenario, seed, place (Path, see `experiments.runs.job.Job`).
    metrics : collection of str, optional
        Only these.

    Returns
    -------
    DataFrame
        Columns point, scenario, seed, metric, value, in the order of the runs. Runs kept as files that are missing are
        left out.

    Raises
    ------
    OSError, ValueError
        If a file is damaged or foreign.
    """
    in_file = runs["place"].map(lambda place: place.suffix == ".parquet").astype(bool)
    parts = [_from_files(runs[in_file], metrics)] if in_file.any() else []
    rows = [
        (row.point, row.scenario, row.seed, metric, value)
        for row in runs[~in_file].itertuples()
        for metric, value in run_folder.last_year(row.place).items()
    ]
    parts += [pd.DataFrame(rows, columns=VALUES)] if rows or not parts else []
    found = pd.concat(parts, ignore_index=True)
    return found if metrics is None else found[found["metric"].isin(metrics)].reset_index(drop=True)


def _from_files(runs: pd.DataFrame, metrics: Collection[str] | None) -> pd.DataFrame:
    """Files of runs lie in one folder; a run may stand in a file of many."""
    named = runs.assign(run=runs["place"].map(lambda place: place.stem))
    table = run_file.last_years(named["place"].iloc[0].parent, set(named["run"]), metrics)
    return named.merge(table, on="run")[VALUES]


def weeks(place: Path) -> pd.DataFrame:
    """The district's metrics by week of one run that is there."""
    return run_file.read(place)[0] if place.suffix == ".parquet" else run_folder.weeks(place)
