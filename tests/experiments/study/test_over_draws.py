"""A comparison over draws of the parameters: which runs it needs, and what it makes of them."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.answers.uncertainty import DRAWS, TOTAL
from experiments.runs import run_file
from experiments.runs.damage import DamagedError
from experiments.runs.folders import kind_of, open_comparison
from experiments.runs.health import examine
from experiments.runs.job import Job, Outcome, Work
from experiments.study.compare import Comparison, compare
from experiments.study.over_draws import DEFAULT, FIRST_SEED, choose
from experiments.study.posterior import write_posterior
from experiments.study.settings import STRUCTURES
from simulation.random import LARGEST_SEED
from simulation.results import write_run
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.yaml_source import SourceError
from tests.experiments import fakes

PAIR = [load_scenario("baseline"), load_scenario("service_circles")]
HOTLINE, WALK = "parameters.channel.hotline", "parameters.access.walk_speed"


def posterior(place: Path, draws: int = 60) -> Path:
    """Draws of two parameters, evenly spread."""
    file = place / "mine.parquet"
    k = np.arange(draws) / draws
    write_posterior(file, pd.DataFrame({"channel.hotline": 0.2 + 0.2 * k, "access.walk_speed": 60 + 30 * k}), {})
    return file


def moved(job: Job, threads: int) -> None:
    """A run in which the effect of circles is ten times the share of the hotline, less what the luck of it says."""
    made = fakes.recording(job.scenario, job.seed, job.scale, job.weeks or job.scenario.weeks)
    if "service_circles" in job.scenario.interventions:
        made.district["satisfaction"] += 10 * job.scenario.parameters.get("channel.hotline", 0.0) - 2
    if job.in_file:
        run_file.write(job, made.district)
    else:
        write_run(job.place, made, force=True)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Jobs that were run, in this process."""
    return fakes.in_this_process(monkeypatch)


def run(
    place: Path, draws: int, scenarios: list[Scenario] = PAIR, replicates: int = 1, work: Work = moved
) -> Comparison:
    return compare(
        scenarios,
        out=place / "out",
        replicates=replicates,
        draws=draws,
        posterior=posterior(place),
        workers=1,
        scale=0.5,
        weeks=53,
        work=work,
    )


def at_draws(jobs: list[Job]) -> list[Job]:
    return [job for job in jobs if job.in_file]


def test_every_scenario_meets_the_same_draws_and_seeds(tmp_path: Path, made: list[Job]) -> None:
    found = run(tmp_path, 4)
    runs = at_draws(made)
    assert len(made) == 2 + 2 * 4 and {job.scale for job in runs} == {0.05}
    by = {
        name: [(job.seed, job.scenario.parameters) for job in runs if job.scenario.name == name]
        for name in ("baseline", "service_circles")
    }
    assert by["baseline"] == by["service_circles"]
    assert [seed for seed, _ in by["baseline"]] == [1 + FIRST_SEED + k for k in range(4)]
    assert [values["channel.hotline"] for _, values in by["baseline"]] == list(found.points[HOTLINE])
    assert list(found.points.columns) == ["draw", "seed", HOTLINE, WALK]
    assert list(found.points["draw"]) == [1, 2, 3, 4]
    rows = found.draws[found.draws["metric"] == "satisfaction"]
    assert rows["difference"].tolist() == pytest.approx(10 * found.points[HOTLINE], abs=2e-3)
    row = found.table.set_index("metric").loc["satisfaction"]
    assert row["draws"] == 4 and (row["ci_low_total"], row["ci_high_total"]) == pytest.approx((2.0, 2.1), abs=2e-3)
    assert row["mean_difference"] == pytest.approx(0, abs=1e-3)  # at the defaults, which the fake has at none


def test_more_draws_and_more_replicates_cost_what_is_new(tmp_path: Path, made: list[Job]) -> None:
    first = run(tmp_path, 3)
    made.clear()
    second = run(tmp_path, 5)
    assert len(made) == 2 * 2 and {job.seed for job in made} == {1 + FIRST_SEED + 3, 1 + FIRST_SEED + 4}
    pd.testing.assert_frame_equal(second.points[:3], first.points)
    pd.testing.assert_frame_equal(
        second.draws[second.draws["draw"] <= 3].reset_index(drop=True), first.draws.reset_index(drop=True)
    )
    made.clear()
    run(tmp_path, 5, replicates=2)
    assert [job.in_file for job in made] == [False, False]
    made.clear()
    run(tmp_path, 4)
    assert not made


def test_a_stop_between_two_runs_loses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count, stop = 0, 7

    def crew(work: Work, waiting: Iterable[Job]) -> Iterable[Outcome]:
        nonlocal count
        for job in waiting:
            count += 1
            if count == stop:
                raise KeyboardInterrupt
            work(job, 1)
            yield Outcome(job)

    fakes.use(monkeypatch, crew)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, 5)
    assert not (tmp_path / "out" / "draws.parquet").exists()
    count, stop = 0, -1
    whole = run(tmp_path, 5)
    assert count == 2 + 2 * 5 - 6
    (tmp_path / "once").mkdir()
    once = run(tmp_path / "once", 5)
    for name in ("comparison.parquet", "draws.parquet", "draws_points.parquet"):
        assert (whole.folder / name).read_bytes() == (once.folder / name).read_bytes()


