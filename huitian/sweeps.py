"""`sweep`: scenarios crossed with the points of a design."""

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from experiments.answers.outcomes import Outcomes
from experiments.answers.sweep import Answers, answer
from experiments.answers.tidy import tidy_runs
from experiments.answers.windows import check as check_window
from experiments.study import sweep as sweeps
from experiments.study.file import load_plan
from experiments.study.read import measure_sweep, read_sweep
from huitian.results import Results, folder_of, lines_of


@dataclass(frozen=True, eq=False)
class Sweep(Results):
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
    workers, out : optional
        As of `compare`.

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
        folder, kept = folder_of(out)
        made = sweeps.sweep(plan, out=folder, workers=workers)
    failed = lines_of(made.failed)
    if len(failed) == made.runs["run"].nunique():
        raise RuntimeError(f"no run could be made: {failed[0]}")
    return Sweep(folder=folder, failed=failed, _kept=kept, table=read_sweep(folder).values, points=made.points)
