"""Lanes have the bits of numpy's scalars, operator by operator."""

import numpy as np
import pytest
from numba import njit

from simulation.processes.residents.lanes import kinds, operators
from simulation.processes.residents.lanes.kinds import Width, count
from simulation.processes.residents.lanes.memory import load, ramp, rows, store
from simulation.processes.residents.lanes.operators import (
    as_float,
    as_int,
    high,
    low,
    lowest,
    marked,
    total,
    where,
    zeros,
)
from simulation.random import mix

WIDTHS = [Width(1), Width(8), Width(16)]
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, 1e-45, 3e38, -3e38, np.inf, -np.inf]


@njit
def _floats(width, x, y, made, compared):
    for i in range(0, x.shape[0], count(width)):
        here = rows(width, i, x.shape[0], x.shape[0])
        a, b = load(x, here), load(y, here)
        store(made[0], here, a + b)
        store(made[1], here, a - b)
        store(made[2], here, a * b)
        store(made[3], here, np.float32(0.1) * a)
        store(made[4], here, min(a, b))
        store(made[5], here, max(np.float32(0), a))
        store(made[6], here, where(a < b, a, np.float32(2)))
        store(compared[0], here, where((a > b) | (a == b), 1, 0))
        store(compared[1], here, where((a <= b) & (a >= np.float32(0)), 1, 0))


@pytest.mark.parametrize("width", WIDTHS, ids=str)
def test_floats(width):
    rng = np.random.default_rng(1)
    x, y = (rng.permutation(np.concatenate([EDGES, rng.normal(0, 9, 33)])).astype(np.float32) for _ in range(2))
    made, compared = np.zeros((7, 43), np.float32), np.zeros((2, 43), np.uint8)
    _floats(width, x, y, made, compared)
    with np.errstate(over="ignore", invalid="ignore"):
        expected = [x + y, x - y, x * y, np.float32(0.1) * x, np.where(y < x, y, x), np.where(x > 0, x, np.float32(0))]
    expected.append(np.where(x < y, x, np.float32(2)))
    for ours, theirs in zip(made, expected, strict=True):
        same = (ours.view(np.uint32) == theirs.view(np.uint32)) | (np.isnan(ours) & np.isnan(theirs))
        assert same.all()
    assert np.array_equal(compared[0], x >= y)
    assert np.array_equal(compared[1], (x <= y) & (x >= 0))


@njit
def _integers(width, x, level, byte, small, made, converted, narrow):
    for i in range(0, x.shape[0], count(width)):
        here = rows(width, i, x.shape[0], x.shape[0])
        word, a, b, f = load(x, here), load(byte, here), load(small, here), load(level, here)
        store(made[0], here, (word >> 8) ^ (word & 255))
        store(made[1], here, where((word & 255) < a, a << 7, a | 3))
        store(converted[0], here, as_float(b - 5) * np.float32(0.5))
        store(converted[1], here, as_float(word >> 8))
        store(narrow, here, as_int(f * np.float32(255) + np.float32(0.5)))


@pytest.mark.parametrize("width", WIDTHS, ids=str)
def test_integers(width):
    rng = np.random.default_rng(2)
    n = 45
    x = rng.integers(0, 2**32, n, dtype=np.uint32)
    x[:3] = 0, 2**32 - 1, 2**31
    byte, small = rng.integers(0, 256, n, dtype=np.uint8), rng.integers(-128, 128, n, dtype=np.int8)
    level = rng.random(n, dtype=np.float32)
    made, converted, narrow = np.zeros((2, n), np.uint32), np.zeros((2, n), np.float32), np.zeros(n, np.uint8)
    _integers(width, x, level, byte, small, made, converted, narrow)
    assert np.array_equal(made[0], (x >> 8) ^ (x & 255))
    wide = byte.astype(np.uint32)
    assert np.array_equal(made[1], np.where((x & 255) < wide, wide << 7, wide | 3))
    assert np.array_equal(converted[0], (small.astype(np.float32) - 5) / 2)
    assert np.array_equal(converted[1], (x >> 8).astype(np.float32))
    assert np.array_equal(narrow, (level * np.float32(255) + np.float32(0.5)).astype(np.uint8))


@njit
def _words(width, start, step, drawn, sums, places):
    n, some, entries = drawn.shape[1], zeros(width), 0
    for i in range(5, n - 2, count(width)):
        here = rows(width, i, n - 2, n)
        word = mix(ramp(here, start + step * np.uint64(here[0]), step))
        store(drawn[0], here, low(word))
        store(drawn[1], here, high(word))
        few = here[1] & (low(word) < np.uint32(2**29))
        some += where(few, 3, 0)
        left = marked(few)
        while left:
            places[entries] = here[0] + lowest(left)
            entries += 1
            left &= left - np.uint64(1)
    sums[0], sums[1] = total(some), entries


@pytest.mark.parametrize("width", WIDTHS, ids=str)
@pytest.mark.parametrize("n", [17, 23, 24, 100])
def test_draws_sums_and_rare_rows(width, n):
    """From row 5 to the last but two: what lies outside is neither stored nor counted."""
    start, step = np.uint64(2**64 - 9), np.uint64(0x9E3779B97F4A7C15)
    drawn, sums, places = np.zeros((2, n), np.uint32), np.zeros(2, np.int64), np.zeros(n, np.int64)
    _words(width, start, step, drawn, sums, places)
    with np.errstate(over="ignore"):
        word = np.array([mix(start + step * np.uint64(i)) for i in range(n)], np.uint64)
    inside = (np.arange(n) >= 5) & (np.arange(n) < n - 2)
    assert np.array_equal(drawn[0], np.where(inside, word & np.uint64(2**32 - 1), 0))
    assert np.array_equal(drawn[1], np.where(inside, word >> np.uint64(32), 0))
    few = np.flatnonzero(inside & ((word & np.uint64(2**32 - 1)) < 2**29))
    assert np.array_equal(places[: sums[1]], few)
    assert sums[0] == 3 * len(few)


def test_the_width_is_that_of_the_machine(monkeypatch):
    for features, rows_at_once in [
        ({"avx512f": True, "avx512bw": True, "avx512vl": True}, 16),
        ({"avx512f": True, "avx2": True}, 8),
        ({"neon": True}, 8),
        ({}, 8),
    ]:
        monkeypatch.setattr(kinds.binding, "get_host_cpu_features", lambda features=features: features)
        assert kinds.of_machine.__wrapped__() == Width(rows_at_once)  # asked again, not remembered


def test_outside_of_compiled_code_a_choice_is_pythons():
    assert operators.where(True, 1, 2) == 1 and operators.where(False, 1, 2) == 2
