"""Own outcomes from an experiment file to the answers, and the table of runs as other tools read it."""

import shutil
import subprocess
import warnings
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from experiments.answers.sweep import answer
from experiments.commands.answers import RUNS, write_answers
from experiments.runs import run_file
from experiments.runs.job import Job
from experiments.runs.parts import pack
from experiments.study.file import load_plan
from experiments.study.read import measure_sweep, read_sweep
from huitian.sweeps import Sweep
from simulation.yaml_source import SourceError
from tests.experiments import fakes

WALK, DETOUR = "parameters.access.walk_speed", "parameters.access.detour"
SAMPLES = 16  # the fewest that tell sensitivity
RUNS_MADE = 2 * SAMPLES * 2
FILE = f"""schema: 1
name: mine
question: {{zh: 问题, en: question}}
scenarios: [baseline, service_circles]
baseline: baseline
weeks: 120
scale: 0.01
replicates: 2
metrics: [satisfaction]
design:
  kind: latin_hypercube
  samples: {SAMPLES}
  factors:
    {WALK}: {{low: 60, high: 90}}
    {DETOUR}: {{low: 1.2, high: 1.6}}
outcomes:
  queue_per_request: {{expression: backlog / requests, window: 2018Q3, better: -1}}
  weeks_full: {{expression: load_committee > 1, summary: sum, window: whole_run}}
  after_circles: {{expression: satisfaction, window: {{from: service_circles.start, to: end}}, better: 1}}
"""


def work(job: Job, threads: int) -> None:
    """Satisfaction rises with the week, with walking speed and with the circles; loads pass 1 in every second week."""
    tick = np.arange(120, dtype=np.int32)
    walk = (job.scenario.parameters.get("access.walk_speed", 75.0) - 60) / 30
    level = 40 + 8 * walk + 2 * ("service_circles" in job.scenario.interventions) + 0.1 * job.seed
    weeks = pd.DataFrame(
        {
            "tick": tick,
            "date": pd.Timestamp("2018-01-01") + pd.to_timedelta(7 * tick, "D"),
            "satisfaction": level + 0.01 * tick,
            "backlog": 30.0 + tick,
            "requests": 10.0,
            "load_committee": 0.9 + 0.2 * (tick % 2),
        }
    )
    run_file.write(job, weeks)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fakes.swept(tmp_path_factory.mktemp("own"), FILE, work).folder


@pytest.fixture(scope="module")
def answered(done: Path) -> dict[str, pd.DataFrame]:
    """Its answers, which lie in the folder too."""
    return write_answers(done)


def test_own_outcomes_stand_among_the_answers(answered: dict[str, pd.DataFrame]) -> None:
    tables = answered
    means = tables["means"].set_index(["scenario", "outcome", "metric"])["mean"]
    third_quarter = np.arange(26, 39)  # Mondays from 2 July to 24 September
    assert means["baseline", "level", "queue_per_request"] == pytest.approx((30 + third_quarter.mean()) / 10)
    assert means["baseline", "level", "weeks_full"] == 60
    after = means.xs("after_circles", level="metric")
    assert after["service_circles", "level"] > 42
    assert after["service_circles", "effect"] == pytest.approx(2, abs=1e-3)  # the baseline is read in the same weeks
    given = tables["sensitivity_given"]
    assert given[given["metric"] == "satisfaction"]["factor"].iloc[0] == WALK


def test_every_run_is_a_row_for_pandas_duckdb_salib_and_ema(done: Path, answered: object) -> None:
    file = done / "answers" / RUNS
    runs = pd.read_csv(file)
    assert list(runs.columns[:5]) == ["scenario", "point", "seed", WALK, DETOUR] and len(runs) == RUNS_MADE
    assert runs["scenario"].unique().tolist() == ["baseline", "service_circles"]
    lifted = duckdb.sql(f"select scenario, avg(satisfaction) a from '{file}' group by scenario order by a").fetchall()
    assert [row[0] for row in lifted] == ["baseline", "service_circles"]
    assert lifted[1][1] - lifted[0][1] == pytest.approx(2, abs=1e-4)

    from SALib.analyze import rbd_fast

    base = runs[runs["scenario"] == "baseline"].groupby("point").mean(numeric_only=True)
    problem = {"num_vars": 2, "names": [WALK, DETOUR], "bounds": [[60, 90], [1.2, 1.6]]}
    first = rbd_fast.analyze(problem, base[[WALK, DETOUR]].to_numpy(), base["satisfaction"].to_numpy(), M=2, seed=1)
    assert first["S1"][0] > first["S1"][1]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import feature_scoring
    scores = feature_scoring.get_feature_scores_all(
        base[[WALK, DETOUR]], {"satisfaction": base["satisfaction"].to_numpy()}
    )
    assert scores.loc[WALK, "satisfaction"] > scores.loc[DETOUR, "satisfaction"]


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_every_run_is_a_row_for_r(done: Path, answered: object) -> None:
    code = (
        "r <- read.csv('answers/runs.csv', check.names = FALSE); cat(nrow(r), names(r)[4], mean(r$satisfaction) > 40)"
    )
    told = subprocess.run(["Rscript", "-e", code], cwd=done, capture_output=True, text=True, check=True).stdout
    assert told == f"{RUNS_MADE} {WALK} TRUE"


