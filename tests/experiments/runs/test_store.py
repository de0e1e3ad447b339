"""The store of a sweep and what checks it: names, hashes, refusals, damage, reading it in one line."""

import re
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from experiments.commands.answers import answers
from experiments.commands.doctor import check_results
from experiments.runs import job as identity
from experiments.runs import run_file
from experiments.runs.claim import claimed
from experiments.runs.folders import kind_of
from experiments.runs.job import Job
from experiments.study.file import load_plan
from experiments.study.read import read_sweep
from experiments.study.sweep import sweep
from simulation.yaml_source import SourceError
from tests.experiments import fakes, troubles
from tests.experiments.runs.troubled import SEEDS, TEXT, made, made_good

PAGE = (Path(__file__).parents[3] / "docs" / "experiments.md").read_text("utf-8")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    (folder / "troubled.yaml").write_text(TEXT, "utf-8")
    made_good(str(folder / "troubled.yaml"), folder / "out")
    return folder


@pytest.fixture
def out(sound: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged, beside its experiment."""
    shutil.copytree(sound, tmp_path / "copy")
    return tmp_path / "copy" / "out"


def experiment_of(out: Path) -> str:
    return str(out.parent / "troubled.yaml")


@pytest.mark.parametrize("package", ["duckdb", "pandas"])
@pytest.mark.parametrize("merged", [False, True])
def test_documented_line_reads_everything(
    out: Path, package: str, merged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    lines = [code.strip().splitlines()[-1] for code in blocks if re.match(rf"import {package}( as \w+)?\n", code)]
    [line] = [line for line in lines if "plan.csv" in line]  # of a folder, not of the desk's own results
    if merged:
        troubles.put_together(out)
        assert [file.stem[:5] for file in run_file.files(out / "runs")] == ["part-"]
    monkeypatch.chdir(out)
    found = eval(line, {"duckdb": duckdb, "pd": pd})
    frame = found.df() if package == "duckdb" else found
    assert len(frame) == 2 * SEEDS * troubles.WEEKS
    last = frame[(frame["scenario"] == "service_circles") & (frame["seed"] == 2)].sort_values("tick").tail(52)
    values = read_sweep(out).values.set_index(["scenario", "seed", "metric"])["value"]
    assert last["satisfaction"].mean() == pytest.approx(values["service_circles", 2, "satisfaction"])


def said(out: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    problems = check_results(out)
    return problems, capsys.readouterr().out


def test_doctor_of_a_sound_sweep(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(out, capsys) == (0, f"ok   {out}: 10 of 10 runs whole\n")
    troubles.put_together(out)
    assert said(out, capsys)[0] == 0


def flip(file: Path, place: float) -> None:
    data = bytearray(file.read_bytes())
    data[int(place * len(data))] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("place", [0.05, 0.3, 0.5])
def test_doctor_finds_a_flipped_bit(out: Path, place: float, capsys: pytest.CaptureFixture[str]) -> None:
    file = run_file.files(out / "runs")[4]
    flip(file, place)
    problems, text = said(out, capsys)
    assert problems and f"{file.name}: damaged" in text and "9 of 10 runs whole" in text
    with pytest.raises(SourceError, match="huitian doctor"):
        read_sweep(out)


def test_a_changed_point_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One digit of a factor: every file can be read, and answers would blame the wrong value."""
    monkeypatch.setenv(troubles.TRIES, str(tmp_path))
    (tmp_path / "table.yaml").write_text(TABLE, "utf-8")
    (tmp_path / "points.csv").write_text("parameters.access.walk_speed\n70\n80\n", "utf-8")
    out = tmp_path / "out"
    made_good(str(tmp_path / "table.yaml"), out)
    assert check_results(out) == 0
    (out / "points.csv").write_text((out / "points.csv").read_text("utf-8").replace("80", "88"), "utf-8")
    assert check_results(out) == 1
    with pytest.raises(SourceError, match=r"points.csv does not hold what was written; `huitian doctor"):
        read_sweep(out)
    made_good(str(tmp_path / "table.yaml"), out, troubles.raises)  # written anew
    assert check_results(out) == 0


def test_doctor_finds_missing_foreign_failed_and_mixed_runs(
    out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, other, mixed, truncated, *_ = run_file.files(out / "runs")
    gone.unlink()
    (out / "failed.csv").write_text(f"run,error\n{gone.stem},ValueError: no such place\n", "utf-8")
    other.rename(other.with_name("0123456789abcdef.parquet"))
    pd.DataFrame({"a": [1]}).to_parquet(out / "runs" / "stranger.parquet")
    truncated.write_bytes(truncated.read_bytes()[:-20])
    job = next(job for job in jobs_of(out) if job.place.stem == mixed.stem)
    monkeypatch.setattr(identity, "code_hash", lambda: "0" * 16)
    troubles.cheap(job, 1)
    problems, text = said(out, capsys)
    assert f"{gone.stem}: failed: ValueError: no such place" in text
    assert f"{other.stem}: missing" in text
    assert "0123456789abcdef.parquet: foreign" in text and "stranger.parquet: foreign" in text
    assert f"{truncated.name}: damaged" in text
    assert "mixed code: 6 × " in text and "1 × 0000000000000000" in text
    assert "7 of 10 runs whole" in text
    assert problems == text.count("BAD") - 1  # the last line is the sum


def jobs_of(out: Path) -> list[Job]:
    from experiments.study.designs import points_of

    plan = load_plan(experiment_of(out))
    return plan.study(points_of(plan)).jobs_in_files(out)


def test_other_code_is_refused_unless_allowed(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "code_hash", lambda: "0" * 16)
    plan = load_plan(experiment_of(out))
    with pytest.raises(SourceError, match="10 of 10 runs were made with other code"):
        sweep(plan, out=out, workers=1, work=troubles.raises)
    assert not sweep(plan, out=out, workers=1, work=troubles.raises, allow_mixed=True).failed  # nothing to be made


def test_run_of_a_worker_with_other_code_is_not_kept(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers are fresh processes with the real code; it is the supervisor that believes in other code."""
    for file in run_file.files(out / "runs")[1:]:
        file.unlink()
    monkeypatch.setattr(identity, "code_hash", lambda: "0" * 16)
    result = sweep(load_plan(experiment_of(out)), out=out, workers=1, work=troubles.cheap, allow_mixed=True)
    assert {outcome.error for outcome in result.failed} == {"its worker has other code"}
    assert len(run_file.files(out / "runs")) == 1


def test_other_experiment_is_refused_unless_forced(out: Path) -> None:
    file = Path(experiment_of(out))
    file.write_text(TEXT.replace("scale: 0.01", "scale: 0.02"), "utf-8")
    with pytest.raises(FileExistsError, match="another study"):
        sweep(load_plan(str(file)), out=out, workers=1, work=troubles.raises)


TABLE = """schema: 1
name: table
question: {zh: 表, en: table}
scenarios: [baseline]
replicates: 1
scale: 0.01
design: {kind: table, file: points.csv}
"""


def test_a_changed_table_of_points_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(troubles.TRIES, str(tmp_path))
    (tmp_path / "table.yaml").write_text(TABLE, "utf-8")
    (tmp_path / "points.csv").write_text("parameters.access.walk_speed\n70\n", "utf-8")
    file, out = str(tmp_path / "table.yaml"), tmp_path / "out"
    made(file, out, troubles.cheap)
    assert not made(file, out, troubles.raises).failed  # nothing is left to run
    (tmp_path / "points.csv").write_text("parameters.access.walk_speed\n80\n", "utf-8")
    with pytest.raises(FileExistsError, match="another study"):
        made(file, out, troubles.cheap)


def test_a_damaged_file_of_many_is_put_aside_and_its_runs_are_made_again(out: Path) -> None:
    troubles.put_together(out)
    [merged] = run_file.files(out / "runs")
    merged.write_bytes(merged.read_bytes()[:-100])
    made_good(experiment_of(out), out)
    assert [file.name for file in out.glob("*.damaged")] == [f"{merged.stem}.damaged"]
    assert check_results(out) == 0


@pytest.mark.parametrize(
    ("factor", "message"),
    [("{low: 70, high: 80, default: 1}", "allowed are 60 to 90"), ("{values: [70, 80], default: slow}", "number")],
)
def test_the_default_of_a_factor_is_checked(factor: str, message: str, tmp_path: Path) -> None:
    design = f"design: {{kind: one_at_a_time, factors: {{parameters.access.walk_speed: {factor}}}}}\n"
    (tmp_path / "mine.yaml").write_text(TABLE.replace("design: {kind: table, file: points.csv}\n", design), "utf-8")
    with pytest.raises(SourceError, match=message):
        load_plan(str(tmp_path / "mine.yaml"))


@pytest.mark.slow
def test_answers_that_are_no_more_go(out: Path) -> None:
    answers(out)
    old = [out / "answers" / "discovery.csv", out / "charts" / "prim_plan.png"]
    for file in old:
        file.write_text("from another threshold", "utf-8")
    answers(out)
    assert not any(file.exists() for file in old) and (out / "answers" / "differences.csv").exists()


def test_a_report_of_a_search_is_refused_in_words(tmp_path: Path) -> None:
    with claimed(tmp_path, {"kind": "search", "name": "mine"}, False):
        pass
    with pytest.raises(SourceError, match="a search has tables and charts and no report"):
        kind_of(tmp_path)


def test_manifest_is_never_half_written(out: Path) -> None:
    """A kill while it is written leaves the old one: it is written beside its place and renamed."""
    before = (out / "sweep.json").read_bytes()
    (out / ".sweep.json-1").write_text("{", "utf-8")
    made(experiment_of(out), out, troubles.cheap)
    assert (out / "sweep.json").read_bytes() == before
    assert not (out / ".sweep.json-1").exists()


def test_followed_residents_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They lie beside the runs, and a run without them is made again."""
    fakes.in_this_process(monkeypatch)
    own = "schema: 1\nname: followed\ntitle: {zh: 样本, en: Sample}\noutputs: {resident_sample: 3}\n"
    (tmp_path / "followed.yaml").write_text(own, "utf-8")
    text = TEXT.replace("[baseline, service_circles]", "[./followed.yaml]").replace("scale: 0.01", "scale: 0.005")
    (tmp_path / "troubled.yaml").write_text(text.replace(f"replicates: {SEEDS}", "replicates: 1\nweeks: 2"), "utf-8")
    plan, out = load_plan(str(tmp_path / "troubled.yaml")), tmp_path / "out"
    sweep(plan, out=out, workers=1)
    [panel] = (out / "panels").glob("*.parquet")
    first = pd.read_parquet(panel)
    assert first["resident"].nunique() == 3 and len(first) == 2 * 3
    assert check_results(out) == 0
    panel.unlink()
    assert check_results(out) > 0
    assert not sweep(plan, out=out, workers=1).failed
    assert pd.read_parquet(panel).equals(first) and check_results(out) == 0


def test_runs_that_workers_did_not_write_here_are_failed(tmp_path: Path) -> None:
    (tmp_path / "troubled.yaml").write_text(TEXT.replace(f"replicates: {SEEDS}", "replicates: 1"), "utf-8")
    result = sweep(load_plan(str(tmp_path / "troubled.yaml")), out=tmp_path / "out", workers=1, work=nothing)
    assert {outcome.error for outcome in result.failed} == {"its file is not here: do the workers share this folder?"}


def nothing(job: troubles.Job, threads: int) -> None:
    """A worker that writes elsewhere."""
