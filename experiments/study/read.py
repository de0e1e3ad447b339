"""What a study measured, read from its folder for the answers: of a sweep or of a comparison."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from experiments.answers.outcomes import Outcomes
from experiments.runs.claim import SWEEP, said
from experiments.runs.folders import kind_of, open_comparison
from experiments.runs.read import values
from experiments.study.file import Experiment
from experiments.study.study import one_point
from experiments.study.sweep import PLAN, POINTS, values_of
from simulation.yaml_source import SourceError


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
    return Outcomes(found.names, found.baseline.name, "", one_point(), values(runs), metrics, found.scale)


def read_sweep(out: Path) -> Outcomes:
    """A sweep.

    Raises
    ------
    SourceError
        If the folder holds no sweep, no run of it is whole, or a file is damaged.
    """
    before = said(out, SWEEP)
    if before is None or before.get("kind") != "sweep":
        raise SourceError(f"{out}: no sweep here")
    try:
        experiment = Experiment.model_validate_json(json.dumps(before["experiment"]))
        titles = {name: (s["title"]["zh"], s["title"]["en"]) for name, s in before["scenarios"].items()}
        points = pd.read_csv(out / POINTS, index_col="point")
        measured = values_of(out, pd.read_csv(out / PLAN, dtype={"run": str})[["run", "point", "scenario", "seed"]])
    except (ValidationError, KeyError, TypeError, AttributeError):
        raise SourceError(f"{out}: damaged; `huitian doctor {out}` says which file") from None
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{out}: {str(error).splitlines()[0]}; `huitian doctor {out}` says which file, and the same "
            "`huitian sweep` makes it again"
        ) from None
    if measured.empty:
        raise SourceError(f"{out}: no run is finished; `huitian sweep` goes on where it stopped")
    design = experiment.design
    return Outcomes(
        titles=titles,
        baseline=next(iter(titles)),
        kind=design.kind if design is not None else "",
        points=points,
        values=measured,
        metrics=experiment.metrics,
        scale=experiment.scale,
        levels=design.levels if design is not None else 4,
        second_order=design.second_order if design is not None else False,
        acting={name: _acting(name, list(points.columns), before["scenarios"]) for name in titles},
    )


def _acting(name: str, factors: list[str], scenarios: dict[str, Any]) -> list[str]:
    """Factors that change a scenario, by the rules of `experiments.study.study.at_point`; the baseline is first."""
    switches = len(scenarios) == 1 or name != next(iter(scenarios))
    switched = {path for path in factors if path.startswith("interventions.") and path.count(".") == 1}
    return [
        path
        for path in factors
        if path.startswith("parameters.")
        or (path in switched and switches)
        or (
            path not in switched
            and (
                path.split(".")[1] in scenarios[name]["interventions"]
                or (switches and path.rpartition(".")[0] in switched)
            )
        )
    ]
