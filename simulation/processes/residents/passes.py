"""The passes of the weekly step over the gates of a chunk: ties, the ten domains, civic life, volunteers, needs.

Few streams of memory at a time stay fast: each pass goes over the chunk for one theme, gate by gate and within a gate
some rows at once (`width`), and what it hands to the next stays in `Scratch`, small enough for the second cache.
A pass loads, calls the equations, stores, and adds up.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from simulation.domains import DAYTIME, N_ACTORS, N_DOMAINS, PROPERTY, TRUST_FIRM
from simulation.inner import inner_njit
from simulation.processes.residents.equations import (
    accustomed,
    drive,
    enlisted,
    expected,
    fixed,
    influenced,
    judged,
    learnt,
    offered,
    perceived,
    reverted,
    sorts,
    steps,
    throw,
    tired,
    trusting,
    unit,
    uses,
    weighed,
)
from simulation.processes.residents.lanes.kinds import WIDEST, count
from simulation.processes.residents.lanes.memory import beside, load, rows, store
from simulation.processes.residents.lanes.operators import as_float, high, low, lowest, marked, total, where, zeros
from simulation.processes.residents.mirror import fetch, look, mirrored
from simulation.state.output import (
    T_ACTIVE,
    T_AWARE,
    T_EFFICACY,
    T_HOURS,
    T_OVERALL,
    T_REGISTERED,
    T_SORT,
    T_TRUST,
    VISIT_FLAG,
)

_ZERO, _HALF = np.float32(0), np.float32(0.5)
_U32, _U64, _BIT = np.uint32, np.uint64, np.uint64(1)
FRONT = WIDEST
"""Rows kept free before the first of a chunk: the last vector of all residents begins before its gate does."""


class Scratch(NamedTuple):
    """Working columns of a chunk, float32 from row FRONT on."""

    total: np.ndarray
    efficacy: np.ndarray
    aware: np.ndarray
    active: np.ndarray
    leaning: np.ndarray
    aspiration: np.ndarray


@inner_njit
def ties(width, first, last, w, shown, tied, topic_now, col, at, c):
    """Influence on the topic of the week; leaves what else ties show, and the levels of persons' judgements (11)."""
    base, n = at.gate_ptr[first], col.overall.shape[0]
    topic = col.satisfaction[topic_now]
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        fetch(shown, tied, col.near, col.far, col.seen, lo, hi, FRONT)
        for i in range(lo, hi, count(width)):
            here = rows(width, i, hi, n)
            there = beside(here, FRONT - base)
            mine = load(col.seen, here)
            opinion, efficacy, aware, active = look(
                width, mine, shown, tied, beside(here, FRONT - lo), c.weights, c.bound
            )
            store(topic, here, influenced(load(topic, here), opinion, c.topic_influence))
            store(w.efficacy, there, efficacy)
            store(w.aware, there, aware)
            store(w.active, there, active)
            store(w.leaning, there, c.base + steps(load(col.disposition, here) + load(col.luck, here)))
            store(w.aspiration, there, c.normative * steps(load(col.aspiration, here)))
    w.total[:] = _ZERO


@njit(forceinline=True)
def _domain(here, word, s, e, exposure, provider, importance, q, norm, leaning, c):
    """One domain of some residents; returns the weighted satisfaction and the exact one for the gate's sum."""
    believed = load(e, here)
    found = offered(q, load(provider, here))
    noise = c.noise * (unit(word) - _HALF)
    y = perceived(found, believed, uses(word, load(exposure, here)), noise, c.hearsay)
    level = judged(load(s, here), y, believed, norm, leaning, c)
    store(s, here, level)
    store(e, here, expected(believed, y, c.expectation_rate))
    return level * as_float(load(importance, here)), fixed(level)


