"""What `import huitian` does with scenarios: thin functions over the model and over `experiments`.

Everything here takes scenarios by name, by path or as loaded, checks its arguments in one line, and gives DataFrames.
"""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from experiments.answers.communities import covered_share
from experiments.answers.outcomes import Outcomes
from experiments.answers.places import by_place
from experiments.answers.sweep import Answers, answer
from experiments.answers.tidy import tidy_runs
from experiments.answers.windows import check as check_window
from experiments.answers.windows import dates_of
from experiments.charts import comparison as comparison_charts
from experiments.charts import style
from experiments.charts.frames import Frames
from experiments.report.content import gather_all
from experiments.report.files import APPENDIX, BRIEF
from experiments.report.render import render
from experiments.runs.folders import open_comparison
from experiments.study import compare as comparisons
from experiments.study import sweep as sweeps
from experiments.study.file import load_plan
from experiments.study.read import measure_sweep, read_sweep
from simulation import run
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions
from simulation.recording import Recording
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.spelling import did_you_mean
from simulation.whole import write_text

LEVERS: Mapping[str, type[Intervention]] = interventions()
"""Classes of all levers by kind, those of other installed packages included."""

Given = Scenario | str | Path
"""A scenario as loaded, by its bare name, or by the path of its file."""


def simulate(
    scenario: Given, *, seed: int = 1, scale: float = 1.0, weeks: int | None = None, threads: int | None = None
) -> Recording:
    """Run one scenario.

    Parameters
    ----------
    scenario : Scenario, str or Path
        As loaded, by bare name (a file of `scenarios/`) or by path.
    seed : int
        0 to 2**63 - 1. Runs of the same seed share every draw that the policy does not touch.
    scale : float
        Share of households in the run, above 0 and at most 1; counts and money are those of the whole district.
    weeks : int, optional
        1 to 1040, instead of the scenario's.
    threads : int, optional
        Threads of the compiled kernels; the results do not depend on it.

    Returns
    -------
    Recording
        DataFrames `district` (one row for each week), `communities` (each week and community), `groups` (every fourth
        week, subdistrict and life stage), `residents` (each resident at the end), `cells` (each inhabited cell) and
        `panel` (None unless the scenario samples residents), and the dict `manifest`. Units stand in
        `METRICS[name].unit_en`: satisfaction in points of 100, loads as demand over capacity, money in yuan.

    Raises
    ------
    SourceError
        If the scenario cannot be found or used; the message names file, line and key. It is a ValueError.
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> import huitian as ht
    >>> found = ht.simulate("baseline", scale=0.01, weeks=2)
    >>> found.district[["tick", "date"]].astype(str).to_numpy().tolist()
    [['0', '2018-01-01'], ['1', '2018-01-08']]
    >>> bool(found.district["satisfaction"].between(0, 100).all())
    True
    """
    _check(seed=seed, scale=scale, weeks=weeks)
    return run.simulate(_loaded(scenario), seed=seed, scale=scale, weeks=weeks, threads=threads)


@dataclass(frozen=True, eq=False)
class _Results:
    """A folder of results: tables to read, charts to plot, a report to write."""

    folder: Path
    """Where the runs and tables are; a temporary folder ends with the object."""
    failed: list[str]
    """One line for each run that could not be made."""
    _kept: "tempfile.TemporaryDirectory[str] | None" = field(repr=False)

    @property
    def _drawers(self) -> Mapping[str, Callable[[], Figure]]:
        raise NotImplementedError

    @property
    def kinds(self) -> list[str]:
        """Charts that `plot` can draw from these results, in the order of `docs/charts.md`."""
        return list(self._drawers)

    def plot(self, kind: str, *, lang: Literal["zh", "en", "both"] = "en") -> Figure:
        """Draw a chart.

        Parameters
        ----------
        kind : str
            One of `kinds`.
        lang : str
            "zh", "en" or "both".

        Returns
        -------
        Figure
            Of matplotlib, laid out; a notebook shows it, `savefig` writes it.

        Raises
        ------
        ValueError
            If these results have no such chart, or there is no such language.

        Examples
        --------
        >>> import huitian as ht
        >>> found = ht.compare(["baseline", "service_circles"], replicates=1, scale=0.01, weeks=2, workers=1)
        >>> found.kinds[:3]
        ['differences', 'paths', 'cost_load']
        >>> type(found.plot("paths")).__name__
        'Figure'
        """
        drawers = self._drawers
        if kind not in drawers:
            raise ValueError(f"no chart '{kind}'{did_you_mean(kind, drawers)}; these results have {', '.join(drawers)}")
        _check_language(lang)
        style.apply()
        with style.language(lang):
            figure = drawers[kind]()
        style.settle(figure)
        plt.close(figure)  # else pyplot keeps it, and a notebook shows it twice
        return figure

    def report(self, path: str | Path = "report.html", *, lang: Literal["zh", "en", "both"] = "both") -> Path:
        """Write the report: the brief and, of a comparison, `appendix.html` beside it.

        Parameters
        ----------
        path : str or Path
            The HTML file; its folder must exist, and a file that is there is replaced.
        lang : str
            "zh", "en" or "both".

        Returns
        -------
        Path
            The file.

        Raises
        ------
        SourceError
            If no pair of runs was finished.
        ValueError
            If there is no such language.
        OSError
            If the file cannot be written.

        Examples
        --------
        >>> import huitian as ht
        >>> import tempfile
        >>> found = ht.compare(["baseline", "service_circles"], replicates=1, scale=0.01, weeks=2, workers=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     page = found.report(f"{folder}/circles.html", lang="en")
        ...     page.read_text("utf-8")[:15]
        '<!DOCTYPE html>'
        """
        _check_language(lang)
        file = Path(path)
        for name, page in gather_all(self.folder).items():
            place, back = (file, APPENDIX) if name == BRIEF else (file.with_name(name), file.name)
            beside = (back, page.beside[1]) if page.beside else None
            write_text(place, render(replace(page, beside=beside), lang))
        return file


