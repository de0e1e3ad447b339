"""Run a designed experiment: what is missing in its store is made, and the answers come from the whole of it.

Scenarios are crossed with the points of the design; replicates are blocks of the same seeds (common random numbers).
A scenario that a point does not change is one run, however many points share it.
"""

import errno
import json
import os
import shutil
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.answers.outcomes import effects
from experiments.progress import Progress
from experiments.runs import sweep_store
from experiments.runs.engine import Crew, Job, Outcome, Work, default_workers
from experiments.runs.engines import engine
from experiments.runs.sweep_folder import FAILED, claim, owned, values_of, write_csv
from experiments.statistics import LEVEL
from experiments.study.designs import points_of
from experiments.study.file import Adaptive, Experiment, Plan, at_point, point_of
from simulation.scenario.types import Scenario

MANY = 500
"""Files from which the store is merged into one when a sweep is complete."""
LOG = "log.jsonl"
_FULL = 1_000_000  # bytes free, below which the disk counts as full
_TOGETHER = 8  # points whose scenarios are run one after the other


@dataclass
class Result:
    """A sweep as it stands: folder, plan of its runs (run, point, scenario, seed), runs that failed."""

    folder: Path
    plan: Plan
    points: pd.DataFrame
    runs: pd.DataFrame
    failed: list[Outcome] = field(default_factory=list)


def sweep(
    plan: Plan,
    *,
    out: Path,
    workers: int | None = None,
    engine_name: str = "local",
    address: str | None = None,
    time_limit: float | None = None,
    force: bool = False,
    allow_mixed: bool = False,
    progress: Progress | None = None,
    work: Work = sweep_store.run_to_file,
) -> Result:
    """Make the runs of an experiment that `out` does not hold yet.

    Parameters
    ----------
    out : Path
        Folder of the sweep; see `experiments/runs/sweep_store.py`.
    engine_name, address : str
        "local", "dask" or "ray", and where its cluster is; empty starts one here.
    time_limit : float, optional
        Seconds after which a run is killed and tried again.
    allow_mixed : bool
        Keep runs that other code or data made.

    Raises
    ------
    FileExistsError
        If the folder holds something else and `force` is false.
    SourceError
        If it holds runs of other code or data and `allow_mixed` is false, another sweep is at work there, or the
        engine cannot be had.
    OSError
        If the disk is full; what is finished stays.
    EngineError
        If the cluster is lost.
    """
    points = points_of(plan)
    scenarios = scenarios_of(plan, points)
    with ExitStack() as stack:
        stack.enter_context(owned(out))
        claim(out, plan, points, force, allow_mixed)
        result = Result(out, plan, points, pd.DataFrame())
        missing = _Missing(out)
        crew: Crew | None = None
        seeds: list[int] = []
        for seeds in _blocks(plan, result):
            result.runs = planned(plan, scenarios, seeds)
            write_csv(out / sweep_store.PLAN, result.runs)
            jobs = missing.of(_jobs(plan, scenarios, result.runs, out), result.failed)
            if jobs and crew is None:
                if work is sweep_store.run_to_file and engine_name == "local":
                    _warm(jobs[0])
                count = workers or (None if address else default_workers(plan.experiment.scale))
                crew = stack.enter_context(engine(engine_name)(work, count, time_limit, address))
            if crew is not None:
                result.failed += _make(jobs, result.runs["run"].nunique(), out, crew, missing, progress)
        write_csv(
            out / FAILED,
            pd.DataFrame(sorted((o.job.folder.stem, o.error) for o in result.failed), columns=["run", "error"]),
        )
        sweep_store.tidy(out)
        if not result.failed and not missing.bad and len(sweep_store.files(out)) > MANY:
            sweep_store.merge(out)
    return result


def scenarios_of(plan: Plan, points: pd.DataFrame) -> dict[tuple[int, str], Scenario]:
    """Scenarios as the points change them, by point and name."""
    return {
        (int(point), name): at_point(plan, name, point_of(points, point))
        for point in points.index
        for name in plan.scenarios
    }


def first_seeds(experiment: Experiment) -> list[int]:
    """Seeds of the replicates, or of the first ones where more may follow."""
    wanted = experiment.replicates
    count = wanted.at_least if isinstance(wanted, Adaptive) else wanted
    return list(range(experiment.seed, experiment.seed + count))


def _blocks(plan: Plan, result: Result) -> Iterator[list[int]]:
    """Seeds to run: those asked for, then one block more as long as an interval is too wide."""
    wanted, seeds = plan.experiment.replicates, first_seeds(plan.experiment)
    yield seeds
    while isinstance(wanted, Adaptive) and len(seeds) < wanted.at_most:
        widest = half_widths(values_of(result.folder, result.runs, [wanted.metric]), plan.baseline)
        # a pair whose runs failed has no interval and must not keep the others waiting
        if not (widest.dropna() > wanted.until_half_width).any():
            return
        seeds = [*seeds, seeds[-1] + 1]
        yield seeds


