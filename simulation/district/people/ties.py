"""Ties between residents in eight fixed slots, each slot a matching: if i sees j in a slot, j sees i in the same.

Slots 0-1 lie in the household where it is large enough, 2-4 behind the same gate, 5-6 in the estate's chat group; the
eighth is an acquaintance of the same life stage in the community, for a few anyone in the district. Symmetric ties
conserve the mean under social influence (equation 16), so influence spreads views and does not make them.
"""

import numpy as np
from numpy.typing import NDArray

N_NEAR = 7
_HOUSEHOLD, _GATE, _CHAT = (0, 1), (2, 3, 4), (5, 6)
_STAGES = 64
_Ints = NDArray[np.int64]


def match(group: _Ints, chosen: _Ints, rng: np.random.Generator) -> _Ints:
    """Partner of each chosen row in a random matching inside its group, int64 (n_chosen,); an odd one is its own.

    `group`: group of each chosen row, int64 (n_chosen,). No table of pairs is made: rows are sorted by group and a
    random number, and neighbours in that order meet.
    """
    order = np.argsort((group << 32) | rng.integers(0, 1 << 32, len(group)), kind="stable")
    rank = np.arange(len(group))
    sorted_group = group[order]
    first = np.flatnonzero(np.diff(sorted_group, prepend=-1))
    place = rank - np.repeat(first, np.diff(np.append(first, len(group))))
    last = np.append(sorted_group[1:] != sorted_group[:-1], True)
    other = np.where(place % 2 == 1, rank - 1, np.where(last, rank, rank + 1))
    partner = np.empty(len(group), np.int64)
    partner[order] = chosen[order[other]]
    return partner


def _family(
    slot_number: int, household: _Ints, position: _Ints, size: _Ints, gate: _Ints, rng: np.random.Generator
) -> _Ints:
    """Slot 0 pairs members 0-1, 2-3, 4-5 of a household, slot 1 pairs 1-2, 3-4; who is left out meets a neighbour."""
    rows = np.arange(len(household))
    up = (position % 2 == slot_number % 2) & (position + 1 < size)
    down = (position % 2 != slot_number % 2) & (position > 0)
    partner = np.where(up, rows + 1, np.where(down, rows - 1, rows))
    alone = np.flatnonzero(~up & ~down)
    partner[alone] = match(gate[alone], alone, rng)
    return partner


def near_ties(
    household: _Ints, household_ptr: _Ints, gate: _Ints, chat: _Ints, rng: np.random.Generator
) -> NDArray[np.int16]:
    """Offsets from each resident to its seven near ties, int16 (n, 7).

    Raises
    ------
    ValueError
        If a chat group has more residents than an offset can span.
    """
    n = len(household)
    if np.bincount(chat).max() > np.iinfo(np.int16).max:
        raise ValueError("a chat group is too large for 16-bit offsets; lower ties.chat_gates")
    rows = np.arange(n)
    position = rows - household_ptr[household]
    size = np.diff(household_ptr)[household]
    near = np.empty((n, N_NEAR), np.int16)
    for slot in _HOUSEHOLD:
        near[:, slot] = _family(slot, household, position, size, gate, rng) - rows
    for slots, group in ((_GATE, gate), (_CHAT, chat)):
        for slot in slots:
            near[:, slot] = match(group, rows, rng) - rows
    return near


def far_ties(
    community: _Ints, life_stage: NDArray[np.uint8], long_share: float, rng: np.random.Generator
) -> NDArray[np.uint32]:
    """Row of the eighth tie of each resident, uint32 (n,)."""
    long = rng.random(len(community)) < long_share
    far = np.empty(len(community), np.int64)
    for rows, group in ((np.flatnonzero(~long), community * _STAGES + life_stage), (np.flatnonzero(long), None)):
        far[rows] = match(np.zeros(len(rows), np.int64) if group is None else group[rows], rows, rng)
    return far.astype(np.uint32)
