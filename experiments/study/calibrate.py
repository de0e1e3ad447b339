"""Calibrate parameters to the patterns: history matching, wave by wave, with runs that are kept and used again."""

from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import BaseModel, Field

from experiments.answers.calibration import POINTS, Calibrated, Target, history_matching
from experiments.progress import Progress, in_round
from experiments.runs.job import Work
from experiments.runs.runner import Runner
from experiments.runs.store import RUNS, Store
from experiments.study.plan_file import STRICT, PlanFile, read_plan
from experiments.study.rounds import Result, in_rounds
from experiments.study.study import Study
from experiments.validation.measures import MEASURES
from experiments.validation.observe import files, read_run
from experiments.validation.patterns import PATTERNS, Pattern
from experiments.validation.runs import available, scenario_of
from experiments.validation.validate import record
from simulation.parameters import PARAMETERS, ParameterError, check
from simulation.random import replicate_seeds
from simulation.scenario.parameter_file import write_parameter_file
from simulation.spelling import did_you_mean
from simulation.yaml_source import Keys, Source, SourceError

PARAMETER_FILE = "calibrated.yaml"
USE = "calibrated"
"""Patterns of this use may be calibrated to; the others would no longer be a test of the model."""


class Prior(BaseModel):
    """Range of a parameter before calibration; an end that is not given is that of the table of parameters."""

    model_config = STRICT
    low: float | None = None
    high: float | None = None


class Calibration(PlanFile):
    """What a calibration file may say."""

    patterns: list[str] = Field(min_length=1)
    parameters: dict[str, Prior] = Field(min_length=1)
    waves: Annotated[int, Field(ge=1, le=20)] = 3
    points: Annotated[int, Field(ge=POINTS, le=10_000)] | None = None
    replicates: Annotated[int, Field(ge=1, le=1000)] = 2
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    scale: Annotated[float, Field(gt=0, le=1)] = 0.1

    @property
    def priors(self) -> dict[str, tuple[float, float]]:
        """Lowest and highest value of each parameter."""
        return {
            name: (
                PARAMETERS[name].low if p.low is None else p.low,
                PARAMETERS[name].high if p.high is None else p.high,
            )
            for name, p in self.parameters.items()
        }

    @property
    def points_of_a_wave(self) -> int:
        """Points of each wave; ten for each parameter unless the file says more."""
        return POINTS * len(self.parameters) if self.points is None else self.points

    @property
    def targets(self) -> dict[str, Target]:
        """Accepted range of each pattern."""
        return {name: Target(PATTERNS[name].low, PATTERNS[name].high) for name in self.patterns}

    @property
    def runs(self) -> list[str]:
        """Runs that the patterns are measured in."""
        return list(dict.fromkeys(run for name in self.patterns for run in PATTERNS[name].runs))


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
    for name, prior in loaded.parameters.items():
        _check_prior(source, name, prior)
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
            else f"is {PATTERNS[name].use}, has no two-sided range, or cannot be measured in this version"
        )
        raise source.error(keys, f"{name} {why}; calibration may use {', '.join(usable)}")


def _usable(pattern: Pattern) -> bool:
    return (
        pattern.use == USE
        and bool(pattern.measure)
        and bool(np.isfinite([pattern.low, pattern.high]).all())
        and all(available(run) for run in pattern.runs)
    )


def _check_prior(source: Source, name: str, prior: Prior) -> None:
    keys = ("parameters", name)
    if name not in PARAMETERS:
        raise source.error(keys, f"unknown parameter{did_you_mean(name, PARAMETERS, 0)}")
    try:
        low, high = (
            check(name, end)
            for end in (
                PARAMETERS[name].low if prior.low is None else prior.low,
                PARAMETERS[name].high if prior.high is None else prior.high,
            )
        )
    except ParameterError as error:
        raise source.error(keys, str(error)) from None
    if low >= high:
        raise source.error(keys, f"low {low:g} must be below high {high:g}")


