"""Draws of the parameters: read, checked, and equally likely."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.study.posterior import read_posterior, shipped, write_posterior
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError

DRAWS = pd.DataFrame({"channel.hotline": [0.2, 0.4, 0.6], "structure": ["full", "R2", "full"]})
BASE = load_scenario("baseline")


def test_draws_come_back_with_how_they_were_made(tmp_path: Path) -> None:
    file = tmp_path / "posterior.parquet"
    write_posterior(file, DRAWS, {"patterns": ["P5"], "scale": 0.05})
    found = read_posterior(file, BASE)
    assert found.about == {"patterns": ["P5"], "scale": 0.05}
    assert list(found.points["parameters.channel.hotline"]) == [0.2, 0.4, 0.6]
    assert found.first(2).to_dict("index") == {
        1: {"parameters.channel.hotline": 0.2, "structure": "full"},
        2: {"parameters.channel.hotline": 0.4, "structure": "R2"},
    }
    with pytest.raises(SourceError, match="has 3 draws, not 4"):
        found.first(4)


def test_weights_say_how_often_a_draw_is_taken_in_any_first_part(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    weights = np.r_[np.full(99, 1.0), 99.0]
    pd.DataFrame({"channel.hotline": np.linspace(0, 0.99, 100), "weight": weights}).to_csv(file, index=False)
    points = read_posterior(file, BASE).points["parameters.channel.hotline"]
    for count in (10, 40, 100):
        assert abs((points[:count] > 0.985).mean() - 0.5) <= 1 / count + 1e-9


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"channel.hotlin": [0.2]}, "channel.hotlin"),
        ({"channel.hotline": [99.0]}, "channel.hotline"),
        ({"channel.hotline": [0.2], "weight": [-1.0]}, "weights"),
        ({"channel.hotline": []}, "has no points"),
    ],
)
def test_what_may_not_be_set_is_refused_in_one_line(
    tmp_path: Path, table: dict[str, list[float]], problem: str
) -> None:
    file = tmp_path / "mine.csv"
    pd.DataFrame(table).to_csv(file, index=False)
    with pytest.raises(SourceError, match=problem) as told:
        read_posterior(file, BASE)
    assert "\n" not in str(told.value) and str(file) in str(told.value)


def test_a_district_without_a_posterior_has_none() -> None:
    assert shipped("huaguoyuan") is None


def test_a_factor_with_two_columns_is_refused(tmp_path: Path) -> None:
    """Of two columns for one factor, the second would have been left out."""
    file = tmp_path / "mine.csv"
    DRAWS.assign(**{"parameters.channel.hotline": 0.3}).to_csv(file, index=False)
    with pytest.raises(SourceError, match=r"mine.csv: the factor parameters.channel.hotline has two columns"):
        read_posterior(file, BASE)
