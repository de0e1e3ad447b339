"""The command as people use it: real subprocesses, real files."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from simulation.metrics.table import ALWAYS
from tests.experiments.terminal import called, command, environment, huitian

QUICK = ["--scale", "0.005", "--weeks", "8"]
COMPARED = ["compare", "baseline", "service_circles", "--replicates", "2", "--draws", "0", "--no-report", *QUICK]


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory) -> Path:
    cwd = tmp_path_factory.mktemp("run")
    done = huitian("run", "circles_and_splits", *QUICK, "--seed", "5", "--out", "a/run", cwd=cwd)
    assert done.returncode == 0, done.stderr
    assert "居民满意度 satisfaction" in done.stdout
    assert "circles_and_splits 8/8" in done.stderr, "a plain line when piped"
    return cwd / "a" / "run"


def test_a_run_leaves_what_the_contract_says(run_folder):
    names = {file.name for file in run_folder.iterdir()}
    assert {"manifest.json", "district.parquet", "communities.parquet", "summary.json", "report.html"} <= names
    assert {"paths.png", "paths.svg", "groups.png", "map_satisfaction.png"} <= {
        p.name for p in run_folder.glob("charts/*")
    }
    manifest = json.loads((run_folder / "manifest.json").read_text("utf-8"))
    assert manifest["status"] == "done"
    assert (manifest["seed"], manifest["weeks"]) == (5, 8) and manifest["processor"]
    assert manifest["scenario"]["interventions"]["service_circles"]["target"] == 73
    assert {"scenario", "district", "code"} == set(manifest["hashes"])
    district = pd.read_parquet(run_folder / "district.parquet")
    assert list(district.columns) == ["tick", "date", *ALWAYS]
    assert len(district) == 8
    communities = pd.read_parquet(run_folder / "communities.parquet")
    assert {"tick", "community", "parent", *ALWAYS} <= set(communities.columns)
    assert len(communities) == 8 * 130
    assert set(json.loads((run_folder / "summary.json").read_text())["satisfaction"]) == {
        "first_year",
        "last_year",
        "whole_run",
    }


@pytest.fixture(scope="module")
def again(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    """The same run once more, by a process that draws nothing and prints JSON."""
    cwd = tmp_path_factory.mktemp("again")
    words = ["--seed", "5", "--json", "--no-report", "--quiet", "--out", "x"]
    return cwd / "x", huitian("run", "circles_and_splits", *QUICK, *words, cwd=cwd)


def test_the_same_command_gives_the_same_columns(run_folder, again):
    folder, done = again
    assert done.returncode == 0
    assert done.stderr == ""
    for name in ("district", "communities", "residents"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(run_folder / f"{name}.parquet"),
            pd.read_parquet(folder / f"{name}.parquet"),
            check_exact=True,
        )


def test_json_is_all_that_json_prints(again):
    _, done = again
    found = json.loads(done.stdout)
    assert found["folder"] == "x"
    assert found["summary"]["satisfaction"]["whole_run"] > 0


def test_nothing_is_written_over_without_force(run_folder):
    cwd = run_folder.parents[1]
    refused = called("run", "baseline", *QUICK, "--out", "a/run", cwd=cwd)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert json.loads((run_folder / "manifest.json").read_text())["seed"] == 5


def test_doctor_sees_whole_and_damaged_runs(run_folder, tmp_path):
    assert called("doctor", str(run_folder.parent), cwd=tmp_path).returncode == 0
    broken = tmp_path / "broken"
    subprocess.run(["cp", "-r", str(run_folder), str(broken)], check=True)
    data = (broken / "district.parquet").read_bytes()
    (broken / "district.parquet").write_bytes(data[: len(data) // 2])
    done = called("doctor", str(tmp_path), cwd=tmp_path)
    assert done.returncode == 1
    assert "BAD" in done.stdout
    assert "damaged" in done.stdout


def test_doctor_checks_the_installation(tmp_path):
    done = huitian("doctor", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "Chinese font" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_a_full_disk_leaves_nothing_half_written(run_folder, tmp_path):
    """After a run of the same scenario, so that the cache is not what fills the disk."""
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    words = ["--seed", "5", "--no-report", "--out", "full"]
    done = huitian("run", "circles_and_splits", *QUICK, *words, cwd=tmp_path, before=limit)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr
    assert not list(tmp_path.iterdir())


def heed_interrupts() -> None:
    """Ctrl-C ends the command, even if the tests were started in the background of a shell, which ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.slow  # a sweep does the same in tests/experiments/test_sweep_command.py
