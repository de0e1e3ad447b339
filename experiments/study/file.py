"""Experiment files: which scenarios, which design over which factors, how many replicates, which metrics."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, Field, ValidationError, model_validator

from experiments.answers.own import Own, kept_for
from experiments.runs.kept import Kept
from experiments.study.dependence import correlated
from experiments.study.factors import Factor, Value
from experiments.study.places import check_places
from experiments.study.plan_file import STRICT, PlanFile, read_plan
from experiments.study.settings import check_setting
from experiments.study.study import Study, difference
from simulation.extensions import find as find_extension
from simulation.interventions.registry import interventions
from simulation.metrics.table import METRICS
from simulation.scenario.load import ScenarioError, load_scenario
from simulation.scenario.load import find as scenario_file
from simulation.scenario.types import Scenario
from simulation.spelling import did_you_mean
from simulation.yaml_source import Keys, Source, SourceError, is_file

SAMPLERS = ("huitian.designs", "experiments.study.designs")
"""Where kinds of designs are: an entry-point group, and a package of one file each, which imports this one."""


class Correlation(BaseModel):
    """Rank correlation of two factors of a sample."""

    model_config = STRICT
    factors: tuple[str, str] = Field(strict=False)
    rank: float = Field(gt=-1, lt=1)


class Design(BaseModel):
    """How points are chosen; see `experiments/study/designs/`."""

    model_config = STRICT
    kind: str = Field(description="a file of experiments/study/designs, or a design of another package")
    factors: dict[str, Factor] = Field(default_factory=dict)
    samples: int = Field(64, ge=2, le=1_000_000, description="points, blocks (sobol) or trajectories (morris)")
    levels: int = Field(4, ge=2, le=100, description="levels of a range (factorial, one_at_a_time, morris)")
    second_order: bool = Field(False, description="points for indices of pairs (sobol)")
    points: list[dict[str, Value]] | None = Field(None, min_length=1, description="the points themselves (table)")
    file: str | None = Field(None, description="CSV or Parquet file of points, beside the experiment (table)")
    posterior: str | None = Field(
        None, description="CSV or Parquet file of draws, one for each point; shipped: the district's"
    )
    correlations: list[Correlation] = Field(default_factory=list, description="rank correlations of factors")
    constraints: list[str] = Field(default_factory=list, description="conditions that every point must meet")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        kind = find_extension(*SAMPLERS, self.kind)
        kind.check(self)
        if (self.correlations or self.posterior) and not getattr(kind, "JOINT", False):
            raise ValueError(f"{self.kind} varies factors independently; correlations and draws need latin_hypercube")
        if self.constraints and getattr(kind, "BLOCKS", False):
            raise ValueError(f"the points of {self.kind} come in blocks, of which a constraint would break some")
        unknown = sorted({name for one in self.correlations for name in one.factors} - set(self.factors))
        if unknown:
            raise ValueError(f"correlations: {unknown[0]} is no factor of this design")
        pairs = [(one.factors, one.rank) for one in self.correlations]
        correlated(np.full((1, len(self.factors)), 0.5), list(self.factors), pairs)
        return self

    def require_factors(self) -> None:
        """Raise ValueError if nothing varies."""
        if not self.factors:
            raise ValueError(f"a {self.kind} design needs factors")


class Adaptive(BaseModel):
    """Replicates are added until the paired interval of every scenario and point is narrow enough."""

    model_config = STRICT
    until_half_width: float = Field(gt=0)
    metric: str
    at_least: int = Field(3, ge=2, le=10_000)
    at_most: int = Field(100, ge=2, le=10_000)


class Experiment(PlanFile):
    """An experiment file."""

    scenarios: list[str] = Field(min_length=1)
    baseline: str | None = None
    replicates: Annotated[int, Field(ge=1, le=10_000)] | Adaptive = 3
    scale: float = Field(1.0, gt=0, le=1)
    weeks: Annotated[int, Field(ge=1, le=1040)] | None = None
    seed: int = Field(1, ge=0, le=2**62)
    design: Design | None = None
    designs: list[Design] = Field(default_factory=list, description="several designs, whose points are run together")
    metrics: list[str] = Field(default=["satisfaction", "load_committee", "cost_operating_yuan"], min_length=1)
    outcomes: dict[Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,59}$")], Own] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.design is not None and self.designs:
            raise ValueError("must have either a design or several designs")
        return self

    @property
    def factors(self) -> dict[str, list[Factor]]:
        """Factors by path, as each design varies them."""
        designs = [*self.designs, *([self.design] if self.design is not None else [])]
        paths = dict.fromkeys(path for design in designs for path in design.factors)
        return {path: [design.factors[path] for design in designs if path in design.factors] for path in paths}


@dataclass(frozen=True, eq=False)
class Plan:
    """An experiment with its scenarios, read and checked; the baseline is first."""

    experiment: Experiment
    scenarios: dict[str, Scenario]
    source: Source
    folder: Path

    @property
    def design(self) -> Design:
        """How the points are chosen; only a plan with a design is asked."""
        assert self.experiment.design is not None
        return self.experiment.design

    @property
    def baseline(self) -> str:
        """Name of the scenario that the others are measured against."""
        return next(iter(self.scenarios))

    def study(self, points: pd.DataFrame) -> Study:
        """The study that the experiment asks for, with the seeds of its replicates, or of the first ones where more
        may follow."""
        e = self.experiment
        count = e.replicates.at_least if isinstance(e.replicates, Adaptive) else e.replicates
        seeds = range(e.seed, e.seed + count)
        return Study(self.scenarios, self.baseline, seeds, points, e.scale, e.weeks, self.keep)

    @property
    def keep(self) -> tuple[Kept, ...]:
        """Metrics by place that its runs keep, for its own outcomes."""
        return kept_for(self.experiment.outcomes.values())


def specs_folder() -> Path:
    """Experiments that come with the project."""
    return Path(__file__).parents[1] / "specs"


def find(name: str) -> Path:
    """File of an experiment, given by path, or by the bare name of a shipped one or of one in the working folder.

    Raises
    ------
    SourceError
        If there is no such experiment.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return Path(name)
    file, own = specs_folder() / f"{name}.yaml", Path(f"{name}.yaml")
    if is_file(file):
        if is_file(own) and not own.samefile(file):
            warnings.warn(
                f"'{name}' is the experiment that comes with the program; ./{own} is another, give it as ./{own}",
                stacklevel=2,
            )
        return file
    if is_file(own):
        return own
    known = sorted(f.stem for f in specs_folder().glob("*.yaml") if "\nscenarios:" in f.read_text("utf-8"))
    raise SourceError(
        f"{name}: no such experiment{did_you_mean(name, known)}; known are {', '.join(known)}, "
        "or give the path of a .yaml file"
    )


