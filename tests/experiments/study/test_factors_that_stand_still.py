"""Factors whose draws would all be one value, or lie where nobody asked, are refused and not run in silence."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from experiments.study.designs import points_of
from experiments.study.factors import Factor
from experiments.study.file import load_plan
from simulation.yaml_source import SourceError

FACTOR = "parameters.access.walk_speed"  # 80 unless a scenario says otherwise
PLAN = """schema: 1
name: mine
question: {en: q}
scenarios: [baseline, service_circles]
scale: 0.01
design:
  kind: one_at_a_time
  factors:
    parameters.access.detour: {low: 1.2, high: 1.6}
"""


@pytest.mark.parametrize(
    "given",
    [
        {"prior": "normal", "mean": 1000.0, "sd": 1.0},
        {"prior": "normal", "mean": -10.0, "sd": 1.0},
        {"prior": "log_normal", "median": 1e9, "sd": 0.1},
        {"prior": "log_normal", "median": 1e-9, "sd": 0.1},
    ],
    ids=["above", "below", "median above", "median below"],
)
def test_a_prior_far_outside_its_range(given: dict) -> None:
    with pytest.raises(ValidationError, match=f"the {given['prior']} prior lies outside low 1 and high 2"):
        Factor(low=1.0, high=2.0, **given)


@pytest.mark.parametrize("mean", [-4.0, 1.5, 7.0, 1e3])
def test_a_prior_that_reaches_into_its_range_is_drawn_there(mean: float) -> None:
    factor = Factor(low=1.0, high=2.0, prior="normal", mean=mean, sd=max(abs(mean - 1.5) / 5, 0.1))
    drawn = [factor.at(share / 9) for share in range(10)]
    assert 1 <= drawn[0] < drawn[4] < drawn[9] <= 2
    wide = Factor(low=1.0, high=2.0, prior="normal", mean=mean, sd=1e6)
    assert wide.at(0.5) == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize(
    ("low", "high"), [(0.5, 2.5), (0.2, 0.8), (1.0, 2.5), (date(2018, 1, 1), date(2018, 2, 1))], ids=str
)
def test_whole_numbers_lie_between_whole_ends(low: float | date, high: float | date) -> None:
    with pytest.raises(ValidationError, match=f"whole numbers lie between whole ends, not {low} and {high}|not 1 and"):
        Factor(low=low, high=high, integer=True)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ("{values: [80.0]}", f"mine.yaml:10: design.factors.{FACTOR}: does not vary: 80.0 is its only value"),
        ("{values: [85], default: 85}", "does not vary: 85 is its only value"),
    ],
)
def test_a_factor_that_stays_at_the_base(factor: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(f"{PLAN}    {FACTOR}: {factor}\n", "utf-8")
    with pytest.raises(SourceError, match=said):
        points_of(load_plan(str(tmp_path / "mine.yaml")))


def test_one_value_besides_the_base_varies(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(f"{PLAN}    {FACTOR}: {{values: [75]}}\n", "utf-8")
    assert points_of(load_plan(str(tmp_path / "mine.yaml")))[FACTOR].value_counts()[75.0] == 1
