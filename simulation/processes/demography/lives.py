"""A week of lives: birthdays, deaths, births, young people who leave home, and who takes their room.

Every gate keeps the number of its residents, so every row always holds somebody. Who dies or leaves makes room for a
child who is born behind the same gate in that week, else for somebody who joins a household there; a child for whom
nobody made room takes that of a young adult who moves out. So born + moved in = died + moved out at every gate.
"""

from typing import NamedTuple

import numpy as np

from simulation.district.people.stages import ADULT_FROM, GENERATION, OLD_FROM
from simulation.domains import WEEKS_PER_YEAR
from simulation.inner import AHEAD, ask, inner_njit
from simulation.processes.demography.people import (
    BORN,
    DIED,
    MOVED_IN,
    MOVED_OUT,
    TURNS,
    any_adult,
    arrive,
    become,
    book,
    change_household,
    choose_payer,
    donor_household,
    donor_of_age,
    homes_of,
    newborn,
    restage,
    turn,
)
from simulation.processes.demography.rates import WOMAN, may_bear
from simulation.random import Stream, draw, key, unit_interval

_LIFE, _NEWCOMER, _STAGE, _ROOM, _WORK = (
    int(s) for s in (Stream.LIFE, Stream.NEWCOMER, Stream.STAGE, Stream.ROOM, Stream.OCCUPATION)
)
_DRAWS = 3  # of a birthday: death, birth, leaving home
_LEAVES_UNTIL = 40  # age to which a grown child who lives at home may leave it
_SINGLE = (20, 49)  # ages of those who live alone and whom a partner may join
_OLDER_MAN = 2  # years by which the man of a couple is older, give or take `_SPREAD`
_SPREAD = 3
_JOINS = (ADULT_FROM, 39)  # ages of those who join a household as no partner
_NOTHING = -1


class Chances(NamedTuple):
    """Of what a birthday may bring, and of a move."""

    death: np.ndarray  # float64 (2, N_AGES), by sex and age
    birth: np.ndarray  # float64 (N_AGES,), of a woman who may bear
    leave: float  # of a grown child at home
    boys: float  # share of the born
    renters: float  # that a renting household moves, in a week
    owners: float  # that an owner's does, in a year


class Keys(NamedTuple):
    """Keys of the draws of a week, each by row."""

    life: np.uint64
    newcomer: np.uint64
    stage: np.uint64
    room: np.uint64
    work: np.uint64


@inner_njit
def keys(seed, tick):
    """Keys of a week."""
    return Keys(
        key(seed, tick, _LIFE),
        key(seed, tick, _NEWCOMER),
        key(seed, tick, _STAGE),
        key(seed, tick, _ROOM),
        key(seed, tick, _WORK),
    )


@inner_njit
def live(seed, tick, birthdays, gone, mothers, chances, who, donors, col, accounts):
    """One week of the gates of a block.

    Parameters
    ----------
    birthdays : int64[n]
        Rows of those in the block whose birthday it is, in ascending order.
    gone, mothers : int64[n]
        Room to note rows in, for as many as have a birthday.
    chances : Chances
        Of death, birth and leaving home.
    who, donors, col : People, Donors, Wants
        What changes, and what newcomers are taken from.
    accounts : Accounts
        Of the block; added to.
    """
    draws, week, homes = keys(seed, tick), tick % WEEKS_PER_YEAR, homes_of(who)
    gate, gate_ptr, age, sex = who.gate, who.gate_ptr, who.age, who.sex
    k = 0
    while k < birthdays.shape[0]:
        g = gate[birthdays[k]]
        n_gone, n_born, end = 0, 0, gate_ptr[g + 1]
        while k < birthdays.shape[0] and birthdays[k] < end:
            i = birthdays[k]
            soon = birthdays[min(k + AHEAD, birthdays.shape[0] - 1)]
            ask(age, soon)
            ask(sex, soon)
            ask(gate, soon)
            k += 1
            event = _birthday(i, draws.life, chances, homes)
            if event in (DIED, MOVED_OUT):
                book(event, i, g, homes, accounts)
                gone[n_gone] = i
                n_gone += 1
            elif event == BORN:
                mothers[n_born] = i
                n_born += 1
            if event != DIED and age[i] in TURNS:
                turn(i, draws.work, who, donors, col)
                restage(np.int64(who.household[i]), draws.stage, who, donors, col)
        if n_gone + n_born > 0:
            n_gone = _close(g, gone, n_gone, draws, who, donors, col, accounts)
            born = mothers[:n_born]
            n_gone = _give_birth(g, born, gone, n_gone, week, chances.boys, draws, who, donors, col, accounts)
            for b in range(n_gone):
                _join(gone[b], g, draws, who, donors, col)
                book(MOVED_IN, gone[b], g, homes, accounts)


