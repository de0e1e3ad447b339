"""The cost ladder: a rung is counted from the next cheaper one, and what is too small to matter buys nothing."""

from pathlib import Path

import pandas as pd
import pytest

from experiments.answers.costs import annuity
from experiments.charts.frames import Frames
from experiments.report.money import ladder_blocks
from experiments.runs.folders import ComparisonFolder, Option

CAPITAL = {"base": 0.0, "splits": 24e6, "both": 1_734e6, "tiny": 5e6}
"""Issue of a point: 24 million for the one, 1,710 million more for both together."""
EFFECT = {"splits": (1.0, 0.9, 1.1), "both": (2.0, 1.9, 2.1), "tiny": (0.02, 0.01, 0.03)}


def option(folder: Path, name: str) -> Option:
    runs = {}
    for seed in (1, 2):
        runs[seed] = folder / name / f"seed-{seed}"
        runs[seed].mkdir(parents=True)
        weeks = pd.DataFrame({"cost_capital_yuan": [CAPITAL[name]] * 60, "cost_operating_yuan": 0.0})
        weeks.to_parquet(runs[seed] / "district.parquet")
    scenario = {"interventions": {}, "parameters": {"costs.capital_life": 20.0, "costs.discount_rate": 0.05}}
    return Option(name, (name, name), scenario, runs, [{"scale": 1.0}] * 2)


@pytest.fixture
def found(tmp_path: Path) -> ComparisonFolder:
    rows = [(name, "satisfaction", *effect, 50.0) for name, effect in EFFECT.items()]
    names = ["scenario", "metric", "mean_difference", "ci_low", "ci_high", "baseline_value"]
    table = pd.DataFrame(rows, columns=names).assign(baseline="base", replicates=2, draws=0)
    table[["ci_low_total", "ci_high_total"]] = float("nan")
    return ComparisonFolder(
        tmp_path, [option(tmp_path, name) for name in CAPITAL], table, pd.DataFrame(), pd.DataFrame()
    )


def test_the_second_point_is_priced_against_the_first(found: ComparisonFolder) -> None:
    frame = Frames(found).cost_effect.set_index("scenario")
    assert frame.loc["splits", "icer"] == pytest.approx(24e6 * annuity(20, 0.05))
    assert frame.loc["both", "icer"] == pytest.approx(1_710e6 * annuity(20, 0.05))
    assert frame.loc["both", "compared_with"] == "splits"


def test_what_is_too_small_to_matter_is_dominated_by_doing_nothing(found: ComparisonFolder) -> None:
    row = Frames(found).cost_effect.set_index("scenario").loc["tiny"]
    assert (row["effect"], row["status"], row["dominated_by"]) == (0.0, "dominated", "base")
    told, table, _ = ladder_blocks(Frames(found))
    assert "“tiny” is dominated by “doing nothing”." in told.text.en  # type: ignore[union-attr]
    cells = {row[0].text.en: [cell.text.zh for cell in row] for row in table.rows}  # type: ignore[union-attr]
    assert cells["both"][2] == "+17.34亿元" and cells["both"][7] == "splits"
    assert cells["both"][8] == f"{1_710e6 * annuity(20, 0.05) / 1e8:.2f}亿元"
    assert cells["tiny"][8] == "–"