def half_widths(values: pd.DataFrame, baseline: str) -> pd.Series:
    """Half-width of the 95 % t interval by scenario and point.

    Of the paired difference, or of the level where the baseline is alone.
    """
    from scipy import stats

    others = effects(values, baseline) if values["scenario"].nunique() > 1 else values
    groups = others.groupby(["scenario", "point"])["value"]
    count = groups.count()
    width: pd.Series = stats.t.ppf((1 + LEVEL) / 2, np.maximum(count - 1, 1)) * groups.std() / np.sqrt(count)
    return width


def planned(plan: Plan, scenarios: dict[tuple[int, str], Scenario], seeds: list[int]) -> pd.DataFrame:
    """Plan of the runs: run, point, scenario, seed. Seeds change slowest, so that an interrupted sweep has blocks."""
    e = plan.experiment
    rows = [
        (sweep_store.run_name(scenario, seed, e.scale, e.weeks), point, name, seed)
        for seed in seeds
        for (point, name), scenario in scenarios.items()
    ]
    return pd.DataFrame(rows, columns=["run", "point", "scenario", "seed"])


def _jobs(plan: Plan, scenarios: dict[tuple[int, str], Scenario], runs: pd.DataFrame, out: Path) -> list[Job]:
    """Every run once, in an order in which runs that need the same burn-in are near each other, not side by side."""
    e, order = plan.experiment, {name: k for k, name in enumerate(plan.scenarios)}
    once = runs.drop_duplicates("run")
    rows = sorted(once.itertuples(), key=lambda r: (r.seed, r.point // _TOGETHER, order[r.scenario], r.point))
    folder = out.resolve() / sweep_store.RUNS  # workers of a cluster may be at home elsewhere
    return [
        Job(scenarios[row.point, row.scenario], row.seed, e.scale, e.weeks, folder / f"{row.run}.parquet")
        for row in rows
    ]


class _Missing:
    """Which runs the store lacks: it is read once, then what is made is added."""

    def __init__(self, out: Path) -> None:
        whole, self.bad = sweep_store.found(out)
        self.whole = set(whole)
        for file in [file for file in self.bad if sweep_store.is_merged(file)]:
            file.rename(out / f"{file.stem}.damaged")  # kept for who can mend it; its runs are made again
            del self.bad[file]

    def of(self, jobs: list[Job], failed: list[Outcome]) -> list[Job]:
        """Jobs whose run is missing and did not fail just now; damaged files of theirs are deleted."""
        lost = {outcome.job.folder for outcome in failed}
        todo = [job for job in jobs if job.folder.stem not in self.whole and job.folder not in lost]
        for file in [file for file in self.bad if file.stem in {job.folder.stem for job in todo}]:
            file.unlink()
            del self.bad[file]
        return todo


def _warm(job: Job) -> None:
    """Make the people that all runs share before the workers start, with all cores."""
    from simulation.run import people

    people(job.scenario, job.scale)


def _make(
    jobs: list[Job], total: int, out: Path, crew: Crew, missing: _Missing, progress: Progress | None
) -> list[Outcome]:
    done, failed = total - len(jobs), []
    if progress is not None:
        progress(done, total, "")
    began = time.monotonic()
    with (out / LOG).open("a", encoding="utf-8") as log, closing(_checked(crew, jobs)) as outcomes:
        for count, outcome in enumerate(outcomes, 1):
            done += 1
            if outcome.error:
                failed.append(outcome)
            else:
                missing.whole.add(outcome.job.folder.stem)
            passed = time.monotonic() - began
            log.write(
                json.dumps(
                    {"run": outcome.job.folder.stem, "seconds": round(passed, 3), "error": outcome.error},
                    ensure_ascii=False,
                )
                + "\n"
            )
            log.flush()
            if outcome.error and shutil.disk_usage(out).free < _FULL:
                raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} (the same command goes on)", str(out))
            if progress is not None:
                progress(done, total, f"{60 * count / passed:.1f} 次/分 runs/min, {len(failed)} 失败 failed")
    return failed


def _checked(crew: Crew, jobs: Iterable[Job]) -> Generator[Outcome, None, None]:
    """Outcomes; a run that a worker says it made must be here, and made by this code from these data."""
    known: dict[str, str] = {}
    for outcome in crew(jobs):
        error = outcome.error
        if not error:
            try:
                said = sweep_store.made_by(outcome.job.folder)
            except (OSError, ValueError, KeyError):
                error = "its file is not here: do the workers share this folder?"
            else:
                known = known or sweep_store.versions(outcome.job.scenario)
                odd = [what for what, hashed in known.items() if said[what] != hashed]
                if odd:
                    outcome.job.folder.unlink()
                    error = f"its worker has other {' and '.join(odd)}"
        yield Outcome(outcome.job, error)