@inner_njit
def _birthday(i, life, chances, homes):
    """Death, or a year more; then a birth, leaving home or nothing."""
    unit, sex, age = _DRAWS * i, homes.sex[i], np.int64(homes.age[i])
    if unit_interval(draw(life, unit)) < chances.death[sex, age]:
        return DIED
    age += 1
    homes.age[i] = age
    chance = chances.birth[age] if sex == WOMAN else 0.0
    if chance > 0 and unit_interval(draw(life, unit + 1)) < chance and may_bear(i, homes):
        return BORN
    if ADULT_FROM <= age < _LEAVES_UNTIL and unit_interval(draw(life, unit + 2)) < chances.leave:
        return MOVED_OUT if _grown_at_home(i, homes) else _NOTHING
    return _NOTHING


@inner_njit
def _give_birth(g, mothers, gone, n_gone, week, boys, draws, who, donors, col, accounts):
    """Children are born into the rows of those who are `gone`, else of who moves out; returns how many are left."""
    homes = homes_of(who)
    for b in range(mothers.shape[0]):
        h = np.int64(who.household[mothers[b]])
        if n_gone > 0:
            n_gone -= 1
            i = gone[n_gone]
        else:
            i = _make_room(g, h, week, draws.room, who, homes)
            if i < 0:
                continue  # nobody can move out: the birth does not happen here
            book(MOVED_OUT, i, g, homes, accounts)
        _bear(i, h, g, week, boys, draws, who, donors, col)
        book(BORN, i, g, homes, accounts)
    return n_gone


@inner_njit
def _bear(i, h, g, week, boys, draws, who, donors, col):
    """A child of household h is born into row i."""
    old = np.int64(who.household[i])
    boy = unit_interval(draw(draws.newcomer, 2 * i)) < boys
    newborn(i, week, boy, draw(draws.newcomer, 2 * i + 1), who, donors, col)
    arrive(i, who, col)
    change_household(i, h, g, who, col.near)
    _tidy(old, h, draws.stage, who, donors, col)


@inner_njit
def _tidy(old, h, stage, who, donors, col):
    """Stages of life and payers of the households that lost and gained somebody."""
    choose_payer(old, who)
    choose_payer(h, who)
    restage(old, stage, who, donors, col)
    restage(h, stage, who, donors, col)


@inner_njit
def _grown_at_home(i, homes):
    """Whether resident i is a grown child who lives with a parent and has no child there."""
    own = np.int64(homes.age[i])
    if own < ADULT_FROM or own >= _LEAVES_UNTIL:
        return False
    h, parent = homes.household[i], False
    for k in range(homes.first[h], homes.first[h + 1]):
        other = np.int64(homes.age[homes.member[k]])
        if other < ADULT_FROM and own - other >= GENERATION:
            return False
        parent |= bool(other - own >= ADULT_FROM)
    return parent


@inner_njit
def _close(g, gone, n_gone, draws, who, donors, col, accounts):
    """Where nobody grown is left, the household moves out and another comes; returns how many of `gone` are left."""
    homes, k = homes_of(who), 0
    while k < n_gone:
        h = np.int64(who.household[gone[k]])
        if _somebody_grown(h, gone[:n_gone], homes):
            k += 1
            continue
        for m in range(who.first[h], who.first[h + 1]):
            if not _among(who.member[m], gone[:n_gone]):
                book(MOVED_OUT, who.member[m], g, homes, accounts)
        kept = 0
        for other in range(n_gone):
            if who.household[gone[other]] != h:
                gone[kept] = gone[other]
                kept += 1
        n_gone = kept
        replace(h, draws, who, donors, col)
        for m in range(who.first[h], who.first[h + 1]):
            book(MOVED_IN, who.member[m], g, homes, accounts)
    return n_gone


