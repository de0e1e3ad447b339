"""What is damaged, swapped, made up or old is made again by a comparison, and refused in one line by its readers."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments.answers.sweep import answer
from experiments.commands.doctor import check_results
from experiments.runs.claim import alone, usable
from experiments.runs.damage import DamagedError
from experiments.runs.folders import open_comparison, open_run
from experiments.runs.job import Job
from experiments.runs.run_folder import TABLES, verify
from experiments.study.compare import compare
from experiments.study.read import read_comparison
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError
from tests.experiments import fakes

RUN = "runs/service_circles/seed-2"
Damage = Callable[[Path], None]


def again(out: Path) -> pd.DataFrame:
    scenarios = [load_scenario("baseline"), load_scenario("service_circles")]
    return compare(scenarios, out=out, replicates=2, workers=1, weeks=60, work=fakes.make).table


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound") / "out"
    with pytest.MonkeyPatch.context() as patch:
        fakes.in_this_process(patch)
        again(folder)
    return folder


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs that were run, in this process."""
    return fakes.in_this_process(monkeypatch)


@pytest.fixture
def out(sound: Path, tmp_path: Path) -> Path:
    """A copy of a comparison that may be damaged."""
    shutil.copytree(sound, tmp_path / "out")
    return tmp_path / "out"


