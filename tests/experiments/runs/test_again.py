"""A run made again from its manifest: the same bytes, or which files differ."""

import json
import shutil
from pathlib import Path

import pytest

from experiments.runs import again
from experiments.runs.again import rerun, scenario_of
from experiments.runs.damage import DamagedError
from experiments.runs.run_folder import read_manifest, verify
from simulation.results import MANIFEST, manifest_hash, write_run
from simulation.run import content_hash, simulate
from simulation.scenario.load import load_scenario
from simulation.whole import file_hash
from tests.experiments.terminal import called


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("again") / "run"
    plan = load_scenario("service_circles").model_copy(update={"parameters": {"run.burn_in_weeks": 2.0}})
    write_run(place, simulate(plan, seed=7, scale=0.005, weeks=5))
    return place


def test_the_scenario_comes_back_with_its_dates(folder: Path) -> None:
    plan = scenario_of(read_manifest(folder), folder)
    assert plan.start == load_scenario("service_circles").start
    assert plan.interventions == load_scenario("service_circles").interventions


def test_the_same_bytes(folder: Path) -> None:
    found = rerun(folder)
    assert found.same and "district.parquet" in found.files and MANIFEST not in found.files
    assert found.code[0] == found.code[1] and found.district[0] == found.district[1]
    assert found.processor[0] == found.processor[1] != ""


def test_other_bytes_are_named_by_the_command(folder: Path, tmp_path: Path) -> None:
    """Results of another code or machine: whole by their own hashes, and not what the scenario gives here."""
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    shutil.copyfile(other / "groups.parquet", other / "cells.parquet")
    said = json.loads((other / MANIFEST).read_text("utf-8"))
    said["processor"] = "Another Processor 3000"
    said["files"]["cells.parquet"] = file_hash(other / "cells.parquet")
    said["files"][MANIFEST] = manifest_hash(said)
    (other / MANIFEST).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
    done = called("rerun", "other", "--quiet", cwd=tmp_path)
    assert done.returncode == 1 and "1/" in done.stdout and "cells.parquet" in done.stdout
    assert "then Another Processor 3000, 现在 now" in done.stdout


@pytest.mark.parametrize(
    ("files", "odd"), [({"groups.parquet"}, "groups.parquet"), ({"panel.parquet"}, "panel.parquet")]
)
def test_a_file_that_only_one_of_both_has_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, files: set[str], odd: str
) -> None:
    """The second making writes no groups, or the folder is said to have had a panel."""
    whole = verify(folder)
    assert whole.files is not None
    there = {name: hashed for name, hashed in whole.files.items() if name not in files}
    there |= dict.fromkeys(files - set(whole.files), "0")
    monkeypatch.setattr(again, "verify", lambda place: whole.model_copy(update={"files": there}))
    found = rerun(folder)
    assert found.different == (odd,) and not found.same


def test_a_damaged_run_is_no_run(folder: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    (other / "district.parquet").write_bytes(b"")
    with pytest.raises(DamagedError, match=r"district\.parquet"):
        rerun(other)


def test_the_scenario_of_a_manifest_is_a_scenario_file(folder: Path, tmp_path: Path) -> None:
    """Copied out of the manifest, dates and all, it is the same scenario."""
    said = json.loads((folder / MANIFEST).read_text("utf-8"))
    (tmp_path / "copied.yaml").write_text(json.dumps(said["scenario"], ensure_ascii=False), "utf-8")
    assert content_hash(load_scenario(tmp_path / "copied.yaml")) == said["hashes"]["scenario"]
