"""A Dask cluster: an existing one by the address of its scheduler, or one of the cores of this machine."""

import errno
import logging
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from experiments.runs.engine import ATTEMPTS, Crew, EngineError, attempt_alone, cores, lost, one_line
from experiments.runs.job import Job, Outcome, Work
from simulation.yaml_source import SourceError

_PATIENCE = 10.0  # seconds to wait for a scheduler


@contextmanager
def opened(
    work: Work, workers: int | None = None, time_limit: float | None = None, address: str | None = None
) -> Iterator[Crew]:
    """A crew of Dask workers; see `experiments.runs.engine.Engine`.

    Runs are handed out one a worker process, so that a worker that dies counts against the run that it was making and
    no other. How often a lost run is tried on an existing cluster is that cluster's setting `allowed-failures`.
    """
    try:
        dask: Any = import_module("dask")
        distributed: Any = import_module("distributed")
    except ImportError:
        raise SourceError('--engine dask: not installed; pip install "huitian-sim[cluster]"') from None
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="huitian-dask-"))
        stack.enter_context(
            dask.config.set(
                {
                    "distributed.scheduler.allowed-failures": ATTEMPTS - 1,
                    "distributed.admin.tick.limit": "1h",
                    "distributed.worker.profile.enabled": False,
                    "temporary-directory": scratch,
                }
            )
        )
        target: Any = address
        if address is None:
            target = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=workers or cores(),
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address=None,
                    worker_dashboard_address=None,
                    memory_limit=0,
                    silence_logs=logging.CRITICAL,
                    local_directory=scratch,
                )
            )
        try:
            client = stack.enter_context(distributed.Client(target, timeout=_PATIENCE, set_as_default=False))
        except (OSError, ValueError) as error:
            raise SourceError(f"--address {address}: no Dask scheduler answers there ({one_line(error)})") from None
        yield partial(_run, client, work, workers, time_limit)


def _run(
    client: Any, work: Work, workers: int | None, time_limit: float | None, jobs: Iterable[Job]
) -> Iterator[Outcome]:
    wait = import_module("distributed").wait
    waiting = deque(jobs)
    running: dict[Any, Job] = {}
    while waiting or running:
        room = len(client.scheduler_info(n_workers=-1)["workers"])
        while waiting and len(running) < max(1, min(room, workers or room)):
            job = waiting.popleft()
            running[client.submit(attempt_alone, work, job, time_limit, pure=False)] = job
        with client.as_current():
            done = wait(list(running), return_when="FIRST_COMPLETED").done
        for future in done:
            yield _outcome(future, running.pop(future), time_limit)


def _outcome(future: Any, job: Job, time_limit: float | None) -> Outcome:
    if future.status == "finished":
        return Outcome(job, *future.result())
    if future.status != "error":
        raise EngineError(errno.ECONNRESET, "lost; the same command goes on with what is missing", "the Dask scheduler")
    error = future.exception()
    killed = isinstance(error, import_module("distributed").KilledWorker)
    return Outcome(job, lost(time_limit) if killed else one_line(error))
