"""Search portfolios of levers under a budget: generations of runs that are kept and used again."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import Field, ValidationError

from experiments.answers.confirmed import COLUMNS, confirmed, picked
from experiments.answers.costs import COSTS
from experiments.answers.outcomes import SPENDING
from experiments.answers.search import OBJECTIVES, Choice, Found, search
from experiments.answers.uncertainty import DRAWS
from experiments.progress import Progress, in_round
from experiments.runs.job import Work
from experiments.runs.read import table_of, values
from experiments.runs.runner import Means, Runner
from experiments.runs.store import Store
from experiments.study.factors import Factor
from experiments.study.over_draws import Draws, choose, run_over_draws, run_to_place
from experiments.study.plan_file import PlanFile, read_plan
from experiments.study.rounds import Result, in_rounds
from experiments.study.study import Study
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions
from simulation.random import replicate_seeds
from simulation.scenario.load import ScenarioError, load_scenario
from simulation.scenario.types import Scenario
from simulation.whole import write_csv
from simulation.yaml_source import Source, SourceError

GROWS = frozenset({"generations", "confirm", "confirm_most", "confirm_draws"})
"""What may change in a folder: more of it takes the same path on."""


class Portfolio(PlanFile):
    """What a file of a search may say; levers are switched, with the doses of their fields if any are given.

    `confirm` is the number of fresh seeds that the best options are run again with, `confirm_draws` that of draws of
    the district's posterior (see `experiments.study.over_draws.choose`), `confirm_most` how many options.
    """

    baseline: str = "baseline"
    budget_yuan: Annotated[float, Field(gt=0)]
    levers: dict[str, dict[str, Factor]] = Field(min_length=1)
    population: Annotated[int, Field(ge=4, le=1000)] = 24
    generations: Annotated[int, Field(ge=1, le=1000)] = 10
    replicates: Annotated[int, Field(ge=1, le=1000)] = 1
    confirm: Annotated[int, Field(ge=2, le=1000)] = 5
    confirm_draws: Annotated[int, Field(ge=0, le=100_000)] | None = None
    confirm_most: Annotated[int, Field(ge=1, le=1000)] = 12
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


def load_portfolio(file: Path) -> Portfolio:
    """Read and check the file of a search: a `SourceError` where `read_plan` refuses it or a dose is not allowed."""
    plan, source = read_plan(file, Portfolio, "search")
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
    """Both ends, or every value, must be allowed by the lever; a dose has no prior, for nothing is drawn from it."""
    told = dose.model_fields_set - {"low", "high", "integer", "values"}
    if told:
        raise source.error(
            ("levers", kind, name),
            f"a search looks through all of a dose alike and has no use for {', '.join(sorted(told))}",
        )
    if dose.is_date:
        raise source.error(
            ("levers", kind, name), f"a search takes no range of dates; give some as values: [{dose.low}, {dose.high}]"
        )
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
    memory: float | None = None,
    force: bool = False,
    progress: Progress | None = None,
    work: Work = run_to_place,
) -> Result[Found]:
    """Run the generations and write `portfolios.csv`, `front.csv`, `confirmed.csv` and `progress.csv`.

    All portfolios share the seeds `plan.seed`, `plan.seed` + 1, ...; objectives are levels of the last year, spending
    is beyond that of the baseline. The best are run again with the seeds that follow, which the search has not seen,
    since what was chosen for looking good looks too good where it was chosen; and at draws of the posterior. Runs that
    `out` already holds are used again when code, data and levers are the same: the search takes the same path and goes
    on where it stopped.

    Raises
    ------
    FileExistsError
        If `out` holds something else and `force` is false.
    SourceError
        If the baseline cannot be run, or draws cannot be had.
    """
    replicate_seeds(plan.seed, plan.replicates + plan.confirm)  # refused before anything is written
    chosen = choose([load_scenario(plan.baseline)], plan.confirm_draws, None, plan.seed)

    def find(runner: Runner) -> Found:
        found = _search(plan, runner, progress)
        found = replace(found, confirmed=_confirmed(plan, chosen, found.portfolios, runner, progress))
        _write(out, found)
        return found

    means = Means(workers, memory=memory)
    warm = work is run_to_place
    return in_rounds(
        "search", plan, find, grows=GROWS, store=Store(out), work=work, warm=warm, means=means, force=force
    )


def _runs(
    plan: Portfolio, runner: Runner, scenarios: list[Scenario], seeds: range, progress: Progress | None
) -> pd.DataFrame:
    """Values of scenarios with some seeds: columns point, scenario, seed, metric, value."""
    study = Study({s.name: s for s in scenarios}, scenarios[0].name, seeds, scale=plan.scale, weeks=plan.weeks)
    return values(table_of(runner.complete(study.jobs_in_folders(runner.store.out), progress)))


def _values(plan: Portfolio, runner: Runner, scenarios: list[Scenario], progress: Progress | None) -> pd.DataFrame:
    """Mean over the seeds of each metric, a row for each scenario by name; one that lost a run is left out."""
    seeds = replicate_seeds(plan.seed, plan.replicates)
    groups = _runs(plan, runner, scenarios, seeds, progress).groupby(["scenario", "metric"])["value"]
    return groups.mean()[groups.size() == len(seeds)].unstack("metric")


def _confirmed(
    plan: Portfolio, chosen: Draws | None, portfolios: pd.DataFrame, runner: Runner, progress: Progress | None
) -> pd.DataFrame:
    """Options of the front on fresh seeds and at draws, beside what was searched, with their levers; cheapest first."""
    best = picked(portfolios[portfolios["front"]], plan.confirm_most)
    if best.empty:
        return pd.DataFrame(columns=COLUMNS)
    base, factors = load_scenario(plan.baseline), list(plan.space)
    rows = {name_of(int(number)): row.to_dict() for number, row in best[factors].iterrows()}
    told = {name: {path: None if pd.isna(x) else x for path, x in row.items()} for name, row in rows.items()}
    scenarios = [base, *(scenario_of(base, row, name) for name, row in told.items())]
    seeds = replicate_seeds(plan.seed, plan.replicates + plan.confirm)
    searched, fresh = (
        _runs(plan, runner, scenarios, part, progress) for part in (seeds[: plan.replicates], seeds[plan.replicates :])
    )
    drawn = pd.DataFrame(columns=DRAWS)
    if chosen is not None:
        study = Study({s.name: s for s in scenarios}, base.name, seeds[:1], scale=plan.scale, weeks=plan.weeks)
        drawn = run_over_draws(runner, study, chosen, in_round(progress, "抽取", "draws", 1, 1)).differences
    found = confirmed(searched, fresh, drawn, base.name, plan.budget_yuan)
    return found.merge(best[factors].set_axis(list(told)), left_on="option", right_index=True)


def name_of(number: int) -> str:
    """Name of a portfolio by its row."""
    return f"portfolio_{number:05d}"


def _search(plan: Portfolio, runner: Runner, progress: Progress | None) -> Found:
    base = load_scenario(plan.baseline)
    nothing = _values(plan, runner, [base], progress)
    if nothing.empty:
        raise SourceError(f"{runner.store.out}: the baseline could not be run: {runner.failed[0].error}")
    origin = float(nothing.loc[base.name, list(COSTS)].sum())
    known = 0

    def evaluate(points: pd.DataFrame, generation: int) -> pd.DataFrame:
        nonlocal known
        scenarios = [scenario_of(base, dict(row), name_of(known + int(k))) for k, row in points.iterrows()]
        known += len(points)
        report = in_round(progress, "代", "generation", generation + 1, plan.generations)
        found = _values(plan, runner, scenarios, report).reindex([s.name for s in scenarios]).set_axis(points.index)
        if SPENDING not in found:
            found = found.reindex(columns=[*dict.fromkeys([*found.columns, *OBJECTIVES, *COSTS])])
        found[SPENDING] = found[list(COSTS)].sum(axis=1, skipna=False) - origin
        return found[list(OBJECTIVES)].astype(np.float64)

    return search(
        plan.space,
        evaluate,
        budget=plan.budget_yuan,
        population=plan.population,
        generations=plan.generations,
        seed=plan.seed,
    )


def _write(out: Path, found: Found) -> None:
    front = found.portfolios[found.portfolios["front"]].sort_values(SPENDING, kind="stable")
    tables = {"portfolios": found.portfolios, "front": front, "confirmed": found.confirmed, "progress": found.progress}
    for name, table in tables.items():
        write_csv(out / f"{name}.csv", table, "%.8g")
