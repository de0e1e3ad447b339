"""The same residents on both sides: parts of a divided community are put together before they are compared."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.answers.communities import (
    COVERAGE,
    OF_THE_START,
    compare_communities,
    coverage,
    put_together,
    same_units,
    same_units_of_files,
    unaffected,
    whole,
    with_coverage_of_the_start,
)
from simulation.results import write_run
from simulation.scenario.load import load_scenario
from tests.experiments import fakes

SHARE, SPLIT = 0.8, 30
Place = dict[str, float]


def written(folder: Path, seed: int, places: Mapping[int, Place], parent: dict[int, int]) -> Path:
    """A run of 60 weeks whose communities keep their values; parts are there from week 30 on, with half of the whole
    before.
    """
    recording = fakes.recording(load_scenario("baseline"), seed)
    first = recording.communities[recording.communities["community"] == 0]
    rows = []
    for c, values in places.items():
        own = first.assign(community=c, parent=parent.get(c, -1), satisfaction_gini=0.1, **values)
        rows.append(own[own["tick"] >= SPLIT] if c in parent else own)
    recording.communities = pd.concat(rows, ignore_index=True)
    write_run(folder / f"seed-{seed}", recording)
    return folder / f"seed-{seed}"


def place(satisfaction: float, residents: float, backlog: float, covered: float = 1.0) -> Place:
    return {
        "satisfaction": satisfaction,
        "residents": residents,
        "backlog": backlog,
        "circle_coverage_residents": covered,
        COVERAGE: float(covered >= SHARE),
    }


@pytest.fixture
def runs(tmp_path: Path) -> dict[str, list[Path]]:
    """Community 1, 300 residents at 50, is divided: 100 residents at 40 in the new part and 200 at 57 in the old."""
    luck = {1: 0.0, 2: 1.0, 3: 2.0}
    base = {seed: {0: place(40, 200, 10), 1: place(50, 300, 60, 0.7)} for seed in luck}
    plan = {
        seed: {0: place(40, 200, 10), 1: place(57 + gain, 200, 20, 0.9), 2: place(40 + gain, 100, 15, 0.3)}
        for seed, gain in luck.items()
    }
    return {
        "baseline": [written(tmp_path / "b", seed, places, {}) for seed, places in base.items()],
        "plan": [written(tmp_path / "p", seed, places, {2: 1}) for seed, places in plan.items()],
    }


def test_residents_who_all_gain_are_not_reported_worse(runs: dict[str, list[Path]]) -> None:
    """At the end the whole is at (200 · 57 + 100 · 40) / 300 = 51.33; the new part alone is ten points below it."""
    table = compare_communities(runs, "baseline", SHARE).set_index(["metric", "community"]).loc["satisfaction"]
    assert list(table.index) == [0, 1]
    undivided, together = 57.0, (200 * 57 + 100 * 40) / 300
    weeks = np.where(np.arange(8, 60) < SPLIT, undivided, together)
    late = [weeks.mean() + gain - 50 for gain in (0, 1, 2)]
    assert table.loc[1, "mean_difference"] == pytest.approx(np.mean(late), abs=1e-4)
    expected = stats.ttest_1samp(late, 0).confidence_interval(0.95)
    assert table.loc[1, ["ci_low", "ci_high"]].tolist() == pytest.approx([expected.low, expected.high], abs=1e-4)
    assert table["parts"].tolist() == [1, 2]
    assert (table["replicates"] == 3).all()


def test_counts_are_added_up_and_what_cannot_be_told_is_left_out(runs: dict[str, list[Path]]) -> None:
    weeks = put_together(pd.read_parquet(runs["plan"][0] / "communities.parquet"), SHARE)
    end = weeks[weeks["tick"] == 59].set_index("community")
    assert end["backlog"].tolist() == [10, 35]
    assert end["residents"].tolist() == [200, 300]
    table = compare_communities(runs, "baseline", SHARE)
    assert table[table["metric"] == "satisfaction_gini"]["community"].tolist() == [0]


def test_a_whole_is_covered_where_enough_of_its_residents_are(runs: dict[str, list[Path]]) -> None:
    """Of parts with 90 and 30 % the old one counts as covered, the whole (70 %) does not: coverage has not changed."""
    values = pd.DataFrame(
        [
            (scenario, seed, COVERAGE, 0.5 if scenario == "baseline" else 2 / 3)
            for scenario in runs
            for seed in (1, 2, 3)
        ],
        columns=["scenario", "seed", "metric", "value"],
    )
    found = same_units(values, runs, SHARE)
    assert found.loc[found["scenario"] == "baseline", "value"].tolist() == [0.5] * 3
    end = put_together(pd.read_parquet(runs["plan"][0] / "communities.parquet").query("tick == 59"), SHARE)
    assert coverage(end) == 0.5


def test_a_run_kept_as_a_file_counts_the_same_communities(runs: dict[str, list[Path]], tmp_path: Path) -> None:
    """What is read from the file of a run is what `same_units` reads from its folder."""
    rows = []
    for name, folders in runs.items():
        district, communities = (
            pd.read_parquet(folders[0] / f"{table}.parquet") for table in ("district", "communities")
        )
        weeks = with_coverage_of_the_start(district, communities, {"access.covered_share": SHARE})
        assert (OF_THE_START in weeks) == (name == "plan")
        weeks.to_parquet(tmp_path / f"{name}.parquet")
        rows.append({"point": 1, "scenario": name, "seed": 1, "place": tmp_path / f"{name}.parquet"})
    files = pd.DataFrame(rows)
    values = files.drop(columns="place").assign(metric=COVERAGE, value=-1.0)
    values = pd.concat([values, values.assign(metric="trust", value=0.5)], ignore_index=True)
    found = same_units_of_files(values, files)
    assert found["value"].iloc[0] == -1.0 and (found.loc[found["metric"] == "trust", "value"] == 0.5).all()
    expected = same_units(values, {name: folders[:1] for name, folders in runs.items()}, SHARE)
    plan = (found["scenario"] == "plan") & (found["metric"] == COVERAGE)
    assert found.loc[plan, "value"].item() == pytest.approx(expected.loc[plan, "value"].item())


def test_the_whole_of_parts_of_parts() -> None:
    assert whole(np.array([-1, -1, 1, 2, 0])).tolist() == [0, 1, 1, 1, 0]


def test_a_sweep_with_splits_counts_covered_residents() -> None:
    asked = ["satisfaction", COVERAGE]
    plain, split = {"interventions": {"service_circles": {}}}, {"interventions": {"community_splits": {}}}
    assert unaffected(asked, [plain], ["interventions.service_circles.target"]) == asked
    assert unaffected(asked, [plain, split], []) == ["satisfaction", "circle_coverage_residents"]
    assert unaffected(asked, [plain], ["interventions.community_splits"]) == unaffected(asked, [split], [])


def test_one_replicate_has_no_interval(runs: dict[str, list[Path]]) -> None:
    one = compare_communities({name: folders[:1] for name, folders in runs.items()}, "baseline", SHARE)
    assert one[["ci_low", "ci_high"]].isna().all(axis=None)
    assert one["mean_difference"].notna().all()


def test_runs_without_a_partner_give_nothing(runs: dict[str, list[Path]]) -> None:
    table = compare_communities({"baseline": runs["baseline"][:1], "plan": runs["plan"][1:]}, "baseline", SHARE)
    assert table.empty
    assert "mean_difference" in table.columns
