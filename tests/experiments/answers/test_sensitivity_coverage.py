"""Do the intervals of Sobol indices and of Morris effects hold the truth as often as they say? Known functions.

Each share of `TRIALS` has a standard error of 1.8 % at 95 %: limits below are two of them under 93 %.
"""

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from SALib.sample import morris, sobol

from experiments.answers.sensitivity import morris_effects, sobol_indices
from experiments.study.unit_cube import problem

pytestmark = pytest.mark.slow
TRIALS = 150
LEAST = 0.93 - 2 * 0.018
INDICES = {"first": (0.3139, 0.4424, 0.0), "total": (0.5576, 0.4424, 0.2437)}
"""Of the Ishigami function with a = 7, b = 0.1 (Ishigami & Homma 1990)."""


def ishigami(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    x = np.pi * (2 * shares - 1)
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


@pytest.mark.parametrize("blocks", [64, 256, 1024])
def test_sobol_indices(blocks: int) -> None:
    names, held = list("abc"), {index: np.zeros(3) for index in INDICES}
    for trial in range(1, TRIALS + 1):
        shares = sobol.sample(problem(names), blocks, calc_second_order=False, seed=trial)
        found = sobol_indices(pd.Series(ishigami(shares)), names, seed=trial)
        for index, truth in INDICES.items():
            rows = found[found["index"] == index].set_index("factor_a").loc[names]
            held[index] += (rows["ci_low"] <= truth).to_numpy() & (truth <= rows["ci_high"]).to_numpy()
    assert all((count >= LEAST * TRIALS).all() for count in held.values()), held


def curved(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    a, b, c, d = shares.T
    return np.asarray(3 * a + b + 2 * a * b + 4 * (c - 0.5) ** 2 + 0.5 * c * d)


def effects(trajectories: int, seed: int) -> pd.DataFrame:
    names = list("abcd")
    shares = morris.sample(problem(names), trajectories, num_levels=4, seed=seed)
    table = morris_effects(pd.DataFrame(shares, columns=names), pd.Series(curved(shares)))
    return table.set_index("factor").loc[names]


@pytest.mark.parametrize(("trajectories", "least"), [(4, 0.78), (8, 0.88), (16, LEAST), (32, LEAST)])
def test_morris_effects(trajectories: int, least: float) -> None:
    """Effects take few values, and few trajectories may all show the same: below sixteen it is less than said."""
    truth, held = effects(20_000, 999)["mu_star"], np.zeros(4)
    for trial in range(1, TRIALS + 1):
        found = effects(trajectories, trial)
        held += ((found["ci_low"] <= truth + 1e-9) & (truth - 1e-9 <= found["ci_high"])).to_numpy()
    assert (held >= least * TRIALS).all(), held / TRIALS
