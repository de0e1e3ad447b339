"""A Ray cluster: an existing one by its address, or one of the cores of this machine."""

import logging
import os
import socket
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any

from experiments.runs.engine import ATTEMPTS, Crew, attempt_alone, cores, lost, one_line
from experiments.runs.job import Job, Outcome, Work
from simulation.yaml_source import SourceError

_PATIENCE = 10.0  # seconds to wait for a cluster
_STORE_BYTES = 100_000_000  # only paths travel
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DEDUP_LOGS": "0",
    "RAY_memory_monitor_refresh_ms": "0",
}
"""No statistics are sent, and no run is killed, and tried again without end, because others use the memory."""


@contextmanager
def opened(
    work: Work, workers: int | None = None, time_limit: float | None = None, address: str | None = None
) -> Iterator[Crew]:
    """A crew of Ray workers; see `experiments.runs.engine.Engine`."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        ray: Any = import_module("ray")
    except ImportError:
        raise SourceError('--engine ray: not installed; pip install "huitian-sim[cluster]"') from None
    local = {
        "num_cpus": workers or cores(),
        "object_store_memory": _STORE_BYTES,
        "_node_ip_address": "127.0.0.1",
        "include_dashboard": False,
    }
    if address is not None:
        _knock(address)
    try:
        ray.init(
            address=address or "local", logging_level=logging.ERROR, log_to_driver=False, **({} if address else local)
        )
    except (OSError, RuntimeError, ValueError) as error:
        raise SourceError(f"--engine ray{f' --address {address}' if address else ''}: {one_line(error)}") from None
    try:
        yield partial(_run, work, workers or int(ray.cluster_resources().get("CPU", 1)), time_limit)
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Ray itself waits for minutes where nobody answers."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), _PATIENCE).close()
    except (OSError, ValueError) as error:
        raise SourceError(
            f"--address {address}: no Ray cluster answers there ({one_line(error)}); give HOST:PORT or ray://HOST:PORT"
        ) from None


def _run(work: Work, workers: int, time_limit: float | None, jobs: Iterable[Job]) -> Iterator[Outcome]:
    ray: Any = import_module("ray")
    task = ray.remote(num_cpus=1, max_retries=ATTEMPTS - 1)(attempt_alone)
    waiting = deque(jobs)
    running: dict[Any, Job] = {}
    while waiting or running:
        while waiting and len(running) < max(1, workers):
            job = waiting.popleft()
            running[task.remote(work, job, time_limit)] = job
        for reference in ray.wait(list(running), num_returns=1)[0]:
            yield _outcome(reference, running.pop(reference), time_limit)


def _outcome(reference: Any, job: Job, time_limit: float | None) -> Outcome:
    ray: Any = import_module("ray")
    try:
        return Outcome(job, *ray.get(reference))
    except ray.exceptions.WorkerCrashedError:
        return Outcome(job, lost(time_limit))
    except ray.exceptions.RayError as error:
        return Outcome(job, one_line(error))
