"""Run a designed experiment: what is missing in its store is made, and the answers come from the whole of it.

Scenarios are crossed with the points of the design; replicates are blocks of the same seeds (common random numbers).
A scenario that a point does not change is one run, however many points share it.
"""

import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import sweep_store
from experiments.answers.outcomes import effects
from experiments.answers.sweep import Sweep
from experiments.designs import points_of
from experiments.engine import Job, Outcome, Work, default_workers
from experiments.engines import engine
from experiments.specification import Adaptive, Experiment, Plan, at_point, load_plan, point_of
from experiments.statistics import LEVEL
from simulation.recorder import write_json
from simulation.scenario import Scenario
from simulation.yaml_source import SourceError

MANY = 500
"""Runs from which the store is merged into one file when a sweep is complete."""
FAILED, LOG = "failed.csv", "log.jsonl"
_PROBE_WEEKS = 4
_BYTES_PER_VALUE = 5.0  # of a weekly metric in a compressed file
Progress = Callable[[int, int, str], None]


@dataclass
class Result:
    """A sweep as it stands: folder, plan of its runs, runs that failed."""

    folder: Path
    plan: Plan
    points: pd.DataFrame
    runs: pd.DataFrame
    failed: list[Outcome] = field(default_factory=list)


def run_to_file(job: Job, threads: int) -> None:
    """Simulate a job and write its one file; `job.folder` is the file."""
    import gc

    from simulation.run import simulate

    gc.collect()  # agents and their model refer to each other: without this a worker holds two worlds
    recording = simulate(job.scenario, seed=job.seed, scale=job.scale, weeks=job.weeks, threads=threads)
    sweep_store.write(job, recording.district)


def sweep(plan: Plan, *, out: Path, workers: int | None = None, engine_name: str = "local", address: str | None = None,
          time_limit: float | None = None, force: bool = False, allow_mixed: bool = False,
          progress: Progress | None = None, work: Work = run_to_file) -> Result:
    """Make the runs of an experiment that `out` does not hold yet.

    Parameters
    ----------
    out : Path
        Folder of the sweep; see `experiments/sweep_store.py`.
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
        If it holds runs of other code or data and `allow_mixed` is false.
    """
    points = points_of(plan)
    scenarios = _scenarios(plan, points)
    _claim(out, plan, points, force, allow_mixed)
    result = Result(out, plan, points, pd.DataFrame())
    seeds = _first_seeds(plan.experiment)
    while True:
        runs = _runs(plan, scenarios, seeds)
        result.runs = runs
        _write_table(out / sweep_store.PLAN, runs[["run", "point", "scenario", "seed"]])
        lost = {outcome.job.folder.stem for outcome in result.failed}
        jobs = [job for job in _jobs(plan, scenarios, runs, out) if job.folder.stem not in lost]
        result.failed += _make(jobs, out, workers or default_workers(plan.experiment.scale),
                               engine_name, address, time_limit, progress, work)
        more = _next_seeds(plan, result, seeds)
        if len(more) == len(seeds):
            break
        seeds = more
    _write_table(out / FAILED, pd.DataFrame(sorted((o.job.folder.stem, o.error) for o in result.failed),
                                            columns=["run", "error"]))
    if not result.failed and len(sweep_store.files(out)) > MANY:
        sweep_store.merge(out)
    return result


def _scenarios(plan: Plan, points: pd.DataFrame) -> dict[tuple[int, str], Scenario]:
    return {(int(point), name): at_point(plan, name, point_of(points, point))
            for point in points.index for name in plan.scenarios}


def _first_seeds(experiment: Experiment) -> list[int]:
    wanted = experiment.replicates
    count = wanted.at_least if isinstance(wanted, Adaptive) else wanted
    return list(range(experiment.seed, experiment.seed + count))


def _next_seeds(plan: Plan, result: Result, seeds: list[int]) -> list[int]:
    """The same seeds when every interval is narrow enough, else one block more."""
    wanted = plan.experiment.replicates
    if not isinstance(wanted, Adaptive) or len(seeds) >= wanted.at_most:
        return seeds
    widest = half_widths(values_of(result, [wanted.metric]), plan.baseline)
    # a pair whose runs failed has no interval and must not keep the others waiting
    return [*seeds, seeds[-1] + 1] if (widest.dropna() > wanted.until_half_width).any() else seeds


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


def _runs(plan: Plan, scenarios: dict[tuple[int, str], Scenario], seeds: list[int]) -> pd.DataFrame:
    """Plan of the runs: run, point, scenario, seed. Seeds change slowest, so that an interrupted sweep has blocks."""
    e = plan.experiment
    rows = [(sweep_store.run_name(scenario, seed, e.scale, e.weeks), point, name, seed)
            for seed in seeds for (point, name), scenario in scenarios.items()]
    return pd.DataFrame(rows, columns=["run", "point", "scenario", "seed"])


def _jobs(plan: Plan, scenarios: dict[tuple[int, str], Scenario], runs: pd.DataFrame, out: Path) -> list[Job]:
    e = plan.experiment
    once = runs.drop_duplicates("run")
    return [Job(scenarios[(row.point, row.scenario)], row.seed, e.scale, e.weeks,
                out / sweep_store.RUNS / f"{row.run}.parquet") for row in once.itertuples()]


