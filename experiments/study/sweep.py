"""Run a designed experiment: what is missing in its store is made, and the answers come from the whole of it.

Scenarios are crossed with the points of the design; replicates are blocks of the same seeds (common random numbers).
A scenario that a point does not change is one run, however many points share it.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.answers.outcomes import effects
from experiments.progress import Progress
from experiments.runs import run_file
from experiments.runs.claim import SWEEP, Shard, claimed, said, write_marker
from experiments.runs.job import Job, Outcome, Work, versions
from experiments.runs.kept import names_of
from experiments.runs.parts import parts_of
from experiments.runs.planned import PLAN, POINTS, hashes_of, read_planned
from experiments.runs.read import values
from experiments.runs.remote import fetched, is_address
from experiments.runs.run_file import run_to_file
from experiments.runs.runner import Means, Runner, at_work
from experiments.runs.stages import stages_for
from experiments.runs.store import RUNS, Store, tidy
from experiments.statistics import anytime_intervals
from experiments.study.designs import study_of
from experiments.study.file import Adaptive, Plan
from experiments.study.growth import Growth, growth
from experiments.study.study import Study
from experiments.study.sweep_draws import choose_for, forget_draws, run_sweep_over_draws
from simulation.extensions import distributions
from simulation.revision import commit
from simulation.whole import write_csv
from simulation.yaml_source import SourceError

MANY = 500
"""Runs from which a sweep keeps them in files of many."""
_PACKAGES = ("huitian-sim", "numba", "numpy", "pandas", "pyarrow", "scipy")


@dataclass
class Result:
    """A sweep as it stands.

    Attributes
    ----------
    runs : DataFrame
        Plan of its runs: run, point, scenario, seed.
    failed : list of Outcome
        Runs that could not be made.
    changes : tuple of str
        What the experiment says that it did not say when the folder was last used.
    reused : int
        Runs that were there before, with all that is to be kept of them.
    """

    folder: Path
    plan: Plan
    points: pd.DataFrame
    runs: pd.DataFrame
    failed: list[Outcome] = field(default_factory=list)
    changes: tuple[str, ...] = ()
    reused: int = 0


def sweep(
    plan: Plan,
    *,
    out: Path,
    workers: int | None = None,
    memory: float | None = None,
    engine_name: str = "local",
    address: str | None = None,
    time_limit: float | None = None,
    force: bool = False,
    allow_mixed: bool = False,
    reuse: Sequence[str | Path] = (),
    shard: Shard | None = None,
    draws: int = 0,
    posterior: Path | None = None,
    progress: Progress | None = None,
    work: Work = run_to_file,
) -> Result:
    """Make the runs of an experiment that `out` does not hold yet.

    Parameters
    ----------
    out : Path
        Folder of the sweep; see `experiments/runs/store.py`.
    workers, memory, engine_name, address, time_limit
        See `experiments.runs.runner.Means`.
    allow_mixed : bool
        Keep runs that other code or data made.
    reuse : sequence of str or Path
        Folders of other sweeps, or addresses (`experiments.runs.remote`): their runs that this one asks for are taken
        over.
    shard : Shard, optional
        Make only this part of the runs; other processes make the others, in this folder at the same time or elsewhere.
    draws : int
        Draws of the posterior at which every option is run as well; see `experiments.study.sweep_draws`.
    posterior : Path, optional
        The posterior, instead of the one that comes with the district.

    Raises
    ------
    FileExistsError
        If the folder holds something else, or a sweep of which this one is no growth, and `force` is false.
    SourceError
        If it holds runs of other code or data and `allow_mixed` is false, another sweep is at work there, or there is
        no such engine, or it cannot be had.
    OSError
        If the disk is full; what is finished stays.
    EngineError
        If the cluster is lost.
    """
    study, chosen = study_of(plan), choose_for(plan, draws, posterior)
    if chosen is not None and shard is not None:
        raise SourceError("--draws: parts are of the replicates; the command without --shard makes the runs at draws")
    store = Store(out, mixed=True, kept=names_of(study.keep))
    now, purpose = versions(plan.scenarios[plan.baseline]), _purpose(plan)
    grown = _growth(out, purpose, study)
    claim = claimed(
        out,
        purpose,
        force,
        marker=SWEEP,
        more={
            "versions": {**now, "commit": commit()},
            "packages": _packages(),
            **hashes_of(study.runs(), study.points),
        },
        odd=lambda before: _odd(out, before, purpose, grown),
        check=lambda: None if allow_mixed else _refuse_mixture(store, now),
        begin=lambda: _begin(out, study),
        shard=shard,
    )
    if shard is not None and isinstance(plan.experiment.replicates, Adaptive):
        raise SourceError("--shard: adaptive replicates look at all runs; give a number with --replicates")
    means = Means(workers, engine_name, address, time_limit, memory)
    warm, watched = work is run_to_file, stages_for(study.keep) is not None
    suffix = shard.suffix if shard else ""
    with at_work(claim, store, work, means, warm=warm, watched=watched, suffix=suffix) as runner:
        for place in reuse:
            _take_over(store, place, study.jobs_in_files(out))
        before = set(store.whole)
        if shard is None:
            store.clear_twice()
        for seeds in _blocks(plan, study, runner):
            study = study.with_seeds(seeds)
            planned = study.runs()
            if shard is None:
                _write_plan(out, planned, study.points)
            if shard is None and planned["run"].nunique() > MANY:
                store.put_together(parts_of(planned))
            jobs = study.jobs_in_files(out)
            runner.complete(jobs[shard.part(len(jobs))] if shard else jobs, progress)
        if shard is not None:
            return _result(plan, study, runner, grown, before, jobs[shard.part(len(jobs))])
        if chosen is not None:
            run_sweep_over_draws(runner, study, chosen, progress)
        else:
            forget_draws(out)
        tidy(out)
        if not runner.failed and not store.bad:
            store.finish()
    return _result(plan, study, runner, grown, before, jobs)


def _take_over(store: Store, place: str | Path, jobs: Sequence[Job]) -> None:
    if not is_address(place):
        store.take_over(Path(place), jobs)
        return
    lacking = {job.place.stem for job in jobs} - set(store.whole)
    with fetched(str(place), lacking) as folder:
        store.take_over(folder, jobs)


def _begin(out: Path, study: Study) -> None:
    (out / RUNS).mkdir(exist_ok=True)
    write_csv(out / POINTS, study.points.reset_index())
    write_csv(out / PLAN, study.runs())


def _write_plan(out: Path, planned: pd.DataFrame, points: pd.DataFrame) -> None:
    """The plan, and its hash in the marker, which more seeds change."""
    write_csv(out / PLAN, planned)
    before, now = said(out, SWEEP) or {}, hashes_of(planned, points)
    if not now.items() <= before.items():
        write_marker(out, {**before, **now}, SWEEP)


def _result(
    plan: Plan, study: Study, runner: Runner, grown: Growth | None, before: set[str], jobs: Sequence[Job]
) -> Result:
    asked = {job.place.stem for job in jobs}
    runs = study.runs()
    return Result(
        runner.store.out,
        plan,
        study.points,
        runs[runs["run"].isin(asked)].reset_index(drop=True),
        runner.failed,
        grown.changes if grown is not None else (),
        len(before & asked),
    )


def _purpose(plan: Plan) -> dict[str, Any]:
    return {
        "kind": "sweep",
        "name": plan.experiment.name,
        "experiment": plan.experiment.model_dump(mode="json", by_alias=True),
        "scenarios": {name: s.model_dump(mode="json", by_alias=True) for name, s in plan.scenarios.items()},
    }


def _packages() -> dict[str, str]:
    return {name: version(name) for name in _PACKAGES} | distributions()


def _growth(out: Path, purpose: dict[str, Any], study: Study) -> Growth | None:
    """What is new since the folder was last used; None where no plan of runs is there, or none that can be read."""
    before = said(out, SWEEP)
    try:
        planned = read_planned(out)
    except (OSError, ValueError, KeyError):
        return None
    return None if before is None else growth(before, planned, json.loads(json.dumps(purpose)), study.runs())


def _odd(out: Path, before: dict[str, Any], purpose: dict[str, Any], grown: Growth | None) -> str:
    """What the folder holds that cannot be gone on with; "" if it can."""
    if grown is not None:
        return "" if grown.goes_on else grown.refusal(out)
    same = json.loads(json.dumps(purpose)).items() <= before.items()
    return "" if same or not run_file.files(out / RUNS) else "runs of an unknown plan; give another --out"


def _refuse_mixture(store: Store, now: dict[str, str]) -> None:
    for what in ("code", "district"):
        odd = sum(getattr(made, what) != now[what] for made in store.whole.values())
        if odd:
            raise SourceError(
                f"{store.out}: {odd} of {len(store.whole)} runs were made with other {what}; give another --out, "
                "delete them, or keep them with --allow-mixed"
            )


def _blocks(plan: Plan, study: Study, runner: Runner) -> Iterator[list[int]]:
    """Seeds to run: those asked for, then one block more as long as an interval is too wide."""
    wanted, seeds = plan.experiment.replicates, list(study.seeds)
    yield seeds
    while isinstance(wanted, Adaptive) and len(seeds) < wanted.at_most:
        known = values_of(runner.store.out, study.with_seeds(seeds).runs(), [wanted.metric])
        # a pair whose runs failed has no interval and must not keep the others waiting
        if not (half_widths(known, plan.baseline).dropna() > wanted.until_half_width).any():
            return
        seeds = [*seeds, seeds[-1] + 1]
        yield seeds


def half_widths(known: pd.DataFrame, baseline: str) -> pd.Series:
    """Half-width of the 95 % interval by scenario and point, one that holds at every look at once.

    Of the paired difference, or of the level where the baseline is alone.
    """
    others = effects(known, baseline) if known["scenario"].nunique() > 1 else known
    width: pd.Series = anytime_intervals(others.groupby(["scenario", "point"])["value"])["half"]
    return width


def values_of(out: Path, runs: pd.DataFrame, metrics: list[str] | None = None) -> pd.DataFrame:
    """Last-year values of planned runs (columns run, point, scenario, seed); see `experiments.runs.read.values`."""
    return values(runs.assign(place=[out / RUNS / f"{run}.parquet" for run in runs["run"]]), metrics)
