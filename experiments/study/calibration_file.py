"""The file of a calibration: patterns, parameters with their ranges, waves of runs, and draws of the posterior."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, Field

from experiments.answers.calibration import POINTS, Target
from experiments.study.plan_file import STRICT, PlanFile, read_plan
from experiments.validation.patterns import PATTERNS, Pattern
from experiments.validation.runs import available
from simulation.parameters import PARAMETERS, ParameterError, check
from simulation.spelling import did_you_mean
from simulation.yaml_source import Keys, Source

USE = "calibrated"
"""Patterns of this use may be calibrated to; the others would no longer be a test of the model."""
MOST_WAVES = 20


PriorKind = Literal["triangular", "uniform"]


class Range(BaseModel):
    """Range of a parameter before calibration; an end that is not given is that of the table of parameters.

    `prior`: of this parameter, instead of the one that all have. A default that was itself moved to meet the patterns
    says what they say: a prior around it would use them twice.
    """

    model_config = STRICT
    low: float | None = None
    high: float | None = None
    prior: PriorKind | None = None


def ends(ranges: Mapping[str, Range]) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of each parameter."""
    return {
        name: (
            PARAMETERS[name].low if given.low is None else given.low,
            PARAMETERS[name].high if given.high is None else given.high,
        )
        for name, given in ranges.items()
    }


class Draws(BaseModel):
    """How many draws of the posterior are left, from what prior, with what effort, and how they are checked.

    A triangular prior has its ends at those of the range and its mode at the default; a parameter may have another
    (`Range`). `check` draws are run, `recovery` truths are drawn from the prior and sought again; what a sample shows
    is corrected by `full_scale` runs of the whole area at the defaults.
    """

    model_config = STRICT
    draws: Annotated[int, Field(ge=10, le=100_000)] = 300
    prior: PriorKind = "triangular"
    ensembles: Annotated[int, Field(ge=1, le=64)] = 4
    settle: Annotated[int, Field(ge=10, le=100_000)] = 500
    steps: Annotated[int, Field(ge=10, le=1_000_000)] = 1500
    check: Annotated[int, Field(ge=0, le=10_000)] = 30
    recovery: Annotated[int, Field(ge=0, le=10_000)] = 20
    full_scale: Annotated[int, Field(ge=0, le=1000)] = 0


class Calibration(PlanFile):
    """What a calibration file may say.

    `from_prior`: parameters that no pattern hangs on; draws of the posterior have them from their priors."""

    patterns: list[str] = Field(min_length=1)
    parameters: dict[str, Range] = Field(min_length=1)
    from_prior: dict[str, Range] = Field(default_factory=dict)
    waves: Annotated[int, Field(ge=1, le=MOST_WAVES)] = 3
    points: Annotated[int, Field(ge=POINTS, le=10_000)] | None = None
    replicates: Annotated[int, Field(ge=1, le=1000)] = 2
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    scale: Annotated[float, Field(gt=0, le=1)] = 0.1
    posterior: Draws | None = None

    @property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Lowest and highest value of each parameter."""
        return ends(self.parameters)

    @property
    def points_of_a_wave(self) -> int:
        """Points of each wave; ten for each parameter unless the file says more."""
        return POINTS * len(self.parameters) if self.points is None else self.points

    @property
    def targets(self) -> dict[str, Target]:
        """Accepted range of each pattern."""
        return {
            name: Target(PATTERNS[name].low, PATTERNS[name].high, PATTERNS[name].censored) for name in self.patterns
        }

    @property
    def runs(self) -> dict[str, date | None]:
        """Runs that the patterns are measured in, and the last day that is needed of each; None: the whole run."""
        days: dict[str, list[date | None]] = {}
        for name in self.patterns:
            for run in PATTERNS[name].runs:
                days.setdefault(run, []).append(PATTERNS[name].last_day)
        return {run: None if None in found else max(d for d in found if d) for run, found in days.items()}


def load_calibration(file: Path) -> Calibration:
    """Read and check a calibration file.

    Raises
    ------
    SourceError
        If a pattern or a parameter in it cannot be calibrated, or `read_plan` refuses it.
    """
    loaded, source = read_plan(file, Calibration, "calibrate")
    for k, name in enumerate(loaded.patterns):
        _check_pattern(source, ("patterns", str(k)), name)
        if name in loaded.patterns[:k]:
            raise source.error(("patterns", str(k)), f"{name} stands twice: it would count twice")
    for area in ("parameters", "from_prior"):
        for name, asked in getattr(loaded, area).items():
            _check_range(source, (area, name), asked)
    twice = sorted(set(loaded.parameters) & set(loaded.from_prior))
    if twice:
        raise source.error(("from_prior", twice[0]), f"{twice[0]} is calibrated as well")
    least = POINTS * len(loaded.parameters)
    if loaded.points_of_a_wave < least:
        raise source.error(
            ("points",),
            f"{loaded.points} are too few to tell what {len(loaded.parameters)} parameters do; at least {least}, "
            f"{POINTS} for each",
        )
    return loaded


def _check_pattern(source: Source, keys: Keys, name: str) -> None:
    usable = [p.id for p in PATTERNS.values() if _usable(p)]
    if name not in usable:
        why = (
            "is no pattern"
            if name not in PATTERNS
            else f"is {PATTERNS[name].use}, has no range, or cannot be measured in this version"
        )
        raise source.error(keys, f"{name} {why}; calibration may use {', '.join(usable)}")


def _usable(pattern: Pattern) -> bool:
    """Whether a pattern may be calibrated to; a censored one has a width as well, of the doubt about its end."""
    return (
        pattern.use == USE
        and bool(pattern.measure)
        and bool(np.isfinite([pattern.low, pattern.high]).all())
        and all(available(run) for run in pattern.runs)
    )


def _check_range(source: Source, keys: tuple[str, str], asked: Range) -> None:
    name = keys[1]
    if name not in PARAMETERS:
        raise source.error(keys, f"unknown parameter{did_you_mean(name, PARAMETERS, 0)}")
    try:
        low, high = (
            check(name, end)
            for end in (
                PARAMETERS[name].low if asked.low is None else asked.low,
                PARAMETERS[name].high if asked.high is None else asked.high,
            )
        )
    except ParameterError as error:
        raise source.error(keys, str(error)) from None
    if low >= high:
        raise source.error(keys, f"low {low:g} must be below high {high:g}")
