"""The screening moves one parameter at a time to the farther end of its range, and says what each moves."""

import numpy as np
import pandas as pd

from docs.builders import screening
from experiments.study.calibration_file import load_calibration
from experiments.study.file import specs_folder
from simulation.domains import WEEKS_PER_YEAR
from simulation.parameters import PARAMETERS

TABLE = pd.read_csv(screening.FILE, index_col="parameter")


def test_each_parameter_is_moved_alone_to_its_farther_end() -> None:
    at = screening.points()
    base = at.iloc[0]
    assert list(base) == [PARAMETERS[name].default for name in at.columns]
    moved = at.iloc[1:] != base
    assert (moved.sum(axis=1) == 1).all() and set(TABLE.index) <= set(at.index)
    for name in moved.index:
        p = PARAMETERS[name]
        assert abs(at.at[name, name] - p.default) == max(p.high - p.default, p.default - p.low)


def test_outcomes_are_those_of_their_weeks() -> None:
    n = screening.WEEKS
    names = ["satisfaction", "load_committee", "load_property", "backlog", "fee_payment_rate", "trust", "participation"]
    names += ["resolution_rate", "satisfied_rate", "burnout", "double_report_turnout", "volunteers", "organisations"]
    names += ["waste_sorting_rate", "waste_sorting_awareness"]
    weeks = pd.DataFrame({name: np.arange(n, dtype=float) for name in names})
    weeks["hotline_requests"] = np.repeat([1.0, 3.0, 6.0], WEEKS_PER_YEAR)
    found = screening.outcomes(weeks)
    assert found["calls_2019_over_2018"] == 3 and found["calls_2020_over_2019"] == 2
    assert found["satisfaction_since_2018"] == (104 + 155) / 2 - 25 / 2
    assert found["resolution_rate_january_2019"] == 54 and found["volunteers_end"] == n - 1


def test_shares_are_those_of_the_sum_of_squares() -> None:
    for name in ("satisfaction", "burnout_2018", "volunteers_end"):
        assert np.allclose(TABLE[f"share_{name}"], TABLE[name] ** 2 / (TABLE[name] ** 2).sum(), rtol=2e-3, atol=1e-6)


def test_the_posterior_varies_what_the_screening_found() -> None:
    plan = load_calibration(specs_folder() / "posterior.yaml")
    chosen = [*plan.parameters, *plan.from_prior]
    assert set(chosen) <= set(TABLE.index)
    assert TABLE.loc[list(plan.parameters)].filter(like="share_").max(axis=1).min() > 0.005


def test_a_default_that_was_moved_to_meet_the_patterns_is_no_peak_of_the_prior() -> None:
    """The table says so of it; a triangular prior around it would use the patterns twice."""
    plan = load_calibration(specs_folder() / "posterior.yaml")
    moved = {name for name in plan.parameters if "calibrated" in PARAMETERS[name].source}
    assert len(moved) > 10 and {name for name, given in plan.parameters.items() if given.prior == "uniform"} == moved
