"""Studies that grow: what is reused, what is refused, and that the folder is that of a study made at once."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.commands.doctor import check_results
from experiments.runs import run_file, runner
from experiments.runs.job import Job, Outcome, Work
from experiments.study.designs import points_of
from experiments.study.designs.latin_hypercube import nested
from experiments.study.file import load_plan
from experiments.study.sweep import Result, sweep
from tests.experiments import troubles
from tests.experiments.runs.troubled import content

WALK = "parameters.access.walk_speed"


def text(
    kind: str = "sobol",
    samples: int = 4,
    replicates: int = 1,
    high: float = 80.0,
    metrics: str = "satisfaction",
    question: str = "question",
    scenarios: str = "baseline, service_circles",
    most: int = 90,
) -> str:
    return f"""schema: 1
name: grows
question: {{zh: 问题, en: {question}}}
scenarios: [{scenarios}]
replicates: {replicates}
scale: 0.01
metrics: [{metrics}]
design:
  kind: {kind}
  samples: {samples}
  factors:
    {WALK}: {{low: 70.0, high: {high}}}
    interventions.service_circles.target: {{low: 50, high: {most}, integer: true}}
"""


class Interrupted(BaseException):
    """Stands for Ctrl-C."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs are made in this process; the list fills with the names of those that were."""
    names: list[str] = []

    def crew(work: Work, jobs: Iterable[Job]) -> Iterator[Outcome]:
        for job in jobs:
            work(job, 1)
            names.append(job.place.stem)
            yield Outcome(job)

    @contextmanager
    def opened(work: Work, *means: object) -> Iterator[object]:
        yield lambda jobs: crew(work, jobs)

    monkeypatch.setattr(runner, "engine", lambda name: opened)
    return names


def ask(out: Path, stop_after: int | None = None, force: bool = False, reuse: tuple[Path, ...] = (), **what) -> Result:
    """Sweep what `text` says in a folder; Ctrl-C after some runs, if wanted."""
    file = out.parent / "grows.yaml"
    file.write_text(text(**what), "utf-8")

    def progress(done: int, total: int, rest: str) -> None:
        if rest and stop_after is not None and done >= stop_after:
            raise Interrupted

    return sweep(load_plan(str(file)), out=out, work=troubles.cheap, progress=progress, force=force, reuse=reuse)


@pytest.mark.parametrize(
    "kind",
    [pytest.param("sobol", marks=pytest.mark.slow), "latin_hypercube", pytest.param("morris", marks=pytest.mark.slow)],
)
def test_grown_twice_interrupted_and_asked_anew(kind: str, made: list[str], tmp_path: Path) -> None:
    """It costs exactly its distinct runs, and the folder has the bytes of a sweep that was made at once."""
    out = tmp_path / "out"
    first = ask(out, kind=kind)
    small = len(made)
    assert small == first.runs["run"].nunique() and first.changes == ()
    second = ask(out, kind=kind, samples=8)
    assert second.changes == ("design.samples: 4 → 8",) and second.reused == small
    with pytest.raises(Interrupted):
        ask(out, kind=kind, samples=8, replicates=2, stop_after=second.runs["run"].nunique() + 3)
    what = {"kind": kind, "samples": 8, "replicates": 2, "metrics": "load_committee", "question": "another"}
    last = ask(out, **what)
    assert last.changes == ("question", "metrics: satisfaction → load_committee")
    assert len(made) == len(set(made)) == last.runs["run"].nunique()
    assert ask(out, **what).reused == len(made) == len(set(made))  # nothing is left to be made
    ask(tmp_path / "at_once", **what)
    assert content(out) == content(tmp_path / "at_once")
    assert check_results(out) == 0


def test_a_smaller_question_keeps_what_is_there(made: list[str], tmp_path: Path, capsys) -> None:
    out = tmp_path / "out"
    ask(out, replicates=2)
    count = len(made)
    asked = ask(out, replicates=1)
    assert len(made) == count and asked.reused == count // 2
    assert check_results(out) == 0
    assert f"{count // 2} more that are not asked for now" in capsys.readouterr().out


