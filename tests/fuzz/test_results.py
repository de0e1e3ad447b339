"""Folders of results: one file damaged, swapped or edited is refused, or what is read is what was written."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import strategies as st

from experiments.report.sweep import of_folder
from experiments.runs.folders import ComparisonFolder, open_comparison
from experiments.runs.health import examine
from experiments.runs.runner import FAILED
from experiments.study.compare import compare
from experiments.study.file import load_plan
from experiments.study.read import read_comparison, read_sweep
from experiments.study.sweep import sweep
from simulation.scenario.load import load_scenario
from tests.experiments import fakes, troubles
from tests.fuzz import odd
from tests.fuzz.case import answer, counts, every

Change = tuple[str, str, Any]
SWEEP = {
    "schema": 1,
    "name": "mine",
    "question": "What?",
    "scenarios": ["baseline", "service_circles"],
    "replicates": 2,
    "weeks": troubles.WEEKS,
    "design": {
        "kind": "factorial",
        "levels": 2,
        "factors": {"interventions.service_circles.target": {"low": 60, "high": 80, "integer": True}},
    },
}


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compared") / "out"
    scenarios = [load_scenario("baseline"), load_scenario("service_circles")]
    with pytest.MonkeyPatch.context() as patch:
        fakes.in_this_process(patch)
        compare(scenarios, out=out, replicates=2, workers=1, weeks=60, work=fakes.make)
    return out


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("swept")
    (place / "mine.yaml").write_text(odd.yaml(SWEEP), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        fakes.in_this_process(patch)
        sweep(load_plan(str(place / "mine.yaml")), out=place / "out", workers=1, work=troubles.cheap)
    return place / "out"


@st.composite
def changes(draw: st.DrawFn, folder: Path) -> Change:
    """A file of a folder and what it holds instead; or another that it changes places with."""
    names = sorted(
        str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and file.name[0] != "."
    )
    ends = sorted({Path(name).suffix for name in names})
    end = draw(st.sampled_from(ends))  # tables are many, markers few
    same = [name for name in names if name.endswith(end)]
    name = draw(st.sampled_from(same))
    data = (folder / name).read_bytes()
    kind = draw(st.sampled_from(("bytes", "swap", "edit", "edit", "edit", "gone", "folder")))
    if kind == "swap":
        return kind, name, draw(st.sampled_from(same))
    if kind in ("gone", "folder"):
        return kind, name, None
    if kind == "edit" and end == ".json":
        made, _ = draw(odd.one_wrong(json.loads(data)))
        text = json.dumps(made, default=str)
        return "bytes", name, text.encode("utf-8", "surrogatepass")
    if kind == "edit" and end == ".csv":
        return "bytes", name, _edited(draw, data.decode()).encode("utf-8", "surrogatepass")
    if kind == "edit" and end == ".parquet":
        return "table", name, draw(st.sampled_from(sorted(TABLES)))
    return "bytes", name, draw(odd.one_wrong_bytes(data))


def _edited(draw: st.DrawFn, text: str) -> str:
    rows = [line.split(",") for line in text.splitlines()]
    k, column = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, len(rows[0]) - 1))
    other = draw(st.integers(0, len(rows) - 1))
    rows[k][column] = draw(st.sampled_from((rows[other][column], "", "nan", "-1", "1e9", *odd.HOSTILE)))
    return "".join(f"{','.join(row)}\n" for row in rows)


TABLES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "rows less": lambda t: t.iloc[:-1],
    "rows twice": lambda t: pd.concat([t, t.iloc[:1]]),
    "shuffled": lambda t: t.sample(frac=1, random_state=1),
    "column gone": lambda t: t.iloc[:, :-1],
    "NaN": lambda t: t.iloc[1:].reindex(t.index),
    "sign": lambda t: t.assign(**{c: -t[c] for c in t.select_dtypes("float").columns[-1:]}),
    "none": lambda t: t.iloc[:0],
    "as text": lambda t: t.astype(str),
}


def damage(folder: Path, change: Change) -> None:
    kind, name, what = change
    file = folder / name
    if kind == "bytes":
        file.write_bytes(what)
    elif kind == "table":
        TABLES[what](pd.read_parquet(file)).to_parquet(file, index=False)
    elif kind == "swap":
        one, other = file.read_bytes(), (folder / what).read_bytes()
        file.write_bytes(other)
        (folder / what).write_bytes(one)
    else:
        file.unlink()
        if kind == "folder":
            file.mkdir()


def tried(cases: int, sound: Path, place: Path, read: Callable[[Path], Any], same: Callable[[Any, Any], None]) -> None:
    before, folder = read(sound), place / "out"
    files = [(file.relative_to(sound), file.read_bytes()) for file in sound.rglob("*") if file.is_file()]

    def check(change: Change) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(sound, folder)
        damage(folder, change)
        whole = all((folder / name).is_file() and (folder / name).read_bytes() == data for name, data in files)
        found, lines = answer(lambda: read(folder))
        health, said = answer(lambda: examine(folder))
        assert all(str(folder) in line for line in (*lines, *said)), (lines, said)
        problems = health.problems if health is not None else 1
        assert not (whole and (lines or problems)), (lines, health)
        if found is None:
            assert problems, f"refused, but the doctor finds nothing: {lines}"
        else:
            same(before, found)

    every(cases, changes(sound), check)


@counts(4, 600)
def test_a_damaged_comparison(cases: int, tmp_path: Path, compared: Path) -> None:
    def same(before: tuple[ComparisonFolder, Any], found: tuple[ComparisonFolder, Any]) -> None:
        for name in ("table", "winners", "communities"):
            pd.testing.assert_frame_equal(getattr(before[0], name), getattr(found[0], name))
        for one, other in zip(before[0].options, found[0].options, strict=True):
            assert (one.name, one.title, one.scenario, list(one.runs)) == (
                other.name,
                other.title,
                other.scenario,
                list(other.runs),
            )
        assert before[0].scale == found[0].scale
        pd.testing.assert_frame_equal(before[1].values, found[1].values)

    tried(cases, compared, tmp_path, lambda out: (open_comparison(out), read_comparison(out)), same)


@counts(4, 600)
def test_a_damaged_sweep(cases: int, tmp_path: Path, swept: Path) -> None:
    def same(before: Any, found: Any) -> None:
        """Runs that are missing are left out, which the doctor says; the others are as they were."""
        kept = before.values.merge(found.values)
        assert len(kept) == len(found.values)
        assert len(kept) == len(before.values) or examine(tmp_path / "out").problems
        pd.testing.assert_frame_equal(before.points, found.points)
        for name in ("titles", "baseline", "kind", "metrics", "own", "scale", "sequential", "levels", "acting"):
            assert getattr(before, name) == getattr(found, name), name

    tried(cases, swept, tmp_path, read_sweep, same)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("plan.csv", lambda text: text.replace("service_circles", "x").replace("baseline", "service_circles")),
        ("plan.csv", lambda text: "\n".join(text.splitlines()[:-1]) + "\n"),
        ("points.csv", lambda text: text.splitlines()[0] + "\n"),
        ("points.csv", lambda text: "run,error\n"),  # of failed.csv: a TypeError of pandas
        ("sweep.json", lambda text: text.replace('"scale": 1.0', '"scale": 0.5')),
        ("sweep.json", lambda text: text.replace('"baseline": null', '"baseline": "x"')),
    ],
)
def test_an_edited_plan_is_not_taken_for_what_was_run(
    tmp_path: Path, swept: Path, name: str, change: Callable[[str], str]
) -> None:
    """Without a hash of them, runs were answered for under the name of another scenario."""
    folder = shutil.copytree(swept, tmp_path / "out")
    text = (folder / name).read_text("utf-8")
    assert change(text) != text
    (folder / name).write_text(change(text), "utf-8")
    found, lines = answer(lambda: read_sweep(folder))
    assert found is None and str(folder) in lines[0] and examine(folder).problems


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b'run,error\n"'])
def test_a_damaged_list_of_failures_is_refused_by_the_report(tmp_path: Path, swept: Path, data: bytes) -> None:
    folder = shutil.copytree(swept, tmp_path / "out")
    (folder / FAILED).write_bytes(data)
    found, lines = answer(lambda: of_folder(folder))
    assert found is None and str(folder / FAILED) in lines[0]