def test_what_a_scenario_sets_itself_stays(tmp_path: Path, made: list[Job]) -> None:
    mine = PAIR[1].model_copy(update={"parameters": {"channel.hotline": 0.33}})
    found = run(tmp_path, 2, [PAIR[0], mine])
    assert found.own == (HOTLINE,) and list(found.points.columns) == ["draw", "seed", WALK]
    assert {job.scenario.parameters.get("channel.hotline") for job in at_draws(made)} == {None, 0.33}
    about = open_comparison(found.folder).about_draws
    assert about["own"] == [HOTLINE] and about["posterior"]["file"] == "mine.parquet" and about["scale"] == 0.05


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ({"parameters": dict(STRUCTURES["R3"])}, ("structure",)),
        ({"population_seed": 2}, ("population_seed",)),
        ({}, ()),
    ],
)
def test_a_structure_and_people_of_ones_own_stay(
    tmp_path: Path, change: dict[str, object], stays: tuple[str, ...]
) -> None:
    file = tmp_path / "mine.csv"
    pd.DataFrame({"structure": ["full", "R2"], "population_seed": [1, 3]}).to_csv(file, index=False)
    chosen = choose([scenario.model_copy(update=change) for scenario in PAIR], 2, file, 1)
    assert chosen is not None and chosen.own == stays


def test_a_measure_without_effect_differs_in_no_draw(
    tmp_path: Path, made: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fakes.EFFECT, "service_circles", 0.0)
    found = run(tmp_path, 3, replicates=2, work=fakes.make)
    assert len(found.draws) and (found.draws["difference"] == 0).all()
    assert (found.table[["ci_low_total", "ci_high_total", "median_total"]] == 0).all(axis=None)
    assert set(found.table["probability_better"].dropna()) == {0.5}


def test_a_draw_that_fails_is_told_and_left_out_of_all_scenarios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crew(work: Work, waiting: Iterable[Job]) -> list[Outcome]:
        outcomes = []
        for job in waiting:
            odd = job.seed == 1 + FIRST_SEED + 1 and job.scenario.name == "service_circles"
            outcomes.append(Outcome(job, "lost" if odd else ""))
            if not odd:
                work(job, 1)
        return outcomes

    fakes.use(monkeypatch, crew)
    found = run(tmp_path, 3)
    assert [(one.job.scenario.name, one.error) for one in found.failed] == [("service_circles", "draw 2: lost")]
    assert list(found.points["draw"]) == [1, 3] and set(found.draws["draw"]) == {1, 3}
    assert (found.table["draws"] == 2).all()
    assert "draw 2: lost" in (found.folder / "failed.csv").read_text("utf-8")


def test_files_are_known_to_reader_and_doctor(tmp_path: Path, made: list[Job]) -> None:
    out = run(tmp_path, 3).folder
    found = open_comparison(out)
    assert list(found.draws.columns) == DRAWS and len(found.draws_points) == 3
    assert set(TOTAL) <= set(found.table.columns)
    health = examine(out)
    assert health.problems == 0 and any("6 of 6 runs whole" in line for _, line in health.lines)
    with pytest.raises(SourceError, match="runs of a comparison at draws"):
        kind_of(out / "draws")
    file = out / "draws.parquet"
    file.write_bytes(file.read_bytes()[:-9] + b"damaged!!")
    with pytest.raises(DamagedError, match=r"draws\.parquet: damaged"):
        open_comparison(out)
    assert examine(out).problems == 1


def test_a_damaged_run_at_a_draw_is_made_again(tmp_path: Path, made: list[Job]) -> None:
    out = run(tmp_path, 3).folder
    one = sorted((out / "draws" / "runs").glob("*.parquet"))[0]
    one.write_bytes(one.read_bytes()[:500])
    assert any(f"{one}: damaged" in line for sound, line in examine(out).lines if not sound)
    made.clear()
    run(tmp_path, 3)
    assert [job.place.name for job in made] == [one.name] and examine(out).problems == 0


def test_without_draws_no_table_of_draws_stays(tmp_path: Path, made: list[Job]) -> None:
    out = run(tmp_path, 2).folder
    made.clear()
    found = run(tmp_path, 0)
    assert not made and not (out / "draws.parquet").exists() and not (out / "draws_points.parquet").exists()
    assert (found.table["draws"] == 0).all() and open_comparison(out).draws.empty
    assert run(tmp_path, 2).table["draws"].eq(2).all() and not made


def test_how_many_draws_there_are_to_choose_from(tmp_path: Path) -> None:
    def count(draws: int | None, file: Path | None) -> int:
        chosen = choose(PAIR, draws, file, 1)
        return 0 if chosen is None else len(chosen.points)

    many = posterior(tmp_path)
    assert (count(None, many), count(0, many), count(60, many)) == (DEFAULT, 0, 60)
    (tmp_path / "few").mkdir()
    few = posterior(tmp_path / "few", 5)
    assert count(None, few) == 5
    with pytest.raises(SourceError, match=r"mine\.parquet: has 5 draws, not 6"):
        count(6, few)
    with pytest.raises(SourceError, match=r"seed 92233\d+: must be at most 92233.*, so that 5 draws have seeds"):
        choose(PAIR, 5, few, LARGEST_SEED - FIRST_SEED - 3)


def test_a_posterior_that_is_missing_or_sets_the_scale_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.study.over_draws.shipped", lambda district: None)
    assert choose(PAIR, None, None, 1) is None
    with pytest.raises(SourceError, match="--draws 5: huitian comes with no posterior"):
        choose(PAIR, 5, None, 1)
    file = tmp_path / "mine.csv"
    pd.DataFrame({"scale": [0.1]}).to_csv(file, index=False)
    with pytest.raises(SourceError, match=r"mine\.csv: scale"):
        choose(PAIR, 1, file, 1)
