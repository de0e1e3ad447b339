"""What a study measured, read from its folder for the answers: of a sweep or of a comparison."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from experiments.answers.communities import unaffected
from experiments.answers.costs import COSTS, YEARLY, each_year, of_a_year, parameter
from experiments.answers.outcomes import Outcomes, uncertainties
from experiments.answers.own import kept_for
from experiments.answers.placed import Placed
from experiments.answers.windows import weeks_of
from experiments.runs import run_file
from experiments.runs.claim import SWEEP, said
from experiments.runs.damage import DamagedError
from experiments.runs.folders import ComparisonFolder, kind_of, open_comparison
from experiments.runs.planned import damaged, read_planned, read_points
from experiments.runs.read import VALUES, values, weeks
from experiments.runs.store import RUNS
from experiments.study.designs import sampler
from experiments.study.file import Adaptive, Experiment
from experiments.study.over_draws import FOLDER
from experiments.study.own import Measured, measure, measure_places, measure_runs
from experiments.study.places import codes_of
from experiments.study.settings import AREAS
from experiments.study.study import Study, one_point
from experiments.study.sweep import values_of
from experiments.study.sweep_draws import draws_of
from simulation.scenario.types import Scenario
from simulation.yaml_source import SourceError

LARGE = 10_000
"""Runs from which a sweep is read with the metrics that it asks about, and costs, alone: all would fill the memory."""


def read_outcomes(folder: Path) -> Outcomes:
    """What the study in a folder measured; runs that are missing are left out.

    Raises
    ------
    SourceError
        If the folder holds neither sweep nor comparison, no run of it is whole, or a file is damaged.
    """
    kind = kind_of(folder)
    if kind == "run":
        raise SourceError(f"{folder}: a single run answers no question about options; compare it with another")
    return read_sweep(folder) if kind == "sweep" else read_comparison(folder)


def read_comparison(folder: Path) -> Outcomes:
    """A comparison: a study without a design."""
    found = open_comparison(folder)
    rows = [(0, option.name, seed, run) for option in found.options for seed, run in option.runs.items()]
    runs = pd.DataFrame(rows, columns=["point", "scenario", "seed", "place"])
    metrics = list(Experiment.model_fields["metrics"].default)
    share = each_year(found.baseline.scenario["parameters"])
    yearly = runs.assign(metric=YEARLY, value=[of_a_year(weeks(place), share) for place in runs["place"]])[VALUES]
    known = pd.concat([values(runs), yearly], ignore_index=True)
    measured = Outcomes(found.names, found.baseline.name, "", one_point(), known, metrics, found.scale)
    return replace(measured, crossed=_crossed(found, measured))


def _crossed(found: ComparisonFolder, measured: Outcomes) -> Outcomes | None:
    """Scenarios as points, where they are all combinations of levers that are on or off, or of options and cases.

    Then they tell of synergy and of regret as the points of a design do.
    """
    scenarios = [option.scenario for option in found.options]
    levers = {kind: s["interventions"][kind] for s in scenarios for kind in s["interventions"]}
    if any(s["interventions"].get(kind, fields) != fields for s in scenarios for kind, fields in levers.items()):
        return None  # a lever in two doses is no switch
    names = {name for s in scenarios for name in s["parameters"]}
    points = pd.DataFrame(
        {
            **{f"interventions.{kind}": [kind in s["interventions"] for s in scenarios] for kind in levers},
            **{f"parameters.{name}": [parameter(name, s["parameters"]) for s in scenarios] for name in sorted(names)},
        }
    )
    points = points.loc[:, points.nunique() > 1].rename_axis("point")
    if points.shape[1] < 2 or points.duplicated().any() or points.nunique().prod() != len(points):
        return None
    at = {option.name: k for k, option in enumerate(found.options)}
    rows = measured.values.assign(point=measured.values["scenario"].map(at), scenario=measured.baseline)
    titles = {measured.baseline: found.names[measured.baseline]}
    return replace(measured, titles=titles, kind="table", points=points, values=rows)


def read_sweep(out: Path) -> Outcomes:
    """A sweep.

    Raises
    ------
    SourceError
        If the folder holds no sweep, no run of it is whole, or a file is damaged.
    """
    before = said(out, SWEEP)
    if before is None and (out / SWEEP).exists():
        raise DamagedError(f"{out / SWEEP}: damaged: it does not hold what was written")
    if before is None or before.get("kind") != "sweep":
        raise SourceError(f"{out}: no sweep here")
    try:
        experiment = Experiment.model_validate_json(json.dumps(before["experiment"]))
        titles = {name: (s["title"]["zh"], s["title"]["en"]) for name, s in before["scenarios"].items()}
        odd = damaged(out, before)
        if odd:
            raise ValueError(f"{odd} does not hold what was written")
        points, planned = read_points(out), read_planned(out)
        acting = {name: _acting(name, list(points.columns), before["scenarios"]) for name in titles}
        open_ = bool(points.isna().any(axis=None))
        study = _study(before, points, experiment.scale) if open_ or experiment.outcomes else None
        own = measure(out / RUNS, planned, study, experiment.outcomes) if study else Measured()
        asked = [*experiment.metrics, *COSTS] if len(planned) > LARGE else None
        design = experiment.design
        kind = design.kind if design is not None else "table" if experiment.designs else ""
        parts = [values_of(out, planned, asked), own.values]
        if not uncertainties(points) and not (kind and sampler(kind).SAMPLE):  # points to choose from
            parts.append(_yearly(out / RUNS, planned, next(iter(before["scenarios"].values()))["parameters"]))
        measured = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
        at_draws, drawn, own_drawn = draws_of(out), pd.DataFrame(columns=VALUES), Measured()
        if at_draws is not None:
            if study is not None:
                own_drawn = measure(out / FOLDER / RUNS, at_draws, study, experiment.outcomes)
            drawn = pd.concat([values_of(out / FOLDER, at_draws), own_drawn.values], ignore_index=True)
    except (ValidationError, KeyError, TypeError, AttributeError):
        raise SourceError(f"{out}: damaged; `huitian doctor {out}` says which file") from None
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{out}: {str(error).splitlines()[0]}; `huitian doctor {out}` says which file, and the same "
            "`huitian sweep` makes it again"
        ) from None
    if measured.empty:
        raise SourceError(f"{out}: no run is finished; `huitian sweep` goes on where it stopped")
    return Outcomes(
        titles=titles,
        baseline=next(iter(titles)),
        kind=kind,
        points=points,
        values=measured,
        draws=drawn,
        metrics=unaffected(experiment.metrics, before["scenarios"].values(), points.columns),
        own={name: outcome.better for name, outcome in experiment.outcomes.items() if outcome.by is None},
        matters={name: outcome.matters for name, outcome in experiment.outcomes.items() if outcome.matters},
        places={
            name: Placed(
                outcome.by, outcome.better, own.places[name], own_drawn.places.get(name), outcome.matters or 0.0
            )
            for name, outcome in experiment.outcomes.items()
            if outcome.by is not None
        },
        scale=experiment.scale,
        sequential=isinstance(experiment.replicates, Adaptive),
        levels=design.levels if design is not None else 4,
        second_order=design.second_order if design is not None else False,
        streets=_streets(before) if own.places else {},
        acting=acting,
        filled={name: study.filled(name) for name in titles} if study and open_ else {},
    )


def _streets(before: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Names (zh, en) of the subdistricts of a sweep by code; none where its district is away."""
    try:
        return codes_of(Scenario.model_validate(next(iter(before["scenarios"].values()))))["subdistrict"]
    except (SourceError, OSError):
        return {}


