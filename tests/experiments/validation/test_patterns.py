"""The table of patterns, verdicts on them, and the command that makes both."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from experiments.charts import style
from experiments.charts.validation import validation as chart
from experiments.statistics import t_interval
from experiments.validation.measures import MEASURES
from experiments.validation.patterns import PATTERNS, USES, VERDICTS, judge, off, verdict
from experiments.validation.runs import RUNS, available
from experiments.validation.validate import validate

ROOT = Path(__file__).parents[3]
RANGE = replace(PATTERNS["P5"], low=1.0, high=2.0)


def test_every_row_says_what_where_from_and_what_for():
    for p in PATTERNS.values():
        assert p.zh and p.en and p.unit_zh and p.unit_en and p.observed and p.source, p.id
        assert re.search("[\u4e00-\u9fff]", p.zh) and p.use in USES and p.expected in VERDICTS, p.id
        if p.measure:
            assert p.low < p.high or p.low == p.high == 0, p.id
            assert np.isfinite([p.low, p.high]).any() and p.axis_low < p.axis_high, p.id
            for end in (p.low, p.high):
                assert not np.isfinite(end) or p.axis_low <= end <= p.axis_high, p.id


def test_every_measure_and_run_is_used():
    assert {p.measure for p in PATTERNS.values() if p.measure} == set(MEASURES)
    assert {name for p in PATTERNS.values() for name in p.runs} == set(RUNS)


def test_what_does_not_pass_has_a_reason():
    for p in PATTERNS.values():
        assert p.note or p.expected == "pass", f"{p.id} is {p.expected} without a reason"
        assert bool(p.measure) == (p.expected != "absent"), p.id


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1.4, 1.5, 1.6], "pass"),
        ([1.9, 2.0, 2.1], "borderline"),
        ([3.0, 3.1, 3.2], "fail"),
        ([1.5], "pass"),
        ([2.5], "fail"),
        ([0.0, 3.0], "borderline"),
        ([np.nan, np.nan], "missing"),
        ([np.nan, 1.5], "pass"),
        ([], "missing"),
    ],
)
def test_verdicts(values, found):
    assert verdict(RANGE, *t_interval(np.array(values, float))) == found


def test_open_ends_and_distances():
    least = replace(RANGE, high=np.inf)
    assert verdict(least, 9.0, np.nan, np.nan) == "pass" and verdict(least, 0.9, np.nan, np.nan) == "fail"
    assert (off(RANGE, 1.5), off(RANGE, 2.5), off(least, 0.75)) == (0, 0.5, 0.25)
    assert verdict(replace(RANGE, measure=""), 1.5, np.nan, np.nan) == "absent"


def test_interval_is_that_of_student():
    mean, low, high = t_interval(np.array([1.0, 2.0, 3.0]))
    assert mean == 2 and high - mean == pytest.approx(4.302653 / np.sqrt(3)) == mean - low


def test_table_has_a_row_a_pattern_in_order():
    values = pd.DataFrame({"pattern": ["P5", "P5", "P7a"], "seed": [1, 2, 1], "value": [0.2, 0.21, 0.9]})
    table = judge(values, list(PATTERNS.values())).set_index("pattern")
    assert list(table.index) == list(PATTERNS)
    assert table.loc["P5", ["n", "value"]].tolist() == [2, pytest.approx(0.205)]
    assert (table.loc["P7a", "verdict"], table.loc["P9", "verdict"], table.loc["P32", "verdict"]) == (
        "fail",
        "missing",
        "missing",
    )
    assert table.loc["P7a", "off"] == pytest.approx(0.9 - 0.53)


def test_the_chart_has_a_mark_a_pattern_and_the_figures():
    values = pd.DataFrame(
        [
            {"pattern": p.id, "seed": s, "value": p.axis_low + (p.axis_high - p.axis_low) * (0.4 + s / 10)}
            for p in PATTERNS.values()
            if p.measure
            for s in (1, 2)
        ]
    )
    table = judge(values, list(PATTERNS.values()))
    figure = chart(table, style.Runs(2, 1.0))
    rows = [label.get_text() for axis in figure.axes for label in axis.get_yticklabels()]
    assert len(rows) == sum(bool(p.measure) for p in PATTERNS.values())
    assert any("P7a 解决率（2019年1月，无计划） resolution rate, January 2019" in row for row in rows)
    passed = (table["verdict"] == "pass").sum()
    assert f"模式检验：{passed}/{len(rows)} 通过" in figure.texts[0].get_text()
    plt.close(figure)


def refuse(job, threads):
    raise AssertionError(f"{job.place} was made already")


@pytest.mark.slow  # two rounds of runs
def test_the_command_writes_table_and_figure_and_goes_on(tmp_path):
    options = ["--scale", "0.005", "--weeks", "3", "--replicates", "1", "--workers", "1", "--out", "v"]
    done = subprocess.run(
        [sys.executable, "-m", "experiments.cli", "validate", *options, "--json", "--quiet"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    told = {row["pattern"]: row for row in json.loads(done.stdout)["patterns"]}
    assert told["P1b"]["verdict"] == "pass" and told["P1b"]["ci_low"] is None
    assert told["P7a"]["verdict"] == "missing", "three weeks have no January 2019"
    folder = tmp_path / "v"
    assert (folder / "charts" / "validation.png").stat().st_size > 10_000
    written = pd.read_csv(folder / "validation.csv")
    assert written["pattern"].tolist() == list(PATTERNS)
    again = validate(out=folder, replicates=1, workers=1, scale=0.005, weeks=3, work=refuse)
    assert not again.failed
    pd.testing.assert_frame_equal(
        again.table[["value", "off"]], pd.read_parquet(folder / "validation.parquet")[["value", "off"]], rtol=1e-5
    )
    lost = validate(out=folder, replicates=2, workers=1, scale=0.005, weeks=3, work=refuse)
    assert len(lost.failed) == sum(map(available, RUNS)) and "made already" in lost.failed[0].error


@pytest.mark.slow
def test_verdicts_at_full_scale_are_those_on_record(tmp_path):
    """A calibrated pattern passes or is on record as failing, with its reason; a change of any verdict is noticed.

    Three seeds that are always the same: no chance of a false alarm as long as the model stays what it is.
    """
    table = validate(out=tmp_path / "v", replicates=3).table
    changed = {
        row.pattern: (row.expected, row.verdict, row.value) for row in table.itertuples() if row.verdict != row.expected
    }
    assert not changed


def test_the_page_tells_every_pattern_with_its_verdict_and_reason():
    text = (ROOT / "docs" / "validation.md").read_text("utf-8")
    for p in PATTERNS.values():
        row = re.search(rf"^\| {p.id} \|.*\|$", text, re.M)
        assert row and p.en in row[0] and row[0].endswith(f"{VERDICTS[p.expected][0]} {p.expected} |"), p.id
        assert not p.note or f"- **{p.id}** {p.en}: {p.note}." in text, p.id


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--scale", "2"], "--scale 2: must be above 0 and at most 1"),
        (["--replicates", "0"], "Invalid value for '--replicates'"),
        (["--out", "busy"], "busy already holds something else"),
    ],
)
def test_wrong_use_is_one_message(tmp_path, options, message):
    (tmp_path / "busy").mkdir()
    (tmp_path / "busy" / "mine.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "experiments.cli", "validate", *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr
