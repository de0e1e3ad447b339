"""Files of many runs: which runs lie together, bounded reading, and the same bytes however a study grew."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.commands.doctor import check_results
from experiments.runs import parts, run_file
from experiments.runs.damage import DamagedError
from experiments.runs.job import Job
from experiments.runs.parts import parts_of
from experiments.runs.store import RUNS, Store, verified
from experiments.statistics import last_year_table, last_year_values
from experiments.study import sweep as sweeps
from experiments.study.file import load_plan
from experiments.study.sweep import Result, sweep
from tests.experiments import fakes, troubles
from tests.experiments.runs.troubled import content

TEXT = """schema: 1
name: many
question: {{en: many}}
scenarios: [baseline, service_circles]
replicates: {replicates}
scale: 0.01
metrics: [satisfaction]
design:
  kind: latin_hypercube
  samples: {samples}
  factors: {{parameters.access.walk_speed: {{low: 70, high: 80}}}}
"""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """A store that keeps many runs in files of 16, from 20 runs on; the list fills with the runs that are made."""
    monkeypatch.setattr(parts, "SIZE", 16)
    monkeypatch.setattr(parts, "GROUP", 4)
    monkeypatch.setattr(sweeps, "MANY", 20)
    return fakes.in_this_process(monkeypatch)


def ask(out: Path, samples: int, replicates: int, work=troubles.cheap) -> Result:  # type: ignore[no-untyped-def]
    file = out.parent / "many.yaml"
    file.write_text(TEXT.format(samples=samples, replicates=replicates), "utf-8")
    return sweep(load_plan(str(file)), out=out, work=work)


def names(out: Path) -> list[str]:
    return [file.stem for file in run_file.files(out / RUNS)]


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([(4, 1), (4, 4), (4, 9)], marks=pytest.mark.slow),
        pytest.param([(4, 3), (8, 3), (16, 3)], marks=pytest.mark.slow),
        [(2, 2), (8, 2), (8, 5), (16, 5)],
    ],
    ids=["seeds", "points", "both"],
)
def test_however_it_grew(steps: list[tuple[int, int]], made: list[Job], tmp_path: Path) -> None:
    for samples, replicates in steps:
        result = ask(tmp_path / "out", samples, replicates)
        assert len(made) == result.runs["run"].nunique()
        assert check_results(tmp_path / "out") == 0
    assert all(name.startswith("part-") for name in names(tmp_path / "out"))
    ask(tmp_path / "at_once", *steps[-1])
    assert content(tmp_path / "out") == content(tmp_path / "at_once")


def test_more_seeds_leave_full_files_as_they_are(made: list[Job], tmp_path: Path) -> None:
    out = tmp_path / "out"
    ask(out, 8, 2)
    before = {file.name: file.stat().st_mtime_ns for file in run_file.files(out / RUNS)}
    ask(out, 8, 4)
    after = {file.name: file.stat().st_mtime_ns for file in run_file.files(out / RUNS)}
    assert before.items() <= after.items() and len(after) == 2 * len(before)


def test_a_smaller_question_keeps_the_rest_in_files(made: list[Job], tmp_path: Path) -> None:
    out = tmp_path / "out"
    ask(out, 16, 2)
    count = len(made)
    ask(out, 8, 2)
    assert len(made) == count and check_results(out) == 0
    assert len(run_file.found(out / RUNS).whole) == count
    ask(out, 16, 2)
    assert len(made) == count
    ask(tmp_path / "at_once", 16, 2)
    assert content(out) == content(tmp_path / "at_once")


def test_old_files_that_a_kill_left_are_no_danger(made: list[Job], tmp_path: Path) -> None:
    """Between the new files and the end of the old ones a run stands in two files of many: neither may take others."""
    out = tmp_path / "out"
    ask(out, 4, 3)
    old = {file: file.read_bytes() for file in run_file.files(out / RUNS)}
    ask(out, 8, 3)
    assert not any(file.exists() for file in old)
    for file, data in old.items():
        file.write_bytes(data)
    count = len(made)
    ask(out, 8, 3)
    ask(tmp_path / "at_once", 8, 3)
    assert len(made) == 2 * count and content(out) == content(tmp_path / "at_once")


def test_runs_are_put_together_while_others_are_made(made: list[Job], tmp_path: Path) -> None:
    """Never more files of one run than belong in a file or two."""
    singles: list[int] = []

    def counted(job: Job, threads: int) -> None:
        troubles.cheap(job, threads)
        singles.append(sum(not run_file.holds_many(file) for file in run_file.files(job.place.parent)))

    def crew(work, waiting):  # type: ignore[no-untyped-def]
        for job in waiting:
            work(job, 1)
            yield fakes.Outcome(job)

    with pytest.MonkeyPatch.context() as patch:
        fakes.use(patch, crew)
        ask(tmp_path / "out", 16, 4, counted)
    assert len(singles) == 128 and max(singles) <= 2 * 16


def test_verified_files_are_not_read_again(made: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    ask(out, 16, 2)
    assert verified(out) == set(run_file.files(out / RUNS))
    monkeypatch.setattr(run_file, "read", lambda file: pytest.fail(f"{file} is read"))
    assert len(Store(out).whole) == len(made)
    monkeypatch.undo()
    file = run_file.files(out / RUNS)[0]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert file not in verified(out)
    assert check_results(out) > 0 and not verified(out)  # every file will be read anew


def test_damage_behind_a_verification_is_told_once_and_made_good(made: list[Job], tmp_path: Path) -> None:
    """A byte that turned without a trace in size and date shows when the file is put together anew."""
    out = tmp_path / "out"
    ask(out, 4, 3)
    file = run_file.files(out / RUNS)[0]
    date, data = file.stat().st_mtime_ns, bytearray(file.read_bytes())
    data[len(data) // 3] ^= 1
    file.write_bytes(data)
    os.utime(file, ns=(date, date))
    assert file in verified(out)
    with pytest.raises(DamagedError, match="the same command makes what is damaged again"):
        ask(out, 8, 3)
    ask(out, 8, 3)
    ask(tmp_path / "at_once", 8, 3)
    kept = {name for name in content(out) if name.endswith(".damaged")}
    assert kept == {f"{file.stem}.damaged"}  # for who can mend it
    assert {name: data for name, data in content(out).items() if name not in kept} == content(tmp_path / "at_once")


@pytest.mark.parametrize(("points", "seeds", "width", "files"), [(3, 1000, 4, 16), (256, 2, 256, 2), (300, 4, 256, 8)])
def test_which_runs_lie_together(points: int, seeds: int, width: int, files: int) -> None:
    rows = [(f"{seed}-{point}", seed) for seed in range(seeds) for point in range(points)]
    found = parts_of(pd.DataFrame(rows, columns=["run", "seed"]))
    assert len(found) == files and all(name.startswith(f"part-{width}-") for name in found)
    assert sorted(run for part in found.values() for run in part) == sorted(run for run, _ in rows)
    assert max(map(len, found.values())) <= 256


def test_a_file_of_many_is_read_in_groups_of_runs(made: list[Job], tmp_path: Path) -> None:
    ask(tmp_path / "out", 16, 1)
    file = pq.ParquetFile(run_file.files(tmp_path / "out" / RUNS)[0])
    assert [file.read_row_group(k)["run"].to_pandas().nunique() for k in range(file.num_row_groups)] == [4] * 4


def test_last_years_of_many_runs_are_those_of_each() -> None:
    """Means, sums and last values; missing weeks are left out, and metrics without any."""
    luck = np.random.default_rng(1)
    frames = []
    for run in ("a", "b"):
        weeks = pd.DataFrame({"run": run, "tick": np.arange(70), "satisfaction": luck.normal(50, 1, 70)})
        weeks["requests"], weeks["cost_capital_yuan"] = luck.integers(0, 9, 70), np.cumsum(luck.random(70))
        weeks["trust"] = np.nan if run == "a" else luck.random(70)
        weeks.loc[60:, "satisfaction"] = np.nan
        frames.append(weeks)
    table = last_year_table(pd.concat(frames, ignore_index=True)).set_index(["run", "metric"])["value"]
    for run, weeks in zip("ab", frames, strict=True):
        assert table[run].to_dict() == pytest.approx(last_year_values(weeks))
