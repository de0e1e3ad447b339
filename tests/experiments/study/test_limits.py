"""What a run cannot show is said by check, run and sweep, before the work."""

from datetime import date
from pathlib import Path

import pytest

from experiments.study.limits import VALIDATED_UNTIL, end_of, limits
from experiments.validation.runs import RUNS, available, scenario_of
from simulation.scenario.load import load_scenario, shipped
from tests.experiments.terminal import called

LATE = """schema: 1
name: late
title: {zh: 迟, en: Late}
extends: baseline
interventions: {service_circles: {start: 2022-01-03, finish: 2023-01-02}}
"""
STUDY = """schema: 1
name: mine
question: {en: a question in one language}
scenarios: [baseline, ./late.yaml]
scale: 0.01
"""


def test_a_lever_after_the_end() -> None:
    circles = load_scenario("service_circles")
    assert limits([circles], weeks=27) == []
    assert limits([circles, circles], weeks=25) == [
        "service_circles: service_circles begins on 2018-07-01 and the run ends on 2018-06-25: it does nothing in it"
    ]
    assert end_of(circles, 25) == date(2018, 6, 25)


def test_a_lever_whose_first_measure_begins_in_time_is_left_alone() -> None:
    """Measures of one lever begin on days of their own; the lever is idle only if all are too late."""
    scenario = load_scenario("governance_funds")
    lever = scenario.interventions["governance_funds"]
    assert lever.start < lever.policy_start  # type: ignore[attr-defined]
    assert limits([scenario], weeks=60) == []
    assert limits([scenario], weeks=50) != []


def test_years_beyond_the_validated_ones() -> None:
    assert max(end_of(scenario_of(name)) for name in RUNS if available(name)) == VALIDATED_UNTIL
    [line] = limits([load_scenario("baseline")], weeks=300)
    assert "the run ends on 2023-10-02" in line


@pytest.mark.parametrize(("day", "name"), [(3, "Wednesday"), (7, "Sunday"), (2, "Tuesday")])
def test_a_start_in_midweek(day: int, name: str) -> None:
    baseline = load_scenario("baseline")
    [line] = limits([baseline.model_copy(update={"start": date(2018, 1, day)})], weeks=20)
    assert f"starts on 2018-01-0{day}, a {name}, and so do its weeks; start: 2018-01-01 is the Monday before" in line
    for monday in (date(2018, 1, 1), date(2018, 1, 8), date(2020, 2, 24)):
        assert limits([baseline.model_copy(update={"start": monday})], weeks=20) == []


def test_shipped_scenarios_start_on_mondays() -> None:
    assert not any("and so do its weeks" in line for line in limits(map(load_scenario, shipped())))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "late.yaml").write_text(LATE, "utf-8")
    (tmp_path / "mine.yaml").write_text(STUDY, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ["scenarios", "check", "late.yaml"],
        ["run", "late.yaml", "--scale", "0.005", "--weeks", "1", "--no-report", "--out", "run"],
        ["sweep", "mine.yaml", "--dry-run", "--weeks", "2", "--scale", "0.005", "--replicates", "1"],
    ],
    ids=["check", "run", "sweep"],
)
def test_said_by_the_commands(arguments: list[str], place: Path) -> None:
    done = called(*arguments, cwd=place)
    assert "service_circles" in done.stderr and "begins on 2022-01-03" in done.stderr
