"""Households that move: another household of the same size comes into the flat, whose tenure stays.

Renters may move in any week, owners once a year. With the context `demography` the newcomers are like a household of
the start; without, they are as old as those who went.
"""

from numba import njit

from simulation.domains import WEEKS_PER_YEAR
from simulation.processes.demography.arrival import welcome
from simulation.processes.demography.lives import keys, replace
from simulation.processes.demography.people import MOVED_IN, MOVED_OUT, book
from simulation.random import Stream, draw, key, unit_interval

_MOVE, _OWNER_MOVE = int(Stream.MOVE), int(Stream.OWNER_MOVE)


@njit(cache=True)
def move(seed, tick, weekly, yearly, others, renters, who, donors, col, found, accounts):
    """Replace the households that leave this week.

    Parameters
    ----------
    weekly, yearly : float
        Chance of a renting household in a week, and of an owner's in a year.
    others : bool
        Whether other people come, or people of the same age and stage of life.
    renters : int64[n_renting]
        The households that rent.
    accounts : Accounts
        Added to.
    """
    start, once, draws = key(seed, tick, _MOVE), key(seed, tick, _OWNER_MOVE), keys(seed, tick)
    for k in range(renters.shape[0]):
        if unit_interval(draw(start, renters[k])) < weekly:
            _exchange(renters[k], others, draws, who, donors, col, found, accounts)
    for h in range(tick % WEEKS_PER_YEAR, who.moved.shape[0], WEEKS_PER_YEAR):
        if not who.renter[who.payer[h]] and unit_interval(draw(once, h)) < yearly:
            _exchange(h, others, draws, who, donors, col, found, accounts)


@njit
def _exchange(h, others, draws, who, donors, col, found, accounts):
    begin, end = who.first[h], who.first[h + 1]
    g = who.gate[who.member[begin]]
    for k in range(begin, end):
        book(MOVED_OUT, who.member[k], g, who, accounts)
    if others:
        replace(h, g, draws, who, donors, col, found)
    else:
        who.moved[h] = True
        for k in range(begin, end):
            welcome(who.member[k], g, who, col, found)
    for k in range(begin, end):
        book(MOVED_IN, who.member[k], g, who, accounts)