def calibrate(
    plan: Calibration,
    *,
    out: Path,
    workers: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    work: Work = record,
) -> Result[Calibrated]:
    """Run the waves and write `waves.csv`, `ranges.csv`, `plausible.csv` and, unless all is ruled out, a parameter
    file with the least implausible values and the ranges that are left.

    Runs that `out` already holds are used again when code, data and parameters are the same: the same command goes on
    where it stopped. All points share the seeds `plan.seed`, `plan.seed` + 1, ...

    Raises
    ------
    FileExistsError
        If `out` holds something else and `force` is false.
    SourceError
        If too few runs of a wave succeeded.
    """
    replicate_seeds(plan.seed, plan.replicates)  # refused before anything is written
    store = Store(out, files())

    def find(runner: Runner) -> Calibrated:
        found = _calibrate(plan, runner, progress)
        _write(out, plan, found)
        return found

    return in_rounds(
        "calibration",
        plan,
        find,
        grows={"waves"},
        store=store,
        work=work,
        warm=work is record,
        workers=workers,
        force=force,
    )


def _calibrate(plan: Calibration, runner: Runner, progress: Progress | None) -> Calibrated:
    scenarios = {name: scenario_of(name) for name in plan.runs}
    seeds = replicate_seeds(plan.seed, plan.replicates)

    def evaluate(points: pd.DataFrame, wave: int) -> pd.DataFrame:
        study = Study(scenarios, plan.runs[0], seeds, points.add_prefix("parameters."), plan.scale)
        place = runner.store.out / RUNS / f"wave-{wave + 1}"
        jobs = {
            (point, name, seed): study.job(point, name, seed, place / f"point-{point}" / name / f"seed-{seed}")
            for point in points.index
            for name in plan.runs
            for seed in seeds
        }
        report = in_round(progress, "轮", "wave", wave + 1, plan.waves)
        done = {job.place for job in runner.complete(list(jobs.values()), report)}
        return _measure({key: job.place for key, job in jobs.items() if job.place in done}, plan)

    try:
        return history_matching(
            plan.priors, plan.targets, evaluate, waves=plan.waves, points=plan.points_of_a_wave, seed=plan.seed
        )
    except SourceError:
        raise
    except ValueError as error:
        raise SourceError(f"{runner.store.out}: {error}") from None


def _measure(folders: dict[tuple[int, str, int], Path], plan: Calibration) -> pd.DataFrame:
    """Mean over the seeds of each pattern at each point, and the variance of that mean."""
    rows = []
    for point, seed in sorted({(point, seed) for point, _, seed in folders}):
        runs = {name: read_run(folders[point, name, seed]) for name in plan.runs if (point, name, seed) in folders}
        rows += [
            (point, name, seed, MEASURES[PATTERNS[name].measure](runs))
            for name in plan.patterns
            if set(PATTERNS[name].runs) <= set(runs)
        ]
    table = pd.DataFrame(rows, columns=["point", "target", "seed", "value"])
    groups = table.groupby(["point", "target"], sort=False)["value"]
    found = groups.agg(value="mean", variance="var", n="count").reset_index()
    # the spread of few seeds is known badly at a point: all points lend theirs to each other
    found["variance"] = found.groupby("target")["variance"].transform("mean") / found["n"]
    return found[["point", "target", "value", "variance"]]


def _write(out: Path, plan: Calibration, found: Calibrated) -> None:
    for name in ("waves", "ranges"):
        getattr(found, name).to_csv(out / f"{name}.csv", index=False, encoding="utf-8", float_format="%.6g")
    found.sample.to_csv(out / "plausible.csv", index=False, encoding="utf-8", float_format="%.6g")
    if found.ranges.empty:
        (out / PARAMETER_FILE).unlink(missing_ok=True)
        return
    rows = {
        str(row.parameter): {
            "value": float(f"{row.best:.4g}"),
            "low": float(f"{row.low:.4g}"),
            "high": float(f"{row.high:.4g}"),
        }
        for row in found.ranges.itertuples()
    }
    write_parameter_file(
        out / PARAMETER_FILE,
        {name: _ordered(name, row) for name, row in rows.items()},
        {
            "experiment": plan.name,
            "method": f"history matching, implausibility < {found.waves['cutoff'].iloc[0]:.2f}",
            "patterns": plan.patterns,
            "scale": plan.scale,
            "seeds": plan.replicates,
            "waves": int(found.waves["wave"].max()),
            "remaining": float(f"{found.waves['remaining'].iloc[-1]:.3g}"),
        },
    )


def _ordered(name: str, row: dict[str, float]) -> dict[str, float]:
    """Rounding may have put the value outside its range, or the range outside the parameter's."""
    known = PARAMETERS[name]
    low, high = max(min(row["low"], row["value"]), known.low), min(max(row["high"], row["value"]), known.high)
    return {"value": min(max(row["value"], low), high), "low": low, "high": high}
