"""Outcomes by place from an experiment file to the answers, the table of runs, the report and the front door."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.answers.by_place import differences_by_place, means_by_place, told_apart
from experiments.answers.outcomes import Outcomes
from experiments.answers.placed import KEYS, Placed, long
from experiments.answers.places import by_place
from experiments.answers.sweep import answer
from experiments.answers.tidy import tidy_runs
from experiments.report.sweep import of_folder
from experiments.runs import run_file
from experiments.runs.by_place import with_places
from experiments.runs.job import Job
from experiments.study.estimate import _columns
from experiments.study.file import load_plan
from experiments.study.read import measure_sweep, read_sweep
from experiments.study.sweep import Result, sweep
from huitian.sweeps import Sweep
from simulation.metrics.table import METRICS
from simulation.results import write_run
from simulation.yaml_source import SourceError
from tests.experiments import fakes

FILE = """schema: 1
name: mine
question: Where?
scenarios: [baseline, service_circles]
weeks: 60
scale: 0.01
replicates: 3
metrics: [satisfaction]
outcomes:
  street: {expression: satisfaction, by: subdistrict, window: 2018Q3, better: 1}
  each: {expression: satisfaction - 10 * trust, by: community, better: 1, matters: 5}
  one: {expression: satisfaction, within: {community: [C002]}, better: 1}
