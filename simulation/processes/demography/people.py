"""Persons and their households as compiled functions move them: who is in a row, with whom, at which stage of life."""

from typing import NamedTuple

import numpy as np

from simulation.district.people.stages import (
    ADULT_FROM,
    CHILD,
    MID_FROM,
    OLD_FROM,
    OLDEST_FROM,
    PRESCHOOLER,
    PUPIL_FROM,
    SCHOOL_PUPIL,
    STUDENT,
    STUDENT_FROM,
    STUDENTS_UNTIL,
    stage_of,
)
from simulation.district.people.ties import N_FAMILY, N_NEAR
from simulation.domains import DAYTIME, N_DOMAINS, SLOW
from simulation.inner import inner_njit
from simulation.random import draw
from simulation.state.world import World

_NOBODY = -1
_SPAN = 3  # years by which a donor of the new age may be older
_BLOCKS = 32  # parts of the district, so many that they can be dealt out to threads evenly
TURNS = (PUPIL_FROM, STUDENT_FROM, ADULT_FROM, STUDENTS_UNTIL + 1, MID_FROM, OLD_FROM, OLDEST_FROM)
"""Ages at which what one does all day, or a stage of life in the household, may change."""


class People(NamedTuple):
    """Columns of residents, households and gates that births, deaths and moves change."""

    age: np.ndarray
    sex: np.ndarray
    status: np.ndarray
    commute: np.ndarray
    party: np.ndarray
    reports: np.ndarray
    birthday: np.ndarray
    stage: np.ndarray
    older: np.ndarray
    renter: np.ndarray
    gate: np.ndarray
    household: np.ndarray
    first: np.ndarray
    member: np.ndarray
    payer: np.ndarray
    moved: np.ndarray
    gate_ptr: np.ndarray
    ties: np.ndarray
    came: np.ndarray  # uint8 (n,), 1 + mobility of who came into a row this week, as they came; 0: nobody did


class Wants(NamedTuple):
    """Columns of the kernel that say what residents need, can do and care for, and whom they know behind the gate."""

    exposure: np.ndarray
    importance: np.ndarray
    mobility: np.ndarray
    threshold: np.ndarray
    adult: np.ndarray
    near: np.ndarray


def wants(world: World) -> Wants:
    """The columns of a world, not copies of them; all that the kernel has would take long to compile."""
    c = world.residents.columns
    return Wants(c.exposure, c.importance, c.mobility, c.threshold, c.adult, c.near)


def people(world: World) -> People:
    """The columns of a world, not copies of them, and a column in which to note who comes."""
    r, h = world.residents, world.households
    return People(
        r.age,
        r.sex,
        r.status,
        r.commute_minutes,
        r.party_member,
        r.reports,
        r.birthday,
        r.life_stage,
        r.older,
        r.renter,
        r.gate,
        r.household,
        h.first,
        h.member,
        h.payer,
        h.moved,
        world.places.gate_ptr,
        world.gates.ties,
        np.zeros(len(r), np.uint8),
    )


class Homes(NamedTuple):
    """Those columns of `People` that say who lives with whom: for what is asked often, as to pass all takes longer."""

    age: np.ndarray
    sex: np.ndarray
    household: np.ndarray
    first: np.ndarray
    member: np.ndarray


@inner_njit
def homes_of(who):
    """Who lives with whom."""
    return Homes(who.age, who.sex, who.household, who.first, who.member)


class Blocks(NamedTuple):
    """Parts of the district for threads, between gates: what demography does at a gate reads and writes no other."""

    rows: np.ndarray  # int64 (n_blocks + 1,), first resident of each block, and the end
    homes: np.ndarray  # int64 (n_blocks + 1,), first household of each block, and the end


def blocks(world: World) -> Blocks:
    """Blocks of about as many residents each; how many does not depend on the threads."""
    gate_ptr = world.places.gate_ptr
    even = np.arange(_BLOCKS + 1) * len(world.residents) // _BLOCKS
    rows = gate_ptr[np.searchsorted(gate_ptr, even)]
    return Blocks(rows, np.searchsorted(world.households.first, rows))


