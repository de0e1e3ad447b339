import numpy as np
import pandas as pd
import pytest
from scipy import stats

from experiments.statistics import (
    anytime_half_widths,
    anytime_intervals,
    anytime_p_values,
    compare_values,
    dominators,
    group_intervals,
    holm,
    last_year,
    paired,
    t_interval,
    undominated,
    variance_reduction_interval,
)


def test_interval_is_that_of_the_paired_t_test() -> None:
    rng = np.random.default_rng(3)
    b = rng.normal(50, 4, 7)
    a = b + rng.normal(1, 0.5, 7)
    found, expected = paired(a, b), stats.ttest_rel(a, b).confidence_interval(0.95)
    assert found.mean == pytest.approx((a - b).mean())
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_closed_form_of_two_pairs() -> None:
    found = paired(np.array([2.0, 4.0]), np.array([1.0, 1.0]))
    half = 12.706204736 * np.sqrt(2) / np.sqrt(2)  # t of one degree of freedom, spread of the differences 1 and 3
    assert (found.mean, found.low, found.high) == pytest.approx((2, 2 - half, 2 + half))


def test_one_pair_has_no_interval() -> None:
    found = paired(np.array([2.0]), np.array([1.0]))
    assert found.mean == 1
    assert np.isnan([found.low, found.high, found.variance_reduction]).all()


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """4,000 trials: the share of misses has a standard error of 0.0034; a false alarm past 4 of them is 6e-5."""
    rng = np.random.default_rng(11)
    misses, trials = 0, 4000
    for _ in range(trials):
        shared = rng.normal(0, 3, 5)
        found = paired(shared + rng.normal(0.7, 1, 5), shared + rng.normal(0, 1, 5))
        misses += not found.low <= 0.7 <= found.high
    assert misses / trials == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / trials))


def test_variance_reduction_of_a_constructed_case() -> None:
    b = np.array([0.0, 10.0, 20.0, 30.0])
    a = b + np.array([1.0, 3.0, 1.0, 3.0])
    unpaired = np.var(a, ddof=1) + np.var(b, ddof=1)
    assert paired(a, b).variance_reduction == pytest.approx(unpaired / np.var([1, 3, 1, 3], ddof=1))


def test_pairs_that_all_differ_alike_gain_without_limit() -> None:
    level = np.array([1.0, 5.0, 3.0])
    assert paired(level + 2, level).variance_reduction == np.inf
    assert np.isnan(paired(np.full(3, 4.0), np.full(3, 2.0)).variance_reduction)
    assert np.isnan(paired(np.full(3, 1.0), np.full(3, 0.6019)).variance_reduction)  # whose mean of three is rounded


def test_independent_runs_gain_nothing_from_pairing() -> None:
    """Expected ratio 1; with 2,000 pairs it stays within a tenth (about 3 standard errors)."""
    rng = np.random.default_rng(5)
    assert paired(rng.normal(size=2000), rng.normal(size=2000)).variance_reduction == pytest.approx(1, abs=0.1)


def values(**scenarios: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"scenario": name, "seed": seed, "metric": "satisfaction", "value": value}
            for name, column in scenarios.items()
            for seed, value in enumerate(column)
        ]
    )


def test_table_pairs_by_seed() -> None:
    row = compare_values(values(base=[40.0, 60.0, 50.0], plan=[41.0, 61.0, 51.0]), "base").iloc[0]
    assert row[["scenario", "baseline", "metric", "replicates"]].tolist() == ["plan", "base", "satisfaction", 3]
    assert (row["mean_difference"], row["ci_low"], row["ci_high"]) == pytest.approx((1, 1, 1))
    assert (row["relative_difference"], row["baseline_value"]) == pytest.approx((1 / 50, 50))


def test_seed_without_a_partner_is_left_out() -> None:
    row = compare_values(values(base=[40.0, 60.0], plan=[41.0, 61.0, 99.0]), "base").iloc[0]
    assert (row["replicates"], row["mean_difference"]) == (2, pytest.approx(1))


@pytest.mark.parametrize("scenarios", [{}, {"plan": [1.0, 2.0]}, {"base": [1.0, 2.0]}])
def test_nothing_to_compare_gives_no_rows(scenarios: dict[str, list[float]]) -> None:
    table = compare_values(values(**scenarios), "base")
    assert table.empty
    assert "mean_difference" in table.columns


def test_relative_difference_keeps_its_sign_below_zero() -> None:
    assert compare_values(values(base=[-2.0], plan=[-1.0]), "base")["relative_difference"].iloc[0] == 0.5


def test_holm_steps_down_and_leaves_out_what_has_no_test() -> None:
    """By hand: the sorted 0.01, 0.02, 0.04 take the factors 3, 2, 1 and never fall."""
    assert holm([0.02, np.nan, 0.01, 0.04]) == pytest.approx([0.04, np.nan, 0.03, 0.04], nan_ok=True)
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    assert np.isnan(holm([np.nan])).all()


def test_intervals_of_groups_are_those_of_each_group() -> None:
    frame = pd.DataFrame({"group": list("aaabbc"), "value": [1.0, 2.0, 4.0, 3.0, 3.0, 5.0]})
    found = group_intervals(frame.groupby("group")["value"])
    expected = stats.ttest_1samp([1.0, 2.0, 4.0], 0).confidence_interval(0.95)
    assert found.loc["a", "mean"] - found.loc["a", "half"] == pytest.approx(expected.low)
    assert found["n"].tolist() == [3, 2, 1] and found.loc["b", "half"] == 0 and np.isnan(found.loc["c", "half"])


