"""A neighbour that keeps one core busy: what others do on most machines while a study runs."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.printing import Table
from benchmarks.resident_step import kernel_rate
from benchmarks.state import State


@contextmanager
def neighbour() -> Iterator[None]:
    """A process that never rests, for as long as the block takes."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def rates(state: State, threads: int) -> Table:
    """Million resident-ticks a second of the kernel on one thread and on all, and their ratio, beside a neighbour."""
    with neighbour():
        one, all_of_them = (kernel_rate(state, count) / 1e6 for count in (1, threads))
    return {"kernel, 1 thread": one, f"kernel, {threads} threads": all_of_them, "ratio": all_of_them / one}
