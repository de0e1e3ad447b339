"""One byte of any file of results is another: no reader takes it for what was written.

A file of runs has bytes that say nothing of a run (of pandas, of the format): where doctor sees no difference, what is
read is the same to the last bit.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.answers.sweep import answer
from experiments.commands.doctor import check_results
from experiments.runs.again import rerun
from experiments.runs.claim import COMPARE, said, write_marker
from experiments.runs.folders import open_comparison, open_run
from experiments.runs.job import Job
from experiments.study.compare import compare
from experiments.study.file import load_plan
from experiments.study.read import read_outcomes
from experiments.study.sweep import sweep
from experiments.study.versions import versions
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError
from tests.experiments import fakes, troubles

PLACES = (0.02, 0.5, 0.99)
"""Where in a file the byte lies."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run, a comparison, a sweep, and a sweep in a file of many runs."""
    place = tmp_path_factory.mktemp("sound")
    (place / "tampered.yaml").write_text(fakes.experiment("tampered"), "utf-8")
    scenarios = [load_scenario("baseline"), load_scenario("service_circles")]
    with pytest.MonkeyPatch.context() as patch:
        fakes.in_this_process(patch)
        fakes.make(Job(scenarios[0], 1, 0.01, 60, place / "run"), 1)
        compare(scenarios, out=place / "comparison", replicates=2, weeks=60, scale=0.01, work=fakes.make)
        sweep(load_plan(str(place / "tampered.yaml")), out=place / "sweep", work=troubles.cheap)
    shutil.copytree(place / "sweep", place / "many")
    troubles.put_together(place / "many")
    return place


def files(folder: Path) -> list[Path]:
    """All that a command may read again: neither locks nor the log, nor the list of what failed."""
    every = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return [file for file in every if not file.name.startswith(".") and file.name not in ("log.jsonl", "failed.csv")]


def tampered(file: Path) -> Iterator[None]:
    """One byte after the other is another; in the end all are as they were."""
    right = file.read_bytes()
    for share in PLACES:
        at = int(share * len(right))
        file.write_bytes(right[:at] + bytes([right[at] ^ 1]) + right[at + 1 :])
        yield
    file.write_bytes(right)


Reader = Callable[[Path], Any]


def read_if_sound(read: Reader, folder: Path) -> Any:
    """What a reader gives, None if it refuses."""
    try:
        return read(folder)
    except SourceError:
        return None


@pytest.mark.parametrize(
    ("kind", "readers"),
    [
        ("run", (open_run, rerun)),
        ("comparison", (open_comparison, lambda folder: answer(read_outcomes(folder)))),
        ("sweep", (read_outcomes,)),
        ("many", (read_outcomes,)),
    ],
    ids=["run", "comparison", "sweep", "many"],
)
def test_one_byte(
    kind: str, readers: tuple[Reader, ...], sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(sound / kind, tmp_path / kind))
    assert len(files(folder)) >= (4 if kind == "many" else 7)
    right = pd.DataFrame() if kind == "run" else read_outcomes(folder).values
    for name in files(folder):
        for _ in tampered(folder / name):
            seen = check_results(folder) > 0
            assert seen or (name.parts[0] == "runs" and kind in ("sweep", "many")), f"doctor overlooks {name}"
            for read in readers:
                found = read_if_sound(read, folder)
                assert found is None or found.values.equals(right), f"{read} overlooks {name}"
    assert check_results(folder) == 0, capsys.readouterr().out


def test_a_marker_says_what_was_written_or_nothing(tmp_path: Path) -> None:
    content = {"kind": "comparison", "runs": {"baseline": dict.fromkeys(range(1, 13), "a")}, "draws": None}
    write_marker(tmp_path, content)
    assert said(tmp_path) == json.loads(json.dumps(content))
    file = tmp_path / COMPARE
    file.write_text(file.read_text("utf-8").replace('"12"', '"13"'), "utf-8")
    assert said(tmp_path) is None


def test_mixed_code_is_named(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a sweep that was let go on, and where two folders are compared."""
    folder = Path(shutil.copytree(sound / "sweep", tmp_path / "sweep"))
    plan = load_plan(str(sound / "tampered.yaml"), {"replicates": 3})
    fakes.in_this_process(monkeypatch)
    monkeypatch.setattr("experiments.runs.job.code_hash", lambda: "0" * 24)
    with pytest.raises(SourceError, match="runs were made with other code"):
        sweep(plan, out=folder, work=troubles.cheap)
    sweep(plan, out=folder, work=troubles.cheap, allow_mixed=True)
    assert check_results(folder) == 1
    told = versions(sound / "sweep", folder)
    assert str(told.old) != str(told.new)
