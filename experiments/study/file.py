"""Experiment files: which scenarios, which design over which factors, how many replicates, which metrics."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import pandas as pd
from pydantic import BaseModel, Field, ValidationError, model_validator

from experiments.study.plan_file import STRICT, PlanFile, read_plan
from experiments.study.study import Study, Value, difference
from simulation import parameters
from simulation.extensions import find as find_extension
from simulation.interventions.registry import interventions
from simulation.metrics.table import METRICS
from simulation.parameters import ParameterError
from simulation.scenario.load import ScenarioError, load_scenario
from simulation.scenario.types import Scenario
from simulation.yaml_source import Keys, Source, SourceError, is_file

SAMPLERS = ("huitian.designs", "experiments.study.designs")
"""Where kinds of designs are: an entry-point group, and a package of one file each, which imports this one."""


class Factor(BaseModel):
    """What varies: a range, or a list of values. `default` is where a one-at-a-time design stays."""

    model_config = STRICT
    low: float | None = None
    high: float | None = None
    integer: bool = False
    values: list[Value] | None = Field(None, min_length=1)
    default: Value | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.values is None) == (self.low is None or self.high is None):
            raise ValueError("must have either low and high, or values")
        if self.values is None and not self.span[0] < self.span[1]:
            raise ValueError(f"low {self.span[0]:g} must be below high {self.span[1]:g}")
        return self

    @property
    def span(self) -> tuple[float, float]:
        """Both ends of the range."""
        return float(self.low or 0), float(self.high or 0)

    def at(self, share: float) -> Value:
        """The value at a share (0 to 1) of the range or of the list."""
        if self.values is not None:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        low, high = self.span
        if self.integer:
            return min(math.floor(low + share * (high - low + 1)), int(high))
        return low + share * (high - low)

    def grid(self, levels: int) -> list[Value]:
        """All values, or `levels` evenly spread over the range, both ends included."""
        if self.values is not None:
            return list(self.values)
        low, high = self.span
        even = [low + (high - low) * k / max(levels - 1, 1) for k in range(levels)]
        return list(dict.fromkeys(round(v) for v in even)) if self.integer else list(even)


class Design(BaseModel):
    """How points are chosen; see `experiments/study/designs/`."""

    model_config = STRICT
    kind: str = Field(description="a file of experiments/study/designs, or a design of another package")
    factors: dict[str, Factor] = Field(default_factory=dict)
    samples: int = Field(64, ge=2, le=1_000_000, description="points, blocks (sobol) or trajectories (morris)")
    levels: int = Field(4, ge=2, le=100, description="levels of a range (factorial, one_at_a_time, morris)")
    second_order: bool = Field(False, description="points for indices of pairs (sobol)")
    points: list[dict[str, Value]] | None = Field(None, min_length=1, description="the points themselves (table)")
    file: str | None = Field(None, description="CSV file with the points, beside the experiment (table)")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        find_extension(*SAMPLERS, self.kind).check(self)
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
    metrics: list[str] = Field(default=["satisfaction", "load_committee", "cost_operating_yuan"], min_length=1)


@dataclass(frozen=True)
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
        return Study(self.scenarios, self.baseline, seeds, points, e.scale, e.weeks)


def specs_folder() -> Path:
    """Experiments that come with the project."""
    return Path(__file__).parents[1] / "specs"


def find(name: str) -> Path:
    """File of an experiment, given by path or by the bare name of a shipped one.

    Raises
    ------
    SourceError
        If there is no such experiment.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return Path(name)
    file = specs_folder() / f"{name}.yaml"
    if not file.is_file():
        known = sorted(f.stem for f in specs_folder().glob("*.yaml"))
        raise SourceError(f"{name}: no such experiment; known are {', '.join(known)}, or give the path of a .yaml file")
    return file


def _beside(file: Path, reference: str) -> str:
    """A path of a scenario is relative to the experiment's file, as that of a parent is to its child."""
    if not reference.endswith((".yaml", ".yml")):
        return reference
    beside = file.parent / reference
    return str(beside if is_file(beside) or not is_file(Path(reference)) else reference)


def load_plan(name: str) -> Plan:
    """Read and check an experiment.

    Raises
    ------
    SourceError
        One line that names file, line, key, what is wrong and what would be right.
    """
    file = find(name)
    experiment, source = read_plan(file, Experiment)
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
    ordered = {baseline: scenarios[baseline], **scenarios}
    plan = Plan(experiment, ordered, source, file.parent)
    if experiment.design is not None:
        for path, factor in experiment.design.factors.items():
            _check_factor(plan, path, factor)
    return plan


def _check_metrics(experiment: Experiment, source: Source) -> None:
    asked = [(("metrics", str(k)), metric) for k, metric in enumerate(experiment.metrics)]
    if isinstance(experiment.replicates, Adaptive):
        asked.append((("replicates", "metric"), experiment.replicates.metric))
        if experiment.replicates.at_most < experiment.replicates.at_least:
            raise source.error(("replicates", "at_most"), "must not be below at_least")
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
    keys: Keys = ("design", "factors", path)
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
    source = plan.source
    area, _, rest = path.partition(".")
    if area == "parameters":
        try:
            parameters.check(rest, value)
        except ParameterError as error:
            raise source.error(keys, str(error)) from None
        return
    kind, _, field = rest.partition(".")
    if area != "interventions" or kind not in interventions():
        raise source.error(
            keys,
            "a factor is interventions.KIND, interventions.KIND.FIELD or parameters.NAME"
            + (f"; unknown intervention '{kind}'" if area == "interventions" else ""),
        )
    if not field:
        if not isinstance(value, bool):
            raise source.error(keys, f"a lever is switched with values [false, true], not {value!r}")
        return
    design = plan.experiment.design
    named = set(design.factors) if design is not None else set()
    if f"interventions.{kind}" not in named and not any(kind in s.interventions for s in plan.scenarios.values()):
        raise source.error(
            keys, f"no scenario has '{kind}'; add one, or a factor interventions.{kind} with values [false, true]"
        )
    try:
        interventions()[kind].model_validate({field: value})
    except ValidationError as error:
        first = error.errors()[0]
        known = ", ".join(interventions()[kind].model_fields)
        problem = f"unknown field; known are {known}" if first["type"] == "extra_forbidden" else first["msg"]
        raise source.error(keys, f"{value} is not allowed: {problem}") from None
