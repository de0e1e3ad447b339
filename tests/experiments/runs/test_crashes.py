"""A sweep that something happens to, and one that nothing happens to, end with the same bytes: with real processes."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from experiments.runs import run_file
from experiments.runs.engine import ATTEMPTS, FEWER
from experiments.runs.job import Work
from experiments.study.read import read_sweep
from experiments.study.sweep import Result
from simulation.yaml_source import SourceError
from tests.experiments import troubles
from tests.experiments.runs.troubled import SEEDS, content, made, made_good

ROOT = Path(__file__).parents[3]
PATIENCE = 600.0
LIMIT = 900.0  # seconds that a run may take, which none of these does: one that hangs brings its end forward
"""Seconds, far above what a busy machine needs."""
RAY = pytest.param("ray", marks=pytest.mark.slow)
DASK = pytest.param("dask", marks=pytest.mark.slow)
RAY_AGENTS = ("ray::DashboardAgent", "ray::RuntimeEnvAgent")


def attempts(tries: Path, result: Result) -> int:
    """How often the troubled run was begun."""
    [run] = result.runs.loc[(result.runs["seed"] == troubles.TROUBLED) & (result.runs["scenario"] != "baseline"), "run"]
    return len(list(tries.glob(f"{run}-*")))


@pytest.mark.parametrize(
    ("work", "limit"),
    [(troubles.killed_once, None), pytest.param(troubles.hangs_once, LIMIT, marks=pytest.mark.slow)],
    ids=["worker killed", "run hangs"],
)
def test_trouble_that_passes_leaves_no_trace(
    experiment: str, work: Work, limit: float | None, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    result = made(experiment, tmp_path / "out", work, time_limit=limit)
    assert not result.failed
    assert content(tmp_path / "out") == undisturbed
    assert attempts(tmp_path / "tries", result) == 2


@pytest.mark.parametrize(
    ("work", "limit", "times", "error"),
    [
        pytest.param(
            troubles.killed_always,
            None,
            ATTEMPTS,
            f"the system killed its worker {ATTEMPTS} times, as it does when memory is full: {FEWER}",
            marks=pytest.mark.slow,
        ),
        (troubles.hangs_always, LIMIT, ATTEMPTS, f"it ran longer than {LIMIT:g} s, {ATTEMPTS} times"),
        pytest.param(troubles.raises, None, 1, "ValueError: no such place", marks=pytest.mark.slow),
    ],
    ids=["kills its worker", "hangs", "raises"],
)
def test_trouble_that_stays_is_given_up_and_made_good_next_time(
    experiment: str,
    work: Work,
    limit: float | None,
    times: int,
    error: str,
    tmp_path: Path,
    undisturbed: dict[str, bytes],
) -> None:
    result = made(experiment, tmp_path / "out", work, time_limit=limit)
    [failed] = result.failed
    assert troubles.troubled(failed.job) and failed.error == error
    assert attempts(tmp_path / "tries", result) == times
    assert len(run_file.files(tmp_path / "out" / "runs")) == 2 * SEEDS - 1
    assert error in (tmp_path / "out" / "failed.csv").read_text("utf-8")
    made_good(experiment, tmp_path / "out")
    assert content(tmp_path / "out") == undisturbed


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def started(experiment: str, out: Path, engine: str) -> subprocess.Popen[bytes]:
    """A supervisor in a process of its own, which has made some of its runs and waits with the others."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.experiments.troubles", experiment, str(out), engine],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: len(run_file.files(out / "runs")) >= 2 or process.poll() is not None)
    assert process.poll() is None
    return process


