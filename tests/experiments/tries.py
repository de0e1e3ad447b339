"""Work for workers that counts how often each job is begun, and dies as it is told; it loads nothing of the model."""

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.runs.job import Job


def note(job: "Job", threads: int) -> None:
    """Leave a file for every attempt, so that attempts can be counted."""
    job.place.mkdir(parents=True, exist_ok=True)
    (job.place / f"attempt-{os.getpid()}").write_text(str(threads))


def die_once(job: "Job", threads: int) -> None:
    """Seed 2 is killed in its first attempt; the others work."""
    note(job, threads)
    if job.seed == 2 and attempts(job.place) == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def die_always(job: "Job", threads: int) -> None:
    """Seed 2 kills every worker it gets."""
    note(job, threads)
    if job.seed == 2:
        os.kill(os.getpid(), signal.SIGKILL)


def refuse(job: "Job", threads: int) -> None:
    """Seed 2 cannot be run."""
    note(job, threads)
    if job.seed == 2:
        raise ValueError("no such place\nwith details")


def attempts(folder: Path) -> int:
    """How often a job was begun."""
    return len(list(folder.glob("attempt-*")))