@dataclass(frozen=True, eq=False)
class Comparison(_Results):
    """What `compare` found.

    Attributes
    ----------
    table : DataFrame
        One row for each scenario and metric: `scenario`, `baseline`, `metric`, `replicates`, `mean_difference`,
        `ci_low`, `ci_high` (in the metric's unit, of luck alone), `relative_difference` (share of the baseline's
        value), `variance_reduction`; `draws`, and over them `median_total`, `ci_low_total`, `ci_high_total` (luck and
        parameters), `probability_better` (0 to 1), `verdict_total`.
    winners : DataFrame
        Shares of residents who gain and lose more than a point: `scenario`, `by` ("life_stage" or "subdistrict"),
        `group` (code), `residents`, `gain`, `lose` (0 to 1), `mean` (points).
    draws : DataFrame
        One row for each draw, scenario and metric: `draw`, `seed`, `scenario`, `metric`, `baseline` and `value` (in the
        metric's unit), `difference`; no rows without draws.
    draws_points : DataFrame
        One row for each draw: `draw`, `seed`, and a column for each parameter drawn, by dotted path.
    baseline : str
        Name of the scenario that the others are measured against.
    folder, failed : Path, list of str
        Where runs and tables are; one line for each run that could not be made.
    """

    table: pd.DataFrame
    winners: pd.DataFrame = field(repr=False)
    draws: pd.DataFrame = field(repr=False)
    draws_points: pd.DataFrame = field(repr=False)
    baseline: str

    def by(
        self, metric: str, group: str = "subdistrict", window: str | Mapping[str, str] = "last_year"
    ) -> pd.DataFrame:
        """Differences from the baseline in each community, street or life stage, over any window.

        Parameters
        ----------
        metric : str
            Of life stages, satisfaction alone is recorded.
        group : {"community", "subdistrict", "life_stage"}
        window : str or mapping
            As in `Sweep.measure`.

        Returns
        -------
        DataFrame
            Columns `scenario`, `baseline`, `by`, `group`, `metric`, `replicates`, `mean_difference`, `ci_low`,
            `ci_high`, `baseline_value`, in the metric's unit.

        Raises
        ------
        ValueError
            If the metric is not recorded by that group, or the window cannot be understood.
        """
        check_window(window)
        options = open_comparison(self.folder).options
        dates = {option.name: dates_of(option.scenario["interventions"]) for option in options}
        runs = {option.name: list(option.runs.values()) for option in options}
        base = next(option for option in options if option.name == self.baseline)
        share = covered_share(base.scenario["parameters"])
        return by_place(runs, self.baseline, metric, group, window, dates, share)

    @cached_property
    def _drawers(self) -> Mapping[str, Callable[[], Figure]]:
        return comparison_charts.of_comparison(Frames(open_comparison(self.folder)))