def test_a_function_of_python_measures_every_run(done: Path) -> None:
    def rise(weeks: pd.DataFrame) -> float:
        return float(weeks["satisfaction"].iloc[-1] - weeks["satisfaction"].iloc[0])

    found = measure_sweep(done, "rise", rise, "2018Q3")
    assert len(found) == RUNS_MADE and found["value"].to_numpy() == pytest.approx(0.12, abs=1e-3)
    assert len(measure_sweep(done, "rise", rise, {"from": "service_circles.start", "to": "end"})) == RUNS_MADE
    assert measure_sweep(done, "rise", rise, {"from": "community_splits.start", "to": "end"}).empty
    front = Sweep(folder=done, failed=[], _kept=None, table=pd.DataFrame(), points=pd.DataFrame())
    pd.testing.assert_frame_equal(front.measure(rise, "2018Q3"), found)
    assert len(front.runs) == RUNS_MADE
    with pytest.raises(ValueError, match="is no window"):
        front.measure(rise, "last_decade")


DESIGNS = f"""designs:
  - kind: latin_hypercube
    samples: 16
    factors:
      {WALK}: {{low: 60, high: 90}}
      interventions.service_circles.start: {{low: 2018-01-08, high: 2018-06-25}}
  - kind: latin_hypercube
    samples: 16
    factors:
      {DETOUR}: {{low: 1.2, high: 1.6}}
      interventions.service_circles.target: {{low: 50, high: 90, integer: true}}
      interventions.community_splits: {{values: [false, true]}}
      interventions.community_splits.above_households: {{low: 4000, high: 6000, integer: true}}
"""


def test_designs_that_vary_different_factors_are_answered(tmp_path: Path) -> None:
    """What a point leaves unset is filled with the scenario's own value, or the factor is left out and named."""
    head = FILE.partition("design:\n")[0]
    out = fakes.swept(tmp_path, f"{head}{DESIGNS}", work).folder
    found = answer(read_sweep(out))
    given = found.tables["sensitivity_given"]
    ours = given[(given["metric"] == "satisfaction") & (given["scenario"] == "service_circles")]
    assert {WALK, DETOUR, "interventions.service_circles.target"} <= set(ours["factor"])
    assert "interventions.community_splits.above_households" not in set(ours["factor"])
    assert any("without interventions.community_splits.above_households, which some points" in n for n in found.notes)
    assert not [note for note in found.notes if "Error" in note or "NaN" in note]
    filled = read_sweep(out).filled["service_circles"]
    assert set(filled.loc[:15, "interventions.service_circles.target"]) == {73}
    assert set(map(str, filled.loc[16:, "interventions.service_circles.start"])) == {"2018-07-01"}


def test_a_run_that_stands_twice_after_a_kill_is_measured_once(done: Path, tmp_path: Path) -> None:
    """A kill between the writing of a file of many and the deletion of the single ones leaves both."""
    out = Path(shutil.copytree(done, tmp_path / "out"))
    before = read_sweep(out).values
    files = run_file.files(out / "runs")
    pack(out / "runs", "part-8-00000-00000", [f.stem for f in files[:8]], {f.stem: f for f in files[:8]})
    assert len(run_file.files(out / "runs")) == len(files) + 1
    pd.testing.assert_frame_equal(read_sweep(out).values, before)


def test_own_outcomes_read_their_columns_alone_and_each_file_once(done: Path, monkeypatch) -> None:
    read = []

    class Counted(run_file.pq.ParquetFile):
        def read_row_group(self, number: int, columns: list[str]) -> object:
            read.append(columns)
            return super().read_row_group(number, columns=columns)

    monkeypatch.setattr(run_file.pq, "ParquetFile", Counted)
    read_sweep(done)
    assert len(read) == len(run_file.files(done / "runs"))
    assert set(read[0]) == {"run", "tick", "date", "satisfaction", "backlog", "requests", "load_committee"}


def test_dates_of_levers_are_those_of_the_run(tmp_path: Path) -> None:
    """A lever that a point switches on has the dates that the point sets, and there the baseline, one run for all
    points, is read in the same weeks; where the lever is off everywhere nothing happens."""
    design = (
        "  kind: factorial\n  factors:\n    interventions.community_splits: {values: [false, true]}\n"
        "    interventions.community_splits.start: {values: [2018-03-05, 2018-04-02]}\n"
    )
    head = FILE.partition("  kind: latin_hypercube\n")[0]
    outcome = (
        "  since: {expression: satisfaction * 0 + 1, summary: sum, window: {from: community_splits.start, to: end}}\n"
    )
    text = f"{head}{design}outcomes:\n{outcome}"
    values = read_sweep(fakes.swept(tmp_path, text, work).folder).values
    own = values[values["metric"] == "since"]
    for scenario in ("baseline", "service_circles"):
        mine = own[own["scenario"] == scenario]
        assert mine.groupby("point")["value"].first().to_dict() == {2: 120 - 9, 3: 120 - 13}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("service_circles.start", "service_circle.start", r"unknown lever 'service_circle'.*'service_circles'"),
        ("circles.start", "circles.target", r"'service_circles.target' is no date of a lever; .* start"),
        ("/ requests", "/ requestz", r"mine\.yaml:17: outcomes\.queue_per_request.*did you mean 'requests'"),
        ("2018Q3", "2018Q7", r"mine\.yaml:17: outcomes\.queue_per_request.*'2018Q7' is no window"),
        ("queue_per_request:", "backlog:", r"mine\.yaml:17: outcomes\.backlog: 'backlog' is a metric"),
        ("summary: sum", "summary: total", r"mine\.yaml:18: outcomes\.weeks_full\.summary"),
        ("load_committee > 1", "open('x')", r"mine\.yaml:18: .*unknown function 'open'"),
    ],
)
def test_what_is_wrong_with_an_outcome_is_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in FILE
    (tmp_path / "mine.yaml").write_text(FILE.replace(old, new), "utf-8")
    with pytest.raises(SourceError, match=said):
        load_plan(str(tmp_path / "mine.yaml"))
