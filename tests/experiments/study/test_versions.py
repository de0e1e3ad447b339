"""Two versions of the code, by the runs that both made."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.runs import job as identity
from experiments.runs import run_file
from experiments.runs.job import Job
from experiments.study.file import load_plan
from experiments.study.sweep import sweep
from experiments.study.versions import versions
from simulation.yaml_source import SourceError
from tests.experiments import fakes
from tests.experiments.terminal import called

TEXT = """schema: 1
name: mine
question: {zh: 问题, en: question}
scenarios: [baseline, service_circles]
replicates: 4
scale: 0.01
metrics: [satisfaction]
"""


def write(job: Job, satisfaction: float) -> None:
    columns = {"tick": np.zeros(1, np.int32), "satisfaction": [satisfaction], "trust": [0.5]}
    run_file.write(job, pd.DataFrame(columns))


def before(job: Job, threads: int) -> None:
    write(job, 50 + np.random.default_rng(job.seed).normal())


def after(job: Job, threads: int) -> None:
    """The new version gives the plan two points more, give or take a little."""
    luck = np.random.default_rng(job.seed)
    write(job, 50 + luck.normal() + (2 + 0.1 * luck.normal()) * bool(job.scenario.interventions))


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    fakes.in_this_process(monkeypatch)
    (tmp_path / "mine.yaml").write_text(TEXT, "utf-8")
    plan = load_plan(str(tmp_path / "mine.yaml"))
    sweep(plan, out=tmp_path / "old", work=before)
    monkeypatch.setattr(identity, "code_hash", lambda: "0" * 16)
    sweep(plan, out=tmp_path / "new", work=after)
    return tmp_path / "old", tmp_path / "new"


def test_what_moved_is_told_with_its_interval(folders: tuple[Path, Path]) -> None:
    found = versions(*folders)
    assert "0" * 16 in found.new and "0" * 16 not in found.old
    rows = found.table.set_index(["scenario", "metric"])
    assert rows.loc[("baseline", "satisfaction"), ["same", "mean_difference"]].tolist() == [1, 0]
    moved = rows.loc[("service_circles", "satisfaction")]
    assert moved["pairs"] == 4 and moved["same"] == 0
    assert moved["ci_low"] < 2 < moved["ci_high"] and moved["ci_high"] - moved["ci_low"] < 1  # pairs, not levels
    assert found.moved[["scenario", "metric"]].to_numpy().tolist() == [["service_circles", "satisfaction"]]


def test_the_command_says_it(folders: tuple[Path, Path]) -> None:
    old, _new = folders
    done = called("versions", "old", "new", "--out", "moved.csv", cwd=old.parent)
    assert done.returncode == 0, done.stderr
    assert "service_circles" in done.stdout and "unmoved: 3" in done.stdout
    assert len(pd.read_csv(old.parent / "moved.csv")) == 4
    assert "the same in every pair" in called("versions", "old", "old", cwd=old.parent).stdout


def test_folders_that_share_nothing(folders: tuple[Path, Path], tmp_path: Path) -> None:
    text = TEXT.replace("replicates: 4", "replicates: 2\nseed: 90")
    (tmp_path / "mine.yaml").write_text(text, "utf-8")
    sweep(load_plan(str(tmp_path / "mine.yaml")), out=tmp_path / "other", work=before)
    with pytest.raises(SourceError, match="share no scenario and seed"):
        versions(folders[0], tmp_path / "other")