def compare(
    scenarios: Sequence[Given],
    *,
    baseline: str | None = None,
    replicates: int = 3,
    draws: int = 0,
    posterior: str | Path | None = None,
    scale: float = 1.0,
    seed: int = 1,
    weeks: int | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
) -> Comparison:
    """Compare scenarios with common random numbers: paired differences from a baseline, over the last year.

    Runs are made by spawned processes, so a script needs `if __name__ == "__main__":` around its work, as always with
    `multiprocessing`; a notebook does not.

    Parameters
    ----------
    scenarios : sequence of Scenario, str or Path
        Two or more; they may differ in interventions and parameters only.
    baseline : str, optional
        Name of the scenario that the others are measured against; the first unless given.
    replicates : int
        1 to 10,000 seeds, from `seed` on, each for all scenarios; one gives no interval.
    draws : int
        Draws of the parameters' posterior, each with a seed of its own, at a scale of 0.05 at most; 0, the default, has
        the parameters at their defaults only, so that the interval is of luck alone.
    posterior : str or Path, optional
        CSV or Parquet file of draws, instead of the one that comes with the district.
    scale : float
        Share of households in the runs, above 0 and at most 1.
    seed : int
        The first seed, 0 to 2**63 - 1.
    weeks : int, optional
        1 to 1040, instead of the scenarios'.
    workers : int, optional
        Processes; as many as cores and memory allow unless given.
    out : str or Path, optional
        Folder to keep runs and tables in, and to go on from; without it they end with the object.

    Returns
    -------
    Comparison
        With `table`, `plot(kind)` and `report(path)`.

    Raises
    ------
    SourceError
        If a scenario cannot be used, two have the same name, or they are not comparable. It is a ValueError.
    ValueError
        If a number is out of its range.
    FileExistsError
        If `out` holds something else.
    RuntimeError
        If no pair of runs could be made.

    Examples
    --------
    >>> import huitian as ht
    >>> found = ht.compare(["baseline", "service_circles"], replicates=2, scale=0.01, weeks=2, workers=1)
    >>> row = found.table.set_index("metric").loc["satisfaction"]
    >>> row["scenario"], int(row["replicates"])
    ('service_circles', 2)
    >>> bool(row["ci_low"] <= row["mean_difference"] <= row["ci_high"])
    True
    """
    _check(seed=seed, scale=scale, weeks=weeks, replicates=replicates, draws=draws)
    loaded = [_loaded(scenario) for scenario in scenarios]
    folder, kept = _folder(out)
    made = comparisons.compare(
        loaded,
        out=folder,
        baseline=baseline,
        replicates=replicates,
        draws=draws,
        posterior=None if posterior is None else Path(posterior),
        workers=workers,
        seed=seed,
        scale=scale,
        weeks=weeks,
    )
    failed = _lines(made.failed)
    if made.table.empty:
        raise RuntimeError(f"no pair of runs could be made: {(failed or ['no reason given'])[0]}")
    return Comparison(
        folder=folder,
        failed=failed,
        _kept=kept,
        table=made.table,
        winners=made.winners,
        draws=made.draws,
        draws_points=made.points,
        baseline=made.baseline,
    )


