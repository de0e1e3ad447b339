"""The runs of a builder: made where its folder lacks them; and the tables of runs that ship with a district."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from docs.builders.figures import results_hash, sign
from experiments.console import progress
from experiments.progress import Progress
from experiments.runs.claim import claimed
from experiments.runs.job import Job, Work
from experiments.runs.runner import Means, at_work
from experiments.runs.store import RUNS, Store
from experiments.study.posterior import shipped
from experiments.study.prepared import GOLDEN, write_prepared
from simulation.cache import code_hash
from simulation.district.data.district import district_folder
from simulation.whole import file_hash

Key = TypeVar("Key")


def asked(builder: str, about: str | None) -> tuple[Path, int | None]:
    """Folder of the runs and number of workers, as the command line of a builder gives them."""
    parser = argparse.ArgumentParser(prog=f"python -m docs.builders.{builder}", description=about)
    parser.add_argument("work", type=Path, help="folder of the runs")
    parser.add_argument("--workers", type=int)
    given = parser.parse_args()
    return given.work, given.workers


def measured(
    builder: str,
    about: str | None,
    table: Callable[[float, int], pd.DataFrame],
    file: Path,
    *,
    scale: float,
    replicates: int,
) -> None:
    """Write and sign a table that is measured on a sample; the command line may ask for another one.

    `table`: takes the share of the households and the number of seeds.
    """
    parser = argparse.ArgumentParser(prog=f"python -m docs.builders.{builder}", description=about)
    parser.add_argument("--scale", type=float, default=scale)
    parser.add_argument("--replicates", type=int, default=replicates)
    given = parser.parse_args()
    table(given.scale, given.replicates).to_csv(file, index=False)
    sign(file)


def made(
    jobs: Mapping[Key, Job], store: Store, kind: str, work: Work, workers: int | None, report: Progress | None = None
) -> dict[Key, Path]:
    """Places of the jobs whose runs are there in the end; the folder of the store is gone on with.

    Parameters
    ----------
    kind : str
        What the folder says that it holds.
    """
    with at_work(claimed(store.out, {"kind": kind}, False), store, work, Means(workers), warm=True) as runner:
        (store.out / RUNS).mkdir(exist_ok=True)
        done = {job.place for job in runner.complete(list(jobs.values()), report)}
    return {key: job.place for key, job in jobs.items() if job.place in done}


def all_made(jobs: Mapping[Key, Job], out: Path, kind: str, work: Work, workers: int | None) -> dict[Key, Path]:
    """Places of the jobs, several of which may have one; with progress.

    Raises
    ------
    RuntimeError
        If a run failed.
    """
    once = {job.place: job for job in jobs.values()}
    with progress(kind, quiet=False) as report:
        done = made(once, Store(out), kind, work, workers, report)
    if len(done) < len(once):
        raise RuntimeError(f"{len(once) - len(done)} runs failed; see {out / 'failed.csv'}")
    return {key: job.place for key, job in jobs.items()}


def ship(district: str, name: str, table: pd.DataFrame, **about: Any) -> None:
    """Put a table of runs into a district's folder, with the hashes of what made them and how they were made."""
    posterior = shipped(district)
    assert posterior is not None
    hashes = {GOLDEN: results_hash(), "code": code_hash(), "posterior": file_hash(posterior)}
    write_prepared(district_folder(district) / name, table, hashes | about)