def _yearly(folder: Path, planned: pd.DataFrame, parameters: Mapping[str, float]) -> pd.DataFrame:
    """What each run costs a year; one that lacks a cost is left out."""
    share = each_year(parameters)
    weekly = run_file.weeks_of(folder, set(planned["run"]), COSTS)
    found = {run: of_a_year(rows, share) for run, rows in weekly if set(COSTS) <= set(rows)}
    return planned.assign(metric=YEARLY, value=planned["run"].map(found).astype(float)).dropna(subset="value")[VALUES]


def _study(before: Mapping[str, Any], points: pd.DataFrame, scale: float) -> Study:
    """The study of a folder, from what its marker says and its points as they stand on file."""
    scenarios = {name: Scenario.model_validate(scenario) for name, scenario in before["scenarios"].items()}
    return Study(scenarios, next(iter(scenarios)), points=points.apply(_whole), scale=scale)


def _whole(column: pd.Series) -> pd.Series:
    """A column of whole numbers as it was before empty cells made it one of fractions."""
    known = column.dropna()
    if column.dtype.kind != "f" or len(known) == len(column) or not (known % 1 == 0).all():
        return column
    whole = [None if empty else int(x) for x, empty in zip(column, column.isna(), strict=True)]
    return pd.Series(whole, column.index, dtype=object)


def measure_sweep(
    out: Path,
    name: str,
    outcome: Callable[[pd.DataFrame], float],
    window: str | Mapping[str, str],
    by: str | None = None,
) -> pd.DataFrame:
    """An outcome that a function gives from the weeks of a window, in every run, or in every place of every run: see
    `measure_runs` and `measure_places`.

    Raises
    ------
    ValueError
        If no outcome of the experiment is by such places, so that the runs keep nothing of them.
    """
    before, points = said(out, SWEEP) or {}, read_points(out)

    def of(weeks: pd.DataFrame, dates: Mapping[str, date]) -> float:
        rows = weeks_of(weeks, window, dates)
        return float(outcome(rows)) if len(rows) else float("nan")

    planned, study = read_planned(out), _study(before, points, 1.0)
    if by is None:
        return measure_runs(out / RUNS, planned, study, {name: of})
    declared = Experiment.model_validate_json(json.dumps(before["experiment"])).outcomes
    kept = [one for one in kept_for(declared.values()) if one.by == by and not one.within]
    if not kept:
        known = ", ".join(sorted({one.by for one in kept_for(declared.values()) if one.by and not one.within}))
        raise ValueError(
            f"the runs keep nothing by '{by}', but {known or 'nothing by place'}; an outcome of the experiment with "
            f"`by: {by}` makes them keep the metrics of its expression"
        )
    return measure_places(out / RUNS, planned, study, name, of, kept)


def _acting(name: str, factors: list[str], scenarios: dict[str, Any]) -> list[str]:
    """Factors that change a scenario, by the rules of `experiments.study.study.at_point`; the baseline is first."""
    switches = len(scenarios) == 1 or name != next(iter(scenarios))
    switched = {path for path in factors if path.startswith("interventions.") and path.count(".") == 1}
    return [
        path
        for path in factors
        if path.partition(".")[0] in AREAS
        or (path in switched and switches)
        or (
            path not in switched
            and (
                path.split(".")[1] in scenarios[name]["interventions"]
                or (switches and path.rpartition(".")[0] in switched)
            )
        )
    ]
