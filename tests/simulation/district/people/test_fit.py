"""Fit of the synthetic population to the marginals, at full scale and in samples."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.district.people.fit import COLUMNS, fit, markdown, srmse, write

DOCS = Path(__file__).parents[4] / "docs"
CALIBRATED = ["age_0_14", "age_60_plus", "age_75_plus"]


@pytest.fixture(scope="module")
def tables(built, district):
    return {scale: fit(people, district) for scale, people in built.items()}


def test_every_marginal_is_reported(tables, district):
    assert set(tables[1.0].index) == {*district.marginals, "household_size"}
    assert tables[1.0]["target"].to_dict() == {name: district.figure(name) for name in tables[1.0].index}


@pytest.mark.parametrize("scale", [0.01, 0.1, 1.0])
def test_calibrated_shares_miss_by_rounding_only(tables, scale):
    table = tables[scale].loc[CALIBRATED]
    assert (table["error"].abs() / 100 * table["cases"] < 25).all(), table  # twenty types, each rounded once


@pytest.mark.parametrize("scale", [0.01, 0.1, 1.0])
def test_drawn_shares_miss_by_chance_only(tables, scale):
    assert (tables[scale]["z"].abs().dropna() < 4.5).all(), tables[scale]


def test_means_at_full_scale(tables):
    error = tables[1.0]["error"]
    assert abs(error["household_size"]) < 1e-4
    assert abs(error["commute_minutes"]) < 0.2
    assert abs(error["flat_m2"]) < 0.2


def test_the_error_of_a_share_is_in_points_and_its_z_in_standard_errors(tables):
    row = tables[1.0].loc["cars"]
    assert row["error"] == pytest.approx(100 * (row["achieved"] - 0.45))
    assert row["z"] == pytest.approx((row["achieved"] - 0.45) / np.sqrt(0.45 * 0.55 / row["cases"]))


def test_srmse():
    table = pd.DataFrame(
        {"unit": ["share", "min", "share of adults"], "target": [0.2, 50, 0.6], "achieved": [0.23, 99, 0.56]}
    )
    assert srmse(table) == pytest.approx(np.sqrt((0.03**2 + 0.04**2) / 2) / 0.4)
    assert srmse(table.assign(achieved=table["target"])) == 0


def test_files(tables, tmp_path):
    write(tables[0.1], tmp_path / "new" / "folder")
    again = pd.read_csv(tmp_path / "new" / "folder" / "fit.csv")
    assert tuple(again) == COLUMNS
    assert np.allclose(again["achieved"], tables[0.1]["achieved"])
    assert (tmp_path / "new" / "folder" / "fit.md").read_text("utf-8") == markdown(tables[0.1])


def test_the_page_shows_the_table_of_today(tables):
    page = (DOCS / "population.md").read_text("utf-8")
    assert markdown(tables[1.0]) in page, "run: python -m simulation.district.people.fit"
