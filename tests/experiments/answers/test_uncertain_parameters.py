"""Intervals of luck and of luck with parameters: do they hold what they say?"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from experiments.answers.uncertainty import (
    DRAWS,
    coverage,
    over_draws,
    prediction_interval,
    probability_better,
    total_verdict,
    with_totals,
)
from experiments.statistics import compare_values, paired

REPETITIONS = 500
"""A share of 500 has a standard error of 0.0097 where it is 95 %, so that one in 25 studies would leave 93 to 97 % by
chance; the seeds are fixed, so a study that passes passes again. That of many repetitions has a tenth of the error."""
Sample = Callable[[np.random.Generator, tuple[int, ...]], NDArray[np.float64]]
SKEWED: dict[str, Sample] = {
    "normal": lambda rng, shape: rng.normal(5, 2, shape),
    "log-normal": lambda rng, shape: rng.lognormal(0, 1.5, shape),
    "exponential of few values": lambda rng, shape: np.round(rng.exponential(2, shape), 1),
    "two camps": lambda rng, shape: np.where(
        rng.random(shape) < 0.8, rng.normal(1, 0.2, shape), rng.normal(9, 3, shape)
    ),
}


def held(sample: Sample, draws: int, repetitions: int, seed: int) -> float:
    """Share of repetitions in which the interval of so many draws holds the effect at a further one."""
    found = sample(np.random.default_rng(seed), (repetitions, draws + 1))
    low, high = prediction_interval(found[:, :draws])
    return float(((low <= found[:, draws]) & (found[:, draws] <= high)).mean())


@pytest.mark.parametrize("kind", SKEWED)
@pytest.mark.parametrize("draws", [39, 60, 100])
def test_the_total_interval_holds_a_further_draw(kind: str, draws: int) -> None:
    assert 0.93 <= held(SKEWED[kind], draws, REPETITIONS, seed=2026) <= 0.97


@pytest.mark.parametrize("kind", ["normal", "log-normal", "two camps"])
@pytest.mark.parametrize(("draws", "more"), [(3, 0.0), (9, 0.0), (39, 0.0), (79, 0.0), (60, 0.01), (100, 0.01)])
def test_the_total_interval_holds_as_much_as_it_says_of_many(kind: str, draws: int, more: float) -> None:
    """50,000 repetitions, standard error 0.001 at 95 %: a false alarm past 4 of them is 6e-5.

    Between two ranks (60, 100) the interval holds up to a hundredth more.
    """
    error = 4 * np.sqrt(coverage(draws) * (1 - coverage(draws)) / 50_000)
    assert -error <= held(SKEWED[kind], draws, 50_000, seed=7) - coverage(draws) <= error + more


@pytest.mark.parametrize("replicates", [3, 5, 10])
def test_the_interval_of_luck_holds_the_mean_effect(replicates: int) -> None:
    """Pairs that share the luck of a seed, 500 repetitions: 95 % nominal holds in 93 to 97 %."""
    rng, held = np.random.default_rng(2), 0
    for _ in range(REPETITIONS):
        shared = rng.normal(50, 3, replicates)
        found = paired(shared + rng.normal(0.7, 0.5, replicates), shared + rng.normal(0, 0.5, replicates))
        held += found.low <= 0.7 <= found.high
    assert 0.93 <= held / REPETITIONS <= 0.97


def test_the_two_intervals_answer_two_questions() -> None:
    """Luck of 0.5 around an effect that parameters move between 1 and 9: the narrow one says nothing of the latter."""
    rng = np.random.default_rng(4)
    effects = rng.uniform(1, 9, 40)
    luck = paired(5 + rng.normal(0, 0.5, 3), np.zeros(3))
    low, high = prediction_interval(effects[:39] + rng.normal(0, 0.5, 39))
    assert high - low > 5 > luck.high - luck.low
    assert low <= effects[39] <= high


def test_ranks_by_hand() -> None:
    values = np.arange(1.0, 40.0)
    assert prediction_interval(values).tolist() == [1.0, 39.0]
    assert prediction_interval(values[:3]).tolist() == [1.0, 3.0] and coverage(3) == 0.5
    assert prediction_interval(np.arange(1.0, 80.0)).tolist() == [2.0, 78.0]  # second and last but one of 79
    assert np.isnan(prediction_interval(values[:1])).all() and coverage(1) == 0
    assert prediction_interval(np.zeros((2, 39))).tolist() == [[0, 0], [0, 0]]


def test_ties_count_half_and_less_may_be_better() -> None:
    values = np.array([-1.0, 0.0, 2.0, 3.0])
    assert probability_better(values, 1) == 0.625 and probability_better(values, -1) == 0.375
    assert np.isnan(probability_better(values, 0)) and np.isnan(probability_better(values[:0], 1))


@pytest.mark.parametrize(
    ("below", "above", "margin", "better", "told"),
    [
        (1, 38, 0.0, 1, "better"),
        (1, 38, 0.0, -1, "worse"),
        (2, 37, 0.0, 1, "cannot be told"),
        (2, 37, 2.0, 1, "too small to matter"),
        (0, 18, 0.0, 1, "cannot be told"),  # the next lies on their side with 18 of 19 only
        (0, 19, 0.0, 1, "better"),
    ],
)
def test_verdict_over_draws(below: int, above: int, margin: float, better: int, told: str) -> None:
    assert total_verdict(np.r_[-np.ones(below), np.ones(above)], margin=margin, better=better) == told


def test_no_difference_is_too_small_whatever_the_margin() -> None:
    assert total_verdict(np.zeros(39)) == "too small to matter"


def runs(**scenarios: list[float]) -> pd.DataFrame:
    """One metric at draws 1, 2, ..., each with a seed of its own."""
    return pd.DataFrame(
        [
            {"point": draw, "scenario": name, "seed": 100 + draw, "metric": metric, "value": value}
            for name, column in scenarios.items()
            for metric in ("satisfaction", "load_committee", "requests")
            for draw, value in enumerate(column, 1)
        ]
    )


def test_differences_are_those_of_the_same_draw() -> None:
    found = over_draws(runs(base=[40.0, 60.0], plan=[41.0, 59.0], other=[40.0, 60.0]), "base")
    assert list(found.columns) == DRAWS
    rows = found[found["metric"] == "satisfaction"].set_index(["scenario", "draw"])
    assert rows.loc["plan", "difference"].tolist() == [1.0, -1.0]
    assert rows.loc[("plan", 2), ["seed", "baseline", "value"]].tolist() == [102, 60.0, 59.0]
    assert (rows.loc["other", "difference"] == 0).all()


def test_the_table_has_what_the_draws_say() -> None:
    rng = np.random.default_rng(1)
    base = rng.normal(50, 5, 39)
    table = compare_values(runs(base=[50.0, 51.0], plan=[51.0, 52.0]).drop(columns="point"), "base")
    draws = over_draws(runs(base=list(base), plan=list(base + rng.normal(4, 1, 39))), "base")
    found = with_totals(table, draws).set_index("metric")
    effects = draws.loc[draws["metric"] == "satisfaction", "difference"]
    assert found.loc["satisfaction", ["draws", "ci_low_total", "ci_high_total"]].tolist() == [
        39,
        effects.min(),
        effects.max(),
    ]
    assert found.loc["satisfaction", "median_total"] == effects.median()
    assert found["probability_better"].tolist() == pytest.approx([1, 0, np.nan], nan_ok=True)
    assert found["verdict_total"].tolist() == ["better", "worse", "more"]


def test_without_draws_the_columns_are_there_and_say_nothing() -> None:
    table = compare_values(runs(base=[50.0, 51.0], plan=[51.0, 52.0]).drop(columns="point"), "base")
    found = with_totals(table, pd.DataFrame(columns=DRAWS))
    assert (found["draws"] == 0).all() and found["draws"].dtype == "int64" and (found["verdict_total"] == "").all()
    assert found[["median_total", "ci_low_total", "ci_high_total", "probability_better"]].isna().all(axis=None)
    assert with_totals(table[:0], pd.DataFrame(columns=DRAWS)).empty
