"""The cores of this machine: a supervisor over a pool of processes; a lost worker loses one attempt of one run."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from experiments.runs.engine import ATTEMPTS, Crew, Ended, attempt, cores, lost, one_line
from experiments.runs.job import Job, Outcome, Work
from simulation.yaml_source import SourceError

_HEAVY = 2.5e9  # bytes of a worker, beyond its shared memory, after which the pool is made anew
_PULSE = 0.5  # seconds between looks of a worker at its supervisor


@contextmanager
def opened(
    work: Work, workers: int | None = None, time_limit: float | None = None, address: str | None = None
) -> Iterator[Crew]:
    """A crew of spawned processes; see `experiments.runs.engine.Engine`."""
    if address is not None:
        raise SourceError("--address is for the engines dask and ray; the local engine has none")
    supervisor = _Supervisor(work, workers or cores(), time_limit)
    try:
        yield supervisor.run
    finally:
        supervisor.dismiss()


def execute(jobs: Iterable[Job], workers: int, work: Work, time_limit: float | None = None) -> Iterator[Outcome]:
    """Run all jobs with a crew of their own, yielding each as it ends."""
    with opened(work, workers, time_limit) as crew:
        yield from crew(jobs)


Tries = list[tuple[Job, int]]
"""Jobs with the number of the attempt."""


@dataclass
class _Supervisor:
    """Keeps a pool of workers busy.

    A worker that dies breaks the pool; the pool is made anew and what was under way is tried again, at most three
    times in all and each alone, so that a job that kills its worker takes no more than one attempt from others. The
    same becomes of a job that runs longer than `time_limit` seconds: the system kills its worker. A job that raises
    is not tried again: the same input would raise again.
    """

    work: Work
    workers: int
    time_limit: float | None
    _pool: ProcessPoolExecutor | None = field(default=None, init=False)
    _threads: int = field(default=1, init=False)

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Run all jobs, yielding each as it ends; few of them share the cores of all workers."""
        waiting = [(job, 1) for job in jobs]
        self._threads = max(1, cores() // max(1, min(self.workers, len(waiting))))
        while waiting:
            for job, count in (yield from self._until_broken(waiting)):
                if count < ATTEMPTS:
                    waiting.append((job, count + 1))
                else:
                    yield Outcome(job, lost(self.time_limit))

    def dismiss(self) -> None:
        """End all workers."""
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(10)
            process.kill()

    def _submit(self, job: Job) -> Future[Ended]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.workers, multiprocessing.get_context("spawn"), initializer=_worker, initargs=(os.getpid(),)
            )
        return self._pool.submit(attempt, self.work, job, self._threads, self.time_limit)

    def _until_broken(self, waiting: Tries) -> Generator[Outcome, None, Tries]:
        """Take jobs from `waiting` until there are none, or the pool breaks or has grown; returns what was lost."""
        running: dict[Future[Ended], tuple[Job, int]] = {}
        heavy = False
        while (waiting and not heavy) or running:
            broken = False
            while waiting and not heavy and _room(running, waiting[0][1], self.workers):
                try:
                    future = self._submit(waiting[0][0])
                except BrokenProcessPool:
                    broken = True
                    break
                running[future] = waiting.pop(0)
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    broken = True
                    continue
                job = running.pop(future)[0]
                yield Outcome(job, one_line(error)) if error else Outcome(job, *future.result())
            if broken:
                self.dismiss()
                return list(running.values())
            heavy = heavy or self._heavy()
        if heavy:
            self.dismiss()
        return []

    def _heavy(self) -> bool:
        """Whether a worker has grown beyond what a run needs."""
        for pid in list((self._pool._processes or {}) if self._pool is not None else {}):
            try:
                memory = psutil.Process(pid).memory_info()
            except psutil.Error:
                continue
            if memory.rss - getattr(memory, "shared", 0) > _HEAVY:
                return True
        return False


def _room(running: dict[Future[Ended], tuple[Job, int]], count: int, workers: int) -> bool:
    """Whether one more job may start: a second attempt runs alone."""
    if count > 1 or any(number > 1 for _, number in running.values()):
        return not running
    return len(running) < workers


def _worker(supervisor: int) -> None:
    """Ctrl-C is the supervisor's business; a worker whose supervisor is gone goes as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == supervisor:
            time.sleep(_PULSE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