@inner_njit
def two_domains(width, first, last, pair, key, w, col, at, c, tallies):
    """Experience of the domains 2 * `pair` and the next one, which share a draw."""
    base, n = at.gate_ptr[first], col.overall.shape[0]
    a, b = 2 * pair, 2 * pair + 1
    satisfaction, expectation, exposure = col.satisfaction, col.expectation, col.exposure
    s_a, e_a, x_a, p_a, i_a = satisfaction[a], expectation[a], exposure[a], col.provider[a], col.importance[a]
    s_b, e_b, x_b, p_b, i_b = satisfaction[b], expectation[b], exposure[b], col.provider[b], col.importance[b]
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        q, norm = at.performance[g], at.norm[g]
        sum_a, sum_b = zeros(width), zeros(width)
        for i in range(lo, hi, count(width)):
            here = rows(width, i, hi, n)
            there = beside(here, FRONT - base)
            bits = throw(here, key, 1, 0)
            kind = load(col.mobility, here)
            leaning, aspiration = load(w.leaning, there), load(w.aspiration, there)
            q_a = where(kind == 0, q[a, 0], where(kind == 1, q[a, 1], q[a, 2]))
            q_b = where(kind == 0, q[b, 0], where(kind == 1, q[b, 1], q[b, 2]))
            of_a, level_a = _domain(here, low(bits), s_a, e_a, x_a, p_a, i_a, q_a, norm[a] + aspiration, leaning, c)
            of_b, level_b = _domain(here, high(bits), s_b, e_b, x_b, p_b, i_b, q_b, norm[b] + aspiration, leaning, c)
            store(w.total, there, load(w.total, there) + of_a + of_b)
            sum_a += where(here[1], level_a, 0)
            sum_b += where(here[1], level_b, 0)
        tallies[g, a], tallies[g, b] = total(sum_a), total(sum_b)


@inner_njit
def last_domain(width, first, last, key, w, col, at, c, tallies):
    """Experience of the last domain, where their number is odd."""
    base, n, a = at.gate_ptr[first], col.overall.shape[0], N_DOMAINS - 1
    s, e, exposure = col.satisfaction[a], col.expectation[a], col.exposure[a]
    provider, importance = col.provider[a], col.importance[a]
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        q, norm, levels = at.performance[g, a], at.norm[g, a], zeros(width)
        for i in range(lo, hi, count(width)):
            here = rows(width, i, hi, n)
            there = beside(here, FRONT - base)
            kind, word = load(col.mobility, here), low(throw(here, key, 1, 0))
            leaning, aspiration = load(w.leaning, there), load(w.aspiration, there)
            met = where(kind == 0, q[0], where(kind == 1, q[1], q[2]))
            of, level = _domain(here, word, s, e, exposure, provider, importance, met, norm + aspiration, leaning, c)
            store(w.total, there, load(w.total, there) + of)
            levels += where(here[1], level, 0)
        tallies[g, a] = total(levels)


@inner_njit
def civic(width, first, last, w, col, at, c, tallies):
    """Overall index, efficacy and waste sorting."""
    base, n = at.gate_ptr[first], col.overall.shape[0]
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        overalls, efficacies, known, sorted_right = zeros(width), zeros(width), zeros(width), zeros(width)
        for i in range(lo, hi, count(width)):
            here = rows(width, i, hi, n)
            there = beside(here, FRONT - base)
            overall = weighed(load(w.total, there))
            store(col.overall, here, overall)
            efficacy = reverted(
                load(col.efficacy, here),
                load(col.efficacy_base, here),
                load(w.efficacy, there),
                at.efficacy_shift[g],
                c.efficacy_influence,
                c.efficacy_memory,
            )
            store(col.efficacy, here, efficacy)
            aware = learnt(load(col.awareness, here), load(w.aware, there), at.campaign[g], c.diffusion, c.forgetting)
            store(col.awareness, here, aware)
            habit = load(col.habit, here)
            done = sorts(habit, aware, at.sorting[g], c.habit_weight)
            store(col.habit, here, accustomed(habit, done, c.habit_rise, c.habit_fall))
            overalls += where(here[1], fixed(overall), 0)
            efficacies += where(here[1], fixed(efficacy), 0)
            known += where(here[1], fixed(aware), 0)
            sorted_right += where(here[1], fixed(done), 0)
        tallies[g, T_OVERALL], tallies[g, T_EFFICACY] = total(overalls), total(efficacies)
        tallies[g, T_AWARE], tallies[g, T_SORT] = total(known), total(sorted_right)