def _beside(file: Path, reference: str) -> str:
    """A path of a scenario is relative to the experiment's file, as that of a parent is to its child; so is a name."""
    if "/" not in reference and is_file(file.parent / f"{reference}.yaml"):
        return str(scenario_file(reference, file.parent))
    if not reference.endswith((".yaml", ".yml")):
        return reference
    beside = file.parent / reference
    return str(beside if is_file(beside) or not is_file(Path(reference)) else reference)


def load_plan(name: str, given: Mapping[str, Any] | None = None) -> Plan:
    """Read and check an experiment; `given` stands for keys of the file, as the command line may say them.

    Raises
    ------
    SourceError
        One line that names file, line, key, what is wrong and what would be right.
    """
    file = find(name)
    experiment, source = read_plan(file, Experiment, "sweep", given)
    scenarios = {}
    for k, reference in enumerate(experiment.scenarios):
        try:
            scenario = load_scenario(_beside(file, reference))
        except ScenarioError as error:
            raise source.error(("scenarios", str(k)), str(error)) from None
        if scenario.name in scenarios:
            raise source.error(("scenarios", str(k)), f"'{scenario.name}' stands twice")
        scenarios[scenario.name] = scenario
    baseline = experiment.baseline or next(iter(scenarios))
    if baseline not in scenarios:
        raise source.error(("baseline",), f"'{baseline}' is none of the scenarios {', '.join(scenarios)}")
    _check_metrics(experiment, source)
    _check_alike(scenarios, source)
    check_places(experiment.outcomes, scenarios[baseline], source)
    ordered = {baseline: scenarios[baseline], **scenarios}
    plan = Plan(experiment, ordered, source, file.parent)
    for path, factors in experiment.factors.items():
        for factor in factors:
            _check_factor(plan, path, factor)
    return plan