def _make(jobs: list[Job], out: Path, workers: int, engine_name: str, address: str | None, time_limit: float | None,
          progress: Progress | None, work: Work) -> list[Outcome]:
    whole, bad = sweep_store.found(out)
    for file in bad:
        if file in {job.folder for job in jobs}:
            file.unlink()  # damaged: it is made again
    missing = [job for job in jobs if job.folder.stem not in whole]
    done, failed = len(jobs) - len(missing), []
    if progress is not None:
        progress(done, len(jobs), "")
    began = time.monotonic()
    with (out / LOG).open("a", encoding="utf-8") as log:
        outcomes = engine(engine_name)(missing, max(1, min(workers, len(missing) or 1)), work, time_limit, address)
        for count, outcome in enumerate(outcomes, 1):
            done += 1
            if outcome.error:
                failed.append(outcome)
            passed = time.monotonic() - began
            log.write(json.dumps({"run": outcome.job.folder.stem, "seconds": round(passed, 3),
                                  "error": outcome.error}, ensure_ascii=False) + "\n")
            log.flush()
            if progress is not None:
                progress(done, len(jobs), f"{60 * count / passed:.1f} 次/分 runs/min, {len(failed)} 失败 failed")
    return failed


def _claim(out: Path, plan: Plan, points: pd.DataFrame, force: bool, allow_mixed: bool) -> None:
    """Make `out` a folder for this experiment, or go on in one that is."""
    marker = out / sweep_store.MARKER
    said = {"kind": "sweep", "name": plan.experiment.name,
            "experiment": plan.experiment.model_dump(mode="json", by_alias=True),
            "scenarios": {name: s.model_dump(mode="json", by_alias=True) for name, s in plan.scenarios.items()},
            "versions": sweep_store.versions(plan.scenarios[plan.baseline])}
    said = json.loads(json.dumps(said))
    if out.exists() and any(out.iterdir()):
        before = _before(marker)
        same = before is not None and {**before, "versions": 0} == {**said, "versions": 0}
        if not same and not force:
            raise FileExistsError(f"{out} already holds something else; give another --out, or --force to use it")
        _refuse_mixture(out, said["versions"], allow_mixed)
    out.mkdir(parents=True, exist_ok=True)
    (out / sweep_store.RUNS).mkdir(exist_ok=True)
    write_json(marker, said)
    _write_table(out / sweep_store.POINTS, points.reset_index())


def _before(marker: Path) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = json.loads(marker.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content


def _refuse_mixture(out: Path, now: dict[str, str], allow_mixed: bool) -> None:
    whole, _ = sweep_store.found(out)
    for what in ("code", "district"):
        odd = sum(said[what] != now[what] for said in whole.values())
        if odd and not allow_mixed:
            raise SourceError(f"{out}: {odd} of {len(whole)} runs were made with other {what}; give another --out, "
                              "delete them, or keep them with --allow-mixed")


def _write_table(file: Path, table: pd.DataFrame) -> None:
    new = file.with_name(f".{file.name}")
    table.to_csv(new, index=False, encoding="utf-8")
    new.replace(file)


def values_of(result: Result, metrics: list[str] | None = None) -> pd.DataFrame:
    """Last-year values of the runs: columns point, scenario, seed, metric, value."""
    return _values(result.folder, result.runs, metrics)


def _values(out: Path, runs: pd.DataFrame, metrics: list[str] | None) -> pd.DataFrame:
    table = sweep_store.last_years(out, runs["run"])
    if metrics is not None:
        table = table[table["metric"].isin(metrics)]
    return runs.merge(table, on="run")[["point", "scenario", "seed", "metric", "value"]]


def read_sweep(out: Path) -> Sweep:
    """A sweep from its folder, for the answers; runs that are missing are left out.

    Raises
    ------
    SourceError
        If the folder holds no sweep, or no run of it is whole.
    """
    before = _before(out / sweep_store.MARKER)
    if before is None or before.get("kind") != "sweep":
        raise SourceError(f"{out}: no sweep here")
    experiment = Experiment.model_validate_json(json.dumps(before["experiment"]))
    runs = pd.read_csv(out / sweep_store.PLAN)
    values = _values(out, runs, None)
    if values.empty:
        raise SourceError(f"{out}: no run is finished; `huitian sweep` goes on where it stopped")
    design = experiment.design
    titles = {name: (s["title"]["zh"], s["title"]["en"]) for name, s in before["scenarios"].items()}
    return Sweep(titles=titles, baseline=next(iter(titles)), kind=design.kind if design is not None else "",
                 points=pd.read_csv(out / sweep_store.POINTS, index_col="point"), values=values,
                 metrics=experiment.metrics, scale=experiment.scale,
                 levels=design.levels if design is not None else 4,
                 second_order=design.second_order if design is not None else False)


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take."""

    runs: int
    points: int
    megabytes: float
    seconds: float
    workers: int


def estimate(name: str, workers: int | None = None) -> Estimate:
    """Count the runs of an experiment and measure a short one; with adaptive replicates the least number counts."""
    from simulation.metrics import METRICS
    from simulation.run import simulate

    plan = load_plan(name)
    points, e = points_of(plan), plan.experiment
    scenarios = _scenarios(plan, points)
    runs = _runs(plan, scenarios, _first_seeds(e)).drop_duplicates("run")
    weeks = e.weeks or next(iter(plan.scenarios.values())).weeks
    last = next(itertools.islice(scenarios.values(), len(scenarios) - 1, None))
    simulate(last, seed=e.seed, scale=e.scale, weeks=1, threads=1)  # compiles, fills the cache
    began = time.perf_counter()
    recording = simulate(last, seed=e.seed, scale=e.scale, weeks=_PROBE_WEEKS, threads=1)
    start = time.perf_counter() - began - recording.manifest["step_seconds"]
    one = start + recording.manifest["step_seconds"] / _PROBE_WEEKS * weeks
    busy = workers or default_workers(e.scale)
    return Estimate(len(runs), len(points), len(runs) * weeks * len(METRICS) * _BYTES_PER_VALUE / 1e6,
                    len(runs) * one / busy, busy)
