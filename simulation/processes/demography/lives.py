"""A week of lives: birthdays, deaths, births, young people who leave home, and who takes their room.

Every gate keeps the number of its residents, so every row always holds somebody. Who dies or leaves makes room for a
child who is born behind the same gate in that week, else for somebody who joins a household there; a child for whom
nobody made room takes that of a young adult who moves out. So born + moved in = died + moved out at every gate.
"""

import numpy as np
from numba import njit

from simulation.district.people.stages import ADULT_FROM, GENERATION, OLD_FROM
from simulation.processes.demography.arrival import welcome
from simulation.processes.demography.people import (
    BORN,
    DIED,
    MOVED_IN,
    MOVED_OUT,
    any_adult,
    become,
    book,
    change_household,
    choose_payer,
    donor_household,
    donor_of_age,
    grow,
    newborn,
    restage,
)
from simulation.processes.demography.rates import may_bear
from simulation.random import Stream, draw, key, unit_interval

_LIFE, _NEWCOMER, _STAGE, _ROOM = (int(s) for s in (Stream.LIFE, Stream.NEWCOMER, Stream.STAGE, Stream.ROOM))
_DRAWS = 4  # of a birthday: death, birth, leaving home, what one does next
_WOMAN = 0
_LEAVES_UNTIL = 40  # age to which a grown child who lives at home may leave it
_SINGLE = (20, 49)  # ages of those who live alone and whom a partner may join
_OLDER_MAN = 2  # years by which the man of a couple is older, give or take `_SPREAD`
_SPREAD = 3
_JOINS = (ADULT_FROM, 39)  # ages of those who join a household as no partner


@njit(cache=True)
def live(seed, tick, week, death, birth, leave, boys, who, donors, col, found, accounts):
    """One week of all gates.

    Parameters
    ----------
    week : int
        Of the year, 0-51: it is the birthday of one resident in 52, who may then die, bear or leave home.
    death, birth : float64[2, N_AGES], float64[N_AGES]
        Yearly chances, from `rates`.
    leave, boys : float
        Yearly chance of a grown child at home to leave, and share of boys among the born.
    who, donors, col, found : People, Donors, Columns, Place
        What changes, and what newcomers are taken from.
    accounts : Accounts
        Added to.
    """
    own, new = key(seed, tick, _LIFE), key(seed, tick, _NEWCOMER)
    stage, room = key(seed, tick, _STAGE), key(seed, tick, _ROOM)
    most = 0
    for g in range(who.ties.shape[0]):
        most = max(most, who.gate_ptr[g + 1] - who.gate_ptr[g])
    gone, mothers = np.empty(most, np.int64), np.empty(most, np.int64)
    for g in range(who.ties.shape[0]):
        n_gone = n_born = 0
        for i in range(who.gate_ptr[g], who.gate_ptr[g + 1]):
            if who.birthday[i] != week:
                continue
            if unit_interval(draw(own, _DRAWS * i)) < death[who.sex[i], who.age[i]]:
                gone[n_gone] = i
                n_gone += 1
                book(DIED, i, g, who, accounts)
                continue
            turns = grow(i, draw(own, _DRAWS * i + 3), who, donors, col)
            if turns:
                restage(who.household[i], stage, who, donors, col)
            chance = birth[who.age[i]]
            if who.sex[i] == _WOMAN and unit_interval(draw(own, _DRAWS * i + 1)) < chance and may_bear(i, who):
                mothers[n_born] = i
                n_born += 1
            elif unit_interval(draw(own, _DRAWS * i + 2)) < leave and _grown_at_home(i, who):
                gone[n_gone] = i
                n_gone += 1
                book(MOVED_OUT, i, g, who, accounts)
        n_gone = _close(g, gone, n_gone, new, stage, who, donors, col, found, accounts)
        for b in range(n_born):
            if n_gone > 0:
                n_gone -= 1
                i = gone[n_gone]
            else:
                i = _make_room(g, who.household[mothers[b]], week, room, who)
                if i < 0:
                    continue
                book(MOVED_OUT, i, g, who, accounts)
            h, old = np.int64(who.household[mothers[b]]), np.int64(who.household[i])
            boy = unit_interval(draw(new, 2 * i)) < boys
            newborn(i, week, boy, draw(new, 2 * i + 1), who, donors, col)
            book(BORN, i, g, who, accounts)
            welcome(i, g, col, found)
            change_household(i, h, g, who, col.near)
            _tidy(old, h, stage, who, donors, col)
        for k in range(n_gone):
            old = np.int64(who.household[gone[k]])
            h = _join(gone[k], g, room, new, who, donors, col, found)
            book(MOVED_IN, gone[k], g, who, accounts)
            _tidy(old, h, stage, who, donors, col)


@njit
def _tidy(old, h, stage, who, donors, col):
    """Stages of life and payers of the households that lost and gained somebody."""
    choose_payer(old, who)
    choose_payer(h, who)
    restage(old, stage, who, donors, col)
    restage(h, stage, who, donors, col)


