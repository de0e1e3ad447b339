"""Parts of a sweep, made by real processes at the same time, in one folder or in several."""

import subprocess
import sys
from pathlib import Path

import pytest

from experiments.commands.doctor import check_results
from experiments.runs import run_file
from experiments.runs.claim import Shard, alone, shard_of
from experiments.runs.runner import LOG
from experiments.study.file import load_plan
from experiments.study.sweep import sweep
from simulation.yaml_source import SourceError
from tests.experiments import troubles
from tests.experiments.runs.test_crashes import ROOT
from tests.experiments.runs.troubled import SEEDS, TEXT, made
from tests.experiments.terminal import called

pytestmark = pytest.mark.slow  # real processes


def shard(experiment: str, out: Path, part: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.experiments.troubles", experiment, str(out), "local", part],
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )


def content(out: Path) -> dict[str, bytes]:
    logs = Path(LOG).stem
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in sorted(out.rglob("*"))
        if file.is_file() and not file.name.startswith((logs, ".lock", ".verified"))
    }


def test_shards_in_one_folder_and_in_several(experiment: str, tmp_path: Path) -> None:
    """Two at work in one folder at once, then one of three in another; the whole makes what is left and no more."""
    out, other = tmp_path / "out", tmp_path / "other"
    working = [shard(experiment, out, "1/3"), shard(experiment, out, "2/3"), shard(experiment, other, "3/3")]
    for process in working:
        assert process.wait(240) == 0, process.stderr and process.stderr.read()
    count = 2 * SEEDS
    assert len(run_file.files(out / "runs")) == Shard(2, 3).part(count).stop
    assert len(run_file.files(other / "runs")) == count - Shard(2, 3).part(count).stop
    assert {file.name for file in out.glob("log-*")} == {"log-1-of-3.jsonl", "log-2-of-3.jsonl"}
    whole = sweep(load_plan(experiment), out=out, work=troubles.raises, reuse=[other])
    assert not whole.failed and not list((tmp_path / "tries").iterdir())  # nothing was left to be made
    made(experiment, tmp_path / "at_once", troubles.cheap)
    assert content(out) == content(tmp_path / "at_once")
    assert check_results(out) == 0


def test_failures_of_a_shard_are_its_own(experiment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    parts = [sweep(load_plan(experiment), out=out, workers=1, work=troubles.raises, shard=Shard(k, 2)) for k in (1, 2)]
    assert sorted(len(part.failed) for part in parts) == [0, 1]
    assert check_results(out) > 0
    assert "failed: ValueError: no such place" in capsys.readouterr().out
    assert not made(experiment, out, troubles.cheap).failed
    assert not list(out.glob("failed-*")) and check_results(out) == 0


def test_who_may_be_in_a_folder_at_the_same_time(tmp_path: Path) -> None:
    with alone(tmp_path, "sweep", Shard(1, 2)) as entry:
        entry.release()
        with pytest.raises(SourceError, match="another sweep shard 1/2 is at work"), alone(tmp_path, "sweep"):
            pass
        with (
            pytest.raises(SourceError, match="another sweep shard 1/2 is at work"),
            alone(tmp_path, "sweep", Shard(1, 2)),
        ):
            pass
        with alone(tmp_path, "sweep", Shard(2, 2)):
            pass
    with alone(tmp_path, "sweep"):
        assert not list(tmp_path.glob(".lock-*"))


@pytest.mark.parametrize("length", [0, 1, 7, 100])
@pytest.mark.parametrize("count", [1, 3, 8])
def test_parts_are_all_and_even(length: int, count: int) -> None:
    parts = [range(length)[Shard(k, count).part(length)] for k in range(1, count + 1)]
    assert [k for part in parts for k in part] == list(range(length))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3"])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(SourceError, match="give I/N"):
        shard_of(text)


def test_adaptive_replicates_are_refused(experiment: str, tmp_path: Path) -> None:
    adaptive = TEXT.replace(f"replicates: {SEEDS}", "replicates: {until_half_width: 0.2, metric: satisfaction}")
    Path(experiment).write_text(adaptive, "utf-8")
    done = called("sweep", "troubled.yaml", "--out", "out", "--shard", "1/2", cwd=tmp_path)
    assert done.returncode == 2 and "adaptive replicates look at all runs" in done.stderr
    assert not (tmp_path / "out").exists()
