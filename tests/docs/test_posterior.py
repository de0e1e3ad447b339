"""The page on uncertainty has a place for every table of a calibration, and is filled from its folder."""

import re
from pathlib import Path

import pandas as pd
import pytest

from docs.builders import figures, posterior
from experiments.study.posterior import FILE, read_posterior, shipped, write_posterior
from simulation.scenario.load import load_scenario

ABOUT = {
    "plan": {"posterior": {"draws": 300}, "parameters": {"access.detour": {}, "channel.hotline": {}}, "from_prior": {}},
    "patterns": ["P5", "P17a"],
    "prior": "triangular",
    "waves": 2,
    "points": 40,
    "runs": 80,
    "scale": 0.05,
    "run_seconds": 7200,
    "sampling_seconds": 90,
    "r_hat": 1.004,
    "ess": 2500,
    "acceptance": 0.21,
    "kept": 0.95,
    "code": "0123456789abcdef",
}


def test_the_posterior_that_ships_is_of_the_model_as_it_is() -> None:
    file = shipped(posterior.DISTRICT)
    assert file is not None
    about = read_posterior(file, load_scenario("baseline")).about
    assert about[posterior.GOLDEN] == figures.results_hash(), (
        "run: huitian calibrate, python -m docs.builders.posterior"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_posterior(tmp_path / FILE, pd.DataFrame({"access.detour": [1.3], "channel.hotline": [0.5]}), ABOUT)
    quantiles = {"q05": 1.25, "median": 1.3, "q95": 1.41}
    rows = [
        {"parameter": "access.detour", "prior_low": 1.2, "prior_high": 1.6, "contraction": -0.04, "identified": False},
        {"parameter": "channel.hotline", "prior_low": -2, "prior_high": 2, "contraction": 0.8, "identified": True},
    ]
    pd.DataFrame(rows).assign(**quantiles, r_hat=1.002).to_csv(tmp_path / "posterior.csv", index=False)
    seen = [
        {
            "target": "P5",
            "low": 0.185,
            "high": 0.227,
            "censored": "",
            "inside": 0.9,
            "p": 0.4,
            "z": -0.3,
            "covered": True,
        },
        {"target": "P17a", "low": 1300, "high": 1560, "censored": "above", "inside": 1, "p": 0.97, "covered": False},
    ]
    table = pd.DataFrame(seen).assign(
        **quantiles, **{f"{before}_{name}": value for before in ("prior", "run") for name, value in quantiles.items()}
    )
    table.to_csv(tmp_path / "predictive.csv", index=False)
    table.to_csv(tmp_path / "left_out.csv", index=False)
    pd.DataFrame(rows).assign(truths=20, covered=0.9, correlation=0.7, p=0.5).to_csv(
        tmp_path / "recovery.csv", index=False
    )
    return tmp_path


def test_every_place_of_the_page_is_filled_and_can_be_filled_again(folder: Path) -> None:
    page = posterior.PAGE.read_text("utf-8")
    assert set(re.findall("<!-- posterior: (.*) -->", page)) == set(posterior.TABLES)
    filled = posterior.filled(page, folder)
    assert posterior.filled(filled, folder) == filled
    assert "300 draws of 2 parameters from 2 patterns" in filled and "2.0 hours of one core" in filled
    learnt = [line for line in filled.splitlines() if "`channel.hotline`" in line or "`access.detour`" in line]
    assert "**`channel.hotline`** | −2 to 2 (0.5) | 1.3 (1.25 to 1.41) | 80 % |" in learnt[0], "most learnt first"
    assert "| −4 % |" in learnt[1]
    assert "| ≥ 1,300 |" in filled and "| 0.185 – 0.227 |" in filled and "| −0.3 | 是 yes |" in filled
    assert "**否 no**" in filled and "20 truths from the prior; the 90 % intervals hold 90 %" in filled


def test_a_page_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="has no place for how it was made"):
        posterior.filled("# empty\n", Path())