@njit
def _grown_at_home(i, who):
    """Whether resident i is a grown child who lives with a parent and has no child there."""
    own = np.int64(who.age[i])
    if own < ADULT_FROM or own >= _LEAVES_UNTIL:
        return False
    h, parent = who.household[i], False
    for k in range(who.first[h], who.first[h + 1]):
        other = np.int64(who.age[who.member[k]])
        if other < ADULT_FROM and own - other >= GENERATION:
            return False
        parent |= bool(other - own >= ADULT_FROM)
    return parent


@njit
def _close(g, gone, n_gone, new, stage, who, donors, col, found, accounts):
    """Where nobody grown is left, the household moves out and another comes; returns how many of `gone` are left."""
    k = 0
    while k < n_gone:
        h = who.household[gone[k]]
        if _somebody_grown(h, gone[:n_gone], who):
            k += 1
            continue
        for m in range(who.first[h], who.first[h + 1]):
            if not _among(who.member[m], gone[:n_gone]):
                book(MOVED_OUT, who.member[m], g, who, accounts)
        kept = 0
        for other in range(n_gone):
            if who.household[gone[other]] != h:
                gone[kept] = gone[other]
                kept += 1
        n_gone = kept
        replace(h, g, draw(new, 2 * who.member[who.first[h]]), stage, who, donors, col, found)
        for m in range(who.first[h], who.first[h + 1]):
            book(MOVED_IN, who.member[m], g, who, accounts)
    return n_gone


@njit
def _somebody_grown(h, gone, who):
    """Whether an adult of household h is not among those who are gone."""
    grown = False
    for m in range(who.first[h], who.first[h + 1]):
        i = who.member[m]
        grown |= bool(who.age[i] >= ADULT_FROM and not _among(i, gone))
    return grown


@njit
def _among(i, rows):
    found = False
    for k in range(rows.shape[0]):
        found |= bool(rows[k] == i)
    return found


@njit
def replace(h, g, word, stage, who, donors, col, found):
    """Another household of the same size moves in: one like some household of the start, if there was one so large."""
    who.moved[h] = True
    like = donor_household(donors, word, who.first[h + 1] - who.first[h])
    for k in range(who.first[h], who.first[h + 1]):
        i = who.member[k]
        if like >= 0:
            become(i, donors.first[like] + k - who.first[h], who, donors, col)
        welcome(i, g, col, found)
    _tidy(h, h, stage, who, donors, col)


@njit
def _make_room(g, h, week, room, who):
    """Row of the resident who moves out for a child of household h; -1 where nobody can.

    First the grown children at home behind the gate, then adults under 60 who live with others and without children;
    among them by luck. Whose birthday it is stays: that week has something else for them.
    """
    chosen, rank, best = np.int64(-1), 0, np.uint64(0)
    for i in range(who.gate_ptr[g], who.gate_ptr[g + 1]):
        if who.household[i] == h or who.birthday[i] == week:
            continue
        may = 2 if _grown_at_home(i, who) else int(_sharing(i, who))
        if may < max(rank, 1):
            continue
        luck = draw(room, i)
        if may > rank or luck > best:
            chosen, rank, best = np.int64(i), may, luck
    return chosen


@njit
def _sharing(i, who):
    """Whether resident i, an adult under 60, lives with other adults and no children."""
    h = who.household[i]
    if who.age[i] < ADULT_FROM or who.age[i] >= OLD_FROM or who.first[h + 1] - who.first[h] < 2:
        return False
    youngest = np.int64(who.age[i])
    for k in range(who.first[h], who.first[h + 1]):
        youngest = min(youngest, np.int64(who.age[who.member[k]]))
    return youngest >= ADULT_FROM


@njit
def _join(i, g, room, new, who, donors, col, found):
    """Somebody moves into row i: a partner of somebody single behind the gate, else one more adult of the household.

    Returns the household that the newcomer belongs to.
    """
    h = np.int64(who.household[i])
    single, best = np.int64(-1), np.uint64(0)
    for j in range(who.gate_ptr[g], who.gate_ptr[g + 1]):
        own = who.household[j]
        alone = who.first[own + 1] - who.first[own] == 1
        if alone and _SINGLE[0] <= who.age[j] <= _SINGLE[1] and draw(room, j) >= best:
            single, best = np.int64(j), draw(room, j)
    word = draw(new, 2 * i)
    if single >= 0:
        sex = np.int64(1 - who.sex[single])
        middle = np.int64(who.age[single]) + _OLDER_MAN * (2 * sex - 1)
        donor = donor_of_age(donors, word, sex, max(ADULT_FROM, middle - _SPREAD), middle + _SPREAD)
        h = np.int64(who.household[single])
    else:
        donor = donor_of_age(donors, word, np.int64(draw(new, 2 * i + 1) & np.uint64(1)), _JOINS[0], _JOINS[1])
    become(i, donor if donor >= 0 else any_adult(donors, word), who, donors, col)
    welcome(i, g, col, found)
    change_household(i, h, g, who, col.near)
    return h
