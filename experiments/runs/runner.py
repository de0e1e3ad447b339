"""Makes what a study lacks: one crew of workers for all its rounds, a line in a log for each run, limits, failures."""

import errno
import json
import os
import shutil
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TextIO

import pandas as pd

from experiments.progress import Progress
from experiments.runs.chains import Chain, chains, room
from experiments.runs.engine import Crew, cores
from experiments.runs.engines import engine, makes_chains
from experiments.runs.job import Job, Outcome, Work, residents
from experiments.runs.memory import workers_that_fit
from experiments.runs.store import RUNS, Store
from simulation.whole import write_csv

LOG, FAILED = "log.jsonl", "failed.csv"
_FULL = 1_000_000  # bytes free, below which the disk counts as full


@dataclass(frozen=True)
class Means:
    """With what runs are made.

    Attributes
    ----------
    workers : int, optional
        Without it, as many as a cluster has, or as cores and memory allow.
    engine, address : str
        "local", "dask" or "ray", and where its cluster is; without an address one is started here.
    time_limit : float, optional
        Seconds after which a run is killed and tried again.
    memory : float, optional
        GB that runs may take together, where workers are counted by it; without it what is free.
    """

    workers: int | None = None
    engine: str = "local"
    address: str | None = None
    time_limit: float | None = None
    memory: float | None = None


@dataclass
class Runner:
    """Makes the runs that a store lacks. `failed` are those that could not be made: they are not tried again.

    Where the work is the model's (`warm`) and the engine makes chains, runs share weeks.
    """

    store: Store
    work: Work
    means: Means
    stack: ExitStack
    warm: bool = False
    watched: bool = False
    suffix: str = ""
    failed: list[Outcome] = field(default_factory=list)
    _crew: Crew | None = None
    _workers: int | None = None

    def complete(self, jobs: Sequence[Job], progress: Progress | None = None) -> list[Job]:
        """Make the runs that are missing or damaged; returns the jobs whose runs are there, in their order.

        Raises
        ------
        OSError
            If the disk is full; what is finished stays.
        EngineError
            If the cluster is lost.
        """
        lost = {outcome.job.place for outcome in self.failed}
        todo = self.store.lacking(job for job in jobs if job.place not in lost)
        if progress is not None:
            progress(len(jobs) - len(todo), len(jobs), "")
        if todo:
            self._make(todo, len(jobs), progress)
        lost = {outcome.job.place for outcome in self.failed}
        return [job for job in jobs if job.place not in lost]

    def beside(self, store: Store) -> "Runner":
        """The same workers for the runs of another store; what fails there is told apart."""
        return replace(self, store=store, failed=[])

    def _open(self, jobs: Sequence[Job]) -> Crew:
        if self._crew is None:
            means = self.means
            if self.warm and means.engine == "local":
                _warm(jobs[0])
            self._workers = means.workers or (None if means.address else self._that_fit(jobs))
            opened = engine(means.engine)(self.work, self._workers, means.time_limit, means.address)
            self._crew = self.stack.enter_context(opened)
        return self._crew

    def _that_fit(self, jobs: Sequence[Job]) -> int:
        """As many workers as there are cores, and as memory can hold of the largest run."""
        return workers_that_fit(_people(jobs), cores(), self.means.memory)

    def _chains(self, jobs: Sequence[Job]) -> list[Chain]:
        """How the jobs share weeks; lone ones where they do not."""
        workers = self._workers or 1
        shares = self.warm and self._workers and makes_chains(self.means.engine)
        return chains(jobs, workers, room(_people(jobs), workers, self.means.memory) if shares else -1, self.watched)

    def _make(self, jobs: Sequence[Job], total: int, progress: Progress | None) -> None:
        out, done, began, failures = self.store.out, total - len(jobs), time.monotonic(), 0
        crew = self._open(jobs)
        planned = self._chains(jobs)
        shared = 1 - sum(chain.weeks for chain in planned) / sum(job.length for job in jobs)
        told = f", {100 * shared:.0f} % 的周共用 of weeks shared" if shared else ""
        with (
            _named(out / LOG, self.suffix).open("a", encoding="utf-8") as log,
            closing(self._outcomes(crew, planned)) as outcomes,
        ):
            for count, outcome in enumerate(outcomes, 1):
                done += 1
                passed = time.monotonic() - began
                _note(log, outcome, passed)
                if outcome.error:
                    failures += 1
                    self.failed.append(outcome)
                    if shutil.disk_usage(out).free < _FULL:
                        raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)} (the same command goes on)", str(out))
                if progress is not None:
                    progress(done, total, f"{60 * count / passed:.1f} 次/分 runs/min, {failures} 失败 failed{told}")

    def _outcomes(self, crew: Crew, planned: Sequence[Chain]) -> Generator[Outcome, None, None]:
        """Outcomes; a run that a worker says it made must be here, and made by this code from these data."""
        # workers of a cluster may be at home elsewhere
        asked = {job.place.absolute(): job for chain in planned for job in chain.turns()}
        for outcome in crew([replace(job, place=place) for place, job in asked.items()]):
            job = asked[outcome.job.place]
            yield replace(outcome, job=job, error=outcome.error or self.store.check_new(job))


