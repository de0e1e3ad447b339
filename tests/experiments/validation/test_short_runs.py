"""Runs that end before all that a pattern looks at is seen show nothing of it: a part of a year is no year."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.validation.measures import MEASURES
from experiments.validation.observe import Observer, Run, read_run
from experiments.validation.patterns import PATTERNS, Pattern
from experiments.validation.runs import scenario_of, weeks_until
from experiments.validation.validate import _measured as measured_patterns
from experiments.validation.validate import too_early
from simulation.metrics.table import METRICS
from simulation.results import write_run
from tests.experiments import fakes

WEEKS = 208
DATED = [p for p in PATTERNS.values() if p.measure and p.last_day]


def run(seed: int) -> Run:
    """A run of nothing but luck, with every table that an observer keeps."""
    luck, tick = np.random.default_rng(seed), np.arange(WEEKS)
    date = pd.Timestamp("2018-01-01") + pd.to_timedelta(7 * tick, "D")
    district = pd.DataFrame({"tick": tick, "date": date, **{name: 1 + luck.random(WEEKS) for name in METRICS}})
    week = pd.DataFrame({"tick": tick, **{n: luck.random(WEEKS) for n in ("burnout_severe", "members", "projects")}})
    places = pd.MultiIndex.from_product([tick, range(12)], names=["tick", "community"]).to_frame(index=False)
    communities = places.assign(
        parent=-1,
        kind="community",
        residents=20,
        households=8000.0,
        households_per_worker=luck.random(len(places)),
    )
    estates = pd.MultiIndex.from_product([range(51, WEEKS, 52), range(9)], names=["tick", "estate"]).to_frame(
        index=False
    )
    closing = pd.MultiIndex.from_product([range(2018, 2022), range(12), range(9)], names=["year", "community", "days"])
    return Run(
        {"scale": 1.0},
        district,
        communities,
        week,
        pd.DataFrame({"tick": []}),
        estates.assign(collection=luck.random(len(estates))),
        closing.to_frame(index=False).assign(tickets=luck.integers(1, 9, len(closing))),
        pd.DataFrame(),
    )


def cut(run: Run, weeks: int) -> Run:
    """The same, ended after some weeks."""
    tables = {n: getattr(run, n) for n in ("district", "communities", "weeks", "estates")}
    return replace(run, **{name: table[table["tick"] < weeks] for name, table in tables.items()})


@pytest.mark.parametrize("pattern", DATED, ids=lambda p: p.id)
def test_a_pattern_looks_at_nothing_after_its_last_day_and_at_something_shortly_before(pattern: Pattern) -> None:
    whole = {name: run(k) for k, name in enumerate(pattern.runs)}
    measured = MEASURES[pattern.measure]
    weeks = weeks_until(scenario_of(pattern.runs[0]), pattern.last_day)
    right = measured(whole)
    assert np.isfinite(right)
    assert measured({name: cut(one, weeks) for name, one in whole.items()}) == right
    month = max(weeks - 5, 0)
    if month and pattern.measure != "queue_convexity":  # which also needs the tickets that the year has closed
        assert measured({name: cut(one, month) for name, one in whole.items()}) != right


@pytest.mark.parametrize(
    ("weeks", "shown"),
    [
        (20, {"P1a", "P1b", "P2"}),
        (51, {"P1a", "P1b", "P2", "P28"}),
        (53, {"P1a", "P1b", "P2", "P28", "P18a", "P18b", "P22a"}),
        (WEEKS, {p.id for p in PATTERNS.values() if p.measure}),
        (None, {p.id for p in PATTERNS.values() if p.measure}),
    ],
)
def test_what_so_many_weeks_show(weeks: int | None, shown: set[str]) -> None:
    assert {p.id for p in PATTERNS.values() if p.measure} - set(too_early(weeks)) == shown


@pytest.fixture
def twenty_weeks(tmp_path: Path) -> Path:
    """A run of the baseline that ends in May 2018, with what an observer saw."""
    kept = Observer(weeks=[{"tick": k, "burnout_severe": 0.1, "members": 9.0, "projects": 0.2} for k in range(20)])
    kept.ended[2018] = np.ones((2, 91), np.int64)
    write_run(tmp_path / "run", fakes.recording(scenario_of("baseline"), 1, weeks=20), tables=kept.tables())
    return tmp_path / "run"


def test_twenty_weeks_of_a_year_are_not_judged_as_the_year(twenty_weeks: Path) -> None:
    """Burnout of 2018 has a mean over the twenty weeks, which is no pattern."""
    assert np.isfinite(MEASURES["burnout"]({"baseline": read_run(twenty_weeks)}))
    table = measured_patterns({("", "baseline", 1): twenty_weeks}, "", 20).set_index("pattern")
    assert set(table.index[table["n"] > 0]) == {"P1a", "P1b", "P2"}
    assert table.loc["P18a", "verdict"] == table.loc["P18b", "verdict"] == "missing"