@inner_njit
def _somebody_grown(h, gone, homes):
    """Whether an adult of household h is not among those who are gone."""
    grown = False
    for m in range(homes.first[h], homes.first[h + 1]):
        i = homes.member[m]
        grown |= bool(homes.age[i] >= ADULT_FROM and not _among(i, gone))
    return grown


@inner_njit
def _among(i, rows):
    found = False
    for k in range(rows.shape[0]):
        found |= bool(rows[k] == i)
    return found


@inner_njit
def replace(h, draws, who, donors, col):
    """Another household of the same size moves in: one like some household of the start, if there was one so large."""
    who.moved[h] = True
    word = draw(draws.newcomer, 2 * np.int64(who.member[who.first[h]]))
    like = donor_household(donors, word, who.first[h + 1] - who.first[h])
    for k in range(who.first[h], who.first[h + 1]):
        i = np.int64(who.member[k])
        if like >= 0:
            become(i, donors.first[like] + k - who.first[h], who, donors, col)
        arrive(i, who, col)
    _tidy(h, h, draws.stage, who, donors, col)


@inner_njit
def _make_room(g, h, week, room, who, homes):
    """Row of the resident who moves out for a child of household h; -1 where nobody can.

    First the grown children at home behind the gate, then adults under 60 who live with others and without children;
    among them by luck. Whose birthday it is stays: that week has something else for them.
    """
    chosen, rank, best = np.int64(-1), 0, np.uint64(0)
    for i in range(who.gate_ptr[g], who.gate_ptr[g + 1]):
        if who.household[i] == h or who.birthday[i] == week:
            continue
        may = 2 if _grown_at_home(i, homes) else int(_sharing(i, homes))
        if may < max(rank, 1):
            continue
        luck = draw(room, i)
        if may > rank or luck > best:
            chosen, rank, best = np.int64(i), may, luck
    return chosen


@inner_njit
def _sharing(i, homes):
    """Whether resident i, an adult under 60, lives with other adults and no children."""
    h = homes.household[i]
    if homes.age[i] < ADULT_FROM or homes.age[i] >= OLD_FROM or homes.first[h + 1] - homes.first[h] < 2:
        return False
    youngest = np.int64(homes.age[i])
    for k in range(homes.first[h], homes.first[h + 1]):
        youngest = min(youngest, np.int64(homes.age[homes.member[k]]))
    return youngest >= ADULT_FROM


@inner_njit
def _join(i, g, draws, who, donors, col):
    """Somebody moves into row i: a partner of somebody single behind the gate, else one more adult of the household."""
    h = old = np.int64(who.household[i])
    single, best = np.int64(-1), np.uint64(0)
    for j in range(who.gate_ptr[g], who.gate_ptr[g + 1]):
        own = who.household[j]
        alone = who.first[own + 1] - who.first[own] == 1
        if alone and _SINGLE[0] <= who.age[j] <= _SINGLE[1] and draw(draws.room, j) >= best:
            single, best = np.int64(j), draw(draws.room, j)
    word = draw(draws.newcomer, 2 * i)
    if single >= 0:
        sex = np.int64(1 - who.sex[single])
        middle = np.int64(who.age[single]) + _OLDER_MAN * (2 * sex - 1)
        donor = donor_of_age(donors, word, sex, max(ADULT_FROM, middle - _SPREAD), middle + _SPREAD)
        h = np.int64(who.household[single])
    else:
        donor = donor_of_age(
            donors, word, np.int64(draw(draws.newcomer, 2 * i + 1) & np.uint64(1)), _JOINS[0], _JOINS[1]
        )
    become(i, donor if donor >= 0 else any_adult(donors, word), who, donors, col)
    arrive(i, who, col)
    change_household(i, h, g, who, col.near)
    _tidy(old, h, draws.stage, who, donors, col)
