"""Run many jobs on the cores of one machine: workers write files, only paths travel, a lost worker loses one run."""

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from simulation.scenario import Scenario

ATTEMPTS = 3
_BYTES_PER_WORKER = 1.5e9
_HEAVY = 2.5e9  # bytes of a worker, beyond its shared memory, after which the pool is made anew
_PULSE = 0.5  # seconds between looks at the clock, and of a worker at its supervisor


@dataclass(frozen=True)
class Job:
    """One run: everything a fresh process needs to make it."""

    scenario: Scenario
    seed: int
    scale: float
    weeks: int | None
    folder: Path


@dataclass(frozen=True)
class Outcome:
    """How a job ended; `error` is empty when its folder is whole."""

    job: Job
    error: str = ""


Work = Callable[[Job, int], None]


def run_job(job: Job, threads: int) -> None:
    """Simulate a job and write its folder."""
    from simulation.recorder import write_run
    from simulation.run import simulate

    gc.collect()  # agents and their model refer to each other: without this a worker holds two worlds
    recording = simulate(job.scenario, seed=job.seed, scale=job.scale, weeks=job.weeks, threads=threads)
    write_run(job.folder, recording, force=True)


def cores() -> int:
    """Cores that this process may use: fewer than the machine has where a container or `taskset` says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def default_workers(scale: float) -> int:
    """As many workers as there are cores, and as memory can hold at this scale."""
    fit = int(psutil.virtual_memory().available / (_BYTES_PER_WORKER * max(scale, 0.1)))
    return max(1, min(cores(), fit))


def execute(jobs: Iterable[Job], workers: int, work: Work = run_job,
            time_limit: float | None = None) -> Iterator[Outcome]:
    """Run all jobs, yielding each as it ends.

    A worker that dies breaks the pool; the pool is made anew and what was under way is tried again, at most three
    times in all and each alone, so that a job that kills its worker does not take others with it. The same becomes of
    a job that runs longer than `time_limit` seconds: its pool is killed. A job that raises is not tried again: the
    same input would raise again.
    """
    waiting = [(job, 1) for job in jobs]
    threads = max(1, cores() // workers)
    why = {True: f"ran longer than {time_limit} s", False: "its worker was lost"}
    while waiting:
        with _pool(workers) as pool:
            lost = yield from _until_broken(pool, waiting, workers, work, threads, time_limit)
        for job, attempt, late in lost:
            if attempt == ATTEMPTS:
                yield Outcome(job, f"{why[late]} {ATTEMPTS} times" + ("" if late else " (out of memory?)"))
            else:
                waiting.append((job, attempt + 1))


@dataclass(frozen=True)
class _Running:
    """A job under way."""

    job: Job
    attempt: int
    since: float


Lost = list[tuple[Job, int, bool]]
"""Jobs whose worker went, with the attempt, and whether it ran too long."""


def _until_broken(pool: ProcessPoolExecutor, waiting: list[tuple[Job, int]], workers: int, work: Work,
                  threads: int, time_limit: float | None) -> Generator[Outcome, None, Lost]:
    """Take jobs from `waiting` until there are none, or the pool breaks or has grown; returns what was lost."""
    running: dict[Future[None], _Running] = {}
    heavy = False
    while (waiting and not heavy) or running:
        while waiting and not heavy and _room(running, waiting[0][1], workers):
            try:
                future = pool.submit(work, waiting[0][0], threads)
            except BrokenProcessPool:
                return _lost(running, time_limit)
            running[future] = _Running(*waiting.pop(0), time.monotonic())
        broken = False
        done = wait(running, timeout=None if time_limit is None else _PULSE, return_when=FIRST_COMPLETED).done
        for future in done:
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                broken = True
                continue
            yield Outcome(running.pop(future).job, _one_line(error) if error else "")
        heavy = heavy or (bool(done) and _heavy(pool))
        if broken or any(_late(one, time_limit) for one in running.values()):
            return _lost(running, time_limit)
    return []


def _late(one: _Running, time_limit: float | None) -> bool:
    return time_limit is not None and time.monotonic() - one.since > time_limit


def _lost(running: dict[Future[None], _Running], time_limit: float | None) -> Lost:
    """What was under way. Only what ran too long has used up an attempt, if anything did."""
    late = any(_late(one, time_limit) for one in running.values())
    return [(one.job, one.attempt if _late(one, time_limit) or not late else one.attempt - 1, _late(one, time_limit))
            for one in running.values()]


def _heavy(pool: ProcessPoolExecutor) -> bool:
    """Whether a worker has grown beyond what a run needs."""
    for pid in list(pool._processes or {}):
        try:
            memory = psutil.Process(pid).memory_info()
        except psutil.Error:
            continue
        if memory.rss - getattr(memory, "shared", 0) > _HEAVY:
            return True
    return False


def _room(running: dict[Future[None], _Running], attempt: int, workers: int) -> bool:
    """Whether one more job may start: a second attempt runs alone."""
    if attempt > 1 or any(one.attempt > 1 for one in running.values()):
        return not running
    return len(running) < workers


def _one_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0] if text else 'no message'}"


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose workers are gone when the block ends, however it ends."""
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_worker,
                               initargs=(os.getpid(),))
    try:
        yield pool
    finally:
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(10)
            process.kill()


def _worker(supervisor: int) -> None:
    """Ctrl-C is the supervisor's business; a worker whose supervisor is gone goes as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        while os.getppid() == supervisor:
            time.sleep(_PULSE)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
