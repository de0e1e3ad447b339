"""Do both intervals hold what they say of the model itself? Runs of a small sample, drawn again and again.

A bank of pairs (baseline and plan) is made once: at the defaults with 120 seeds, and at the first 120 shipped draws,
each with a seed of its own. The replicates and draws of a comparison are taken from it without putting back, 500 times.
Repetitions share pairs, so that the bank stands for what the model may show: its tails are those of 120.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from experiments.answers.uncertainty import prediction_interval
from experiments.runs.engine import recorded
from experiments.statistics import last_year_values, t_interval
from experiments.study.over_draws import FIRST_SEED
from experiments.study.posterior import read_posterior, shipped
from experiments.study.study import Study, one_point
from simulation.scenario.load import load_scenario

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*the sample has no home")]
PAIR = [load_scenario(name) for name in ("baseline", "huitian_plan")]
SCALE, WEEKS, BANK, REPETITIONS = 0.005, 34, 120, 500
METRICS = ("satisfaction", "load_committee", "backlog", "requests")
"""Some that the plan moves, and loads and counts besides."""


def differences(points: Iterable[tuple[pd.DataFrame, int]]) -> dict[str, NDArray[np.float64]]:
    """Effect of the plan on each metric, float64 (pairs,), in a pair of runs at each point and seed."""
    rows = []
    for table, seed in points:
        study = Study({s.name: s for s in PAIR}, "baseline", [seed], table, SCALE, WEEKS)
        jobs = [study.job(int(table.index[0]), s.name, seed, Path("none.parquet")) for s in PAIR]
        base, plan = (last_year_values(recorded(job, 1).district) for job in jobs)
        rows.append([plan[name] - base[name] for name in METRICS])
    return dict(zip(METRICS, np.array(rows).T, strict=True))


def test_the_interval_of_luck_holds_the_mean_effect_of_the_model() -> None:
    """Three replicates, t interval, truth: the mean of the bank. Standard error of each share 0.0097."""
    bank = differences((one_point(), seed) for seed in range(1, BANK + 1))
    rng, held = np.random.default_rng(2026), dict.fromkeys(METRICS, 0)
    for _ in range(REPETITIONS):
        chosen = rng.choice(BANK, 3, replace=False)
        for name, effects in bank.items():
            _, low, high = t_interval(effects[chosen])
            held[name] += low <= effects.mean() <= high
    shares = {name: count / REPETITIONS for name, count in held.items()}
    assert all(0.93 <= share <= 0.97 for share in shares.values()), shares


def test_the_interval_over_draws_holds_the_effect_at_a_further_draw_of_the_model() -> None:
    """39 draws, prediction interval, truth: the effect at a 40th draw. Standard error of each share 0.0097."""
    file = shipped("huitian")
    assert file is not None
    points = read_posterior(file, PAIR[0]).first(BANK)
    bank = differences((points.loc[[draw]], FIRST_SEED + int(draw)) for draw in points.index)
    rng, held = np.random.default_rng(2026), dict.fromkeys(METRICS, 0)
    for _ in range(REPETITIONS):
        *chosen, further = rng.choice(BANK, 40, replace=False)
        for name, effects in bank.items():
            low, high = prediction_interval(effects[chosen])
            held[name] += low <= effects[further] <= high
    shares = {name: count / REPETITIONS for name, count in held.items()}
    assert all(0.93 <= share <= 0.97 for share in shares.values()), shares
