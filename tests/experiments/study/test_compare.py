import dataclasses
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.runs.job import Job, Outcome, Work
from experiments.study.compare import Comparison, compare, gains
from simulation.results import write_run
from simulation.scenario.load import ScenarioError, load_scenario
from simulation.scenario.types import Scenario
from tests.experiments import fakes


@pytest.fixture(scope="module")
def scenarios() -> list[Scenario]:
    return [load_scenario("baseline"), load_scenario("service_circles")]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs that were run, in this process."""
    return fakes.in_this_process(monkeypatch)


def run(
    scenarios: list[Scenario],
    out: Path,
    replicates: int = 3,
    work: Work = fakes.make,
    seed: int = 1,
    baseline: str | None = None,
    force: bool = False,
) -> Comparison:
    return compare(
        scenarios,
        out=out,
        replicates=replicates,
        workers=1,
        seed=seed,
        weeks=60,
        work=work,
        baseline=baseline,
        force=force,
    )


def row(result: Comparison, metric: str) -> pd.Series:
    return result.table.set_index("metric").loc[metric]


def test_known_effect_is_found_exactly_with_common_luck(
    scenarios: list[Scenario], tmp_path: Path, made: list[Job]
) -> None:
    found = row(run(scenarios, tmp_path / "out"), "satisfaction")
    assert found["replicates"] == 3
    assert found["mean_difference"] == pytest.approx(2, abs=1e-4)
    assert found["ci_high"] - found["ci_low"] < 1e-3  # six digits are kept of each week
    assert found["variance_reduction"] > 1e6


def test_baseline_is_chosen_by_name(scenarios: list[Scenario], tmp_path: Path, made: list[Job]) -> None:
    result = run(scenarios, tmp_path / "out", baseline="service_circles")
    assert set(result.table["scenario"]) == {"baseline"}
    assert row(result, "satisfaction")["mean_difference"] == pytest.approx(-2, abs=1e-4)


def test_running_totals_are_taken_at_the_end_and_levels_over_the_last_year(
    scenarios: list[Scenario], tmp_path: Path, made: list[Job]
) -> None:
    result = run(scenarios, tmp_path / "out", replicates=1)
    assert row(result, "cost_operating_yuan")["baseline_value"] == 60_000
    weeks = pd.read_parquet(tmp_path / "out/runs/baseline/seed-1/district.parquet")
    assert row(result, "trust")["baseline_value"] == pytest.approx(weeks["trust"].iloc[-52:].mean())
    assert row(result, "requests")["baseline_value"] == pytest.approx(weeks["requests"].iloc[-52:].sum())


def test_one_replicate_gives_no_interval(scenarios: list[Scenario], tmp_path: Path, made: list[Job]) -> None:
    assert run(scenarios, tmp_path / "out", replicates=1).table[["ci_low", "ci_high"]].isna().all(axis=None)


def test_finished_runs_are_used_again(scenarios: list[Scenario], tmp_path: Path, made: list[Job]) -> None:
    first = run(scenarios, tmp_path / "out", replicates=2)
    made.clear()
    again = run(scenarios, tmp_path / "out", replicates=3)
    assert [(job.scenario.name, job.seed) for job in made] == [("baseline", 3), ("service_circles", 3)]
    assert len(first.runs["baseline"]) == 2
    assert len(again.runs["baseline"]) == 3


@pytest.mark.parametrize("name", ["communities.parquet", "manifest.json"])
def test_damaged_run_is_made_anew(scenarios: list[Scenario], tmp_path: Path, made: list[Job], name: str) -> None:
    run(scenarios, tmp_path / "out", replicates=1)
    (tmp_path / "out/runs/baseline/seed-1" / name).unlink()
    made.clear()
    run(scenarios, tmp_path / "out", replicates=1)
    assert [job.scenario.name for job in made] == ["baseline"]


def test_changed_scenario_is_run_anew(scenarios: list[Scenario], tmp_path: Path, made: list[Job]) -> None:
    run(scenarios, tmp_path / "out", replicates=1)
    changed = scenarios[1].model_copy(update={"interventions": {}})
    made.clear()
    run([scenarios[0], changed], tmp_path / "out", replicates=1)
    assert [job.scenario.name for job in made] == ["service_circles"]


def test_runs_of_other_seeds_in_the_folder_do_not_count(
    scenarios: list[Scenario], tmp_path: Path, made: list[Job]
) -> None:
    run(scenarios, tmp_path / "out", replicates=3)
    later = run(scenarios, tmp_path / "out", replicates=2, seed=2)
    assert [folder.name for folder in later.runs["baseline"]] == ["seed-2", "seed-3"]
    assert row(later, "satisfaction")["replicates"] == 2


def test_files_of_the_comparison_hold_what_is_returned(
    scenarios: list[Scenario], tmp_path: Path, made: list[Job]
) -> None:
    result = run(scenarios, tmp_path / "out", replicates=2)
    for name in ("table", "winners"):
        file = tmp_path / "out" / {"table": "comparison.parquet", "winners": "winners.parquet"}[name]
        pd.testing.assert_frame_equal(pd.read_parquet(file), getattr(result, name), rtol=1e-5)


def test_gains_are_counted_by_resident(scenarios: list[Scenario], tmp_path: Path, made: list[Job]) -> None:
    by = run(scenarios, tmp_path / "out", replicates=2).winners.set_index(["by", "group"])
    assert by.loc[("life_stage", 0), ["gain", "lose", "mean"]].tolist() == pytest.approx([0, 0, 0])
    assert by.loc[("life_stage", 1), ["gain", "lose", "mean"]].tolist() == pytest.approx([1, 0, 4], abs=1e-3)
    assert by.loc[("subdistrict", 0), "gain"] == pytest.approx(0.5)


def test_a_change_of_exactly_one_point_is_no_gain(scenarios: list[Scenario], tmp_path: Path) -> None:
    jobs = []
    for scenario, step in zip(scenarios, (0.0, 1.0), strict=True):
        recording = fakes.recording(scenario, 1)
        levels = np.arange(20.0, 60.0, 0.1)[: fakes.RESIDENTS]
        recording.residents["overall"] = (levels + step).astype(np.float32).round(1)
        jobs.append(Job(scenario, 1, 1.0, 60, tmp_path / scenario.name))
        write_run(jobs[-1].place, recording)
    assert (gains(jobs, "baseline")["gain"] == 0).all()


def test_other_results_are_not_overwritten(scenarios: list[Scenario], tmp_path: Path, made: list[Job]) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="--force"):
        run(scenarios, tmp_path)
    assert not made


@pytest.mark.parametrize(
    ("change", "message"),
    [({"name": "baseline"}, "different names"), ({"weeks": 100}, "weeks"), ({"district": "elsewhere"}, "district")],
)
def test_scenarios_that_cannot_be_compared(
    scenarios: list[Scenario], tmp_path: Path, change: dict[str, object], message: str
) -> None:
    with pytest.raises(ScenarioError, match=message):
        run([scenarios[0], scenarios[1].model_copy(update=change)], tmp_path / "out")


def test_unknown_baseline(scenarios: list[Scenario], tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="nowhere"):
        run(scenarios, tmp_path / "out", baseline="nowhere")


def test_failed_run_is_told_and_left_out(
    scenarios: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crew(work: Work, waiting: Iterable[Job]) -> list[Outcome]:
        outcomes = [
            Outcome(job, "lost" if job.seed == 2 and job.scenario.name == "baseline" else "") for job in waiting
        ]
        for outcome in outcomes:
            if not outcome.error:
                work(dataclasses.replace(outcome.job), 1)
        return outcomes

    fakes.use(monkeypatch, crew)
    result = run(scenarios, tmp_path / "out", replicates=3)
    assert [(outcome.job.seed, outcome.error) for outcome in result.failed] == [(2, "lost")]
    assert row(result, "satisfaction")["replicates"] == 2


def test_nothing_that_runs_is_told_without_a_crash(
    scenarios: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fakes.use(monkeypatch, lambda work, waiting: [Outcome(job, "lost") for job in waiting])
    result = run(scenarios, tmp_path / "out")
    assert len(result.failed) == 6
    assert result.table.empty and result.winners.empty


def test_workers_of_their_own_give_the_same(
    scenarios: list[Scenario], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    two = compare(scenarios, out=tmp_path / "two", replicates=2, workers=2, weeks=60, work=fakes.make)
    request.getfixturevalue("made")
    one = run(scenarios, tmp_path / "one", replicates=2)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
