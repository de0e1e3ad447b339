import os
import signal
from pathlib import Path

import pytest

from experiments.runs.engine import ATTEMPTS
from experiments.runs.engines.local import _Worker, execute
from experiments.runs.job import Job
from simulation.scenario.load import load_scenario
from tests.experiments import tries


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    scenario = load_scenario("baseline")
    return [Job(scenario, seed, 0.01, 4, tmp_path / f"seed-{seed}") for seed in (1, 2, 3)]


def test_every_job_runs_once(jobs: list[Job]) -> None:
    outcomes = list(execute(jobs, 2, tries.note))
    assert sorted(outcome.job.seed for outcome in outcomes) == [1, 2, 3]
    assert not any(outcome.error for outcome in outcomes)
    assert [tries.attempts(job.place) for job in jobs] == [1, 1, 1]


def test_killed_worker_costs_one_attempt(jobs: list[Job]) -> None:
    outcomes = list(execute(jobs, 1, tries.die_once))
    assert sorted(outcome.job.seed for outcome in outcomes) == [1, 2, 3]
    assert not any(outcome.error for outcome in outcomes)
    assert tries.attempts(jobs[1].place) == 2


def test_deadly_job_is_given_up_and_the_others_finish(jobs: list[Job]) -> None:
    outcomes = {outcome.job.seed: outcome.error for outcome in execute(jobs, 2, tries.die_always)}
    assert {seed: bool(error) for seed, error in outcomes.items()} == {1: False, 2: True, 3: False}
    assert f"{ATTEMPTS} times" in outcomes[2]
    assert tries.attempts(jobs[1].place) == ATTEMPTS


def test_error_is_reported_in_one_line_and_not_tried_again(jobs: list[Job]) -> None:
    outcomes = {outcome.job.seed: outcome.error for outcome in execute(jobs, 1, tries.refuse)}
    assert outcomes == {1: "", 2: "ValueError: no such place", 3: ""}
    assert tries.attempts(jobs[1].place) == 1


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process to cores")
def test_threads_keep_to_the_cores_that_may_be_used(jobs: list[Job]) -> None:
    """More threads than that are refused by numba, and every run would fail."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        list(execute(jobs[:1], 1, tries.note))
    finally:
        os.sched_setaffinity(0, allowed)
    assert [file.read_text() for file in jobs[0].place.glob("attempt-*")] == ["1"]


def test_signal_that_ended_a_worker_is_known_though_the_thread_of_the_pool_has_waited_for_it_first() -> None:
    """The status of a process goes to one of those who wait; it was "lost" on a busy machine, once in some hundreds."""

    class Process:
        exitcode: int | None = None

        def terminate(self) -> None: ...
        def kill(self) -> None: ...
        def join(self, timeout: float) -> None: ...  # another has the status, and has not noted it yet

    class Pool:
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            if wait:  # for the thread, which notes it before it ends
                process.exitcode = -signal.SIGALRM

    process = Process()
    worker = _Worker(_pool=Pool(), _processes=[process])  # type: ignore[arg-type, list-item]
    worker.end()
    assert worker.signals() == [signal.SIGALRM]
