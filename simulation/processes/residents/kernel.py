"""The weekly step of every resident, fused into a few passes over the gates (楼门).

Rows are sorted by community, estate, cell, gate and household, so the performance that the residents of a gate meet
is a loop constant and every sum over a gate is a sum over a slice. Blocks of gates run in parallel; a gate is summed
by one thread in integers, so the bits depend neither on the number of threads nor on how many rows are taken at once.

`equations.py` has the equations, `mirror.py` what ties see, `passes.py` their order within a chunk of gates,
`lanes/` how some rows are taken at once; the columns are declared in `simulation/state/`.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba import njit, prange

from simulation.processes.residents import passes
from simulation.processes.residents.lanes.kinds import Width, of_machine
from simulation.processes.residents.passes import FRONT, Scratch
from simulation.random import Stream, key
from simulation.state.residents import N_NEAR

CHUNK = 2048  # residents whose columns are worked on together
_EXPERIENCE, _ISSUE, _VOLUNTEER = int(Stream.EXPERIENCE), int(Stream.ISSUE), int(Stream.VOLUNTEER)
_PAIRS = 5  # of domains, which share a draw
_ISSUE_KEY, _VOLUNTEER_KEY, _N_KEYS = 5, 6, 7
_COLUMNS = len(Scratch._fields)
SCALAR = Width(1)


@njit
def _chunk_end(first, last, gate_ptr):
    """The gate after the last one of a chunk of about CHUNK residents that begins at `first`."""
    end = first + 1
    while end < last and gate_ptr[end + 1] - gate_ptr[first] <= CHUNK:
        end += 1
    return end


@njit
def _block(width, b, keys, topic_now, topic_next, widest, col, at, c, out):
    """The gates of one block, chunk by chunk; returns how many rows `out.found` received."""
    columns = np.zeros((_COLUMNS, FRONT + CHUNK + widest + FRONT), np.float32)
    w = Scratch(columns[0], columns[1], columns[2], columns[3], columns[4], columns[5])
    shown = np.zeros((N_NEAR + 1, FRONT + widest + FRONT), np.uint32)
    entries = out.found_ptr[b]
    first = at.blocks[b]
    while first < at.blocks[b + 1]:
        last = _chunk_end(first, at.blocks[b + 1], at.gate_ptr)
        passes.ties(width, first, last, w, shown, topic_now, col, at, c)
        for pair in range(_PAIRS):
            passes.two_domains(width, first, last, pair, keys[pair], w, col, at, c, out.tallies)
        passes.civic(width, first, last, w, col, at, c, out.tallies)
        passes.volunteers(width, first, last, keys[_VOLUNTEER_KEY], topic_next, w, col, at, c, out.tallies)
        passes.trust(width, first, last, col, at, c, out.tallies)
        entries = passes.needs(width, first, last, keys[_ISSUE_KEY], col.adult, at, out.found, entries)
        first = last
    return entries - out.found_ptr[b]


@cache
def kernel(width: Width) -> Callable[..., None]:
    """The compiled step that takes so many rows at once; arguments as those of `step_residents`."""

    @njit(parallel=True, cache=True, nogil=True)
    def step(seed, tick, topic_now, topic_next, widest, col, at, c, out):
        keys = np.empty(_N_KEYS, np.uint64)
        for pair in range(_PAIRS):
            keys[pair] = key(seed, tick, _EXPERIENCE + pair)
        keys[_ISSUE_KEY] = key(seed, tick, _ISSUE)
        keys[_VOLUNTEER_KEY] = key(seed, tick, _VOLUNTEER)
        counts = out.found_count  # numba 0.68 drops a store to a field of a named tuple inside prange: name it first
        for b in prange(at.blocks.shape[0] - 1):
            counts[b] = _block(width, b, keys, topic_now, topic_next, widest, col, at, c, out)

    return step


def step_residents(
    seed: int, tick: int, topic_now: int, topic_next: int, widest: int, col: Any, at: Any, c: Any, out: Any
) -> None:
    """One week of all residents.

    Parameters
    ----------
    seed, tick : int
        Address of the draws.
    topic_now, topic_next : int
        Domain that the mirror `seen` shows, and the one that `seen_next` shall show.
    widest : int
        Residents of the largest gate.
    col, at, c, out : Columns, Places, Coefficients, Output
        `col` is changed in place, `out` is filled; after the call the caller swaps `seen` and `seen_next`.
    """
    width = of_machine()
    if len(col.overall) < width.count:
        width = SCALAR
    kernel(width)(seed, tick, topic_now, topic_next, widest, col, at, c, out)
