"""`huitian sweep`, `answers`, `doctor` and `report` as people use them, and what progress says."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from experiments import console
from experiments.progress import in_round
from experiments.study.file import load_plan
from tests.experiments.terminal import called, command, environment, huitian

TEXT = """schema: 1
name: tiny
question: {zh: 极小的实验, en: a tiny experiment}
scenarios: [baseline, service_circles]
replicates: 2
scale: 0.005
weeks: 6
design: {kind: factorial, factors: {interventions.service_circles.target: {values: [50, 73]}}}
metrics: [satisfaction, load_committee]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an experiment whose sweep was interrupted."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "tiny.yaml").write_text(TEXT, "utf-8")
    process = subprocess.Popen(
        command("sweep", "tiny.yaml", "--out", "out", "--workers", "1"),
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    while not list(folder.glob("out/runs/*.parquet")):
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "重复同一命令即可继续" in said and "the same command goes on from there" in said
    return folder


def test_from_interruption_to_report(place: Path) -> None:
    kept = {file.name: file.read_bytes() for file in place.glob("out/runs/*.parquet")}
    estimate = json.loads(
        called("sweep", "tiny.yaml", "--out", "out", "--dry-run", "--json", "--workers", "2", cwd=place).stdout
    )
    assert estimate["runs"] == 6 and 1 <= estimate["done"] == len(kept) < 6  # the baseline's points are one run
    assert estimate["points"] == 2 and estimate["workers"] == 2 and estimate["seconds"] >= 0
    every = 6 * (estimate["runs"] - estimate["done"])
    assert estimate["weeks"] <= every and estimate["shared"] == round(1 - estimate["weeks"] / every, 3)

    done = huitian("sweep", "tiny.yaml", "--out", "out", "--workers", "2", "--json", "--quiet", cwd=place)
    assert (done.returncode, done.stderr) == (0, "")
    said = json.loads(done.stdout)
    assert said == {
        "folder": "out",
        "runs": 6,
        "failed": 0,
        "points": 2,
        "replicates": 2,
        "reused": len(kept),
        "changes": [],
        "answers": ["differences", "frontier", "means", "rank_probabilities", "ranking"],
    }
    assert all((place / "out" / "runs" / name).read_bytes() == data for name, data in kept.items())
    options = (place / "out" / "answers" / "ranking.csv").read_text("utf-8")
    assert "baseline," in options and "baseline service_circles" not in options  # the lever is not on there

    doctor = called("doctor", "out", cwd=place)
    assert (doctor.returncode, doctor.stdout) == (0, "ok   out: 6 of 6 runs whole\n")
    report = called("report", "out", cwd=place)
    assert report.returncode == 0, report.stderr
    page = (place / "out" / "report.html").read_text("utf-8")
    assert "极小的实验" in page and "a tiny experiment" in page

    next(place.glob("out/runs/*.parquet")).write_bytes(b"PAR1")
    assert called("doctor", "out", cwd=place).returncode == 1
    refused = called("answers", "out", cwd=place)
    assert refused.returncode == 2 and "huitian doctor out" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--engine", "ray", "--address", "nowhere"], "give HOST:PORT"),
        (["--address", "tcp://127.0.0.1:1"], "the local engine has none"),
        (["--engine", "spark"], "spark"),
    ],
)
def test_wrong_engine_is_one_line(arguments: list[str], message: str, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TEXT, "utf-8")
    done = called("sweep", "tiny.yaml", "--out", "out", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr and "Traceback" not in done.stderr


class Clock:
    """A clock that stands still until a test sets it."""

    now = 0.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(console.time, "monotonic", lambda: clock.now)
    return clock


def test_time_left_does_not_count_what_was_there_before(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("title", quiet=False) as report:
        report(90, 100, "")
        clock.now = 20.0
        report(92, 100, "6.0 次/分 runs/min, 0 失败 failed")
    assert capsys.readouterr().err == "title 92/100 6.0 次/分 runs/min, 0 失败 failed (20 s, 80 s left)\n"


def test_a_second_round_starts_its_own_clock(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("title", quiet=False) as report:
        first, second = (in_round(report, "轮", "wave", number, 2) for number in (1, 2))
        assert first is not None and second is not None
        for clock.now in (100.0, 200.0):
            first(int(clock.now) // 100, 2, "")
        clock.now = 205.0
        second(0, 20, "")
        clock.now = 215.0
        second(10, 20, "point 3")
    assert capsys.readouterr().err.splitlines()[1:] == [
        "title 2/2 轮 wave 1/2 (200 s, 0 s left)",
        "title 10/20 轮 wave 2/2 point 3 (10 s, 10 s left)",
    ]


def test_a_scenario_named_by_path_lies_beside_the_experiment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "mine"
    place.mkdir()
    (place / "own.yaml").write_text("name: own\ntitle: {zh: 自, en: Own}\nextends: service_circles\n", "utf-8")
    text = TEXT.replace("[baseline, service_circles]", "[baseline, ./own.yaml]")
    (place / "ask.yaml").write_text(text, "utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert list(load_plan("../mine/ask.yaml").scenarios) == ["baseline", "own"]
