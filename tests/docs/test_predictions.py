"""Predictions on small frames whose figures are known, and the builder on a tiny posterior."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from docs.builders import predictions
from docs.builders.predictions_page import BASELINE, EFFECT, HEADLINES, INTRODUCTION, PLAN, page
from docs.builders.yearly import FIGURES, error, label, unit, yearly
from experiments.study.posterior import read_posterior, write_posterior
from simulation.metrics.table import METRICS
from simulation.parameters import Parameters
from simulation.scenario.load import load_scenario

ROOT = Path(__file__).parents[2]
P = Parameters()
RESIDENTS = 1000.0


def weeks(satisfaction: float = 60.0, lift: float = 0.0, years: int = 8) -> pd.DataFrame:
    """Eight years of constant metrics; satisfaction rises by `lift` from 2021 on."""
    tick = np.arange(52 * years)
    date = pd.Timestamp("2018-01-01") + pd.to_timedelta(7 * tick, "D")
    columns = dict.fromkeys(METRICS, 1.0) | {
        "hotline_requests": 4.0,
        "births": 0.25,
        "kindergarten_use": 30.0,
        "kindergarten_utilisation": 0.5,
        "primary_school_use": 40.0,
        "primary_school_utilisation": 0.8,
        "secondary_school_use": 0.0,
        "secondary_school_utilisation": 1.0,
        "satisfaction_gini": 0.1,
    }
    frame = pd.DataFrame({"tick": tick, "date": date, **columns})
    return frame.assign(
        satisfaction=satisfaction + lift * (date >= "2021-01-01"),
        volunteers=tick.astype(float),
        cost_capital_yuan=tick.astype(float),
    )


def test_figures_of_a_year():
    table = yearly(weeks(lift=10.0), RESIDENTS, P)
    year = table.loc[2022]
    assert list(table.index) == list(range(2018, 2026)) and set(METRICS) | set(FIGURES) == set(table.columns)
    assert year["hotline_per_resident"] == pytest.approx(52 * 4 / RESIDENTS)
    assert year["births_per_1000"] == pytest.approx(13)
    assert year["school_places"] == pytest.approx(60 + 50) and year["school_places_used"] == 70
    assert year["plan_rating"] == 5 + 5 * 10 / (10 + P["survey.retrospective_half"])
    end = weeks().loc[lambda f: f["date"] < "2023-01-01", "tick"].max()
    assert year["cost_capital_yuan"] == end and year["volunteers_register"] == end - P["survey.register_lag"]
    assert table.loc[2020, "plan_rating"] == 5
    assert year["satisfied_surveyed"] > year["satisfied_five_point"]


def test_a_short_run_has_no_rating():
    assert yearly(weeks(years=1).iloc[:3], RESIDENTS, P)["plan_rating"].isna().all()


def test_only_surveys_have_an_error():
    assert error("volunteers", 5.0, P) == error("plan_rating", 6.0, P) == 0 == error("plan_rating_surveyed", np.nan, P)
    assert error("plan_rating_surveyed", 6.0, P) > P["survey.framing"] and error("satisfied_surveyed", 0.4, P) > 0


def draws() -> list[predictions.Draw]:
    return [
        predictions.Draw(
            P,
            {
                PLAN: yearly(weeks(50.0 + k, lift=4.0), RESIDENTS, P),
                BASELINE: yearly(weeks(50.0 + k, lift=1.0), RESIDENTS, P),
            },
        )
        for k in range(5)
    ]


def test_quantiles_over_draws_levels_and_paired_effects():
    table = predictions.summarised(draws()).set_index(["metric", "scenario", "year"]).sort_index()
    level, effect = (table.loc[("satisfaction", which, 2023)] for which in (PLAN, EFFECT))
    assert level["median"] == 56 and level["q05"] == pytest.approx(54.2) and level["q975"] == pytest.approx(57.9)
    assert effect[["median", "q025", "q975"]].tolist() == [3, 3, 3], "pairs: the draw itself drops out"
    assert level["draws"] == 5 and level["unit"] == METRICS["satisfaction"].unit_en
    assert set(table.index.get_level_values("year")) == {2021, 2022, 2023, 2024, 2025}
    surveyed = table.loc[("plan_rating_surveyed", PLAN, 2023)]
    plain = table.loc[("plan_rating", PLAN, 2023)]
    assert surveyed["q95"] - surveyed["q05"] > plain["q95"] - plain["q05"] + 1
    assert ("plan_rating_surveyed", EFFECT, 2023) not in table.index


def test_the_page_tells_every_metric_with_levels_and_effects():
    text = page(predictions.summarised(draws()), {"code": "abc", "posterior": "p.parquet, 12"})
    levels, effects = (text.count(f"(`{name}`)") for name in ("volunteers", "satisfaction"))
    assert levels == effects == 2 and "- posterior: p.parquet, 12" in text and "2023: 126" in text
    for name in (*METRICS, *FIGURES):
        assert f"(`{name}`)" in text and all(label(name)) and unit(name), name
    assert set(HEADLINES) <= set(METRICS) | set(FIGURES)
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in lines} == {8}


def test_the_page_of_the_docs_is_of_this_builder():
    assert (ROOT / "docs" / "predictions.md").read_text("utf-8").startswith(INTRODUCTION)


def test_a_draw_is_one_seed_in_both_scenarios(tmp_path):
    file = tmp_path / "p.parquet"
    write_posterior(file, pd.DataFrame({"access.detour": [1.25, 1.3, 1.35]}), {})
    posterior = read_posterior(file, load_scenario(PLAN))
    study = predictions.study_of(posterior, 2, 0.01, 3)
    jobs = predictions.jobs_of(study, tmp_path)
    assert {key: job.seed for key, job in jobs.items()} == {(d, s): d for d in (1, 2) for s in (BASELINE, PLAN)}
    assert len({job.place for job in jobs.values()}) == 4
    assert jobs[2, PLAN].scenario.parameters["access.detour"] == 1.3 and jobs[2, PLAN].weeks == 3


@pytest.mark.slow  # runs
def test_the_builder_goes_on_and_writes_both_files(tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("access.detour\n1.25\n1.3\n", "utf-8")
    command = [sys.executable, "-m", "docs.builders.predictions", "--work", str(tmp_path / "work"), "--draws", "2"]
    command += ["--posterior", str(file), "--scale", "0.01", "--weeks", "160", "--workers", "1", "--out", str(tmp_path)]
    told = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr for _ in range(2)]
    assert "1/4" in told[0] and "4/4" in told[1] and "1/4" not in told[1], "the second time nothing is run"
    table = pd.read_csv(tmp_path / "predictions.csv")
    assert set(table["year"]) == {2021} and set(table["draws"]) == {2}
    assert "2 (of 2), each with a seed of its own" in (tmp_path / "predictions.md").read_text("utf-8")


def test_too_few_draws_are_one_message(tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("access.detour\n1.25\n", "utf-8")
    command = [sys.executable, "-m", "docs.builders.predictions", "--work", str(tmp_path / "work")]
    done = subprocess.run([*command, "--posterior", str(file)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and "has 1 draws, not 100" in done.stderr and "Traceback" not in done.stderr
