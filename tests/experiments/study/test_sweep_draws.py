"""A sweep over draws of the parameters: the same draws in all options, and both intervals in its answers."""

from pathlib import Path

import pytest

from experiments.answers.sweep import answer
from experiments.runs.job import Job
from experiments.study.file import load_plan
from experiments.study.over_draws import FIRST_SEED
from experiments.study.read import read_outcomes
from experiments.study.sweep import sweep
from simulation.yaml_source import SourceError
from tests.experiments import fakes
from tests.experiments.study.test_over_draws import moved, posterior

FILE = """schema: 1
name: drawn
question: how many circles?
scenarios: [baseline, service_circles]
replicates: 2
scale: 0.5
weeks: 53
design:
  kind: factorial
  factors:
    interventions.service_circles.target: {values: [50, 60]}
metrics: [satisfaction]
outcomes:
  half: {expression: satisfaction / 2, better: 1}
"""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs that were run, in this process."""
    return fakes.in_this_process(monkeypatch)


def run(place: Path, draws: int, text: str = FILE) -> Path:
    (place / "drawn.yaml").write_text(text, "utf-8")
    plan = load_plan(str(place / "drawn.yaml"))
    sweep(plan, out=place / "out", workers=1, draws=draws, posterior=posterior(place), work=moved)
    return place / "out"


def test_all_options_meet_the_same_draws_and_have_both_intervals(tmp_path: Path, made: list[Job]) -> None:
    out = run(tmp_path, 4)
    at_draws = [job for job in made if job.seed > FIRST_SEED]
    assert len(made) == 3 * 2 + 3 * 4 and {job.scale for job in at_draws} == {0.05}
    by_seed = {
        seed: {str(job.scenario.parameters) for job in at_draws if job.seed == seed} for seed in range(10_001, 10_005)
    }
    assert all(len(parameters) == 1 for parameters in by_seed.values()) and len({*map(str, by_seed.values())}) == 4
    table = answer(read_outcomes(out)).tables["differences"].set_index(["option", "metric"])
    for option in ("service_circles service_circles.target=50", "service_circles service_circles.target=60"):
        row = table.loc[(option, "satisfaction")]
        assert row["draws"] == 4 and row["mean_difference"] == pytest.approx(0, abs=1e-3)  # hotline at its default
        assert (row["ci_low_total"], row["ci_high_total"]) == pytest.approx((2.0, 2.1), abs=2e-3)
        assert table.loc[(option, "half"), "ci_high_total"] == pytest.approx(1.05, abs=2e-3)
        assert row["verdict_total"] == "cannot be told"  # with four draws


def test_draws_are_kept_grow_and_are_forgotten(tmp_path: Path, made: list[Job]) -> None:
    run(tmp_path, 2)
    made.clear()
    run(tmp_path, 3)
    assert len(made) == 3 and {job.seed for job in made} == {1 + FIRST_SEED + 2}
    made.clear()
    out = run(tmp_path, 0)
    assert not made and "draws" not in answer(read_outcomes(out)).tables["differences"]


def test_cases_take_their_draws_in_the_design(tmp_path: Path) -> None:
    cases = FILE.replace("interventions.service_circles.target: {values: [50, 60]}", "scale: {values: [0.1, 0.2]}")
    with pytest.raises(SourceError, match=r"cases that vary scale, not options; .*posterior: shipped"):
        run(tmp_path, 2, cases)
