"""Effects of measures: pairs that differ by one measure, and the weeks until half of an effect is there."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.charts import style
from experiments.charts.levers import levers
from experiments.runs import job as identity
from experiments.runs import run_file
from experiments.runs.job import Job
from experiments.study import measures as effects
from experiments.study.measures import COLUMNS, contrasts, half_weeks, measure_effects
from simulation.interventions.registry import interventions
from tests.experiments import fakes


def test_every_measure_has_a_pair_and_soft_ones_three() -> None:
    found = pd.DataFrame(
        [(c.measure, c.kind, c.strength, c.metric) for c in contrasts()],
        columns=["measure", "kind", "strength", "metric"],
    )
    plan = found[(found["strength"] == "plan") & (found["measure"] != "")]
    assert sorted(plan["measure"]) == [f"I{number:02d}" for number in range(1, 57)]
    for strength in ("nil", "most"):
        soft = found[found["strength"] == strength]["measure"]
        assert {"I03", "I09", "I12", "I14", "I26", "I47", "I52"} <= set(soft) and "I35" not in set(soft)
    assert len(found[found["measure"] == ""]) == 4 * 18


@pytest.mark.parametrize("measure", ["I10", "I41", "I54"])
def test_a_pair_differs_by_the_fields_of_its_measure(measure: str) -> None:
    pair = next(c for c in contrasts() if c.measure == measure and c.strength == "plan")
    there, gone = (scenario.interventions[pair.kind].model_dump() for scenario in (pair.there, pair.gone))
    changed = {name for name in there if there[name] != gone[name]}
    assert changed and {interventions()[pair.kind].measure_of(name) for name in changed} == {measure}
    assert pair.there.model_copy(update={"interventions": {}}) == pair.gone.model_copy(update={"interventions": {}})


def test_both_of_a_pair_share_the_parameters_that_carry_a_strength() -> None:
    pair = next(c for c in contrasts() if c.measure == "I26" and c.strength == "nil")
    assert pair.there.parameters == pair.gone.parameters == {"gate.head_norm": 0.0, "gate.head_relief": 0.0}


def test_half_of_an_exponential_approach_is_there_after_its_half_life() -> None:
    path = np.zeros(208)
    path[30:] = 1 - 2.0 ** (-np.arange(178) / 20)
    assert half_weeks(path) == pytest.approx(20, abs=2)  # smoothed over 13 weeks
    assert half_weeks(-path) == half_weeks(path)
    assert np.isnan(half_weeks(np.zeros(208)))


@cache
def told() -> list[str]:
    """Metrics of all pairs; to make these takes longer than all else here."""
    return sorted({c.metric for c in contrasts()})


def constant(job: Job, threads: int) -> None:
    """A lever adds 2 to every metric, give or take 0.1 by the seed."""
    level = job.seed + len(job.scenario.interventions) * (2 + 0.1 * (-1) ** job.seed)
    frame = pd.DataFrame({"tick": np.arange(60, dtype=np.int32)})
    for metric in told():
        frame[metric] = float(level)
    run_file.write(job, frame)


@pytest.mark.slow
def test_the_table_holds_paired_differences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = [c for c in contrasts() if c.kind in ("service_circles", "volunteering")]
    monkeypatch.setattr(effects, "contrasts", lambda: iter(some))
    monkeypatch.setattr(effects, "run_to_file", constant)
    table = measure_effects(tmp_path, scale=0.01, replicates=2, workers=1)
    assert list(table.columns) == COLUMNS and len(table) == len(some)
    circles = table[table["measure"] == "I35"].iloc[0]
    assert circles["mean_difference"] == pytest.approx(2) and circles["ci_low"] < 2 < circles["ci_high"]
    assert table[table["measure"] == "I54"].iloc[0]["mean_difference"] == 0  # the lever stays with its other measures
    monkeypatch.setattr(effects, "run_to_file", None)  # nothing is left to run
    pd.testing.assert_frame_equal(measure_effects(tmp_path, scale=0.01, replicates=2, workers=1), table)


def test_damaged_runs_and_those_of_other_code_are_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.in_this_process(monkeypatch)
    some = [c for c in contrasts() if c.kind == "volunteering"][:1]
    monkeypatch.setattr(effects, "contrasts", lambda: iter(some))
    monkeypatch.setattr(effects, "run_to_file", constant)
    table = measure_effects(tmp_path, scale=0.01, replicates=2, workers=1)

    def changed() -> list[Path]:
        before = {file: file.stat().st_mtime_ns for file in sorted((tmp_path / "runs").iterdir())}
        pd.testing.assert_frame_equal(measure_effects(tmp_path, scale=0.01, replicates=2, workers=1), table)
        return [file for file, when in before.items() if file.stat().st_mtime_ns != when]

    files = sorted((tmp_path / "runs").iterdir())
    assert not changed()
    files[0].write_bytes(b"PAR1")
    assert changed() == files[:1]
    jobs = [
        Job(scenario, seed, 0.01, None, tmp_path / "runs" / f"{identity.run_name(scenario, seed, 0.01, None)}.parquet")
        for scenario in (some[0].there, some[0].gone)
        for seed in (1, 2)
    ]
    for one in jobs:
        with monkeypatch.context() as then:
            then.setattr(identity, "code_hash", lambda: "that of yesterday")
            constant(one, 1)
    assert changed() == files


def test_the_chart_sorts_levers_and_leaves_hollow_what_may_be_nothing() -> None:
    rows = [
        ("", kind, "plan", metric, value, value - 1, value + 1)
        for kind, value in (("service_circles", 3.0), ("volunteering", 0.5))
        for metric in ("satisfaction", "load_committee", "cost_capital_yuan", "cost_operating_yuan")
    ]
    columns = ["measure", "kind", "strength", "metric", "mean_difference", "ci_low", "ci_high"]
    table = pd.DataFrame(rows, columns=columns)
    names = {kind: (item.title_zh, item.title_en) for kind, item in interventions().items()}
    figure = levers(table.assign(replicates=4, scale=0.1), names)
    axis = figure.axes[0]
    words = [label.get_text().split()[0] for label in axis.get_yticklabels()]
    assert words == ["志愿者注册、队伍与活动", "一刻钟社区服务圈"]
    dots = [line for line in axis.lines if line.get_marker() == "o"]
    assert [dot.get_markerfacecolor() for dot in dots] == ["white", style.COLOURS[0]]
    shown = [float(dot.get_xdata()[0]) for dot in figure.axes[2].lines if dot.get_marker() == "o"]
    assert "亿元" in figure.axes[2].get_xlabel() and shown == pytest.approx([1.0 / 1e8, 6.0 / 1e8])  # 亿: 10^8 yuan
