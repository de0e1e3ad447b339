"""The weekly step of every resident, fused into a few passes over the gates (楼门).

Rows are sorted by community, estate, cell, gate and household, so the performance that the residents of a gate meet
is a loop constant and every sum over a gate is a sum over a slice. Threads take block after block of gates: one that a
neighbour slows down takes fewer. A gate is summed by one thread in integers, so the bits depend neither on the number
of threads nor on how many rows are taken at once.

`equations.py` has the equations, `mirror.py` what ties see, `passes.py` their order within a chunk of gates,
`lanes/` how some rows are taken at once; the columns are declared in `simulation/state/`.
"""

from typing import Any

import numpy as np
from numba import njit

from simulation.district.people.ties import N_NEAR
from simulation.domains import N_DOMAINS
from simulation.inner import inner_njit
from simulation.processes.residents import passes
from simulation.processes.residents.lanes.kinds import Width, of_machine
from simulation.processes.residents.passes import FRONT, Scratch
from simulation.random import Stream, key
from simulation.threads import on_threads, take

CHUNK = 2048  # residents whose columns are worked on together
_EXPERIENCE, _ISSUE, _VOLUNTEER = int(Stream.EXPERIENCE), int(Stream.ISSUE), int(Stream.VOLUNTEER)
_PAIRS, _ODD = N_DOMAINS // 2, N_DOMAINS % 2 == 1  # the domains of a pair share a draw
_EXPERIENCES = _PAIRS + _ODD
_ISSUE_KEY, _VOLUNTEER_KEY, _N_KEYS = range(_EXPERIENCES, _EXPERIENCES + 3)
_COLUMNS = len(Scratch._fields)
SCALAR = Width(1)


@inner_njit
def _chunk_end(first, last, gate_ptr):
    """The gate after the last one of a chunk of about CHUNK residents that begins at `first`."""
    end = first + 1
    while end < last and gate_ptr[end + 1] - gate_ptr[first] <= CHUNK:
        end += 1
    return end


@njit
def _keys(seed, tick):
    """Starts of the draws of the week."""
    keys = np.empty(_N_KEYS, np.uint64)
    for draw in range(_EXPERIENCES):
        keys[draw] = key(seed, tick, _EXPERIENCE + draw)
    keys[_ISSUE_KEY] = key(seed, tick, _ISSUE)
    keys[_VOLUNTEER_KEY] = key(seed, tick, _VOLUNTEER)
    return keys


@njit(cache=True, nogil=True)
def step_blocks(width, counter, seed, tick, topic_now, topic_next, widest, col, at, c, out):
    """Blocks of gates, one after another from `counter` on (int64 [1], shared by threads), until none is left.

    A block is worked on chunk by chunk. `width` is how many residents are taken at once; the rest is as for
    `step_residents`.
    """
    keys = _keys(seed, tick)
    columns = np.zeros((_COLUMNS, FRONT + CHUNK + widest + FRONT), np.float32)
    w = Scratch(columns[0], columns[1], columns[2], columns[3], columns[4], columns[5])
    shown = np.zeros((N_NEAR + 1, FRONT + widest + FRONT), np.uint32)
    tied = np.zeros(FRONT + widest + FRONT, np.uint8)
    b = take(counter)
    while b < at.blocks.shape[0] - 1:
        entries, first = out.found_ptr[b], at.blocks[b]
        while first < at.blocks[b + 1]:
            last = _chunk_end(first, at.blocks[b + 1], at.gate_ptr)
            passes.ties(width, first, last, w, shown, tied, topic_now, col, at, c)
            for pair in range(_PAIRS):
                passes.two_domains(width, first, last, pair, keys[pair], w, col, at, c, out.tallies)
            if _ODD:
                passes.last_domain(width, first, last, keys[_PAIRS], w, col, at, c, out.tallies)
            passes.civic(width, first, last, w, col, at, c, out.tallies)
            passes.volunteers(width, first, last, keys[_VOLUNTEER_KEY], topic_next, w, col, at, c, out.tallies)
            passes.trust(width, first, last, col, at, c, out.tallies)
            entries = passes.needs(width, first, last, keys[_ISSUE_KEY], col.adult, at, out.found, entries)
            first = last
        out.found_count[b] = entries - out.found_ptr[b]
        b = take(counter)


def step_residents(
    seed: int, tick: int, topic_now: int, topic_next: int, widest: int, col: Any, at: Any, c: Any, out: Any
) -> None:
    """One week of all residents, on as many threads as numba may use.

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
    counter = np.zeros(1, np.int64)
    on_threads(step_blocks, width, counter, seed, tick, topic_now, topic_next, widest, col, at, c, out)
