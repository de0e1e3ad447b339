"""Cheap runs; the one of the plan with seed `TROUBLED` meets with trouble, once or for good.

A run leaves a file a time that it was begun in the folder `TRIES`, which tells a first attempt from a second.
"""

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.runs import run_file, store
from experiments.runs.job import Job
from experiments.runs.parts import parts_of

TRIES = "HUITIAN_TEST_TRIES"
GO = "go"
TROUBLED = 3  # the seed that meets with it
WEEKS = 60


def cheap(job: Job, threads: int) -> None:
    """Numbers that depend on nothing but the seed and the scenario."""
    luck = np.random.default_rng(job.seed)
    tick = np.arange(WEEKS, dtype=np.int32)
    more = 2.0 * ("service_circles" in job.scenario.interventions)
    run_file.write(
        job,
        pd.DataFrame(
            {
                "tick": tick,
                "date": pd.Timestamp("2018-01-01") + pd.to_timedelta(7 * tick, "D"),
                "satisfaction": 50 + luck.normal(0, 1, WEEKS) + more,
                "load_committee": luck.normal(1, 0.1, WEEKS),
                "cost_operating_yuan": 1000.0 * (tick + 1),
            }
        ),
    )


def slow(job: Job, threads: int) -> None:
    time.sleep(0.3)
    cheap(job, threads)


def held(job: Job, threads: int) -> None:
    """The first two at once; when they are there, the others wait for the file `GO`."""
    while len(run_file.files(job.place.parent)) >= 2 and not (Path(os.environ[TRIES]) / GO).exists():
        time.sleep(0.02)
    cheap(job, threads)


def troubled(job: Job) -> bool:
    """Whether it is the run that meets with trouble."""
    return job.seed == TROUBLED and bool(job.scenario.interventions)


def _begun(job: Job) -> int:
    """Note that a run is begun; how often it has been so far, 0 for those without trouble."""
    folder = Path(os.environ[TRIES])
    (folder / f"{job.place.stem}-{os.getpid()}-{time.monotonic_ns()}").touch()
    return tries(folder, job) if troubled(job) else 0


def tries(folder: Path, job: Job) -> int:
    """How often a run was begun."""
    return len(list(folder.glob(f"{job.place.stem}-*")))


def killed_once(job: Job, threads: int) -> None:
    if _begun(job) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    cheap(job, threads)


def killed_always(job: Job, threads: int) -> None:
    if _begun(job):
        os.kill(os.getpid(), signal.SIGKILL)
    cheap(job, threads)


def raises(job: Job, threads: int) -> None:
    if _begun(job):
        raise ValueError("no such place\nwith details")
    cheap(job, threads)


def _hang() -> None:
    """Go on until the time limit of the run, which is brought forward: no test waits on a clock."""
    assert signal.getitimer(signal.ITIMER_REAL)[0] > 0, "the run has no time limit"
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(600)


def hangs_once(job: Job, threads: int) -> None:
    if _begun(job) == 1:
        _hang()
    cheap(job, threads)


def hangs_always(job: Job, threads: int) -> None:
    if _begun(job):
        _hang()
    cheap(job, threads)


def put_together(out: Path) -> None:
    """Put the runs of a sweep into files of many, as a large one does."""
    kept = store.Store(out, mixed=True)
    kept.clear_twice()
    kept.put_together(parts_of(pd.read_csv(out / "plan.csv", dtype={"run": str})))
    kept.finish()


def killed_in_packing(out: str, step: int) -> None:
    """In a process of its own: put the runs of a sweep together and die before a step that moves or deletes."""
    count = 0

    def counted(original):  # type: ignore[no-untyped-def]
        def act(*args, **kwargs):  # type: ignore[no-untyped-def]
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*args, **kwargs)

        return act

    Path.rename = counted(Path.rename)  # type: ignore[method-assign]
    Path.unlink = counted(Path.unlink)  # type: ignore[method-assign]
    put_together(Path(out))


if __name__ == "__main__":  # a supervisor that will be killed
    from experiments.runs.claim import shard_of
    from experiments.study.file import load_plan
    from experiments.study.sweep import sweep
    from tests.experiments import troubles  # workers know the functions by this name

    part = shard_of(sys.argv[4]) if len(sys.argv) > 4 else None
    where = Path(sys.argv[2])
    work = troubles.slow if part else troubles.held
    sweep(load_plan(sys.argv[1]), out=where, workers=2, engine_name=sys.argv[3], work=work, shard=part)