def table(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Damage:
    def act(out: Path) -> None:
        file = out / RUN / name
        whole = pq.read_table(file)
        frame = change(whole.to_pandas())
        frame.to_parquet(file, index=False)

    return act


def data(name: str, change: Callable[[bytes], bytes]) -> Damage:
    def act(out: Path) -> None:
        (out / name).write_bytes(change((out / name).read_bytes()))

    return act


def swap(a: str, b: str) -> Damage:
    def act(out: Path) -> None:
        (out / a).rename(out / "aside")
        (out / b).rename(out / a)
        (out / "aside").rename(out / b)

    return act


def flip(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def edited(**values: object) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps({**json.loads(content), **values}).encode()


def without(*keys: str) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps({k: v for k, v in json.loads(content).items() if k not in keys}).encode()


MANIFEST = f"{RUN}/manifest.json"
DAMAGES: dict[str, Damage] = {
    "rows less": table("district.parquet", lambda f: f.iloc[:-5]),
    "rows of communities less": table("communities.parquet", lambda f: f.iloc[:-1]),
    "shuffled": table("district.parquet", lambda f: f.sample(frac=1, random_state=1)),
    "residents shuffled": table("residents.parquet", lambda f: f.sample(frac=1, random_state=1)),
    "column gone": table("district.parquet", lambda f: f.drop(columns="trust")),
    "NaN": table("district.parquet", lambda f: f.assign(satisfaction=float("nan"))),
    "bit flipped": data(f"{RUN}/district.parquet", flip),
    "truncated": data(f"{RUN}/residents.parquet", lambda c: c[:-30]),
    "empty": data(f"{RUN}/cells.parquet", lambda c: b""),
    "summary flipped": data(f"{RUN}/summary.json", flip),
    "file of another seed": swap(f"{RUN}/district.parquet", "runs/service_circles/seed-1/district.parquet"),
    "file of another scenario": swap(f"{RUN}/residents.parquet", "runs/baseline/seed-2/residents.parquet"),
    "run of another seed": swap(RUN, "runs/service_circles/seed-1"),
    "run of another scenario": swap(RUN, "runs/baseline/seed-2"),
    "manifest of another seed": swap(MANIFEST, "runs/service_circles/seed-1/manifest.json"),
    "manifest is a list": data(MANIFEST, lambda c: b"[]"),
    "manifest is null": data(MANIFEST, lambda c: b"null"),
    "manifest is a number": data(MANIFEST, lambda c: b"5"),
    "manifest is half": data(MANIFEST, lambda c: c[: len(c) // 2]),
    "manifest is no UTF-8": data(MANIFEST, lambda c: b"\xff\xfe"),
    "manifest is bottomless": data(MANIFEST, lambda c: b"[" * 100_000),
    "manifest says done": data(MANIFEST, lambda c: b'{"status": "done"}'),
    "manifest without a seed": data(MANIFEST, without("seed")),
    "manifest without hashes": data(MANIFEST, without("hashes")),
    "manifest without hashes of files": data(MANIFEST, without("files")),
    "hashes are a word": data(MANIFEST, edited(hashes="abc")),
    "seed is a word": data(MANIFEST, edited(seed="two")),
    "scale is edited": data(MANIFEST, edited(scale=0.5)),
}


FAST = {
    "rows less",
    "residents shuffled",
    "column gone",
    "bit flipped",
    "truncated",
    "empty",
    "file of another seed",
    "run of another scenario",
    "manifest is half",
    "manifest is bottomless",
    "manifest without hashes of files",
    "scale is edited",
    "swapped",
    "marker of nonsense",
    "marker without a scenario",
}
"""One damage of each way to do damage; the slow tier has the others, which are noticed by the same checks."""


def some(damages: dict[str, Damage]) -> list[object]:
    return [pytest.param(act, id=name, marks=() if name in FAST else pytest.mark.slow) for name, act in damages.items()]


@pytest.mark.parametrize("damage", some(DAMAGES))
def test_a_damaged_run_is_refused_and_made_again(
    out: Path, damage: Damage, made: list[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    before = pd.read_parquet(out / "comparison.parquet")
    damage(out)
    with pytest.raises(DamagedError) as refused:
        open_comparison(out)
    assert len(str(refused.value).splitlines()) == 1 and "seed-" in str(refused.value)
    assert check_results(out) > 0
    assert "BAD" in capsys.readouterr().out
    again(out)
    assert {(job.scenario.name, job.seed) for job in made} >= {("service_circles", 2)} and len(made) <= 2
    pd.testing.assert_frame_equal(pd.read_parquet(out / "comparison.parquet"), before)
    assert check_results(out) == 0 and open_comparison(out).replicates == 2


TABLE_DAMAGES: dict[str, Damage] = {
    "truncated": data("comparison.parquet", lambda c: c[:-50]),
    "bit flipped": data("winners.parquet", flip),
    "swapped": swap("winners.parquet", "communities_comparison.parquet"),
    "empty": data("communities_comparison.parquet", lambda c: b""),
    "edited": lambda out: (
        pd.read_parquet(out / "comparison.parquet").assign(mean_difference=9.0).to_parquet(out / "comparison.parquet")
    ),
    "marker of nonsense": data("compare.json", edited(scenarios=5)),
    "marker without a scenario": data("compare.json", edited(scenarios=["baseline"])),
}


@pytest.mark.parametrize("damage", some(TABLE_DAMAGES))
def test_a_damaged_table_is_refused_and_made_again(
    out: Path, damage: Damage, made: list[Job], capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: (out / name).read_bytes() for name in ("comparison.parquet", "winners.parquet")}
    nonsense = damage in (TABLE_DAMAGES["marker of nonsense"], TABLE_DAMAGES["marker without a scenario"])
    damage(out)
    with pytest.raises(DamagedError) as refused:
        open_comparison(out)
    assert len(str(refused.value).splitlines()) == 1
    assert check_results(out) > 0
    if nonsense:  # whose folder it is, is no longer known
        with pytest.raises(FileExistsError, match="--force"):
            again(out)
        return
    again(out)
    assert not made, "the runs are whole"
    assert {name: (out / name).read_bytes() for name in files} == files
    assert check_results(out) == 0


def test_tables_of_runs_that_are_no_more_are_unfinished(out: Path, made: list[Job]) -> None:
    """A comparison that was interrupted after a scenario had changed has new runs beside old tables."""
    changed = load_scenario("service_circles").model_copy(update={"interventions": {}})
    fakes.make(Job(changed, 2, 1.0, 60, out / RUN), 1)
    with pytest.raises(SourceError, match="was made after the tables"):
        open_comparison(out)
    again(out)
    assert open_comparison(out).replicates == 2


def old_run(folder: Path) -> None:
    """Make a run what an older version wrote: no hashes of files, format 1."""
    file = folder / "manifest.json"
    content = json.loads(file.read_text("utf-8"))
    del content["files"]
    file.write_text(json.dumps({**content, "format": "1"}), "utf-8")


def test_an_old_run_is_read(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old_run(out / RUN)
    assert open_run(out / RUN).runs == {2: out / RUN}
    assert check_results(out / RUN) == 0 and "older version" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (table("district.parquet", lambda f: f.iloc[:-1]), "does not hold the 60 weeks"),
        (table("district.parquet", lambda f: f.iloc[::-1]), "does not hold the 60 weeks"),
        (data(f"{RUN}/communities.parquet", lambda c: c[:-9]), "damaged"),
        (lambda out: (out / RUN / "cells.parquet").unlink(), r"unfinished or damaged \(cells.parquet\)"),
    ],
)
def test_a_damaged_old_run_is_refused(out: Path, damage: Damage, said: str) -> None:
    old_run(out / RUN)
    damage(out)
    with pytest.raises(DamagedError, match=said):
        open_run(out / RUN)
    assert check_results(out / RUN) == 1


def test_an_old_comparison_is_read_and_made_anew(out: Path, made: list[Job]) -> None:
    for run in out.glob("runs/*/seed-*"):
        old_run(run)
    marker = json.loads((out / "compare.json").read_text("utf-8"))
    old = {key: marker[key] for key in ("kind", "scenarios", "baseline", "seeds")}
    (out / "compare.json").write_text(json.dumps(old), "utf-8")
    found = open_comparison(out)
    assert found.replicates == 2 and check_results(out) == 0
    again(out)
    assert not made, "what an older version made from the same code is whole"
    assert json.loads((out / "compare.json").read_text("utf-8")) == marker


def test_every_file_of_a_run_has_its_hash(out: Path) -> None:
    files = verify(out / RUN).files
    assert files is not None and set(files) == {file.name for file in (out / RUN).iterdir()} >= set(TABLES)


def test_what_a_killed_worker_left_is_cleared(out: Path, made: list[Job]) -> None:
    for place in (out.parent, out / "runs", out / "runs" / "baseline", out / "runs" / "new"):
        (place / ".huitian-abc").mkdir(parents=True)
        (place / ".huitian-abc" / ".lock").write_text("run")  # nobody holds it
        (place / ".huitian-abc" / "district.parquet").write_bytes(b"PAR1")
    again(out)
    assert not list(out.parent.rglob(".huitian-*")) and not made


def test_a_folder_of_others_is_left_without_a_trace(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="--force"):
        again(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_second_comparison_in_a_folder_says_so(out: Path, made: list[Job]) -> None:
    with alone(out, "comparison"), pytest.raises(SourceError, match="another comparison is at work in this folder"):
        again(out)
    again(out)


def test_a_comparison_answers_what_a_sweep_does(out: Path) -> None:
    found = answer(read_comparison(out))
    assert not found.notes and "synergy" not in found.tables
    assert {"differences", "ranking", "rank_probabilities", "frontier"} <= set(found.tables)
    row = found.tables["differences"].set_index(["option", "metric"]).loc[("service_circles", "satisfaction")]
    assert row["mean_difference"] == pytest.approx(2, abs=1e-4)


def test_scenarios_that_cross_tell_of_synergy_and_of_regret(
    tmp_path: Path, made: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two levers that add 2 and 1, and 0.5 more together; a parameter that moves all alike."""
    base, circles = load_scenario("baseline"), load_scenario("service_circles")
    rooms = load_scenario("service_rooms").model_copy(update={"start": base.start, "weeks": base.weeks})
    both = circles.model_copy(
        update={"name": "both", "interventions": {**circles.interventions, **rooms.interventions}}
    )
    effects = {"baseline": 0.0, "service_circles": 2.0, "service_rooms": 1.0, "both": 3.5}
    slow = {"parameters": {"access.walk_speed": 61.0}}
    pairs = [s.model_copy(update={**slow, "name": f"{s.name}_slow"}) for s in (base, circles)]
    monkeypatch.setattr(fakes, "EFFECT", {**effects, "baseline_slow": -5.0, "service_circles_slow": -4.0})
    for name, scenarios in (("levers", [base, circles, rooms, both]), ("cases", [base, circles, *pairs])):
        compare(scenarios, out=tmp_path / name, replicates=2, workers=1, weeks=60, work=fakes.make)
    synergy = answer(read_comparison(tmp_path / "levers")).tables["synergy"]
    row = synergy[(synergy["term"] == "interaction") & (synergy["metric"] == "satisfaction")].iloc[0]
    assert row["effect"] == pytest.approx(0.5, abs=1e-3)
    regret = answer(read_comparison(tmp_path / "cases")).tables["robustness"]
    rows = regret[regret["metric"] == "satisfaction"].set_index("option")["max_regret"]
    assert rows["baseline"] == pytest.approx(2, abs=1e-3) and rows["baseline +service_circles"] == 0


def test_a_place_that_cannot_be_used_is_told_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here" / "below").mkdir(parents=True)
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    (tmp_path / "link").symlink_to("here")
    monkeypatch.setattr(Path, "is_mount", lambda self: self.name == "here")
    for out, said in (
        ("n" * 300, "too long|longer than"),
        ("a/run", "circle"),
        (".", "holds the working folder"),
        ("..", "holds the working folder"),
        ("here", "a mount point cannot be replaced"),
        ("link", "a mount point cannot be replaced"),
    ):
        with pytest.raises(SourceError, match=said):
            usable(Path(out), replaced=True)
    for out in ("n" * 250, "here/run", "link/run", "new/run"):
        usable(Path(out), replaced=True)
    usable(Path("here"))  # a study fills its folder and does not replace it
