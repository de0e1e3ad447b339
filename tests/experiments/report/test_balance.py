"""The summary tells both sides: aims, gains, losses, years, residents and committees of every option."""

from pathlib import Path

import pandas as pd
import pytest

from experiments.charts.frames import Frames
from experiments.report.balance import aims, balance_tables
from experiments.report.document import Table
from experiments.report.names import named
from experiments.runs.folders import ComparisonFolder, Option

LOAD = {2018: 0.05, 2019: 0.04, 2020: 0.03, 2021: -0.02}
"""Change of the load by year: relief at the end, burden before."""


def option(folder: Path, name: str, kind: str | None) -> Option:
    """An option of two replicates with the weeks that the path needs."""
    runs = {}
    for seed in (1, 2):
        date = pd.date_range("2018-01-01", periods=208, freq="7D")
        change = date.year.map(LOAD).to_numpy() if kind else 0.0
        weeks = pd.DataFrame({"tick": range(208), "date": date, "satisfaction": 50.0, "load_committee": 1 + change})
        weeks = weeks.assign(cost_capital_yuan=5e8 if kind else 0.0, cost_operating_yuan=0.0)
        runs[seed] = folder / name / f"seed-{seed}"
        runs[seed].mkdir(parents=True)
        weeks.to_parquet(runs[seed] / "district.parquet")
    scenario = {"interventions": {kind: {}} if kind else {}, "parameters": {}, "district": "huitian"}
    return Option(name, (name, name), scenario, runs, [{"scale": 1.0}, {"scale": 1.0}])


@pytest.fixture
def found(tmp_path: Path) -> ComparisonFolder:
    rows = [
        ("satisfaction", 0.2, 0.1, 0.3, 50.0),
        ("satisfaction_elder_care", 6.4, 6.2, 6.6, 40.0),
        ("satisfaction_school", 0.01, 0.005, 0.015, 40.0),
        ("elder_bed_unmet", -900.0, -950.0, -850.0, 3000.0),
        ("load_street", 0.03, 0.025, 0.035, 1.0),
        ("volunteers", 5000.0, 4000.0, 6000.0, 20000.0),
        ("trust", 0.02, -0.01, 0.05, 0.5),
        ("cost_capital_yuan", 5e8, 5e8, 5e8, 0.0),
        ("cost_operating_yuan", 1e8, 1e8, 1e8, 1e8),
    ]
    names = ["metric", "mean_difference", "ci_low", "ci_high", "baseline_value"]
    table = pd.DataFrame(rows, columns=names).assign(scenario="care", baseline="base", replicates=2, draws=0)
    table[["ci_low_total", "ci_high_total", "probability_better"]] = float("nan")
    places = pd.DataFrame(
        {
            "scenario": "care",
            "metric": "load_committee",
            "community": range(4),
            "name_zh": list("甲乙丙丁"),
            "name_en": list("ABCD"),
            "ci_low": [0.02, -0.09, 0.001, -0.2],
            "ci_high": [0.04, -0.05, 0.002, 0.2],
            "baseline_value": 1.0,
        }
    )
    people = pd.DataFrame(
        {
            "scenario": "care",
            "by": "subdistrict",
            "group": [0, 1],
            "residents": [100, 300],
            "gain": [0.4, 0.0],
            "lose": 0.1,
            "mean": [0.5, -0.25],
        }
    )
    options = [option(tmp_path, "base", None), option(tmp_path, "care", "elder_care")]
    return ComparisonFolder(tmp_path, options, table, people, places)


def told(found: ComparisonFolder) -> dict[str, list[str]]:
    frames = Frames(found)
    home = pd.DataFrame({"community": [0, 1, 2], "parent": [-1, -1, 0]})
    vars(frames).update(  # what is read from files of runs
        cells={"satisfaction": home.assign(scenario="care", difference=[0.0, 3.0, -1.0])},
        communities={"care": [home.assign(tick=207, subdistrict=0)]},
        last_year_by_community=pd.DataFrame(
            {
                "scenario": ["base"] * 2 + ["care"] * 3,
                "community": [0, 1, 0, 1, 2],
                "load_committee": [1.2, 0.8, 1.1, 1.3, 0.7],
            }
        ),
    )
    (table,) = balance_tables(frames)
    assert isinstance(table, Table)
    return {row[0].text.en: row[1].text.en.split("\n") for row in table.rows}


def test_an_option_leads_with_what_its_measures_aim_at(found: ComparisonFolder) -> None:
    assert "satisfaction_elder_care" in aims(found.others[0])
    assert told(found)["what its measures aim at"][0] == "▲ satisfaction: elder care +6.40 points"


def test_losses_stand_beside_gains_and_what_is_too_small_in_neither(found: ComparisonFolder) -> None:
    rows = told(found)
    assert rows["largest losses of all metrics"] == ["▼ street-office load +3.00 percentage points"]
    gains = " ".join(rows["largest gains of all metrics"])
    assert "unmet demand" in gains and "volunteers" in gains
    assert "schooling" not in gains and "trust" not in gains and "cost" not in gains


def test_years_of_burden_are_told_though_the_last_year_is_one_of_relief(found: ComparisonFolder) -> None:
    assert told(found)["committee load by year (percentage points)"] == [
        "2018 ▼ +5.00, 2019 ▼ +4.00",
        "2020 ▼ +3.00, 2021 ▲ −2.00",
    ]


def test_shares_of_residents_and_of_committees(found: ComparisonFolder) -> None:
    rows = told(found)
    assert rows["residents"] == ["10.0% gain, 10.0% lose", "80.0% about the same"]
    assert rows["committees, by load"][:3] == ["1 better, 1 worse", "1 too small to matter", "1 cannot be told"]


def test_committees_over_full_load_are_counted_on_both_sides(found: ComparisonFolder) -> None:
    assert told(found)["committees, by load"][3] == "over full load: 2 of 3; in the baseline 1 of 2"


def test_where_names_streets_and_communities_at_both_ends(found: ComparisonFolder) -> None:
    streets, communities = told(found)["where (change at the end, points)"]
    assert "(+0.50), least in " in streets and streets.endswith("(−0.25)")
    assert communities == "communities: most in B (+3.00), least in A · 2 (−1.00)"


def test_where_names_codes_of_coded_communities(found: ComparisonFolder) -> None:
    _, communities = told(named(found, "codes"))["where (change at the end, points)"]
    assert communities == "communities: most in C002 (+3.00), least in C001 · 2 (−1.00)"
