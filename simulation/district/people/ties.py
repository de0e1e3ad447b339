"""Ties between residents in eight fixed slots, each slot a matching: if i sees j in a slot, j sees i in the same.

Slots 0-1 lie in the household, 2-4 behind the same gate, 5-6 in the estate's chat group; the eighth is an acquaintance
of the same life stage in the community, for a few anyone in the district. A slot is empty, its offset nil, where the
household has no more members or nobody is left whom one does not know already. Symmetric ties conserve the mean under
social influence (equation 16), so influence spreads views and does not make them.
"""

import numpy as np
from numpy.typing import NDArray

N_FAMILY, N_NEAR = 2, 7
"""Slots in the household, and slots that lie close in the order of residents; the eighth may lie anywhere."""
_HOUSEHOLD, _GATE, _CHAT = range(N_FAMILY), (2, 3, 4), (5, 6)
_STAGES = 64
_ROUNDS = 20  # of parting pairs who know each other already; in a gate of average size three are enough
_LOOSENED = 0.25  # of the other pairs of their group, so that they find somebody new
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


def match_new(
    group: _Ints, chosen: _Ints, household: _Ints, near: NDArray[np.int16], rng: np.random.Generator
) -> _Ints:
    """`match` in which nobody meets a member of the household, or whom `near` (n, slots so far) has already.

    Pairs that do are parted and meet anew, with some others of their group; who finds nobody new in a number of
    rounds stays alone. `chosen` ascends; `household` is that of every resident, int64 (n,).
    """
    partner = match(group, chosen, rng)
    for _ in range(_ROUNDS):
        known = _known(chosen, partner, household, near)
        if not known.any():
            return partner
        pair = np.searchsorted(chosen, np.minimum(chosen, partner))
        parted = rng.random(len(chosen))[pair] < _LOOSENED
        concerned = np.bincount(group, known, group.max() + 1) > 0
        loose = np.flatnonzero(known | (parted & concerned[group]))
        partner[loose] = match(group[loose], chosen[loose], rng)
    return np.where(_known(chosen, partner, household, near), chosen, partner)


def _known(rows: _Ints, partner: _Ints, household: _Ints, near: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Whether each pair lives together or is tied already."""
    known = household[rows] == household[partner]
    for slot in range(near.shape[1]):
        known |= near[rows, slot] == partner - rows
    return known & (partner != rows)


def _family(slot_number: int, position: _Ints, size: _Ints) -> _Ints:
    """Offset to a member of the household: slot 0 pairs members 0-1, 2-3, 4-5, slot 1 pairs 1-2, 3-4.

    In households of four or six the two that slot 1 leaves, the first and the last, are a pair as well.
    """
    up = (position % 2 == slot_number % 2) & (position + 1 < size)
    down = (position % 2 != slot_number % 2) & (position > 0)
    ring = (slot_number == 1) & (size % 2 == 0) & (size > 2)
    around = np.where(position == 0, size - 1, np.where(position == size - 1, 1 - size, 0))
    return np.where(up, 1, np.where(down, -1, ring * around))


def near_ties(
    household: _Ints, household_ptr: _Ints, gate: _Ints, chat: _Ints, rng: np.random.Generator
) -> NDArray[np.int16]:
    """Offsets from each resident to its seven near ties, int16 (n, 7); nil where there is none.

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
    near = np.zeros((n, N_NEAR), np.int16)
    for slot in _HOUSEHOLD:
        near[:, slot] = _family(slot, position, size)
    for slots, group in ((_GATE, gate), (_CHAT, chat)):
        for slot in slots:
            near[:, slot] = match_new(group, rows, household, near[:, :slot], rng) - rows
    return near


def far_ties(
    community: _Ints,
    life_stage: NDArray[np.uint8],
    long_share: float,
    household: _Ints,
    near: NDArray[np.int16],
    rng: np.random.Generator,
) -> NDArray[np.uint32]:
    """Row of the eighth tie of each resident, uint32 (n,); one's own where there is none."""
    long = rng.random(len(community)) < long_share
    far = np.empty(len(community), np.int64)
    for rows, group in ((np.flatnonzero(~long), community * _STAGES + life_stage), (np.flatnonzero(long), None)):
        if len(rows):
            own = np.zeros(len(rows), np.int64) if group is None else group[rows]
            far[rows] = match_new(own, rows, household, near, rng)
    return far.astype(np.uint32)
