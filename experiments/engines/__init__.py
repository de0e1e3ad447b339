"""Engines behind one interface."""

from collections.abc import Callable, Iterable, Iterator

from experiments.engine import Job, Outcome, Work, execute

Engine = Callable[[Iterable[Job], int, Work, float | None, str | None], Iterator[Outcome]]


def engine(name: str) -> Engine:
    """The engine of a name: "local"."""
    return lambda jobs, workers, work, time_limit, address: execute(jobs, workers, work, time_limit)