BORN, DIED, MOVED_IN, MOVED_OUT = range(4)
"""Accounts of a week."""


class Accounts(NamedTuple):
    """Who was born, died, moved in and moved out in a week."""

    gates: np.ndarray  # int64 (4, n_gates)
    ages: np.ndarray  # int64 (4, 2, N_AGES), by sex and age; before the blocks are summed (n_blocks, 4, 2, N_AGES)


@inner_njit
def book(account, i, g, homes, accounts):
    """Count the person who is in row i now, in the accounts of a block."""
    accounts.gates[account, g] += 1
    accounts.ages[account, homes.sex[i], homes.age[i]] += 1


@inner_njit
def _pick(word, order, begin, end):
    """One of the rows order[begin:end] by 64 random bits; -1 where there is none."""
    if end <= begin:
        return np.int64(_NOBODY)
    return np.int64(order[begin + np.int64(word % np.uint64(end - begin))])


@inner_njit
def donor_of_age(donors, word, sex, youngest, oldest):
    """Row of a donor of that sex and age, -1 where there is none."""
    return _pick(word, donors.by_age, donors.age_ptr[sex, youngest], donors.age_ptr[sex, oldest + 1])


@inner_njit
def any_adult(donors, word):
    """Row of a donor of at least 18 years."""
    n = donors.age.shape[0]
    i = np.int64(word % np.uint64(n))
    for _ in range(n):
        if donors.age[i] >= ADULT_FROM:
            return i
        i = (i + 1) % n
    return i


@inner_njit
def donor_household(donors, word, size):
    """A household of the start of that size, -1 where there is none."""
    if size + 1 >= donors.size_ptr.shape[0]:
        return np.int64(_NOBODY)
    return _pick(word, donors.by_size, donors.size_ptr[size], donors.size_ptr[size + 1])


@inner_njit
def _want(i, donor, donors, col):
    """What resident i needs and cares for becomes that of the donor."""
    for d in range(N_DOMAINS):
        col.exposure[d, i] = donors.wants[donor, d]
        col.importance[d, i] = donors.wants[donor, N_DOMAINS + d]


@inner_njit
def _work(i, donor, who, donors, col):
    """What resident i does all day, and what goes with it, become those of the donor.

    Whether a party member reports at home, and the threshold of acting, which is lower for who does.
    """
    who.status[i] = donors.status[donor]
    who.reports[i] = donors.reports[donor]
    who.commute[i] = donors.commute[donor]
    col.mobility[i] = donors.mobility[donor]
    col.threshold[i] = donors.threshold[donor]


@inner_njit
def become(i, donor, who, donors, col):
    """Somebody like the donor is in row i now; the household and the birthday are those of the row."""
    who.age[i], who.sex[i], who.party[i] = donors.age[donor], donors.sex[donor], donors.party[donor]
    _work(i, donor, who, donors, col)
    _want(i, donor, donors, col)
    _stand(i, donors.stage[donor], who, col)


@inner_njit
def arrive(i, who, col):
    """Note that resident i comes without a history: what that means is set when all of the week have come."""
    who.came[i] = 1 + col.mobility[i]


@inner_njit
def newborn(i, week, boy, word, who, donors, col):
    """A child is born into row i."""
    who.age[i], who.sex[i], who.party[i] = 0, np.uint8(boy), False
    who.status[i], who.commute[i], who.birthday[i] = PRESCHOOLER, 0, week
    who.reports[i] = False
    col.mobility[i], col.threshold[i] = DAYTIME, np.inf
    donor = _pick(word, donors.by_stage, donors.stage_ptr[CHILD], donors.stage_ptr[CHILD + 1])
    if donor >= 0:
        _want(i, donor, donors, col)
    _stand(i, CHILD, who, col)


@inner_njit
def _stand(i, stage, who, col):
    who.stage[i] = stage
    who.older[i] = np.uint8(who.age[i] >= OLD_FROM)
    col.adult[i] = np.uint8(stage != CHILD)