def _check_metrics(experiment: Experiment, source: Source) -> None:
    asked = [(("metrics", str(k)), metric) for k, metric in enumerate(experiment.metrics)]
    if isinstance(experiment.replicates, Adaptive):
        asked.append((("replicates", "metric"), experiment.replicates.metric))
        if experiment.replicates.at_most < experiment.replicates.at_least:
            raise source.error(("replicates", "at_most"), "must not be below at_least")
    for name in experiment.outcomes:
        if name in METRICS:
            raise source.error(("outcomes", name), f"'{name}' is a metric; give the outcome another name")
    for keys, metric in asked:
        if metric not in METRICS:
            raise source.error(keys, f"unknown metric '{metric}'; known are {', '.join(METRICS)}")


def _check_alike(scenarios: dict[str, Scenario], source: Source) -> None:
    odd = difference(scenarios.values())
    if odd:
        raise source.error(
            ("scenarios",),
            f"the scenarios differ in '{odd}'; only interventions and parameters "
            "may differ, or pairs would not be pairs",
        )


def _check_factor(plan: Plan, path: str, factor: Factor) -> None:
    """Both ends, or every value, must be allowed where the factor acts."""
    keys: Keys = ("design", "factors", path) if plan.experiment.design is not None else ("designs",)
    ends = factor.values if factor.values is not None else [factor.at(0.0), factor.at(1.0)]
    for value in [*ends, *([] if factor.default is None else [factor.default])]:
        check_value(plan, path, value, keys)


def check_value(plan: Plan, path: str, value: Value, keys: Keys) -> None:
    """Check one value of a factor.

    Raises
    ------
    SourceError
        If the path is unknown, the value is not allowed, or no scenario switches the lever on.
    """
    area, _, rest = path.partition(".")
    try:
        if area == "interventions" and rest.partition(".")[0] in interventions():
            _check_lever(plan, rest, value)
        else:
            check_setting(plan.scenarios[plan.baseline], path, value)
    except ValueError as error:
        raise plan.source.error(keys, str(error)) from None


def _check_lever(plan: Plan, rest: str, value: Value) -> None:
    """A switch, or a field wherever the lever is on; the order of days is left to the points if several fields vary."""
    kind, _, field = rest.partition(".")
    if not field:
        if not isinstance(value, bool):
            raise ValueError(f"a lever is switched with values [false, true], not {value!r}")
        return
    varied = [path for path in plan.experiment.factors if path.startswith(f"interventions.{kind}.")]
    on = [s.interventions[kind].model_dump() for s in plan.scenarios.values() if kind in s.interventions]
    if not on and f"interventions.{kind}" not in plan.experiment.factors:
        raise ValueError(
            f"no scenario has '{kind}'; add one, or a factor interventions.{kind} with values [false, true]"
        )
    for given in on or [{}]:
        try:
            interventions()[kind].model_validate({**given, field: value})
        except ValidationError as error:
            first = error.errors()[0]
            if not first["loc"] and len(varied) > 1:
                continue
            known = ", ".join(interventions()[kind].model_fields)
            problem = f"unknown field; known are {known}" if first["type"] == "extra_forbidden" else first["msg"]
            raise ValueError(f"{value} is not allowed: {problem}") from None
