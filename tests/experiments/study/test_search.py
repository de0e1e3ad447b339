"""The search from file to front, with a model of known effects in place of the real one."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from experiments.answers.outcomes import SPENDING
from experiments.runs import run_file
from experiments.runs.job import Job
from experiments.runs.runner import Means
from experiments.runs.store import Store
from experiments.study.rounds import in_rounds
from experiments.study.search import GROWS, Portfolio, load_portfolio, scenario_of, search_portfolios
from simulation.recording import Recording
from simulation.results import write_run
from simulation.run import content_hash
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError
from tests.experiments import fakes

FILE = """schema: 1
name: mine
question: {zh: 问题, en: question}
budget_yuan: 4000000
confirm: 2
confirm_draws: 3
confirm_most: 3
levers:
  service_circles: {target: {low: 43, high: 60, integer: true}}
  community_splits: {}
  volunteering: {}
population: 5
generations: 3
scale: 0.01
"""


TARGET = "interventions.service_circles.target"


@cache
def template(seed: int, scale: float) -> Recording:
    return fakes.recording(load_scenario("baseline"), seed, scale, 60)


def work(job: Job, threads: int) -> None:
    """A circle gives 0.1 points for 0.2 million, splits give 1 for 3 million, volunteers cost 1 million for nothing."""
    levers = job.scenario.interventions
    if {"community_splits", "volunteering"} == set(levers):
        raise ValueError("this portfolio cannot be run")
    made = template(job.seed, job.scale)
    circles = levers["service_circles"].target - 42 if "service_circles" in levers else 0
    splits = "community_splits" in levers
    made.district["satisfaction"] = 50 + 0.1 * circles + splits
    made.district["satisfaction_gini"], made.district["load_committee"] = 0.1, 0.9
    made.district["cost_capital_yuan"] = 7e6 + 2e5 * circles + 3e6 * splits + 1e6 * ("volunteering" in levers)
    made.manifest["scenario"] = job.scenario.model_dump(mode="json", by_alias=True)
    made.manifest["weeks"] = job.scenario.weeks
    made.manifest["hashes"]["scenario"] = content_hash(job.scenario)
    if job.in_file:
        run_file.write(job, made.district)
    else:
        write_run(job.place, made, force=True)


def ask(out: Path, plan: Portfolio) -> None:
    """Claim a folder for a search that makes no run."""
    store, means = Store(out), {"work": work, "warm": False, "means": Means(1), "force": False}
    in_rounds("search", plan, lambda _: None, grows=GROWS, store=store, **means)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mine.yaml").write_text(FILE)
    return tmp_path / "mine.yaml"


def test_search_keeps_its_runs_and_goes_on(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = search_portfolios(load_portfolio(file), out=out, workers=1, work=work)
    table = result.found.portfolios
    front = table[table["front"]].sort_values(SPENDING)
    assert front[SPENDING].iloc[0] == 0 and front["satisfaction"].iloc[0] == 50
    assert front[SPENDING].max() <= 4e6 < table[SPENDING].max() and front["satisfaction"].is_monotonic_increasing
    done = table.dropna(subset="satisfaction")
    circles = (done["interventions.service_circles.target"].astype(float) - 42).fillna(0)
    splits = done["interventions.community_splits"].astype(float)
    assert done["satisfaction"].to_numpy() == pytest.approx((50 + 0.1 * circles + splits).to_numpy())
    assert len(list(out.glob("runs/portfolio_*"))) == len(done)
    again = result.found.confirmed
    picked_out = again["option"].unique()
    assert len(picked_out) == min(3, len(front)) and again["replicates"].eq(2).all() and again["on_front"].all()
    for name in (*picked_out, "baseline"):
        assert sorted(p.name for p in out.glob(f"runs/{name}/*")) == [f"seed-{seed}" for seed in (1, 2, 3)]
    gains = again[again["metric"] == "satisfaction"]
    expected = [0.1 * ((t or 42) - 42) + s for t, s in gains[[TARGET, "interventions.community_splits"]].to_numpy()]
    assert gains["confirmed"].to_numpy() == pytest.approx(expected) and gains["searched"].to_numpy() == pytest.approx(
        expected
    )
    assert again["draws"].eq(3).all() and gains["median_total"].to_numpy() == pytest.approx(expected, abs=1e-3)
    assert len(list(out.glob("draws/runs/*.parquet"))) == 3 * (len(picked_out) + (0 not in expected))
    before = {path: path.stat().st_mtime_ns for path in out.rglob("runs/**/*") if path.suffix in (".json", ".parquet")}
    again = search_portfolios(load_portfolio(file), out=out, workers=1, work=work)
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in before.items())
    pd.testing.assert_frame_equal(again.found.portfolios, table)
    assert (pd.read_csv(out / "front.csv")["satisfaction"] >= 50).all()


def test_more_may_be_confirmed_in_the_same_folder(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ask(out, load_portfolio(file))
    file.write_text(FILE.replace("confirm: 2", "confirm: 9").replace("confirm_draws: 3", "confirm_draws: 40"))
    ask(out, load_portfolio(file))


def test_a_question_may_be_put_otherwise_and_a_budget_may_not(file: Path, tmp_path: Path) -> None:
    """Words define no run; a changed budget is another search, and the refusal says that it is the budget."""
    out = tmp_path / "out"
    ask(out, load_portfolio(file))
    file.write_text(FILE.replace("en: question", "en: another question"))
    ask(out, load_portfolio(file))
    file.write_text(FILE.replace("4000000", "5000000"))
    with pytest.raises(FileExistsError, match=r"another search \(plan\.budget_yuan: 4e\+06 → 5e\+06\)"):
        ask(out, load_portfolio(file))


def test_portfolio_becomes_a_scenario() -> None:
    base = load_scenario("baseline")
    row = {
        "interventions.service_circles": True,
        "interventions.service_circles.target": 60,
        "interventions.community_splits": False,
    }
    made = scenario_of(base, row, "mine")
    assert list(made.interventions) == ["service_circles"] and made.interventions["service_circles"].target == 60
    nothing = scenario_of(base, {"interventions.service_circles": False}, "nothing")
    assert content_hash(nothing) == content_hash(base)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "community_splits: {}",
            "community_split: {}",
            r"mine\.yaml:10: levers\.community_split: unknown",
        ),
        ("high: 60", "high: 900", r"levers\.service_circles\.target: 900(\.0)? is not allowed: Input should be less"),
        ("low: 43, high: 60", "low: 60, high: 43", "low 60 must be below high 43"),
        ("low: 43, high: 60, integer: true", "low: 43", "either low and high, or values"),
        ("target:", "targets:", "is not allowed: Extra inputs"),
        ("integer: true", "prior: triangular, mode: 50", r"mine\.yaml:9: .*target: .* has no use for mode, prior"),
        (
            "{target: {low: 43, high: 60, integer: true}}",
            "{start: {low: 2018-01-08, high: 2019-01-07}}",
            r"mine\.yaml:9: .*start: .* no range of dates; give some as values: \[2018-01-08, 2019-01-07\]",
        ),
        (
            "{low: 43, high: 60, integer: true}",
            "{values: [43, 60], weights: [1.0, 3.0]}",
            r"mine\.yaml:9: .* has no use for weights",
        ),
        ("budget_yuan: 4000000\n", "", "budget_yuan: is required"),
        ("budget_yuan: 4000000", "budget_yuan: -1", "greater than 0, not -1"),
        ("scale: 0.01", "scale: 0.01\nbaseline: nosuch", "nosuch: no such scenario"),
        ("population: 5", "size: 5", "unknown key; known are schema, name"),
    ],
)
def test_bad_file_is_one_line(file: Path, old: str, new: str, said: str) -> None:
    assert old in FILE
    file.write_text(FILE.replace(old, new))
    with pytest.raises(SourceError, match=said):
        load_portfolio(file)
