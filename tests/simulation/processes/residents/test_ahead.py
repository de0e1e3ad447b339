"""What is compiled beside is what runs: the same types, and only where it is needed."""

from pathlib import Path

import pytest

from simulation.processes.demography.arrival import _settle
from simulation.processes.demography.step import week_of_blocks
from simulation.processes.fees import _collect
from simulation.processes.requests.choice import _choose_chunks
from simulation.processes.requests.outcome import _close
from simulation.processes.requests.queue import serve_week
from simulation.processes.requests.route import _route
from simulation.processes.residents import ahead
from simulation.processes.residents.kernel import step_blocks
from simulation.run import compile_backwards, simulate
from simulation.scenario.load import load_scenario


class Process:
    """Stands for a process that is started and waited for."""

    def __init__(self, *_, **__) -> None:
        self.waited = 0
        processes.append(self)

    def wait(self) -> None:
        self.waited += 1


processes: list[Process] = []


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder of compiled functions, two cores, and no real process."""
    processes.clear()
    monkeypatch.setattr(ahead.subprocess, "Popen", Process)
    monkeypatch.setattr(ahead.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(ahead, "_started", [])
    monkeypatch.setattr(ahead.step_blocks._cache, "_cache_path", str(tmp_path))
    assert ahead.step_blocks.stats.cache_path == str(tmp_path)
    return tmp_path


def test_it_is_started_once_and_waited_for_once(folder):
    ahead.start()
    ahead.start()
    assert len(processes) == 1
    ahead.finish()
    ahead.finish()
    assert processes[0].waited == 1


def test_nothing_is_started_where_the_kernel_is_kept(folder):
    (folder / "kernel.step_blocks-50.py311.nbi").touch()
    ahead.start()
    assert not processes


@pytest.mark.parametrize("reason", ["one core", "worker"])
def test_nothing_is_started_where_it_would_not_help(folder, monkeypatch, reason):
    if reason == "one core":
        monkeypatch.setattr(ahead.os, "cpu_count", lambda: 1)
    else:
        monkeypatch.setattr(ahead.multiprocessing, "parent_process", lambda: "a study")
    ahead.start()
    assert not processes


def test_a_run_has_the_types_that_were_compiled():
    compile_backwards()
    compiled = (step_blocks, serve_week, week_of_blocks, _choose_chunks, _close, _route, _collect, _settle)
    before = [set(function.signatures) for function in compiled]
    simulate(load_scenario("baseline"), scale=0.005, weeks=5)  # a bill among them
    assert [set(function.signatures) for function in compiled] == before