def _people(jobs: Sequence[Job]) -> float:
    """Simulated residents of the largest run."""
    kinds = {(job.scenario.district, job.scenario.readings, job.scale): job for job in jobs}
    return max(residents(job.scenario, job.scale) for job in kinds.values())


def _named(file: Path, suffix: str) -> Path:
    """The file of one's own where several processes leave such a file in a folder."""
    return file.with_name(f"{file.stem}{suffix}{file.suffix}")


def _note(log: TextIO, outcome: Outcome, passed: float) -> None:
    """A line when a run has ended: the seconds that it took, and those since the first was handed out."""
    took = None if outcome.seconds is None else round(outcome.seconds, 3)
    said = {"run": _label(outcome.job), "seconds": took, "ended": round(passed, 3), "error": outcome.error}
    log.write(json.dumps(said, ensure_ascii=False) + "\n")
    log.flush()


def _label(job: Job) -> str:
    """A run in the log and among the failures: its name, or its folder below `runs`."""
    return job.place.stem if job.in_file else "/".join(job.place.parts[job.place.parts.index(RUNS) + 1 :])


def write_failed(out: Path, failed: Sequence[Outcome], suffix: str = "") -> None:
    """Leave the runs that failed, with the reason; who does all the work replaces what shards have left."""
    if not suffix:
        for old in out.glob("failed-*-of-*.csv"):
            old.unlink()
    rows = sorted((_label(outcome.job), outcome.error) for outcome in failed)
    write_csv(_named(out / FAILED, suffix), pd.DataFrame(rows, columns=["run", "error"]))


@contextmanager
def at_work(
    claim: AbstractContextManager[None],
    store: Store,
    work: Work,
    means: Means,
    *,
    warm: bool,
    watched: bool = False,
    suffix: str = "",
) -> Iterator[Runner]:
    """Claim a folder, make runs in it, and leave what failed.

    Parameters
    ----------
    claim : context manager
        See `experiments.runs.claim.claimed`.
    warm : bool
        Whether the work is the model's: the people that all runs share are then made before the workers start.
    watched : bool
        Whether it reads the world besides, so that runs share fewer weeks.
    suffix : str
        Of the names of log and failures, where several processes work in the folder.
    """
    engine(means.engine)  # an unknown one is refused before anything is written
    with ExitStack() as stack:
        stack.enter_context(claim)
        runner = Runner(store, work, means, stack, warm, watched, suffix)
        yield runner
        write_failed(store.out, runner.failed, suffix)


def _warm(job: Job) -> None:
    """Make the people that all runs share, with all cores; the kernel that all run is compiled beside."""
    from simulation.processes.residents import ahead
    from simulation.run import people

    ahead.start()
    people(job.scenario, job.scale)
    ahead.finish()