@inner_njit
def restage(h, start, who, donors, col):
    """Stages of life of a household; who enters another one takes up the wants of a donor who was in it.

    `start`: key of the draws, by row.
    """
    begin, end = who.first[h], who.first[h + 1]
    for k in range(begin, end):
        i = np.int64(who.member[k])
        stage = stage_of(i, who.age, who.status, who.member, begin, end)
        if stage != who.stage[i]:
            donor = _pick(draw(start, i), donors.by_stage, donors.stage_ptr[stage], donors.stage_ptr[stage + 1])
            if donor >= 0:
                _want(i, donor, donors, col)
            _stand(i, stage, who, col)


@inner_njit
def turn(i, own, who, donors, col):
    """Resident i has come to an age in `TURNS`: what one does all day may become that of a donor of this age.

    `own`: key of the draws, by row.
    """
    age, word = np.int64(who.age[i]), draw(own, i)
    sex, donor = who.sex[i], np.int64(_NOBODY)
    if age == PUPIL_FROM:
        who.status[i] = SCHOOL_PUPIL
    elif age == STUDENT_FROM:
        who.status[i] = STUDENT
        donor = donor_of_age(donors, word, sex, age, ADULT_FROM - 1)
    elif age == ADULT_FROM:
        donor = donor_of_age(donors, word, sex, age, STUDENTS_UNTIL)
    elif (age == STUDENTS_UNTIL + 1 and who.status[i] == STUDENT) or age == OLD_FROM:
        donor = donor_of_age(donors, word, sex, age, age + _SPAN)
    elif age == OLDEST_FROM:
        col.mobility[i] = SLOW
    if donor >= 0:
        _work(i, donor, who, donors, col)
        if age < OLD_FROM:
            who.party[i] = donors.party[donor]


@inner_njit
def choose_payer(h, who):
    """The first adult of the household decides on its fees from now on, unless who did is still there and adult."""
    i = who.payer[h]
    if who.household[i] == h and who.age[i] >= ADULT_FROM:
        return
    for k in range(who.first[h + 1] - 1, who.first[h] - 1, -1):
        if who.age[who.member[k]] >= ADULT_FROM:
            who.payer[h] = who.member[k]


@inner_njit
def change_household(i, h, g, who, near):
    """Row i goes over to household h of the same gate g, with ties to its members as far as these have room.

    Who pays for the two households is for the caller to see (`choose_payer`).
    """
    old = np.int64(who.household[i])
    if old == h:
        return
    _leave_family(i, g, who, near)
    at = who.first[old]
    while who.member[at] != i:
        at += 1
    if old < h:
        for k in range(at, who.first[h + 1] - 1):
            who.member[k] = who.member[k + 1]
        for k in range(old + 1, h + 1):
            who.first[k] -= 1
        who.member[who.first[h + 1] - 1] = i
    else:
        for k in range(at, who.first[h + 1], -1):
            who.member[k] = who.member[k - 1]
        who.member[who.first[h + 1]] = i
        for k in range(h + 1, old + 1):
            who.first[k] += 1
    who.household[i] = h
    who.renter[i] = who.renter[who.payer[h]]
    _join_family(i, h, g, who, near)


@inner_njit
def _leave_family(i, g, who, near):
    for slot in range(N_FAMILY):
        if near[i, slot] != 0:
            near[i + near[i, slot], slot] = 0
            near[i, slot] = 0
            who.ties[g] -= 2


@inner_njit
def _join_family(i, h, g, who, near):
    for slot in range(N_FAMILY):
        for k in range(who.first[h], who.first[h + 1]):
            j = np.int64(who.member[k])
            if j != i and near[i, slot] == 0 and near[j, slot] == 0 and not _tied(i, j, near):
                near[i, slot], near[j, slot] = j - i, i - j
                who.ties[g] += 2


@inner_njit
def _tied(i, j, near):
    tied = False
    for slot in range(N_NEAR):
        tied = tied or near[i, slot] == j - i
    return tied
