"""Compiled functions that do not count who holds an array, and memory asked ahead."""

import gc

import numpy as np
import pytest
from numba import njit
from numba.core.runtime import _nrt_python, rtsys

from simulation.inner import ask, inner_njit
from simulation.model import DistrictModel
from simulation.run import prepare
from simulation.scenario.load import load_scenario


@inner_njit
def _half(column, begin):
    return column[begin : begin + column.shape[0] // 2].sum()


@njit
def _halves(column):
    made = column + 1
    return _half(made, 0) + _half(made, made.shape[0] // 2)


@njit
def _asked(column, table, row):
    ask(column, row)
    ask(table, row)
    return column[row]


@pytest.fixture(autouse=True)
def counted():
    """Numba counts what compiled code makes and gives back."""
    _nrt_python.memsys_enable_stats()
    yield
    _nrt_python.memsys_disable_stats()


def held():
    """Arrays that compiled code has made and not given back."""
    gc.collect()
    made = rtsys.get_allocation_stats()
    return made.alloc - made.free


def test_a_function_that_does_not_count_leaves_the_count_right():
    _halves(np.arange(8.0))
    before = held()
    assert [_halves(np.arange(8.0)) for _ in range(100)] == [36.0] * 100
    assert held() == before


def test_weeks_leave_no_array_behind():
    scenario = load_scenario("huitian_history")
    model = DistrictModel(prepare(scenario, seed=1, scale=0.01), scenario)
    for _ in range(30):  # a census among them
        model.step()
    before = held()
    for _ in range(60):
        model.step()
    assert held() == before


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
def test_to_ask_for_memory_changes_nothing(dtype):
    column, table = np.arange(5).astype(dtype), np.arange(15).astype(dtype).reshape(5, 3)
    assert [_asked(column, table, row) for row in range(5)] == [0, 1, 2, 3, 4]
    assert (column == np.arange(5)).all() and (table.ravel() == np.arange(15)).all()
