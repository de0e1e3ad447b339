"""Terms by gate: the chances of issues."""

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes.residents.terms import issue_rates, threshold


def test_rates_grow_with_the_shortfall_and_never_fall_below_nil():
    p = Parameters({"needs.issue_rate": 0.05, "needs.quality_reference": 0.6, "needs.issue_quality_feedback": 3.0})
    quality = np.array([[0.6, 0.4, 0.8, 1.0]], np.float32)
    rates = issue_rates(p, quality, np.full(4, 0.25))
    assert rates == pytest.approx(0.05 * 0.25 * np.array([[1, 1.6, 0.4, 0]]), abs=1e-8)


def test_the_threshold_of_a_draw_is_its_rate():
    rates = np.array([0.0, 0.25, 0.5, 1.0, 7.0, -1.0])
    assert threshold(rates) / 2**32 == pytest.approx(np.clip(rates, 0, 1), abs=1e-9)
    assert threshold(rates).dtype == np.uint32
