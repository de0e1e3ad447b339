"""Requests come in by day, and within a day as chance has it."""

import numpy as np
import pytest

from simulation.processes.requests.report import order


@pytest.mark.parametrize("n", [0, 1, 2, 700])
@pytest.mark.parametrize("bits", [0, 2, 40, 63])
def test_words_are_put_in_a_stable_order(n, bits):
    """With few bits left many words are equal, or alike in their first bits: slower, and as right."""
    words = np.random.default_rng(n + bits).integers(0, 2**64, n, dtype=np.uint64) >> np.uint64(bits)
    assert np.array_equal(order(words), np.argsort(words, kind="stable"))


def test_days_come_before_luck():
    words = np.array([2**61 + 5, 4 * 2**61, 7, 2**61 + 4, 2**63 + 1], np.uint64)
    assert order(words).tolist() == [2, 3, 0, 1, 4]