@pytest.mark.parametrize("engine", ["local", DASK, RAY])
def test_supervisor_killed(experiment: str, engine: str, tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    out = tmp_path / "out"
    process = started(experiment, out, engine)
    workers = psutil.Process(process.pid).children(recursive=True)
    idle = [worker for worker in workers if worker.cmdline() and worker.cmdline()[0].strip() in RAY_AGENTS]
    process.kill()
    process.wait()
    wait_for(
        lambda: (
            not any(
                worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE
                for worker in workers
                if worker not in idle
            )
        )
    )
    for agent in idle:  # Ray leaves them behind; they make no runs
        agent.kill()
    assert 2 <= len(run_file.files(out / "runs")) < 2 * SEEDS
    (out / "runs" / ".half-written").write_bytes(b"PAR1")  # what a worker that is killed while it writes leaves
    made_good(experiment, out)
    assert content(out) == undisturbed


@pytest.mark.slow
def test_worker_killed_from_outside(experiment: str, tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    out = tmp_path / "out"
    process = started(experiment, out, "local")
    [*_, worker] = [
        child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())
    ]
    worker.kill()
    (tmp_path / "tries" / troubles.GO).touch()
    assert process.wait(PATIENCE) == 0
    assert content(out) == undisturbed


@pytest.mark.slow
def test_interrupted_with_ctrl_c(experiment: str, tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    out = tmp_path / "out"
    process = started(experiment, out, "local")
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) != 0
    kept = content(out)
    assert 2 <= sum(name.startswith("runs/") for name in kept) < 2 * SEEDS
    made_good(experiment, out)
    after = content(out)
    assert after == undisturbed
    assert all(after[name] == data for name, data in kept.items() if name.startswith("runs/"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or os.geteuid() != 0
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(place)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("no tmpfs can be mounted here: a full disk cannot be tested")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_full_disk(experiment: str, small_disk: Path, undisturbed: dict[str, bytes]) -> None:
    out = small_disk / "out"
    with pytest.raises(OSError, match="No space left on device"):
        made(experiment, out, troubles.cheap)
    assert len(run_file.files(out / "runs")) < 2 * SEEDS
    subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
    made_good(experiment, out)
    assert content(out) == undisturbed


@pytest.mark.parametrize("work", [troubles.killed_once, troubles.hangs_once], ids=["worker killed", "run hangs"])
@pytest.mark.parametrize("engine", [DASK, RAY])
def test_worker_of_a_cluster_killed(
    experiment: str, engine: str, work: Work, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    assert not made(experiment, tmp_path / "out", work, engine_name=engine, time_limit=LIMIT).failed
    assert content(tmp_path / "out") == undisturbed


@pytest.mark.parametrize("work", [troubles.killed_always, troubles.raises], ids=["kills its worker", "raises"])
@pytest.mark.parametrize("engine", [DASK, RAY])
def test_run_given_up_by_a_cluster(
    experiment: str, engine: str, work: Work, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    result = made(experiment, tmp_path / "out", work, engine_name=engine)
    [failed] = result.failed
    assert troubles.troubled(failed.job)
    assert attempts(tmp_path / "tries", result) == (ATTEMPTS if work is troubles.killed_always else 1)
    made_good(experiment, tmp_path / "out")
    assert content(tmp_path / "out") == undisturbed


@pytest.mark.parametrize("step", [1, 3, 2 * SEEDS + 1])
def test_putting_together_killed_at_any_step_loses_and_doubles_nothing(
    experiment: str, whole: Path, step: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Steps: the rename of the file of many, what was temporary, then the files of one run, one after the other."""
    out = tmp_path / "out"
    shutil.copytree(whole, out)
    before = read_sweep(out).values
    process = multiprocessing.get_context("spawn").Process(target=troubles.killed_in_packing, args=(str(out), step))
    process.start()
    process.join(PATIENCE)
    assert process.exitcode == -signal.SIGKILL
    assert read_sweep(out).values.equals(before)
    again = made_good(experiment, out, troubles.raises)  # nothing is left to be made
    assert not list((tmp_path / "tries").iterdir())
    found = run_file.found(out / "runs")
    assert set(found.whole) == set(again.runs["run"]) and not found.twice and not found.bad
    assert read_sweep(out).values.equals(before)
    assert len(run_file.files(out / "runs")) == (2 * SEEDS if step == 1 else 1)


def test_a_store_in_files_of_many_is_read_and_continued(experiment: str, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(whole, out)
    before = read_sweep(out).values
    troubles.put_together(out)
    [many] = run_file.files(out / "runs")
    assert read_sweep(out).values.equals(before)
    made_good(experiment, out, troubles.raises)
    assert not list((tmp_path / "tries").iterdir())
    damaged = bytearray(many.read_bytes())
    damaged[len(damaged) // 2] ^= 255
    many.write_bytes(damaged)
    made_good(experiment, out)  # its runs are made again
    assert read_sweep(out).values.equals(before)


def test_two_sweeps_in_one_folder(experiment: str, tmp_path: Path) -> None:
    process = started(experiment, tmp_path / "out", "local")
    with pytest.raises(SourceError, match="another sweep is at work in this folder"):
        made(experiment, tmp_path / "out", troubles.cheap)
    process.kill()
    process.wait()
