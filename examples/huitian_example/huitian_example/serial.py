"""An engine that makes one run after the other in this process: slow, and easy to step through with a debugger."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from experiments.runs.engine import Crew, attempt
from experiments.runs.job import Job, Outcome, Work
from simulation.yaml_source import SourceError


@contextmanager
def opened(
    work: Work, workers: int | None = None, time_limit: float | None = None, address: str | None = None
) -> Iterator[Crew]:
    """A crew of one, this process; see `experiments.runs.engine.Engine`.

    Raises
    ------
    SourceError
        If an address is given, or a time limit, after which this very process would be killed.
    """
    if address is not None or time_limit is not None:
        raise SourceError("--engine serial has no --address and no --time-limit")

    def crew(jobs: Iterable[Job]) -> Iterator[Outcome]:
        for job in jobs:
            yield Outcome(job, *attempt(work, job, 1, None))

    yield crew