@dataclass(frozen=True, eq=False)
class Sweep(_Results):
    """What `sweep` found.

    Attributes
    ----------
    table : DataFrame
        One row for each finished run and metric: `point`, `scenario`, `seed`, `metric`, `value` of the last year in the
        metric's unit.
    points : DataFrame
        The design: one row for each point, one column for each factor by its dotted path.
    folder, failed : Path, list of str
        Where runs and tables are; one line for each run that could not be made.
    """

    table: pd.DataFrame = field(repr=False)
    points: pd.DataFrame

    @cached_property
    def _answers(self) -> Answers:
        return answer(self._read)

    @cached_property
    def _read(self) -> Outcomes:
        return read_sweep(self.folder)

    @property
    def answers(self) -> dict[str, pd.DataFrame]:
        """Tables of all questions that the design can answer, by name; see `docs/experiments.md`."""
        return self._answers.tables

    @property
    def notes(self) -> list[str]:
        """Why a question has no answer, one line each."""
        return self._answers.notes

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row for each run: scenario, point, seed, factors by dotted path, metrics of the last year, own outcomes (of
        one by place a column for each, `name.code`)."""
        return tidy_runs(self._read)

    def measure(
        self,
        outcome: Callable[[pd.DataFrame], float],
        window: str | Mapping[str, str] = "last_year",
        by: str | None = None,
    ) -> pd.DataFrame:
        """An outcome of one's own in every run, or in every place of every run.

        Parameters
        ----------
        outcome : callable
            Takes the weeks of a run, or of a place, in the window and gives one number. Weeks have `tick`, `date`, and
            the metrics of the district, or those of the expressions that the specification has with the same `by`.
        window : str or mapping
            "last_year", "first_year", "whole_run", "2019", "2019Q3", "2019-07", or {"from": ..., "to": ...} of days,
            "start", "end", or dates of levers ("service_circles.finish + 26w").
        by : {"community", "subdistrict", "life_stage"}, optional

        Returns
        -------
        DataFrame
            Columns `point`, `scenario`, `seed`, `place` (its code, with `by`), `metric` (name of the function),
            `value`; what has no value is left out.

        Raises
        ------
        ValueError
            If the window cannot be understood, or the runs keep nothing by such places.
        """
        check_window(window)
        return measure_sweep(self.folder, outcome.__name__, outcome, window, by)

    @property
    def _drawers(self) -> Mapping[str, Callable[[], Figure]]:
        return self._answers.charts


def sweep(
    specification: str | Path | Mapping[str, Any], *, workers: int | None = None, out: str | Path | None = None
) -> Sweep:
    """Run a designed experiment: scenarios crossed with the points of a design, in blocks of common seeds.

    Runs are made by spawned processes; see `compare`.

    Parameters
    ----------
    specification : str, Path or mapping
        Bare name of a file in `experiments/specs/`, path of a YAML file, or its content; `docs/experiments.md` has the
        keys.
    workers : int, optional
        Processes; as many as cores and memory allow unless given.
    out : str or Path, optional
        Folder to keep runs and tables in, and to go on from; without it they end with the object.

    Returns
    -------
    Sweep
        With `table`, `points`, `answers`, `plot(kind)` and `report(path)`.

    Raises
    ------
    SourceError
        If the experiment cannot be used, or `out` holds runs of other code; the message names the key. It is a
        ValueError.
    FileExistsError
        If `out` holds something else.
    RuntimeError
        If no run could be made.

    Examples
    --------
    >>> import huitian as ht
    >>> target = {"interventions.service_circles.target": {"values": [60, 90]}}
    >>> found = ht.sweep(
    ...     {
    ...         "name": "dose",
    ...         "question": {"zh": "多少个？", "en": "How many?"},
    ...         "scenarios": ["baseline", "service_circles"],
    ...         "design": {"kind": "factorial", "factors": target},
    ...         "metrics": ["satisfaction"],
    ...         "replicates": 2,
    ...         "scale": 0.01,
    ...         "weeks": 2,
    ...     },
    ...     workers=1,
    ... )
    >>> found.points["interventions.service_circles.target"].tolist()
    [60, 90]
    >>> found.answers["differences"]["metric"].unique().tolist()
    ['satisfaction', 'cost_capital_yuan', 'cost_operating_yuan']
    """
    with tempfile.TemporaryDirectory(prefix="huitian-") as written:
        if isinstance(specification, Mapping):
            file = Path(written) / "specification.yaml"
            file.write_text(json.dumps(specification, ensure_ascii=False, indent=1), "utf-8")  # JSON is YAML 1.2
            specification = file
        plan = load_plan(str(specification))
        folder, kept = _folder(out)
        made = sweeps.sweep(plan, out=folder, workers=workers)
    failed = _lines(made.failed)
    if len(failed) == made.runs["run"].nunique():
        raise RuntimeError(f"no run could be made: {failed[0]}")
    return Sweep(folder=folder, failed=failed, _kept=kept, table=read_sweep(folder).values, points=made.points)


def _loaded(scenario: Given) -> Scenario:
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario)


def _check(*, seed: int, scale: float, weeks: int | None, replicates: int = 1, draws: int = 0) -> None:
    ranges = (
        ("seed", seed, 0, 2**63 - 1),
        ("weeks", weeks, 1, 1040),
        ("replicates", replicates, 1, 10_000),
        ("draws", draws, 0, 100_000),
    )
    for name, value, low, high in ranges:
        if value is not None and not low <= value <= high:
            raise ValueError(f"{name} is {value}; allowed are {low} to {high}")
    if not 0 < scale <= 1:
        raise ValueError(f"scale is {scale}; it must be above 0 and at most 1")


def _check_language(lang: str) -> None:
    if lang not in ("zh", "en", "both"):
        raise ValueError(f"lang is {lang!r}; allowed are 'zh', 'en' and 'both'")


def _folder(out: str | Path | None) -> tuple[Path, "tempfile.TemporaryDirectory[str] | None"]:
    """The folder that was asked for, or a temporary one that ends with the object that holds it."""
    if out is not None:
        return Path(out), None
    kept = tempfile.TemporaryDirectory(prefix="huitian-", ignore_cleanup_errors=True)
    return Path(kept.name), kept


def _lines(failed: Sequence[Any]) -> list[str]:
    return [f"{outcome.job.scenario.name} seed {outcome.job.seed}: {outcome.error}" for outcome in failed]
