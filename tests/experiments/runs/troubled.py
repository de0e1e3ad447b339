"""A sweep that may meet with trouble (`tests.experiments.troubles`), as the tests of stores and engines make it."""

from pathlib import Path

import pytest

from experiments.runs.job import Work
from experiments.runs.runner import LOG
from experiments.study.file import load_plan
from experiments.study.sweep import Result, sweep
from tests.experiments import fakes, troubles

SEEDS = 5
TEXT = fakes.experiment("troubled", SEEDS)


def made(experiment: str, out: Path, work: Work, **more: object) -> Result:
    return sweep(load_plan(experiment), out=out, workers=2, work=work, **more)  # type: ignore[arg-type]


def made_good(experiment: str, out: Path, work: Work = troubles.cheap) -> Result:
    """The same command once more, in this process: what it makes are the bytes that workers make."""
    with pytest.MonkeyPatch.context() as patch:
        fakes.in_this_process(patch)
        result = made(experiment, out, work)
    assert not result.failed
    return result


def content(out: Path) -> dict[str, bytes]:
    """Bytes by file: all but the log, which tells the time of day."""
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in sorted(out.rglob("*"))
        if file.is_file() and file.name not in (LOG, ".lock", ".verified")
    }
