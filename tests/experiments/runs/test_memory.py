"""Memory: how much runs take, how many fit, and what is said where they do not, before anything is written."""

import signal
from pathlib import Path

import pytest

from experiments import cli
from experiments.runs import memory
from experiments.runs.engine import ATTEMPTS, lost, one_line
from experiments.runs.job import residents
from experiments.runs.memory import GB, check, free, of_a_run, oom_kills, there_is, workers_that_fit
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError

WHOLE = 850_000.0


class Machine:
    total, available = 8 * GB, 4 * GB


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine of 8 GB of which 4 are free, outside of any container; gives the folder of its control groups."""
    monkeypatch.setattr(memory.psutil, "virtual_memory", Machine)
    monkeypatch.setattr(memory._containers, "__defaults__", (tmp_path,))
    return tmp_path


@pytest.mark.parametrize(
    ("most", "given", "people", "workers"),
    [(2, None, WHOLE, 2), (8, None, WHOLE, 3), (8, 2.5, WHOLE, 2), (8, 64, WHOLE, 8), (8, 0.1, WHOLE, 1),
     (8, None, WHOLE / 100, 6)],
)  # fmt: skip
def test_workers_fit_cores_and_memory(
    machine: Path, most: int, given: float | None, people: float, workers: int
) -> None:
    assert workers_that_fit(people, most, given) == workers


@pytest.mark.parametrize(
    ("workers", "given", "said"),
    [(None, 0.5, r"a run of 850,000 residents takes up to 1\.1 GB and --memory 0\.5 allows 0\.5 GB; give a smaller"),
     (4, 2.0, r"4 runs of 850,000 take up to 4\.4 GB and --memory 2 allows 2\.0 GB; give fewer --workers, or"),
     (9, None, r"9 runs of 850,000 take up to 10\.0 GB and there are 8\.0 GB")],
)  # fmt: skip
def test_what_cannot_fit_is_refused_with_the_estimate(
    machine: Path, workers: int | None, given: float | None, said: str
) -> None:
    with pytest.raises(SourceError, match=said):
        check(WHOLE, workers, given)


def test_what_fits_is_not_refused(machine: Path) -> None:
    check(WHOLE)
    check(WHOLE, 7)
    check(WHOLE, 2, 2.3)


@pytest.mark.parametrize(
    ("folder", "most", "use", "cached"),
    [("", "memory.max", "memory.current", "inactive_file"),
     ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")],
)  # fmt: skip
def test_a_container_counts_as_the_machine(machine: Path, folder: str, most: str, use: str, cached: str) -> None:
    place = machine / folder
    place.mkdir(exist_ok=True)
    (place / most).write_text("3000000000\n")
    (place / use).write_text("2500000000\n")
    (place / "memory.stat").write_text(f"anon 5\n{cached} 1000000000\n")
    assert there_is() == 3 * GB and free() == 1.5 * GB
    (place / most).write_text("max\n")
    assert there_is() == 8 * GB and free() == 4 * GB
    assert there_is(0.5) == free(0.5) == 0.5 * GB


def test_residents_are_those_of_the_sample() -> None:
    plan = load_scenario("baseline")
    assert 800_000 < residents(plan, 1.0) < 900_000
    assert residents(plan, 0.01) == pytest.approx(residents(plan, 1.0) / 100)
    assert of_a_run(residents(plan, 1.0)) > of_a_run(residents(plan, 0.01)) > 0.5 * GB


@pytest.mark.parametrize(
    ("signals", "full", "said"),
    [([signal.SIGKILL], False, f"the system killed its worker {ATTEMPTS} times, as it does when memory is full: give"),
     ([signal.SIGKILL], True, f"the system killed its worker {ATTEMPTS} times, memory was full: give fewer --workers"),
     ([signal.SIGALRM], False, f"it ran longer than 9 s, {ATTEMPTS} times"),
     ([signal.SIGSEGV], False, f"its worker was lost {ATTEMPTS} times (SIGSEGV)"),
     ([], False, f"its worker was lost {ATTEMPTS} times, or it ran longer than 9 s; where memory was full: give")],
)  # fmt: skip
def test_what_ended_a_worker_is_named(signals: list[int], full: bool, said: str) -> None:
    assert lost(9.0, signals, full).startswith(said)


def test_memory_that_ran_out_says_what_to_do() -> None:
    assert one_line(MemoryError()) == "out of memory (no more to be had): give fewer --workers, a smaller --scale, " + (
        "or --memory GB"
    )
    assert oom_kills() >= 0


SEARCH = """schema: 1
name: mine
question: {zh: 问, en: question}
budget_yuan: 4.0e6
levers: {volunteering: {}}
scale: 1.0
"""
CALIBRATION = Path("experiments/specs/calibration.yaml").resolve()
SWEEP = "schema: 1\nname: mine\nquestion: {zh: 问, en: q}\nscenarios: [baseline, service_circles]\nreplicates: 2\n"


@pytest.mark.parametrize(
    "words",
    ["run baseline", "compare baseline service_circles", "sweep sweep.yaml --scale 1", "search search.yaml",
     f"calibrate {CALIBRATION}", "validate", "measures --scale 1"],
    ids=lambda words: words.split()[0],
)  # fmt: skip
def test_every_command_that_makes_runs_refuses_before_it_writes(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("search.yaml").write_text(SEARCH)
    Path("sweep.yaml").write_text(SWEEP)
    monkeypatch.setattr("sys.argv", ["huitian", *words.split(), "--memory", "0.3", "--out", "out", "--quiet"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 2 and "内存不够" in said and "--memory 0.3 allows 0.3 GB" in said
    assert not Path("out").exists()


def test_a_page_that_more_visitors_may_come_to_than_fit_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], machine: Path
) -> None:
    from experiments.commands.view import _say_memory
    from experiments.view.visitors import Options

    _say_memory(Options("baseline", most=4))
    assert capsys.readouterr().err == ""
    _say_memory(Options("baseline", most=40))
    assert "40 位访客" in (said := capsys.readouterr().err) and "there are 4.0 GB" in said


def test_a_sweep_that_will_not_fit_on_the_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments.study import estimate
    from experiments.study.file import load_plan

    class Disk:
        free = 900_000

    (tmp_path / "sweep.yaml").write_text(SWEEP)
    plan = load_plan(str(tmp_path / "sweep.yaml"))
    estimate.check_room(plan, tmp_path / "out")
    monkeypatch.setattr(estimate.shutil, "disk_usage", lambda place: Disk)
    estimate.check_room(load_plan(str(tmp_path / "sweep.yaml"), {"replicates": 1}), tmp_path / "out")
    with pytest.raises(SourceError, match=r"the runs take about \d MB, 1 MB are free"):
        estimate.check_room(load_plan(str(tmp_path / "sweep.yaml"), {"replicates": 9}), tmp_path / "out")
