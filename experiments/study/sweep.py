"""Run a designed experiment: what is missing in its store is made, and the answers come from the whole of it.

Scenarios are crossed with the points of the design; replicates are blocks of the same seeds (common random numbers).
A scenario that a point does not change is one run, however many points share it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from experiments.answers.outcomes import effects
from experiments.progress import Progress
from experiments.runs import run_file
from experiments.runs.claim import SWEEP, claimed
from experiments.runs.job import Outcome, Work, versions
from experiments.runs.read import values
from experiments.runs.run_file import run_to_file
from experiments.runs.runner import Means, Runner, at_work, write_csv
from experiments.runs.store import RUNS, Store, merge, tidy
from experiments.statistics import anytime_intervals
from experiments.study.designs import points_of
from experiments.study.file import Adaptive, Plan
from experiments.study.study import Study
from simulation.yaml_source import SourceError

MANY = 500
"""Files from which the store is merged into one when a sweep is complete."""
PLAN, POINTS = "plan.csv", "points.csv"
_PACKAGES = ("huitian-sim", "numba", "numpy", "pandas", "pyarrow", "scipy")


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
    work: Work = run_to_file,
) -> Result:
    """Make the runs of an experiment that `out` does not hold yet.

    Parameters
    ----------
    out : Path
        Folder of the sweep; see `experiments/runs/store.py`.
    workers, engine_name, address, time_limit
        See `experiments.runs.runner.Means`.
    allow_mixed : bool
        Keep runs that other code or data made.

    Raises
    ------
    FileExistsError
        If the folder holds something else and `force` is false.
    SourceError
        If it holds runs of other code or data and `allow_mixed` is false, another sweep is at work there, or there is
        no such engine, or it cannot be had.
    OSError
        If the disk is full; what is finished stays.
    EngineError
        If the cluster is lost.
    """
    study = plan.study(points_of(plan))
    store, now = Store(out, mixed=True), versions(plan.scenarios[plan.baseline])
    claim = claimed(
        out,
        _purpose(plan),
        force,
        marker=SWEEP,
        more={"versions": now, "packages": {name: version(name) for name in _PACKAGES}},
        same=lambda: _same_points(out / POINTS, study.points),
        check=lambda: None if allow_mixed else _refuse_mixture(store, now),
    )
    means = Means(workers, engine_name, address, time_limit)
    with at_work(claim, store, work, means, warm=work is run_to_file) as runner:
        (out / RUNS).mkdir(exist_ok=True)
        write_csv(out / POINTS, study.points.reset_index())
        for seeds in _blocks(plan, study, runner):
            study = study.with_seeds(seeds)
            write_csv(out / PLAN, study.runs())
            runner.complete(study.jobs_in_files(out), progress)
        tidy(out)
        if not runner.failed and not store.bad and len(run_file.files(out / RUNS)) > MANY:
            merge(out)
    return Result(out, plan, study.points, study.runs(), runner.failed)


def _purpose(plan: Plan) -> dict[str, object]:
    return {
        "kind": "sweep",
        "name": plan.experiment.name,
        "experiment": plan.experiment.model_dump(mode="json", by_alias=True),
        "scenarios": {name: s.model_dump(mode="json", by_alias=True) for name, s in plan.scenarios.items()},
    }


def _same_points(file: Path, points: pd.DataFrame) -> bool:
    """Whether the points are those on file, or none are yet: a table of points may have changed."""
    return not file.exists() or file.read_text("utf-8") == points.reset_index().to_csv(index=False)


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
