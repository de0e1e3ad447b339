"""History matching finds parameters that are known, and says what the evidence cannot tell."""

import numpy as np
import pandas as pd
import pytest
from sklearn.gaussian_process import GaussianProcessRegressor

from experiments.answers.calibration import Target, cutoff, history_matching
from experiments.answers.emulator import _kernel, fit, negative_log_likelihood

PRIORS = {"a": (0.0, 10.0), "b": (-1.0, 1.0), "idle": (5.0, 6.0)}
TRUTH = {"a": 3.0, "b": 0.4}


def model(a: float, b: float) -> dict[str, float]:
    return {"one": a * np.exp(-b), "two": np.sin(a / 4) + b, "three": a**2 / 10 + 3 * b}


def evaluate(points: pd.DataFrame, wave: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"point": k, "target": name, "value": value, "variance": 1e-4}
            for k, row in points.iterrows()
            for name, value in model(row["a"], row["b"]).items()
        ]
    )


TARGETS = {name: Target(value - 0.1, value + 0.1) for name, value in model(**TRUTH).items()}


def test_known_parameters_are_recovered() -> None:
    found = history_matching(PRIORS, TARGETS, evaluate, waves=3, points=30)
    ranges = found.ranges.set_index("parameter")
    for name, truth in TRUTH.items():
        assert ranges.loc[name, "low"] <= truth <= ranges.loc[name, "high"]
        assert ranges.loc[name, "best"] == pytest.approx(truth, abs=0.1 * (PRIORS[name][1] - PRIORS[name][0]))
    assert ranges.loc["a", "shrinkage"] > 0.85 and ranges.loc["b", "shrinkage"] > 0.7
    assert ranges.loc["idle", "shrinkage"] < 0.05  # the evidence says nothing about it
    assert (np.diff(found.waves.groupby("wave")["remaining"].first()) <= 0).all()
    assert found.waves["r_squared"].min() > 0.9
    assert (found.sample["implausibility"] < cutoff(3, 3)).all()


def test_same_seed_same_ranges_and_failed_points_are_left_out() -> None:
    def patchy(points: pd.DataFrame, wave: int) -> pd.DataFrame:
        return evaluate(points, wave).query("point != 3")

    first, second = (history_matching(PRIORS, TARGETS, patchy, waves=2, points=20).ranges for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    assert first.set_index("parameter").loc["a", "low"] <= 3 <= first.set_index("parameter").loc["a", "high"]


def test_evidence_that_nothing_can_match() -> None:
    targets = {**TARGETS, "two": Target(8.0, 8.2)}
    found = history_matching(PRIORS, targets, evaluate, waves=3, points=20)
    assert found.ranges.empty and found.sample.empty
    last = found.waves[found.waves["wave"] == found.waves["wave"].max()].set_index("target")
    assert last["least"].idxmax() == "two"  # the one in conflict


def test_too_few_points_are_said() -> None:
    with pytest.raises(ValueError, match="only 4 usable runs for 3 parameters"):
        history_matching(PRIORS, TARGETS, evaluate, waves=1, points=4)


def test_emulator_predicts_and_knows_its_noise() -> None:
    rng = np.random.default_rng(2)
    unit = rng.random((40, 2))
    truth = np.sin(4 * unit[:, 0]) + unit[:, 1]
    emulator = fit(unit, truth + rng.normal(0, 0.05, 40), np.full(40, 0.05**2))
    test = rng.random((500, 2))
    mean, variance = emulator(test)
    error = mean - (np.sin(4 * test[:, 0]) + test[:, 1])
    assert np.sqrt(np.mean(error**2)) < 0.06 and emulator.r_squared > 0.95
    assert np.mean(np.abs(error) < 3 * np.sqrt(variance)) > 0.97
    assert emulator.mean(test) == pytest.approx(mean, abs=1e-12)
    twice, four = emulator.times(2)(test)
    assert twice == pytest.approx(2 * mean) and four == pytest.approx(4 * variance)
    flat = fit(unit, np.full(40, 7.0), np.zeros(40))
    assert flat(test)[0] == pytest.approx(7.0)


def test_the_likelihood_of_lengths_and_its_slopes_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(5)
    unit, noise, theta = rng.random((40, 3)), rng.uniform(1e-4, 1e-2, 40), rng.normal(0, 0.5, 5)
    values = np.sin(3 * unit[:, 0]) + unit[:, 1] * unit[:, 2] + rng.normal(0, 0.1, 40)
    process = GaussianProcessRegressor(_kernel(3), alpha=noise, optimizer=None).fit(unit, values)
    theirs, slopes = process.log_marginal_likelihood(theta, eval_gradient=True)
    ours, down = negative_log_likelihood(unit, values, noise)(theta)
    assert (-ours, *-down) == pytest.approx((theirs, *slopes), rel=1e-9)


def test_an_end_that_is_open_rules_nothing_out_beyond_it() -> None:
    values = np.array([0.5, 0.9, 2.0])
    assert Target(0.9, 1.0).distance(values) == pytest.approx([0.45, 0.05, 1.05])
    assert Target(0.9, 1.0, "above").distance(values) == pytest.approx([0.4, 0.0, 0.0])
    assert Target(0.4, 0.9, "below").distance(values) == pytest.approx([0.0, 0.0, 1.1])
