from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from experiments.answers.communities import METRICS_COMPARED, compare_communities
from simulation.results import write_run
from simulation.scenario.load import load_scenario
from tests.experiments import fakes


def written(folder: Path, seed: int, satisfaction: dict[int, float], parent: dict[int, int]) -> Path:
    """A run of 60 weeks whose communities keep a level of satisfaction after eight weeks of 0."""
    recording = fakes.recording(load_scenario("baseline"), seed)
    first = recording.communities[recording.communities["community"] == 0]
    recording.communities = pd.concat(
        [
            first.assign(community=c, parent=parent.get(c, -1), satisfaction=level * (first["tick"] >= 8))
            for c, level in satisfaction.items()
        ],
        ignore_index=True,
    )
    write_run(folder / f"seed-{seed}", recording)
    return folder / f"seed-{seed}"


@pytest.fixture
def runs(tmp_path: Path) -> dict[str, list[Path]]:
    levels = {1: (40.0, 50.0), 2: (44.0, 54.0), 3: (39.0, 49.0)}
    gains = {1: 1.0, 2: 2.0, 3: 3.0}
    return {
        "baseline": [written(tmp_path / "b", seed, {0: a, 1: b}, {}) for seed, (a, b) in levels.items()],
        "plan": [
            written(tmp_path / "p", seed, {0: a, 1: b + gains[seed], 2: b - 5}, {2: 1})
            for seed, (a, b) in levels.items()
        ],
    }


def test_difference_and_interval_by_community(runs: dict[str, list[Path]]) -> None:
    table = compare_communities(runs, "baseline").set_index(["metric", "community"]).loc["satisfaction"]
    assert table["mean_difference"].tolist() == pytest.approx([0, 2, -5])
    expected = stats.ttest_1samp([1, 2, 3], 0).confidence_interval(0.95)
    assert table.loc[1, ["ci_low", "ci_high"]].tolist() == pytest.approx([expected.low, expected.high])
    assert table["before"].tolist() == [0, 1, 1]  # the part is measured against the whole that it came from
    assert (table["replicates"] == 3).all()


def test_every_level_and_rate_is_there_and_no_count(runs: dict[str, list[Path]]) -> None:
    found = set(compare_communities(runs, "baseline")["metric"])
    assert found == set(METRICS_COMPARED)
    assert {"satisfaction", "load_committee", "wait_weeks"} <= found
    assert not {"requests", "backlog", "volunteers", "cost_operating_yuan"} & found


def test_one_replicate_has_no_interval(runs: dict[str, list[Path]]) -> None:
    one = compare_communities({name: folders[:1] for name, folders in runs.items()}, "baseline")
    assert one[["ci_low", "ci_high"]].isna().all(axis=None)
    assert one["mean_difference"].notna().all()


def test_runs_without_a_partner_give_nothing(runs: dict[str, list[Path]]) -> None:
    table = compare_communities({"baseline": runs["baseline"][:1], "plan": runs["plan"][1:]}, "baseline")
    assert table.empty
    assert "mean_difference" in table.columns
