"""Search portfolios of levers under a budget: generations of runs that are kept and used again."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from experiments.answers.outcomes import SPENDING
from experiments.answers.search import OBJECTIVES, Choice, Found, search
from experiments.progress import Progress, in_round
from experiments.runs import store
from experiments.runs.engine import Job, Outcome, Work, default_workers, run_job
from experiments.runs.sweep_folder import owned
from experiments.study.compare import claim, run_missing
from experiments.study.file import Factor
from experiments.study.plan_file import read_plan
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions
from simulation.scenario.context import Title
from simulation.scenario.load import ScenarioError, load_scenario
from simulation.scenario.types import Scenario
from simulation.yaml_source import Source, SourceError

_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)
_COSTS = ("cost_capital_yuan", "cost_operating_yuan")


class Portfolio(BaseModel):
    """What a file of a search may say; levers are switched, with the doses of their fields if any are given."""

    model_config = ConfigDict(**_STRICT, populate_by_name=True)
    version: int = Field(1, alias="schema", ge=1, le=1)
    name: str = Field(pattern="^[a-z0-9_]{1,60}$")
    question: Title
    baseline: str = "baseline"
    budget_yuan: Annotated[float, Field(gt=0)]
    levers: dict[str, dict[str, Factor]] = Field(min_length=1)
    population: Annotated[int, Field(ge=4, le=1000)] = 24
    generations: Annotated[int, Field(ge=1, le=1000)] = 10
    replicates: Annotated[int, Field(ge=1, le=1000)] = 1
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    scale: Annotated[float, Field(gt=0, le=1)] = 0.1
    weeks: Annotated[int, Field(ge=1, le=1040)] | None = None

    @property
    def space(self) -> dict[str, Choice]:
        """Choices by dotted path, a lever before its doses."""
        found = {}
        for kind, doses in self.levers.items():
            found[f"interventions.{kind}"] = Choice((False, True))
            found |= {
                f"interventions.{kind}.{name}": Choice(tuple(dose.values or ()), *dose.span, dose.integer)
                for name, dose in doses.items()
            }
        return found


@dataclass
class Result:
    """What a search found, its folder, and the runs that failed."""

    folder: Path
    found: Found
    failed: list[Outcome] = field(default_factory=list)


def load_portfolio(file: Path) -> Portfolio:
    """Read and check the file of a search.

    Raises
    ------
    SourceError
        One line that names file, line, key, what is wrong and what would be right.
    """
    plan, source = read_plan(file, Portfolio)
    try:
        load_scenario(plan.baseline)
    except ScenarioError as error:
        raise source.error(("baseline",), str(error)) from None
    for kind, doses in plan.levers.items():
        if kind not in interventions():
            raise source.error(("levers", kind), f"unknown intervention; known are {', '.join(interventions())}")
        for name, dose in doses.items():
            _check(source, kind, name, dose)
    return plan


def _check(source: Source, kind: str, name: str, dose: Factor) -> None:
    """Both ends, or every value, must be allowed by the lever."""
    for end in dose.grid(2):
        try:
            lever(kind, {name: end})
        except ValidationError as error:
            raise source.error(("levers", kind, name), f"{end} is not allowed: {error.errors()[0]['msg']}") from None


def lever(kind: str, doses: dict[str, Any], base: Intervention | None = None) -> Intervention:
    """A lever with some of its fields set, the others as in `base` or by default.

    Raises
    ------
    ValidationError
        If a field is unknown or out of range.
    """
    given = base.model_dump() if base is not None else {}
    return interventions()[kind].model_validate({**given, **doses})


def scenario_of(base: Scenario, row: dict[str, Any], name: str) -> Scenario:
    """The baseline with the levers of a portfolio, given by dotted path; those that are off are taken out."""
    levers = dict(base.interventions)
    for path, on in row.items():
        kind, _, dose = path.removeprefix("interventions.").partition(".")
        if dose:
            continue
        levers.pop(kind, None)
        if on:
            doses = {
                key.rsplit(".", 1)[1]: value
                for key, value in row.items()
                if key.startswith(f"{path}.") and value is not None
            }
            levers[kind] = lever(kind, doses, base.interventions.get(kind))
    return base.model_copy(update={"name": name, "interventions": dict(sorted(levers.items()))})


def search_portfolios(
    plan: Portfolio,
    *,
    out: Path,
    workers: int | None = None,
    force: bool = False,
    progress: Progress | None = None,
    work: Work = run_job,
) -> Result:
    """Run the generations and write `portfolios.csv`, `front.csv` and `progress.csv`.

    All portfolios share the seeds `plan.seed`, `plan.seed` + 1, ...; objectives are levels of the last year, spending
    is beyond that of the baseline. Runs that `out` already holds are used again when code, data and levers are the
    same: the search takes the same path again and goes on where it stopped.

    Raises
    ------
    FileExistsError
        If `out` holds something else and `force` is false.
    SourceError
        If the baseline cannot be run.
    """
    with owned(out):
        said = plan.model_dump(mode="json", by_alias=True, exclude={"generations"})  # more of them go on from these
        claim(out, {"kind": "search", "name": plan.name, "plan": said}, force)
        return _search(plan, out, workers, progress, work)


def _search(plan: Portfolio, out: Path, workers: int | None, progress: Progress | None, work: Work) -> Result:
    base = load_scenario(plan.baseline)
    result = Result(out, Found(pd.DataFrame(), pd.DataFrame()))
    seeds = range(plan.seed, plan.seed + plan.replicates)
    known = {"count": 0}

    def values(scenarios: dict[int, Scenario], report: Progress | None) -> pd.DataFrame:
        jobs = {
            (k, seed): Job(s, seed, plan.scale, plan.weeks, out / "runs" / s.name / f"seed-{seed}")
            for k, s in scenarios.items()
            for seed in seeds
        }
        failed = run_missing(list(jobs.values()), workers or default_workers(plan.scale), report, work)
        result.failed += failed
        bad = {outcome.job.folder for outcome in failed}
        lost = {k for (k, _), job in jobs.items() if job.folder in bad}
        rows = [{"portfolio": k, **store.last_year(job.folder)} for (k, _), job in jobs.items() if k not in lost]
        return pd.DataFrame(rows).groupby("portfolio").mean() if rows else pd.DataFrame()

    nothing = values({0: base}, progress)
    if nothing.empty:
        raise SourceError(f"{out}: the baseline could not be run: {result.failed[0].error}")
    origin = float(nothing.loc[0, list(_COSTS)].sum())

    def evaluate(points: pd.DataFrame, generation: int) -> pd.DataFrame:
        scenarios = {
            int(k): scenario_of(base, dict(row), f"portfolio_{known['count'] + int(k):05d}")
            for k, row in points.iterrows()
        }
        known["count"] += len(points)
        report = in_round(progress, "代", "generation", generation + 1, plan.generations)
        found = values(scenarios, report).reindex(points.index)
        if SPENDING not in found:
            found = found.reindex(columns=[*dict.fromkeys([*found.columns, *OBJECTIVES, *_COSTS])])
        found[SPENDING] = found[list(_COSTS)].sum(axis=1, skipna=False) - origin
        return found[list(OBJECTIVES)].astype(np.float64)

    result.found = search(
        plan.space,
        evaluate,
        budget=plan.budget_yuan,
        population=plan.population,
        generations=plan.generations,
        seed=plan.seed,
    )
    _write(out, result.found)
    return result


def _write(out: Path, found: Found) -> None:
    front = found.portfolios[found.portfolios["front"]].sort_values(SPENDING, kind="stable")
    for name, table in (("portfolios", found.portfolios), ("front", front), ("progress", found.progress)):
        table.to_csv(out / f"{name}.csv", index=False, encoding="utf-8", float_format="%.8g")
