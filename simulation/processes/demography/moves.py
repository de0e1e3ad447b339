"""Households that move: another household of the same size comes into the flat, whose tenure stays.

Renters may move in any week, owners once a year. With the context `demography` the newcomers are like a household of
the start; without, they are as old as those who went.
"""

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.inner import inner_njit
from simulation.processes.demography.lives import keys, replace
from simulation.processes.demography.people import MOVED_IN, MOVED_OUT, arrive, book, homes_of
from simulation.random import Stream, draw, key, unit_interval

_MOVE, _OWNER_MOVE = int(Stream.MOVE), int(Stream.OWNER_MOVE)


@inner_njit
def move(seed, tick, begin, end, renters, chances, others, who, donors, col, accounts):
    """Replace the households of a block that leave this week.

    Parameters
    ----------
    begin, end : int
        Rows of the households of the block.
    renters : int64[n_renting]
        Those of them that rent.
    chances : Chances
        Of moves by renters and owners.
    others : bool
        Whether other people come, or people of the same age and stage of life.
    accounts : Accounts
        Of the block; added to.
    """
    weekly, yearly, draws = key(seed, tick, _MOVE), key(seed, tick, _OWNER_MOVE), keys(seed, tick)
    for k in range(renters.shape[0]):
        if unit_interval(draw(weekly, renters[k])) < chances.renters:
            _exchange(renters[k], others, draws, who, donors, col, accounts)
    for h in range(begin + (tick - begin) % WEEKS_PER_YEAR, end, WEEKS_PER_YEAR):
        if unit_interval(draw(yearly, h)) < chances.owners and not who.renter[who.payer[h]]:
            _exchange(h, others, draws, who, donors, col, accounts)


@inner_njit
def _exchange(h, others, draws, who, donors, col, accounts):
    begin, end, homes = who.first[h], who.first[h + 1], homes_of(who)
    g = who.gate[who.member[begin]]
    for k in range(begin, end):
        book(MOVED_OUT, who.member[k], g, homes, accounts)
    if others:
        replace(h, draws, who, donors, col)
    else:
        who.moved[h] = True
        for k in range(begin, end):
            arrive(np.int64(who.member[k]), who, col)
    for k in range(begin, end):
        book(MOVED_IN, who.member[k], g, homes, accounts)
