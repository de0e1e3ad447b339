"""The runs of a builder: made where its folder lacks them."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from experiments.progress import Progress
from experiments.runs.claim import claimed
from experiments.runs.job import Job, Work
from experiments.runs.runner import Means, at_work
from experiments.runs.store import RUNS, Store

Key = TypeVar("Key")


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
