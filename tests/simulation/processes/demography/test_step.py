"""The week on threads: blocks of gates that touch nothing of each other."""

import numba
import numpy as np
import pytest

from simulation.processes.demography import step
from simulation.processes.demography.people import blocks
from simulation.state.world import World
from tests.simulation.processes.demography.town import homes, town


def test_blocks_hold_whole_gates_and_their_households():
    world = town(0.02)
    parts, gate, member = blocks(world), world.residents.gate, world.households.member
    block = np.repeat(np.arange(len(parts.rows) - 1), np.diff(parts.rows))
    assert parts.rows[0] == 0 and parts.rows[-1] == len(gate) and parts.homes[-1] == len(world.households)
    assert all(len(np.unique(block[gate == g])) == 1 for g in np.unique(gate)), "a gate lies in one block"
    of_home = np.searchsorted(parts.homes, homes(world), side="right") - 1
    assert np.array_equal(block[member], of_home), "who lives in a household of a block is a resident of it"
    share = np.diff(parts.rows) * len(np.diff(parts.rows)) / len(gate)
    assert share.max() < 1.5, "and no thread gets much more than another"


def lived(threads: int, weeks: int = 60) -> tuple[World, list[np.ndarray]]:
    """A town so many weeks later, on so many threads, and its accounts."""
    world, accounts, before = town(0.02), [], numba.get_num_threads()
    try:
        numba.set_num_threads(threads)
        for world.tick in range(weeks):
            accounts += step.week(world)
    finally:
        numba.set_num_threads(before)
    return world, accounts


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="one processor")
def test_any_number_of_threads_gives_the_same_bits():
    (one, counted), (two, counted_by_two) = lived(1), lived(2)
    assert all(map(np.array_equal, counted, counted_by_two)) and np.sum(counted[1::2], axis=0).any(axis=(1, 2)).all()
    for name, column in one.residents.columns._asdict().items():
        assert column.tobytes() == getattr(two.residents.columns, name).tobytes(), name
    for table in ("residents", "households", "gates"):
        for name, column in vars(getattr(one, table)).items():
            if isinstance(column, np.ndarray):
                assert column.tobytes() == getattr(getattr(two, table), name).tobytes(), name
