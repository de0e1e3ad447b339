"""The weekly step of every resident, fused into one pass over the gates (楼门).

Rows are sorted by community, estate, cell, gate and household, so the performance that the residents of a gate meet
is a loop constant and every sum over a gate is a sum over a slice. Blocks of gates run in parallel; a gate is summed
by one thread in a fixed order, so the bits do not depend on the number of threads.

`equations.py` has the equations, `mirror.py` what ties see, `passes.py` their order within a chunk of gates; the
columns are declared in `simulation/state/`.
"""

import numpy as np
from numba import njit, prange

from simulation.processes.residents import passes
from simulation.processes.residents.mirror import show
from simulation.processes.residents.passes import Scratch
from simulation.random import Stream, key
from simulation.state.residents import N_NEAR

CHUNK = 2048  # residents whose columns are worked on together
_EXPERIENCE, _ISSUE, _VOLUNTEER = int(Stream.EXPERIENCE), int(Stream.ISSUE), int(Stream.VOLUNTEER)
_EXPERIENCE_KEYS = 5  # each serves two domains
_ISSUE_KEY, _VOLUNTEER_KEY, _N_KEYS = 5, 6, 7


@njit
def _chunk_end(first, last, gate_ptr):
    """The gate after the last one of a chunk of about CHUNK residents that begins at `first`."""
    end = first + 1
    while end < last and gate_ptr[end + 1] - gate_ptr[first] <= CHUNK:
        end += 1
    return end


@njit
def _block(b, keys, topic_now, topic_next, widest, col, at, c, out):
    """The gates of one block, chunk by chunk; returns how many rows `out.found` received."""
    size = CHUNK + widest
    w = Scratch(
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.float32),
        np.empty(size, np.uint64),
        np.empty(size, np.uint8),
    )
    shown = np.empty((N_NEAR + 1, widest), np.uint32)
    count = out.found_ptr[b]
    first = at.blocks[b]
    while first < at.blocks[b + 1]:
        last = _chunk_end(first, at.blocks[b + 1], at.gate_ptr)
        passes.ties(first, last, w, shown, topic_now, col, at, c)
        passes.domains(first, last, keys, w, col, at, c, out.tallies)
        passes.civic(first, last, keys[_VOLUNTEER_KEY], w, col, at, c, out.tallies)
        lo, hi = at.gate_ptr[first], at.gate_ptr[last]
        show(
            col.seen_next[lo:hi],
            col.satisfaction[topic_next, lo:hi],
            col.efficacy[lo:hi],
            col.awareness[lo:hi],
            col.volunteer[lo:hi],
        )
        count = passes.needs(first, last, keys[_ISSUE_KEY], w, col.adult, at, out.found, count)
        first = last
    return count - out.found_ptr[b]


@njit(parallel=True, cache=True, nogil=True)
def step_residents(seed, tick, topic_now, topic_next, widest, col, at, c, out):
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
    keys = np.empty(_N_KEYS, np.uint64)
    for p in range(_EXPERIENCE_KEYS):
        keys[p] = key(seed, tick, _EXPERIENCE + p)
    keys[_ISSUE_KEY] = key(seed, tick, _ISSUE)
    keys[_VOLUNTEER_KEY] = key(seed, tick, _VOLUNTEER)
    counts = out.found_count  # numba 0.68 drops a store to a field of a named tuple inside prange: name the array first
    for b in prange(at.blocks.shape[0] - 1):
        counts[b] = _block(b, keys, topic_now, topic_next, widest, col, at, c, out)