"""
GAIN = (0.0, 3.0)
"""Points that circles add in the two communities, which are in a street each."""


def made(job: Job) -> fakes.Recording:
    """The known recording; circles gain in the second community alone."""
    found = fakes.recording(job.scenario, job.seed, job.scale, 60)
    on = "service_circles" in job.scenario.interventions
    places = found.communities
    places["satisfaction"] += places["community"].map(dict(enumerate(GAIN))) * on - fakes.EFFECT[job.scenario.name]
    return found


def work(job: Job, threads: int) -> None:
    run_file.write(job, with_places(made(job), job))


def swept(folder: Path, text: str = FILE) -> Result:
    return fakes.swept(folder, text, work)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return swept(tmp_path_factory.mktemp("places")).folder


@pytest.fixture(scope="module")
def measured(done: Path) -> Outcomes:
    return read_sweep(done)


def test_what_circles_change_is_told_by_place(measured: Outcomes) -> None:
    tables = answer(measured).tables
    rows = tables["differences_by_place"].set_index(["metric", "place"])
    assert rows.loc[("street", "HLG"), "mean_difference"] == pytest.approx(0, abs=1e-4)
    assert rows.loc[("street", "LZY"), "mean_difference"] == pytest.approx(3, abs=1e-4)
    assert rows.loc[("street", "LZY"), "verdict"] == "better" and rows.loc[("street", "LZY"), "by"] == "subdistrict"
    assert rows.loc[("each", "C002"), "mean_difference"] == pytest.approx(3, abs=1e-4)
    assert rows.loc[("each", "C002"), "verdict"] == "too small to matter"
    assert (rows["tests"] == 2).all()  # Holm over the places of an outcome
    means = tables["means_by_place"].set_index(["scenario", "outcome", "metric", "place"])["mean"]
    assert means["service_circles", "effect", "street", "LZY"] == pytest.approx(3, abs=1e-4)
    whole = tables["differences"].set_index("metric")
    assert whole.loc["one", "mean_difference"] == pytest.approx(3, abs=1e-4)
    assert {"one"} < set(tables["ranking"]["metric"]) and "street" not in set(tables["ranking"]["metric"])


def test_every_run_has_a_column_for_each_place(done: Path, measured: Outcomes) -> None:
    runs = tidy_runs(measured)
    names = ["street.HLG", "street.LZY", "each.C001", "each.C002", "one"]
    assert set(names) <= set(runs.columns) and len(runs) == 6
    weeks = run_file.read(run_file.files(done / "runs")[0])[0]
    quarter = weeks[weeks["date"].between("2018-07-01", "2018-09-30")]
    planned = pd.read_csv(done / "plan.csv", dtype={"run": str}).set_index("run").loc[weeks["run"].iloc[0]]
    mine = runs[(runs["scenario"] == planned["scenario"]) & (runs["seed"] == planned["seed"])].iloc[0]
    assert mine["street.LZY"] == pytest.approx(quarter["satisfaction[subdistrict=LZY]"].mean())
    late = weeks.tail(52)
    by_hand = late["satisfaction[community=C001]"] - 10 * late["trust[community=C001]"]
    assert mine["each.C001"] == pytest.approx(by_hand.mean())


@pytest.mark.slow
def test_a_sweep_and_a_comparison_say_the_same_of_a_place(done: Path, tmp_path: Path) -> None:
    folders: dict[str, list[Path]] = {}
    plan = load_plan(str(done.parent / "mine.yaml"))
    for name, scenario in plan.scenarios.items():
        for seed in (1, 2, 3):
            place = tmp_path / name / f"seed-{seed}"
            write_run(place, made(Job(scenario, seed, 0.01, 60, place)))
            folders.setdefault(name, []).append(place)
    compared = by_place(folders, "baseline", "satisfaction", "subdistrict", "2018Q3")
    rows = answer(read_sweep(done)).tables["differences_by_place"]
    mine = rows[rows["metric"] == "street"]
    for name in ("mean_difference", "ci_low", "ci_high", "baseline_value"):
        assert mine[name].to_numpy() == pytest.approx(compared[name].to_numpy(), abs=1e-3)


def test_a_function_of_python_measures_every_place(done: Path) -> None:
    def rise(weeks: pd.DataFrame) -> float:
        assert list(weeks) == ["tick", "date", "satisfaction"]
        return float(weeks["satisfaction"].iloc[-1] - weeks["satisfaction"].iloc[0])

    front = Sweep(folder=done, failed=[], _kept=None, table=pd.DataFrame(), points=pd.DataFrame())
    found = front.measure(rise, "whole_run", by="subdistrict")
    assert len(found) == 6 * 2 and found["place"].unique().tolist() == ["HLG", "LZY"]
    with pytest.raises(ValueError, match=r"keep nothing by 'life_stage', but community, subdistrict; .*by: life_stage"):
        measure_sweep(done, "rise", rise, "2018", "life_stage")


@pytest.mark.slow
def test_the_report_tells_where(done: Path) -> None:
    brief, appendix = of_folder(done)
    text = str(brief) + str(appendix)
    assert "changes it most in Longzeyuan (+3" in text and "使其变化最大的是龙泽园街道" in text
    assert "outcomes by place: differences from the baseline" in text and "differences_by_place.csv" in text


@pytest.mark.slow
def test_a_study_that_asks_for_places_later_makes_its_runs_again_once(tmp_path: Path) -> None:
    """Other windows, expressions of the same metrics and fewer outcomes cost nothing; another metric costs the runs."""
    head = FILE.partition("outcomes:\n")[0]
    first = swept(tmp_path, head)
    assert first.reused == 0 and first.runs["run"].nunique() == 6
    grown = swept(tmp_path)
    assert grown.reused == 0 and any("outcomes" in change for change in grown.changes)
    assert swept(tmp_path).reused == 6
    assert swept(tmp_path, FILE.replace("2018Q3", "2018-08").replace("- 10 * trust", "/ trust")).reused == 6
    assert swept(tmp_path, head).reused == 6
    again = swept(tmp_path, FILE).folder
    once = tmp_path / "once"
    once.mkdir()
    at_once = swept(once).folder
    for file in run_file.files(at_once / "runs"):
        assert file.read_bytes() == (again / "runs" / file.name).read_bytes()


@pytest.mark.slow
def test_runs_without_places_are_said_to_be_so(tmp_path: Path) -> None:
    """A folder whose experiment asks for places that no run has yet: interrupted before the first was made again."""
    swept(tmp_path, FILE.partition("outcomes:\n")[0])
    with pytest.MonkeyPatch.context() as patch:
        fakes.use(patch, lambda work, jobs: [])
        sweep(load_plan(str(_written(tmp_path))), out=tmp_path / "out", work=work)
    found = answer(read_sweep(tmp_path / "out"))
    assert any("no run keeps what street, each is worked out from" in note for note in found.notes)
    assert set(found.tables["ranking"]["metric"]) == {"satisfaction"} and "differences_by_place" not in found.tables


def _written(folder: Path) -> Path:
    (folder / "mine.yaml").write_text(FILE, "utf-8")
    return folder / "mine.yaml"


def test_a_sample_tells_means_by_place(tmp_path: Path) -> None:
    design = (
        "design:\n  kind: latin_hypercube\n  samples: 4\n  factors: {parameters.access.detour: {low: 1.2, high: 1.6}}\n"
    )
    found = read_sweep(swept(tmp_path, FILE.replace("replicates: 3", "replicates: 1") + design).folder)
    rows = means_by_place(found).set_index(["outcome", "metric", "place", "scenario"])
    assert rows.loc[("effect", "street", "LZY", "service_circles"), "mean"] == pytest.approx(3, abs=1e-4)
    assert rows.loc[("effect", "street", "LZY", "service_circles"), "points"] == 4
    assert not told_apart(found)


def test_an_estimate_counts_the_columns_of_places(tmp_path: Path) -> None:
    plan = load_plan(str(_written(tmp_path)))
    assert _columns(plan) == len(METRICS) + 2 * (7 + 2 * 130 + 1)


def test_many_places_of_many_runs_are_a_block_of_numbers() -> None:
    """Tables of places grow with their numbers alone: no row of words for each run and place."""
    runs = pd.DataFrame({"point": np.arange(5000), "scenario": "baseline", "seed": 1})
    wide = pd.concat([runs, pd.DataFrame(np.ones((5000, 130)), columns=[f"C{k:03d}" for k in range(130)])], axis=1)
    placed = Placed("community", 1, wide)
    parts = list(placed.parts())
    assert sum(map(len, parts)) == 130 and max(len(long(wide, codes)) for codes in parts) <= 200_000
    assert list(long(wide, parts[0]).columns) == [*KEYS, "metric", "value"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "by: subdistrict",
            "by: ward",
            r"mine\.yaml:10: outcomes\.street\.by: it should be 'community', 'subdistrict'",
        ),
        (
            "[C002]",
            "[C131]",
            r"mine\.yaml:12: outcomes\.one\.within\.community: unknown community 'C131'; did you mean",
        ),
        ("[C002]", "[龙博苑]", r"mine\.yaml:12: .*'龙博苑' is the name of C001; places are given by their codes"),
        (
            "{community: [C002]}",
            "{subdistrict: HLQ}",
            r"unknown subdistrict 'HLQ'; did you mean 'HLG'.*one of HLG, LZY",
        ),
        ("{community: [C002]}", "{life_stage: elder}", r"unknown life stage 'elder'.*one of child, young_adult"),
        ("{community: [C002]}", "{street: HLG}", r"mine\.yaml:12: outcomes\.one\.within\.street"),
        ("{community: [C002]}", "{community: []}", r"mine\.yaml:12: outcomes\.one: within: community names no place"),
        ("satisfaction, by: sub", "satisfaction_gini, by: sub", r"'satisfaction_gini' of several communities"),
        (
            "satisfaction, by: subdistrict",
            "backlog, by: life_stage",
            r"'backlog' is none of single residents; .* trust",
        ),
        ("satisfaction, by: sub", "1 + 1, by: sub", r"an expression without a metric is the same everywhere"),
    ],
)
def test_what_is_wrong_with_a_place_is_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in FILE
    (tmp_path / "mine.yaml").write_text(FILE.replace(old, new), "utf-8")
    with pytest.raises(SourceError) as told:
        load_plan(str(tmp_path / "mine.yaml"))
    assert re.search(said, str(told.value)) and "\n" not in str(told.value), told.value


def test_draws_of_the_posterior_are_told_by_place(measured: Outcomes) -> None:
    """At 39 draws circles gain 1 to 39 points in one street and nothing in the other."""
    rows = [
        (0, name, 10_000 + k, 50.0, 50.0 + k * (name == "service_circles"))
        for k in range(1, 40)
        for name in ("baseline", "service_circles")
    ]
    drawn = pd.DataFrame(rows, columns=["point", "scenario", "seed", "HLG", "LZY"])
    places = {"street": replace(measured.places["street"], draws=drawn, matters=0.5)}
    found = differences_by_place(replace(measured, places=places)).set_index("place")
    assert found["draws"].tolist() == [39, 39] and found.loc["LZY", "median_total"] == 20
    assert (found.loc["LZY", "ci_low_total"], found.loc["LZY", "ci_high_total"]) == (1, 39)
    assert found["verdict_total"].tolist() == ["too small to matter", "better"]
