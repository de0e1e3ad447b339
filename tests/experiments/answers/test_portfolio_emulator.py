"""The emulator of portfolios against what is known: sums, slopes of draws, a refit without a draw, a gradient."""

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from experiments.answers import portfolio_emulator as emulators
from experiments.answers.portfolio_emulator import Codes, PortfolioEmulator, fit

DOSES = [np.zeros((1, 0)), np.linspace(0, 1, 3)[:, None], np.linspace(0, 1, 5)[:, None], np.zeros((1, 0))]
DRAWS, OF_A_DRAW, NOISE = 15, 6, 0.01
EFFECTS = [np.array([0.0, *e]) for e in ([0.8], [0.2, 0.5, 0.6], [0.3, 0.6, 0.8, 0.9, 0.95], [-0.1])]


def portfolios(rng: np.random.Generator, count: int) -> Codes:
    on = rng.random((count, len(DOSES))) < 0.5
    return on * np.column_stack([rng.integers(1, len(table) + 1, count) for table in DOSES])


def truth(codes: Codes, slopes: np.ndarray) -> np.ndarray:
    """Effects that a draw makes larger or smaller, and two measures that get in each other's way."""
    alone = sum(slopes[:, j] * effect[codes[:, j]] for j, effect in enumerate(EFFECTS))
    return np.asarray(alone - 0.2 * (codes[:, 0] > 0) * (codes[:, 1] > 0))


@pytest.fixture(scope="module")
def emulator() -> PortfolioEmulator:
    rng = np.random.default_rng(3)
    codes, draws = portfolios(rng, DRAWS * OF_A_DRAW), np.arange(DRAWS * OF_A_DRAW) // OF_A_DRAW
    slopes = 1 + 0.3 * rng.standard_normal((DRAWS, len(DOSES)))
    kept = codes.any(axis=1)
    values = truth(codes, slopes[draws]) + NOISE * rng.standard_normal(len(codes))
    return fit(codes[kept], draws[kept], values[kept], DOSES, [effect[1:] for effect in EFFECTS])


def test_nothing_bought_changes_nothing(emulator: PortfolioEmulator) -> None:
    gain, spread = emulator(np.zeros((1, len(DOSES)), np.int64))
    assert gain == pytest.approx([0]) and spread[0, 0] == pytest.approx(emulator.inflation * emulator.noise)


def test_effects_at_a_further_draw_lie_in_the_interval(emulator: PortfolioEmulator) -> None:
    rng = np.random.default_rng(8)
    codes = portfolios(rng, 60)
    slopes = 1 + 0.3 * rng.standard_normal((60, len(DOSES)))
    gain, spread = emulator(codes)
    inside = np.abs(truth(codes, slopes) - gain) <= emulator.reach * np.sqrt(np.diag(spread))
    assert 0.85 <= inside.mean() <= 1.0
    assert np.abs(gain - truth(codes, np.ones((60, len(DOSES))))).max() < 0.35


def test_two_portfolios_are_compared_in_the_same_world(emulator: PortfolioEmulator) -> None:
    """What a draw does to a measure that both have is no doubt about which is better."""
    _, spread = emulator(np.array([[1, 1, 3, 0], [1, 1, 3, 1]]))
    assert spread[0, 0] + spread[1, 1] - 2 * spread[0, 1] < 0.2 * spread[0, 0]


def test_the_tables_add_up_to_the_mean(emulator: PortfolioEmulator) -> None:
    alone, together = emulator.tables()
    codes = portfolios(np.random.default_rng(1), 20)
    added = [
        sum(alone[j][x[j]] for j in range(4)) + sum(together[j][i][x[i], x[j]] for j in range(4) for i in range(j))
        for x in codes
    ]
    np.testing.assert_allclose(emulator(codes)[0], added, atol=1e-9)


def test_a_draw_left_out_is_foretold_as_by_one_that_never_saw_it(emulator: PortfolioEmulator) -> None:
    error, deviation = emulator.left_out()
    rows = emulator.draws == 4
    rest = PortfolioEmulator(
        emulator.codes[~rows],
        emulator.draws[~rows],
        emulator.values[~rows],
        emulator.alike,
        emulator.sizes,
        emulator.main,
        emulator.own,
        emulator.pair,
        emulator.noise,
    )
    gain, spread = rest(emulator.codes[rows])
    np.testing.assert_allclose(emulator.values[rows] - gain, error[rows], atol=1e-8)
    np.testing.assert_allclose(np.sqrt(np.diag(spread) / rest.inflation), deviation[rows], rtol=1e-6)


def test_the_gradient_is_that_of_the_likelihood(monkeypatch: pytest.MonkeyPatch, emulator: PortfolioEmulator) -> None:
    seen = []
    monkeypatch.setattr(emulators, "minimize", lambda objective, start, **_: seen.append((objective, start)))
    stack = emulators._stack(emulator.alike, emulator.sizes, emulator.codes, emulator.codes)
    prior = emulators._prior(np.full(len(DOSES) + 1, 0.5))
    with pytest.raises(AttributeError):  # nothing was found: only the objective is wanted
        emulators._likeliest(stack, emulator.draws, emulator.values, prior)
    objective, start = seen[0]
    numeric = approx_fprime(start, lambda theta: objective(theta)[0], 1e-6)
    np.testing.assert_allclose(objective(start)[1], numeric, rtol=1e-3, atol=1e-3)