@inner_njit
def volunteers(width, first, last, key, topic_next, w, col, at, c, tallies):
    """Who registers, leaves and acts (0 not registered, 1 registered, 2 active), and what ties see next week."""
    base, n = at.gate_ptr[first], col.overall.shape[0]
    topic = col.satisfaction[topic_next]
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        hours, registered, acting = zeros(width), zeros(width), zeros(width)
        for i in range(lo, hi, count(width)):
            here = rows(width, i, hi, n)
            fatigue, efficacy = load(col.fatigue, here), load(col.efficacy, here)
            near = load(w.active, beside(here, FRONT - base))
            x = drive(efficacy, near, fatigue, load(col.threshold, here), at.volunteering[g], c)
            bits, was = throw(here, key, 1, 0), load(col.volunteer, here) > 0
            member = enlisted(was, x, fatigue, low(bits), high(bits), at.registration[g], c)
            active = member & (x > _ZERO)
            given = where(active, load(col.hours, here), _ZERO)
            store(col.volunteer, here, where(member, 1, 0) + where(active, 1, 0))
            store(col.fatigue, here, tired(fatigue, given, c.fatigue_per_hour, c.fatigue_recovery))
            store(col.seen_next, here, mirrored(load(topic, here), efficacy, load(col.awareness, here), active))
            hours += where(here[1], fixed(given), 0)
            registered += where(here[1] & member, 1, 0)
            acting += where(here[1] & active, 1, 0)
        tallies[g, T_HOURS] = total(hours)
        tallies[g, T_REGISTERED], tallies[g, T_ACTIVE] = total(registered), total(acting)


@inner_njit
def trust(width, first, last, col, at, c, tallies):
    """Trust in the property firm, and the sums of trust in all actors."""
    n = col.overall.shape[0]
    firm, exposure, provider = col.trust[TRUST_FIRM], col.exposure[PROPERTY], col.provider[PROPERTY]
    for g in range(first, last):
        lo, hi, q = at.gate_ptr[g], at.gate_ptr[g + 1], at.performance[g, PROPERTY, DAYTIME]
        for i in range(lo, hi, count(width)):
            here = rows(width, i, hi, n)
            found = offered(q, load(provider, here))
            after = trusting(load(firm, here), load(exposure, here), found, c.trust_rate, c.trust_negative)
            store(firm, here, after)
        for actor in range(N_ACTORS):
            in_actor, summed = col.trust[actor], zeros(width)
            for i in range(lo, hi, count(width)):
                here = rows(width, i, hi, n)
                summed += where(here[1], fixed(load(in_actor, here)), 0)
            tallies[g, T_TRUST + actor] = total(summed)


@inner_njit
def needs(width, first, last, key, adult, at, found, entries):
    """Issues and visits of the gates of a chunk; returns how many entries `found` holds then.

    Each resident stands for as many persons as a run has copies, numbered resident * copies + copy, and each of them
    has draws of its own.
    """
    copies, n = at.copies[0], adult.shape[0]
    for copy in range(copies):
        for g in range(first, last):
            lo, hi, issue, visit = at.gate_ptr[g], at.gate_ptr[g + 1], at.issue[g], at.visit[g]
            for i in range(lo, hi, count(width)):
                here = rows(width, i, hi, n)
                bits, may = throw(here, key, copies, copy), here[1] & (load(adult, here) > 0)
                issues, visits = marked(may & (low(bits) < issue)), marked(may & (high(bits) < visit))
                left = issues | visits  # few have one
                while left:
                    lane = lowest(left)
                    left &= left - _BIT
                    person = _U32((here[0] + lane) * copies + copy)
                    if issues >> _U64(lane) & _BIT:
                        found[entries] = person
                        entries += 1
                    if visits >> _U64(lane) & _BIT:
                        found[entries] = person | _U32(VISIT_FLAG)
                        entries += 1
    return entries