def test_an_interval_leaves_out_what_has_no_value() -> None:
    assert t_interval(np.array([2.0, np.nan, 4.0])) == t_interval(np.array([2.0, 4.0]))
    assert np.isnan(t_interval(np.array([np.nan]))).all() and t_interval(np.array([3.0]))[0] == 3


def test_undominated_rows_are_beaten_by_none_and_twins_share_their_fate() -> None:
    losses = np.array([[1.0, 4.0], [2.0, 2.0], [2.0, 2.0], [3.0, 2.0], [4.0, 1.0], [4.0, 4.0]])
    assert undominated(losses).tolist() == [True, True, True, False, True, False]
    assert dominators(losses, 3).tolist() == [False, True, True, False, False, False]
    assert undominated(np.empty((0, 2))).tolist() == []


@pytest.mark.parametrize("weeks", [30, 52, 60])
def test_the_last_year_is_the_last_52_weeks_or_all_there_are(weeks: int) -> None:
    table = pd.DataFrame({"tick": np.repeat(np.arange(weeks), 2), "place": [0, 1] * weeks})
    assert last_year(table)["tick"].tolist() == np.repeat(np.arange(weeks), 2)[-104:].tolist()


def looks(trials: int, most: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number, mean and standard deviation at every look from the second on, of values around 0: (trials, most - 1)."""
    x = np.random.default_rng(seed).normal(size=(trials, most))
    n = np.arange(1, most + 1)
    mean = np.cumsum(x, axis=1) / n
    square = np.cumsum(x**2, axis=1) - n * mean**2
    spread = np.sqrt(np.maximum(square, 0)[:, 1:] / (n[1:] - 1))
    return np.broadcast_to(n[1:], spread.shape), mean[:, 1:], spread


def ever_missed(trials: int, most: int, seed: int) -> float:
    n, mean, spread = looks(trials, most, seed)
    return float((np.abs(mean) > anytime_half_widths(n, spread)).any(axis=1).mean())


def test_intervals_hold_at_all_looks_at_once() -> None:
    """At most 5 % of 2,000 paths are ever missed, standard error 0.5 %; a false alarm past four of them is below 3e-5.

    The t interval, looked at as often, misses a third.
    """
    assert 0 < ever_missed(2000, 60, 3) <= 0.05 + 4 * 0.005
    n, mean, spread = looks(2000, 60, 3)
    fixed = stats.t.ppf(0.975, n - 1) * spread / np.sqrt(n)
    assert (np.abs(mean) > fixed).any(axis=1).mean() > 0.25


@pytest.mark.slow  # 40,000 paths of 500 looks
def test_intervals_hold_at_five_hundred_looks() -> None:
    """At most 5 %, standard error 0.11 %; past four of them a false alarm of 3e-5."""
    assert np.mean([ever_missed(10_000, 500, seed) for seed in range(4)]) <= 0.05 + 4 * 0.0011


def test_the_anytime_interval_is_where_its_p_value_crosses() -> None:
    n, spread = np.arange(3, 40), np.full(37, 2.0)
    half = anytime_half_widths(n, spread)
    assert anytime_p_values(n, half / (spread / np.sqrt(n))) == pytest.approx(0.05)
    assert (anytime_p_values(n, np.zeros(37)) == 1).all()
    assert half[1:].min() > 0 and np.isinf(anytime_half_widths(np.array([2]), np.array([2.0]))).all()
    assert np.isnan(anytime_half_widths(np.array([1]), np.array([np.nan]))).all()
    assert anytime_half_widths(np.array([3]), np.array([0.0])).tolist() == [0.0]
    frame = pd.DataFrame({"group": list("aaaabb"), "value": [1.0, 2.0, 4.0, 3.0, 3.0, 5.0]})
    found = anytime_intervals(frame.groupby("group")["value"])["half"]
    assert found["a"] > group_intervals(frame.groupby("group")["value"]).loc["a", "half"] and np.isinf(found["b"])


def reductions(trials: int, n: int, seed: int) -> float:
    """Share of intervals that hold the variance reduction of pairs with correlation 0.9 and spreads 1 and 1.2."""
    rng = np.random.default_rng(seed)
    pairs = rng.multivariate_normal([0, 0], [[1, 1.08], [1.08, 1.44]], size=(trials, n))
    truth = (1 + 1.44) / (1 + 1.44 - 2 * 1.08)
    found = np.array([variance_reduction_interval(p[:, 0], p[:, 1]) for p in pairs])
    return float(((found[:, 0] <= truth) & (truth <= found[:, 1])).mean())


def test_variance_reduction_has_an_interval_that_holds() -> None:
    """95 % of 1,000, standard error 0.7 %; past four of them a false alarm of 6e-5. At three replicates it is wide."""
    assert reductions(1000, 3, 4) == pytest.approx(0.95, abs=4 * 0.007)
    b = np.array([0.0, 10.0, 20.0])
    found = paired(b + np.array([1.0, 3.0, 1.5]), b)
    assert found.variance_reduction_low < found.variance_reduction / 10
    assert found.variance_reduction_high > 10 * found.variance_reduction
    assert np.isnan(variance_reduction_interval(b[:2], b[:2] + np.array([1, 2]))).all()
    assert np.isnan(variance_reduction_interval(b, b)).all()


@pytest.mark.slow  # 40,000 intervals
@pytest.mark.parametrize("n", [3, 5, 20])
def test_variance_reduction_intervals_hold(n: int) -> None:
    """Standard error 0.15 %; past four of them a false alarm of 6e-5."""
    assert reductions(20_000, n, n) == pytest.approx(0.95, abs=4 * 0.0015)
