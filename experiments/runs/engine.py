"""What engines share: what a worker does with a job, and how many workers fit."""

import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from experiments.runs.job import Job, Outcome, Work
from experiments.warning_lines import use_lines

if TYPE_CHECKING:
    from simulation.fork import Snapshot
    from simulation.recording import Recording
    from simulation.state.world import World

ATTEMPTS = 3
FEWER = "give fewer --workers, a smaller --scale, or --memory GB"
"""What to do where memory is full."""
_ONE = threading.Lock()
_held: "dict[str, Snapshot]" = {}
"""Snapshots that runs of this process leave for others of their chain."""


Crew = Callable[[Iterable[Job]], Iterator[Outcome]]
"""Makes jobs and yields each as it ends. May be called again, one call after the other: workers are kept."""


class Engine(Protocol):
    """Opens a crew of workers, which are gone when the block ends, however it ends."""

    def __call__(
        self, work: Work, workers: int | None = None, time_limit: float | None = None, address: str | None = None
    ) -> AbstractContextManager[Crew]:
        """Without `workers`, as many as a cluster has, or as there are cores.

        A run whose worker is lost, or that takes longer than `time_limit` seconds, is tried `ATTEMPTS` times in all.

        Raises
        ------
        SourceError
            If the engine is not installed, or nothing answers at `address`.
        """


class EngineError(OSError):
    """The engine itself is lost, with whatever was under way; what is finished stays."""


def recorded(job: Job, threads: int, watch: "Callable[[World], None] | None" = None) -> "Recording":
    """Simulate a job in a worker; `watch` is called with the world after each week.

    One that keeps what it has seen in the fields of a dataclass goes with the weeks that runs share; see `Turn`.
    """
    import gc
    from dataclasses import is_dataclass

    from simulation.run import simulate

    alone = job.turn is None or not (watch is None or is_dataclass(watch))
    if alone:
        _held.clear()
    gc.collect()  # agents and their model refer to each other: without this a worker holds two worlds
    return simulate(
        job.scenario,
        seed=job.seed,
        scale=job.scale,
        weeks=job.weeks,
        threads=threads,
        watch=watch,
        held=None if alone else _held,
        leave=() if alone or job.turn is None else job.turn.leave,
    )


def cores() -> int:
    """Cores that this process may use: fewer than the machine has where a container or `taskset` says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Ended(NamedTuple):
    """What a worker says of an attempt: the error in one line, "" without one, and the seconds that it took."""

    error: str
    seconds: float


def attempt(work: Work, job: Job, threads: int, time_limit: float | None) -> Ended:
    """Make a job in a worker; one that raises is not tried again, for the same input would raise again.

    After `time_limit` seconds the system kills the process, whatever it is stuck in.
    """
    use_lines()
    signal.setitimer(signal.ITIMER_REAL, time_limit or 0)
    began, said = time.monotonic(), ""
    try:
        work(job, threads)
    except Exception as error:
        said = one_line(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return Ended(said, time.monotonic() - began)


def attempt_alone(work: Work, job: Job, time_limit: float | None) -> Ended:
    """The same in a worker of a cluster, which may have many threads: one run at a time, with one thread."""
    with _ONE:
        return attempt(work, job, 1, time_limit)


def lost(time_limit: float | None, signals: Collection[int] = (), full: bool = False) -> str:
    """Error of a run whose worker went away too often.

    Parameters
    ----------
    time_limit : float, optional
        Seconds after which a run is ended.
    signals : collection of int
        Those that ended the worker at last, if known.
    full : bool
        Whether the system has said that it ended a process because memory was full.
    """
    if signal.SIGALRM in signals:
        return f"it ran longer than {time_limit:g} s, {ATTEMPTS} times"
    if signal.SIGKILL in signals:
        why = "memory was full" if full else "as it does when memory is full"
        return f"the system killed its worker {ATTEMPTS} times, {why}: {FEWER}"
    if signals:
        return f"its worker was lost {ATTEMPTS} times ({', '.join(signal.Signals(one).name for one in signals)})"
    late = f", or it ran longer than {time_limit:g} s" if time_limit else ""
    return f"its worker was lost {ATTEMPTS} times{late}; where memory was full: {FEWER}"


def one_line(error: BaseException) -> str:
    """An error for a table."""
    text = str(error).strip().splitlines()
    if isinstance(error, MemoryError):
        return f"out of memory ({text[0] if text else 'no more to be had'}): {FEWER}"
    return f"{type(error).__name__}: {text[0] if text else 'no message'}"
