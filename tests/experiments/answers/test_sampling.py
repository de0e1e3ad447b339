"""Draws of a posterior: against what is known by hand, and ranks of truths (simulation-based calibration)."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from experiments.answers import honesty
from experiments.answers.calibration import Target
from experiments.answers.sampling import Effort, Floats, Likelihood, Prior, r_hat, sample

QUICK = Effort(ensembles=1, settle=40, steps=120)


class Known:
    """A function that is known but for a doubt, which grows along the first parameter."""

    noise = 0.0

    def __init__(self, function: Callable[[Floats], Floats], doubt: float) -> None:
        self.mean, self.doubt = function, doubt

    def __call__(self, unit: Floats) -> tuple[Floats, Floats]:
        return self.mean(unit), self.doubt**2 * (1 + unit[:, 0])


def question(dimensions: int) -> tuple[Prior, Likelihood]:
    """A sum, a square, and an end that is known: three of the parameters are told about."""
    prior = Prior(np.r_[0.4, np.nan, np.full(dimensions - 2, 0.7)])
    emulators = {
        "sum": Known(lambda unit: unit[:, 0] + 0.2 * unit[:, 1], 0.02),
        "square": Known(lambda unit: unit[:, -1] ** 2, 0.05),
        "least": Known(lambda unit: unit[:, 1] - 0.3 * unit[:, 0], 0.05),
    }
    targets = {"sum": Target(0.55, 0.65), "square": Target(0.2, 0.4), "least": Target(0.3, 0.5, "above")}
    return prior, Likelihood(emulators, targets)


def test_triangular_priors_are_those_of_the_books() -> None:
    prior = Prior(np.array([0.0, 0.3, 1.0, np.nan]))
    unit = prior.draws(40_000, np.random.default_rng(1))
    assert unit.mean(axis=0) == pytest.approx([1 / 3, 1.3 / 3, 2 / 3, 1 / 2], abs=0.005)
    assert unit.var(axis=0) == pytest.approx(prior.variance, rel=0.03)
    assert prior.cumulative(unit).mean(axis=0) == pytest.approx(0.5, abs=0.01)
    at = np.array([[0.25, 0.3, 0.5, 0.9], [0.5, 0.5, 1.2, 0.5]])
    assert np.exp(prior.log_density(at)) == pytest.approx([1.5 * 2 * 1 * 1, 0])


def test_draws_have_the_moments_that_weighting_the_prior_gives() -> None:
    prior, likelihood = question(4)
    found = sample(prior, likelihood, 1000, Effort(ensembles=2, settle=100, steps=400), 3)
    unit = prior.draws(200_000, np.random.default_rng(2))
    weights = np.exp(likelihood(unit))
    weights /= weights.sum()
    mean = weights @ unit
    deviation = np.sqrt(weights @ (unit - mean) ** 2)
    assert found.unit.mean(axis=0) == pytest.approx(mean, abs=0.02)
    assert found.unit.std(axis=0) == pytest.approx(deviation, rel=0.1)
    assert found.r_hat.max() < 1.05 and found.kept > 0.8 and 0.15 < found.acceptance < 0.7
    assert (found.size > 300).all()
    again = sample(prior, likelihood, 1000, Effort(ensembles=2, settle=100, steps=400), 3)
    assert np.array_equal(again.unit, found.unit)


def test_r_hat_tells_ensembles_that_disagree() -> None:
    rng = np.random.default_rng(4)
    chains = rng.normal(size=(2, 50, 10, 1))
    assert r_hat(chains) == pytest.approx(1, abs=0.02)
    chains[1] += 1.0
    assert r_hat(chains) > 1.1


def test_an_end_that_is_open_says_only_that() -> None:
    emulators = {"a": Known(lambda unit: unit[:, 0], 1e-3)}
    high = sample(Prior(np.array([np.nan])), Likelihood(emulators, {"a": Target(0.8, 0.9, "above")}), 400, QUICK, 1)
    assert high.unit.min() > 0.7 and high.unit.mean() == pytest.approx(0.9, abs=0.02)
    low = sample(Prior(np.array([np.nan])), Likelihood(emulators, {"a": Target(0.7, 0.8, "below")}), 400, QUICK, 1)
    assert low.unit.max() < 0.9 and low.unit.mean() == pytest.approx(0.4, abs=0.06)


def test_what_is_told_of_a_posterior() -> None:
    prior, likelihood = question(3)
    unit = sample(prior, likelihood, 400, QUICK, 5).unit
    low, high = np.array([0.0, 10.0, -1.0]), np.array([1.0, 20.0, 1.0])
    table = honesty.marginals(["a", "b", "c"], low, high, prior, unit).set_index("parameter")
    assert np.isnan(table.loc["b", "prior_mode"]) and table.loc["a", "prior_mode"] == pytest.approx(0.4)
    assert table["identified"].to_dict() == {"a": True, "b": True, "c": True}
    told = honesty.predictive(prior, likelihood, unit, 1).set_index("target")
    assert (told["q95"] - told["q05"] < told["prior_q95"] - told["prior_q05"]).all()
    assert told.loc["least", "inside"] > 0.9 and told["p"].between(0.05, 1).all()
    others = honesty.left_out(prior, likelihood, 200, QUICK, 1).set_index("target")
    assert others["covered"].all() and np.isnan(others.loc["least", "z"])
    conflict = {**likelihood.targets, "again": Target(0.95, 1.05)}  # of the same sum
    emulators = {**likelihood.emulators, "again": likelihood.emulators["sum"]}
    torn = honesty.left_out(prior, Likelihood(emulators, conflict), 200, QUICK, 1).set_index("target")
    assert not torn.loc["again", "covered"] and torn.loc["again", "z"] > 3


def ranks(truths: int, dimensions: int, seed: int) -> pd.DataFrame:
    """Ranks of truths among 19 draws of their posteriors."""
    return honesty.recovered(*question(dimensions), truths, 19, QUICK, seed)


def test_truths_have_even_ranks_among_the_draws_of_a_small_posterior() -> None:
    """Chance alone gives p below 0.001 in one of 300 such tests of three parameters; the seed is fixed."""
    table = ranks(30, 3, 11)
    for _, part in table.groupby("parameter"):
        assert honesty.evenness(part["rank"], 19, 4) > 0.001
    told = honesty.recovery(["a", "b", "c"], table, 19)
    assert told["covered"].between(0.6, 1).all() and (told["correlation"] > 0.3).all()


def test_ranks_tell_a_posterior_that_is_too_sure_or_too_high() -> None:
    rng = np.random.default_rng(6)
    even = pd.Series(rng.integers(0, 20, 200))
    assert honesty.evenness(even, 19, 10) > 0.01
    assert honesty.evenness((even * 1.2).clip(0, 19), 19, 10) < 1e-4
    assert honesty.evenness(even.where(even.between(4, 15), 19 * (even > 9)), 19, 10) < 1e-4


@pytest.mark.slow  # 300 posteriors
def test_truths_have_even_ranks_in_300_posteriors() -> None:
    """Simulation-based calibration (Talts and others 2018): uniform by chi-square, and 90 % intervals hold 86 to 94 %.

    The standard error of a coverage over 300 truths is 1.7 %; over five parameters 0.8 %.
    """
    table = ranks(300, 5, 21)
    chances = [honesty.evenness(part["rank"], 19, 10) for _, part in table.groupby("parameter")]
    assert min(chances) > 0.001
    assert honesty.evenness(table["rank"], 19, 20) > 0.001
    rank = table["rank"].to_numpy()
    assert 0.86 <= ((rank >= 1) & (rank <= 18)).mean() <= 0.94  # 18 of 20 places
