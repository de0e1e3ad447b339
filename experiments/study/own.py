"""Outcomes that an experiment declares itself, or that a Python function gives, measured in the runs of a folder."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.own import Own, kept_for
from experiments.answers.windows import dates_of
from experiments.runs import run_file
from experiments.runs.kept import Kept, columns_of
from experiments.runs.read import VALUES
from experiments.study.study import Study

Measure = Callable[[pd.DataFrame, Mapping[str, date]], float]
"""Takes the weeks of a run and the dates of its levers; gives one number, NaN where there is none."""


@dataclass
class Measured:
    """What runs show of the outcomes of an experiment.

    Attributes
    ----------
    values : DataFrame
        Columns point, scenario, seed, metric (name of the outcome), value, of outcomes that are one number; runs in
        which it has none are left out.
    places : dict of DataFrame
        Of each outcome by place: columns point, scenario, seed, then one for each place, by its code; a row for each
        run, so that many runs and places take no more memory than their numbers.
    """

    values: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=VALUES))
    places: dict[str, pd.DataFrame] = field(default_factory=dict)


def measure(folder: Path, runs: pd.DataFrame, study: Study, outcomes: Mapping[str, Own]) -> Measured:
    """The outcomes of an experiment in the runs that are there; each run is read once, of its columns what is asked.

    Parameters and errors as of `measure_runs`.
    """
    if not outcomes:
        return Measured()
    rows: list[Any] = []
    tables = {name: _Wide() for name, outcome in outcomes.items() if outcome.by}
    columns = {column for outcome in outcomes.values() for column in outcome.columns}
    for planned, weeks, dates in _each(folder, runs, study, columns, kept_for(outcomes.values())):
        for name, outcome in outcomes.items():
            if outcome.by:
                tables[name].add(planned, outcome.by_place(weeks, dates))
            else:
                value = outcome.of(weeks, dates)
                rows += [(run.point, run.scenario, run.seed, name, value) for run in planned]
    return Measured(_values(rows), {name: wide.table() for name, wide in tables.items()})


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
        Plan: columns run, point, scenario, seed.
    study : Study
        Its scenarios at its points say when levers begin and end.
    columns : collection of str, optional
        Recorded columns that the measures read, where not all.

    Returns
    -------
    DataFrame
        As `Measured.values`.

    Raises
    ------
    OSError, ValueError
        If a file is damaged or foreign.
    """
    rows = [
        (run.point, run.scenario, run.seed, name, value)
        for planned, weeks, dates in _each(folder, runs, study, columns)
        for name, value in [(name, of(weeks, dates)) for name, of in measures.items()]
        for run in planned
    ]
    return _values(rows)


def measure_places(
    folder: Path, runs: pd.DataFrame, study: Study, name: str, of: Measure, kept: Collection[Kept]
) -> pd.DataFrame:
    """A measure of every place that the runs keep something of.

    Parameters
    ----------
    of : callable
        Takes the weeks of a place (columns tick, date, and the metrics that are `kept`) and the dates of the levers.
    kept : collection of Kept
        All by the same dimension, and within the same places.

    Returns
    -------
    DataFrame
        Columns point, scenario, seed, place, metric, value.
    """
    rows = []
    for planned, weeks, dates in _each(folder, runs, study, (), kept):
        held = {one.metric: {one.code(column): column for column in columns_of([one], weeks.columns)} for one in kept}
        for code in sorted({str(code) for columns in held.values() for code in columns}):
            own = {metric: weeks[columns[code]] for metric, columns in held.items() if code in columns}
            value = of(weeks[["tick", "date"]].assign(**own), dates)
            rows += [(run.point, run.scenario, run.seed, code, name, value) for run in planned]
    columns = [*VALUES[:3], "place", *VALUES[3:]]
    table = pd.DataFrame(rows, columns=columns).astype({"value": float}).dropna(subset="value")
    return table.sort_values(columns[:4], kind="stable", ignore_index=True)


def _each(
    folder: Path, runs: pd.DataFrame, study: Study, columns: Collection[str] | None, kept: Collection[Kept] = ()
) -> Iterator[tuple[list[Any], pd.DataFrame, dict[str, date]]]:
    """Rows of the plan that are one run and have the same dates of levers, its weeks, and these dates."""
    planned = {str(name): list(rows.itertuples()) for name, rows in runs.groupby("run", sort=False)}
    for name, weeks in run_file.weeks_of(folder, planned, columns, kept):
        alike: dict[tuple[tuple[str, date], ...], list[Any]] = {}
        for row in planned[name]:
            alike.setdefault(tuple(sorted(_dates(study, row.point, row.scenario).items())), []).append(row)
        for dates, rows in alike.items():
            yield rows, weeks, dict(dates)


def _dates(study: Study, point: int, scenario: str) -> dict[str, date]:
    """Dates of the levers of a scenario at a point.

    The baseline is measured in the weeks of those that are compared with it: what does not happen there has the date
    that it has in the others, if they agree.
    """
    own = dates_of(study.at(point, scenario).interventions)
    if scenario != study.baseline:
        return own
    days: dict[str, set[date]] = {}
    for other in study.scenarios:
        for event, day in dates_of(study.at(point, other).interventions).items():
            days.setdefault(event, set()).add(day)
    return {event: next(iter(found)) for event, found in days.items() if len(found) == 1} | own


def _values(rows: list[Any]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=VALUES).astype({"value": float}).dropna(subset="value")
    return table.sort_values(VALUES[:3], kind="stable", ignore_index=True)


@dataclass
class _Wide:
    """Gathers a row of numbers for each run, a column for each place that some run has."""

    keys: list[Any] = field(default_factory=list)
    rows: list[NDArray[np.float64]] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)

    def add(self, planned: list[Any], found: Mapping[str, float]) -> None:
        """What a run shows at each place, for every row of the plan that it stands for."""
        at = [self.codes.setdefault(code, len(self.codes)) for code in found]
        row = np.full(len(self.codes), np.nan)
        row[at] = list(found.values())
        self.keys += [(run.point, run.scenario, run.seed) for run in planned]
        self.rows += [row] * len(planned)

    def table(self) -> pd.DataFrame:
        """Columns point, scenario, seed, and the places in the order of their codes."""
        values = np.full((len(self.rows), len(self.codes)), np.nan)
        for k, row in enumerate(self.rows):
            values[k, : len(row)] = row
        places = pd.DataFrame(values, columns=list(self.codes))[sorted(self.codes)]
        found = pd.concat([pd.DataFrame(self.keys, columns=VALUES[:3]), places], axis=1)
        return found.sort_values(VALUES[:3], kind="stable", ignore_index=True)
