"""Run many jobs on the cores of one machine: workers write files, only paths travel, a lost worker loses one run."""

import gc
import multiprocessing
import os
import signal
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


def execute(jobs: Iterable[Job], workers: int, work: Work = run_job) -> Iterator[Outcome]:
    """Run all jobs, yielding each as it ends.

    A worker that dies breaks the pool; the pool is made anew and what was under way is tried again, at most three
    times in all and each alone, so that a job that kills its worker does not take others with it. A job that raises
    is not tried again: the same input would raise again.
    """
    waiting = [(job, 1) for job in jobs]
    threads = max(1, cores() // workers)
    while waiting:
        with _pool(workers) as pool:
            lost = yield from _until_broken(pool, waiting, workers, work, threads)
        for job, attempt in lost:
            if attempt == ATTEMPTS:
                yield Outcome(job, f"its worker was lost {ATTEMPTS} times (out of memory?)")
            else:
                waiting.append((job, attempt + 1))


def _until_broken(pool: ProcessPoolExecutor, waiting: list[tuple[Job, int]], workers: int, work: Work,
                  threads: int) -> Generator[Outcome, None, list[tuple[Job, int]]]:
    """Take jobs from `waiting` until there are none or the pool breaks; returns those that were lost with it."""
    running: dict[Future[None], tuple[Job, int]] = {}
    while waiting or running:
        while waiting and _room(running, waiting[0][1], workers):
            try:
                future = pool.submit(work, waiting[0][0], threads)
            except BrokenProcessPool:
                return list(running.values())
            running[future] = waiting.pop(0)
        broken = False
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                broken = True
                continue
            yield Outcome(running.pop(future)[0], _one_line(error) if error else "")
        if broken:
            return list(running.values())
    return []


def _room(running: dict[Future[None], tuple[Job, int]], attempt: int, workers: int) -> bool:
    """Whether one more job may start: a second attempt runs alone."""
    if attempt > 1 or any(tried > 1 for _, tried in running.values()):
        return not running
    return len(running) < workers


def _one_line(error: BaseException) -> str:
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0] if text else 'no message'}"


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose workers are gone when the block ends, however it ends."""
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_worker)
    try:
        yield pool
    finally:
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(10)


def _worker() -> None:
    """Ctrl-C is the supervisor's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