def test_one_scenario_more_is_growth(made: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    ask(out)
    before = len(made)
    grown = ask(out, scenarios="baseline, service_circles, community_splits")
    assert grown.reused == before and len(made) == len(set(made)) == grown.runs["run"].nunique()


def test_a_changed_range_says_which_and_what_is_useful(made: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    count = ask(out).runs["run"].nunique()
    said = rf"another study \(design\.factors\.{WALK}\.high: 80 → 85\); 0 of the \d+ runs asked for are there, {count} "
    with pytest.raises(FileExistsError, match=said):
        ask(out, high=85.0)
    before = content(out)
    assert "sweep.json" in before
    ask(out, high=85.0, force=True)
    assert check_results(out) == 0


def test_part_of_another_sweep_is_taken_over(made: list[str], tmp_path: Path) -> None:
    """The baseline does not feel a changed range of a lever: its runs are of use."""
    old = tmp_path / "old"
    ask(old)
    count = len(made)
    result = ask(tmp_path / "new", most=100, reuse=(old,))
    kept = result.runs.loc[result.runs["scenario"] == "baseline", "run"].nunique()
    assert result.reused == kept > 0 and len(made) == count + result.runs["run"].nunique() - kept
    with pytest.raises(ValueError, match=r"--reuse .*: no runs of a sweep"):
        ask(tmp_path / "newest", reuse=(tmp_path,))


def test_an_unreadable_plan_is_only_gone_on_with_for_the_same_question(made: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    count = ask(out).runs["run"].nunique()
    (out / "plan.csv").write_bytes(b"\0")
    with pytest.raises(FileExistsError, match="runs of an unknown plan"):
        ask(out, samples=8)
    assert ask(out).reused == count


@pytest.mark.parametrize("samples", [5, 12, 64])
def test_a_nested_latin_hypercube(samples: int) -> None:
    small, large = nested(samples, 3, 7), nested(2 * samples, 3, 7)
    assert np.array_equal(large[:samples], small)
    for points in (small, large):
        strata = np.sort((points * len(points)).astype(int), axis=0)
        assert np.array_equal(strata, np.tile(np.arange(len(points))[:, None], 3))
    assert not np.array_equal(nested(samples, 3, 8), small)


def test_columns_of_a_nested_latin_hypercube_are_independent() -> None:
    """Mean of the products of 200 designs of 16 points: 0 give or take 0.07 / √200; four of these are allowed."""
    products = [np.corrcoef(nested(16, 2, seed).T)[0, 1] for seed in range(200)]
    assert abs(np.mean(products)) < 4 * np.std(products) / np.sqrt(200)
    assert np.std(products) == pytest.approx(1 / np.sqrt(15), rel=0.2)  # as of two random permutations


@pytest.mark.parametrize(("kind", "extra"), [("sobol", ""), ("sobol", "  second_order: true\n"), ("morris", "")])
def test_more_samples_come_after_those_before(kind: str, extra: str, tmp_path: Path) -> None:
    tables = []
    for samples in (4, 16):
        (tmp_path / "grows.yaml").write_text(text(kind, samples) + extra, "utf-8")
        tables.append(points_of(load_plan(str(tmp_path / "grows.yaml"))))
    small, large = tables
    pd.testing.assert_frame_equal(large.iloc[: len(small)], small)
    assert len(large) == 4 * len(small)


def test_whole_files_only(made: list[str], tmp_path: Path) -> None:
    """A damaged file of the folder that runs are taken from is left there, and its run is made."""
    old = tmp_path / "old"
    count = ask(old).runs["run"].nunique()
    run_file.files(old / "runs")[0].write_bytes(b"PAR1")
    assert ask(tmp_path / "new", reuse=(old,)).reused == count - 1
