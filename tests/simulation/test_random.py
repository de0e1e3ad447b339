"""The counter-based generator: uniformity, independence of neighbouring addresses, same bits in kernels and numpy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit
from scipy import stats

from simulation.domains import N_DOMAINS
from simulation.random import LARGEST_SEED, Stream, bits, draw, key, replicate_seeds, uniform, unit_interval
from simulation.yaml_source import SourceError

# Each statistical test below fails a good generator with probability 1e-4; seeds are fixed, so it passes or never does.
ALPHA = 1e-4
N = 1 << 16


@njit
def _kernel(seed, stream, tick, n):
    start = key(seed, tick, stream)
    out = np.empty(n)
    for i in range(n):
        out[i] = unit_interval(draw(start, i))
    return out


@settings(deadline=None)  # the first call compiles
@given(seed=st.integers(0, 2**63 - 1), tick=st.integers(-52, 10_000), stream=st.sampled_from(list(Stream)))
def test_numpy_and_kernel_draw_the_same(seed, tick, stream):
    assert np.array_equal(uniform(seed, stream, np.arange(64), tick), _kernel(seed, int(stream), tick, 64))


def test_a_draw_does_not_depend_on_the_others():
    together = uniform(5, Stream.ISSUE, np.arange(1000), 7)
    assert uniform(5, Stream.ISSUE, 613, 7) == together[613]


@pytest.mark.parametrize("stream", [Stream.EXPERIENCE, Stream.ISSUE, Stream.SPLIT])
def test_uniform(stream):
    x = uniform(1, stream, np.arange(N), 3)
    assert stats.kstest(x, "uniform").pvalue > ALPHA


@pytest.mark.parametrize("shift", [0, 8, 24, 32, 40, 56])
def test_every_byte_is_uniform(shift):
    byte = (bits(1, Stream.EXPERIENCE, np.arange(N), 3) >> np.uint64(shift)).astype(np.int64) & 255
    assert stats.chisquare(np.bincount(byte, minlength=256)).pvalue > ALPHA


@pytest.mark.parametrize(
    ("unit", "tick", "stream", "seed"),
    [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (7, 0, 0, 0), (0, 52, 0, 0), (96, 1, 0, 0)],
)
def test_neighbouring_addresses_are_uncorrelated(unit, tick, stream, seed):
    x = uniform(1, 3, np.arange(N), 10)
    y = uniform(1 + seed, 3 + stream, np.arange(N) + unit, 10 + tick)
    assert stats.pearsonr(x, y).pvalue > ALPHA
    grid = np.histogram2d(x, y, bins=16, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(grid.ravel()).pvalue > ALPHA


def test_the_two_halves_of_a_word_are_uncorrelated():
    z = bits(1, Stream.ISSUE, np.arange(N), 3)
    low, high = (z & np.uint64(0xFFFFFFFF)).astype(float), (z >> np.uint64(32)).astype(float)
    assert stats.pearsonr(low, high).pvalue > ALPHA


def test_flipping_one_bit_of_the_address_flips_half_of_the_draw():
    units = np.arange(4096)
    base = bits(9, Stream.WORK, units, 0)
    for bit in range(0, 20, 3):
        changed = bits(9, Stream.WORK, units ^ (1 << bit), 0)
        flipped = np.bitwise_count(base ^ changed).mean()
        assert flipped == pytest.approx(32, abs=4 * 4 / np.sqrt(len(units)))  # sd of a count of 64 fair bits is 4


def test_streams_have_numbers_of_their_own():
    experience = range(Stream.EXPERIENCE, Stream.EXPERIENCE + (N_DOMAINS + 1) // 2)
    used = [experience if s == Stream.EXPERIENCE else range(s, s + 1) for s in Stream]
    flat = [number for numbers in used for number in numbers]
    assert len(flat) == len(set(flat))


def test_the_address_is_the_whole_state():
    again = [uniform(11, Stream.WORK, np.arange(256), tick) for tick in (3, -3, 3)]
    assert np.array_equal(again[0], again[2])
    assert not np.intersect1d(again[0], again[1]).size


@pytest.mark.parametrize(("first", "replicates"), [(LARGEST_SEED, 2), (LARGEST_SEED + 1, 1), (-1, 3), (1, 2**63)])
def test_seeds_beyond_the_range_are_refused(first, replicates):
    with pytest.raises(SourceError, match=f"seed {first}: must be from 0 to"):
        replicate_seeds(first, replicates)


def test_seeds_follow_each_other_up_to_the_largest():
    assert list(replicate_seeds(7, 3)) == [7, 8, 9]
    assert list(replicate_seeds(LARGEST_SEED - 1, 2)) == [LARGEST_SEED - 1, LARGEST_SEED]
    assert 0 <= uniform(LARGEST_SEED, Stream.ISSUE, 5) < 1
