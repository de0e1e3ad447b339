"""The cores of this machine: a supervisor over worker processes; a lost worker loses one attempt of one run."""

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from multiprocessing.process import BaseProcess
from queue import SimpleQueue

import psutil

from experiments.runs.engine import ATTEMPTS, Crew, Ended, attempt, cores, lost, one_line
from experiments.runs.job import Job, Outcome, Work
from experiments.runs.memory import oom_kills
from experiments.stopping import in_one_go
from simulation.yaml_source import SourceError

CHAINS = True
"""Runs of a chain are made in one process, one after the other (`experiments.runs.chains`)."""
_HEAVY = 2.5e9  # bytes of a worker, beyond its shared memory, after which it is replaced
_PULSE = 0.5  # seconds between looks of a worker at its supervisor


@contextmanager
def opened(
    work: Work, workers: int | None = None, time_limit: float | None = None, address: str | None = None
) -> Iterator[Crew]:
    """A crew of spawned processes; see `experiments.runs.engine.Engine`."""
    if address is not None:
        raise SourceError("--address is for the engines dask and ray; the local engine has none")
    supervisor = _Supervisor(work, [_Worker() for _ in range(workers or cores())], time_limit)
    try:
        yield supervisor.run
    finally:
        supervisor.dismiss()


def execute(jobs: Iterable[Job], workers: int, work: Work, time_limit: float | None = None) -> Iterator[Outcome]:
    """Run all jobs with a crew of their own, yielding each as it ends."""
    with opened(work, workers, time_limit) as crew:
        yield from crew(jobs)


def _chain_of(job: Job) -> str | int:
    return id(job) if job.turn is None else job.turn.chain


@dataclass(eq=False)
class _Worker:
    """A process, made when it is needed, and the rest of the chain of runs that it is at."""

    chain: deque[Job] = field(default_factory=deque)
    _pool: ProcessPoolExecutor | None = None
    _processes: list[BaseProcess] = field(default_factory=list)

    def submit(self, work: Work, job: Job, threads: int, time_limit: float | None) -> Future[Ended]:
        """Begin a run; in a new process where the old one has died meanwhile."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, context, initializer=_begin, initargs=(os.getpid(),))
        try:
            future = self._pool.submit(attempt, work, job, threads, time_limit)
        except BrokenProcessPool:
            self.end()
            return self.submit(work, job, threads, time_limit)
        self._processes = list((self._pool._processes or {}).values())
        return future

    def end(self) -> None:
        """End the process, and wait until its end is on record.

        The pool has a thread of its own that waits for the process. Where both wait at once, the status of the process
        goes to one of them, and until that one has noted it the other finds none: so the thread is waited for as well.
        """
        if self._pool is None:
            return
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join(10)
            process.kill()
        self._pool.shutdown(cancel_futures=True)
        self._pool = None

    def signals(self) -> list[int]:
        """The signal that ended the last process, unless it was dismissed."""
        ended = {-process.exitcode for process in self._processes if process.exitcode and process.exitcode < 0}
        return sorted(ended - {signal.SIGTERM})

    def heavy(self) -> bool:
        """Whether the process has grown beyond what a run needs."""
        for pid in list((self._pool._processes or {}) if self._pool is not None else {}):
            try:
                memory = psutil.Process(pid).memory_info()
            except psutil.Error:
                continue
            return bool(memory.rss - getattr(memory, "shared", 0) > _HEAVY)
        return False


Running = dict[Future[Ended], tuple[_Worker, Job, int]]
"""Who makes which job, and the number of the attempt."""


@dataclass
class _Supervisor:
    """Keeps workers busy: each makes one chain of runs after the other, a lone run being a chain of one.

    A run whose worker dies is tried again, at most three times in all and each alone, so that one that is killed for
    the memory that it takes leaves the others theirs; the chain goes on without it. The same becomes of a job that runs
    longer than `time_limit` seconds: the system kills its worker. A job that raises is not tried again: the same input
    would raise again.
    """

    work: Work
    workers: list[_Worker]
    time_limit: float | None
    _killed: int = field(default_factory=oom_kills, init=False)

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Run all jobs, yielding each as it ends; few of them share the cores of all workers."""
        chains = deque(deque(chain) for _, chain in groupby(jobs, _chain_of))
        again: deque[tuple[Job, int]] = deque()
        running: Running = {}
        self._ended: SimpleQueue[Future[Ended]] = SimpleQueue()  # a signal may come while it is waited for
        self._threads = max(1, cores() // max(1, min(len(self.workers), len(chains))))
        for worker in self.workers:
            worker.chain.clear()  # of jobs that were given up half-way
        while True:
            self._hand_out(chains, again, running)
            if not running:
                return
            future = self._ended.get()
            worker, job, count = running.pop(future)
            try:
                yield Outcome(job, *future.result())
            except BrokenProcessPool:
                worker.end()
                if count < ATTEMPTS:
                    again.append((job, count + 1))
                else:
                    full = oom_kills() > self._killed
                    yield Outcome(job, lost(self.time_limit, worker.signals(), full))
            except Exception as error:
                yield Outcome(job, one_line(error))
            if worker.heavy():
                worker.end()

    def dismiss(self) -> None:
        """End all workers."""
        for worker in self.workers:
            worker.end()

    def _hand_out(self, chains: deque[deque[Job]], again: deque[tuple[Job, int]], running: Running) -> None:
        """Give a run to every worker that has none; a second attempt runs alone."""
        if again:
            if not running:
                job, count = again.popleft()
                self._begin(self.workers[0], job, count, running)
            return
        busy = {worker for worker, *_ in running.values()}
        for worker in self.workers:
            if not worker.chain and chains and worker not in busy:
                worker.chain = chains.popleft()
            if worker.chain and worker not in busy:
                self._begin(worker, worker.chain.popleft(), 1, running)

    def _begin(self, worker: _Worker, job: Job, count: int, running: Running) -> None:
        with in_one_go():
            future = worker.submit(self.work, job, self._threads, self.time_limit)
            running[future] = worker, job, count
            future.add_done_callback(self._ended.put)


def _begin(supervisor: int) -> None:
    """Ctrl-C is the supervisor's business; a worker whose supervisor is gone goes as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == supervisor:
            time.sleep(_PULSE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