def test_an_interrupted_comparison_goes_on_where_it_stopped(tmp_path):
    arguments = [*COMPARED, "--workers", "1", "--out", "c"]
    process = subprocess.Popen(
        command(*arguments),
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_interrupts,
    )
    first = tmp_path / "c" / "runs" / "baseline" / "seed-1" / "manifest.json"
    deadline = time.monotonic() + 300
    while not first.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=300)
    assert process.returncode == 130, stderr
    assert "the same command goes on from there" in stderr
    made = first.stat().st_mtime_ns
    again = huitian(*arguments, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert first.stat().st_mtime_ns == made, "what was finished is not done again"
    table = pd.read_parquet(tmp_path / "c" / "comparison.parquet")
    columns = (
        "scenario baseline metric replicates mean_difference ci_low ci_high relative_difference variance_reduction"
    )
    assert set(columns.split()) <= set(table.columns)
    assert (table["replicates"] == 2).all()


@pytest.mark.slow
def test_one_and_two_workers_give_the_same_files(tmp_path):
    for workers in ("1", "2"):
        done = huitian(*COMPARED, "--workers", workers, "--out", workers, "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    for file in (tmp_path / "1").rglob("*.parquet"):
        other = tmp_path / "2" / file.relative_to(tmp_path / "1")
        pd.testing.assert_frame_equal(pd.read_parquet(file), pd.read_parquet(other), check_exact=True)


@pytest.mark.slow
def test_a_comparison_over_draws_tells_both_intervals(tmp_path):
    draws = pd.DataFrame({"channel.hotline": [0.2, 0.3, 0.4], "access.walk_speed": [65.0, 75.0, 85.0]})
    draws.to_csv(tmp_path / "mine.csv", index=False)
    arguments = ["compare", "baseline", "service_circles", "--posterior", "mine.csv", "--replicates", "2"]
    arguments += ["--scale", "0.01", "--weeks", "6", "--workers", "1", "--no-report", "--out", "c"]
    done = huitian(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for words in ("replicates 1/2", "draws 2/2"):
        assert words in done.stderr
    printed = " ".join(done.stdout.split())  # whatever the width of the console
    for words in ("含参数", "更好", "luck alone, at default parameters", "at a further draw with 50 % (3 draws"):
        assert words in printed
    points = pd.read_parquet(tmp_path / "c" / "draws_points.parquet")
    assert points["parameters.access.walk_speed"].tolist() == [65.0, 75.0, 85.0]
    table = pd.read_parquet(tmp_path / "c" / "comparison.parquet")
    assert (table["draws"] == 3).all() and (table["verdict_total"] == "cannot be told").all()
    alone = json.loads(huitian(*arguments, "--draws", "0", "--json", cwd=tmp_path).stdout)
    assert alone["draws"] == 0 and all(row["draws"] == 0 for row in alone["comparison"])
    assert alone["intervals"].keys() == {"ci_low"} and "只含随机性，参数取默认值" in alone["intervals"]["ci_low"]
    assert len((tmp_path / "c" / "draws" / "log.jsonl").read_text().splitlines()) == 2 * 3, "no run is made twice"


def test_levers_that_begin_too_late_are_told(tmp_path):
    words = ["--replicates", "1", "--workers", "1", "--draws", "0", "--scale", "0.005", "--weeks", "3", "--no-report"]
    done = called("compare", "baseline", "service_circles", *words, "--out", "early", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "service_circles：与基线毫无差别" in done.stdout and "differs from the baseline in nothing" in done.stdout


def test_a_new_scenario_file_is_right(tmp_path):
    assert called("scenarios", "new", "mine", cwd=tmp_path).returncode == 0
    done = called("scenarios", "check", "mine.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert "mine.yaml: ok (mine)" in done.stdout


@pytest.mark.parametrize("words", [["run"], ["compare"], ["scenarios", "show"], ["scenarios", "check"], ["doctor"]])
def test_help_has_an_example(words, tmp_path):
    done = called(*words, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "example: huitian" in done.stdout


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("PYTHONIOENCODING=ascii ", ""),
        pytest.param("", " >&-", marks=pytest.mark.slow),
        ("", " >&- 2>&-"),
    ],
)
def test_no_output_stream_ends_the_work(before, after, tmp_path):
    line = f"{before}{shlex.join(command('scenarios', 'list'))}{after}"
    done = subprocess.run(line, shell=True, cwd=tmp_path, env=environment(), capture_output=True)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr
    assert after or b"huitian_plan" in done.stdout
