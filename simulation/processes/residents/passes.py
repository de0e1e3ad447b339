"""The passes of the weekly step over the gates of a chunk: ties, the ten domains, civic life, needs.

Few streams of memory at a time stay fast: each pass goes over the chunk for one theme, and what it hands to the next
stays in `Scratch`, small enough for the second cache.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from simulation.domains import DAYTIME, N_ACTORS, N_DOMAINS, PROPERTY, TRUST_FIRM
from simulation.processes.residents.equations import (
    add_weighted,
    arise,
    collect,
    count_from,
    drift,
    drive,
    enlist,
    give,
    judge,
    lean,
    learn,
    meet,
    revert,
    sort_waste,
    tally,
    throw,
    throw_apart,
    tire,
    trust_service,
    use,
    weigh,
)
from simulation.processes.residents.mirror import look
from simulation.random import GOLDEN
from simulation.state.output import T_ACTIVE, T_AWARE, T_EFFICACY, T_HOURS, T_OVERALL, T_REGISTERED, T_SORT, T_TRUST

_ZERO = np.float32(0)
_U64 = np.uint64


class Scratch(NamedTuple):
    """Working columns of a chunk, float32 unless said, small enough for the second cache."""

    total: np.ndarray
    efficacy: np.ndarray
    aware: np.ndarray
    active: np.ndarray
    y: np.ndarray
    used: np.ndarray
    found: np.ndarray
    norms: np.ndarray
    leaning: np.ndarray
    aspiration: np.ndarray
    bits: np.ndarray  # uint64
    events: np.ndarray  # uint8


@njit
def ties(first, last, w, shown, topic_now, col, at, c):
    """Influence on the topic of the week for the gates of a chunk; leaves what else the ties show in `w`."""
    base = at.gate_ptr[first]
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        a, b = lo - base, hi - base
        topic = w.y[a:b]
        look(
            topic, w.efficacy[a:b], w.aware[a:b], w.active[a:b], shown, col.near[lo:hi], col.far[lo:hi], col.seen, lo, c
        )
        drift(col.satisfaction[topic_now, lo:hi], topic, c.topic_influence)


@njit
def domains(first, last, keys, w, col, at, c, tallies):
    """Experience of the ten domains. Domain by domain over a chunk: few streams of memory at a time stay fast."""
    base, end = at.gate_ptr[first], at.gate_ptr[last]
    n = end - base
    total, bits, noise, used = w.total[:n], w.bits[:n], w.y[:n], w.used[:n]
    found, norms, leaning, aspiration = w.found[:n], w.norms[:n], w.leaning[:n], w.aspiration[:n]
    total[:] = _ZERO
    lean(leaning, aspiration, col.disposition[base:end], col.luck[base:end], col.aspiration[base:end], c)
    for d in range(N_DOMAINS):
        s, e = col.satisfaction[d, base:end], col.expectation[d, base:end]
        if d & 1 == 0:
            throw(bits, keys[d >> 1] + GOLDEN * _U64(base))
        use(noise, used, bits, _U64(32 * (d & 1)), col.exposure[d, base:end], c.noise)
        for g in range(first, last):
            lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
            a, b = lo - base, hi - base
            meet(
                found[a:b],
                norms[a:b],
                col.mobility[lo:hi],
                col.provider[d, lo:hi],
                aspiration[a:b],
                at.performance[g, d],
                at.norm[g, d],
            )
        judge(s, e, noise, used, found, norms, leaning, c)
        add_weighted(total, s, col.importance[d, base:end])
        for g in range(first, last):
            tallies[g, d] = tally(s[at.gate_ptr[g] - base : at.gate_ptr[g + 1] - base])
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        overall = col.overall[lo:hi]
        weigh(overall, total[lo - base : hi - base])
        tallies[g, T_OVERALL] = tally(overall)


@njit
def _sorting(g, lo, hi, aware, done, col, at, c, tallies):
    known = col.awareness[lo:hi]
    learn(known, aware, at.campaign[g], c.diffusion, c.forgetting)
    sort_waste(col.habit[lo:hi], done, known, at.sorting[g], c.habit_weight, c.habit_rise, c.habit_fall)
    tallies[g, T_AWARE] = tally(known)
    tallies[g, T_SORT] = tally(done)


@njit
def _volunteers(g, lo, hi, start, active, x, given, col, at, c, tallies):
    state, fatigue = col.volunteer[lo:hi], col.fatigue[lo:hi]
    drive(x, col.efficacy[lo:hi], active, fatigue, col.threshold[lo:hi], at.volunteering[g], c)
    enlist(state, x, fatigue, start, at.registration[g], c)
    give(given, state, col.hours[lo:hi])
    tire(fatigue, given, c.fatigue_per_hour, c.fatigue_recovery)
    tallies[g, T_HOURS] = tally(given)
    tallies[g, T_REGISTERED] = count_from(state, np.uint8(1))
    tallies[g, T_ACTIVE] = count_from(state, np.uint8(2))


@njit
def civic(first, last, start, w, col, at, c, tallies):
    """Efficacy, waste sorting, volunteering and trust for the gates of a chunk, each in a pass of its own."""
    base = at.gate_ptr[first]
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        a, b = lo - base, hi - base
        f = col.efficacy[lo:hi]
        revert(
            f, col.efficacy_base[lo:hi], w.efficacy[a:b], at.efficacy_shift[g], c.efficacy_influence, c.efficacy_memory
        )
        tallies[g, T_EFFICACY] = tally(f)
        _sorting(g, lo, hi, w.aware[a:b], w.y[: hi - lo], col, at, c, tallies)
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        _volunteers(
            g,
            lo,
            hi,
            start + GOLDEN * _U64(lo),
            w.active[lo - base : hi - base],
            w.y[: hi - lo],
            w.used[: hi - lo],
            col,
            at,
            c,
            tallies,
        )
    for g in range(first, last):
        lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
        trust_service(
            col.trust[TRUST_FIRM, lo:hi],
            col.exposure[PROPERTY, lo:hi],
            col.provider[PROPERTY, lo:hi],
            at.performance[g, PROPERTY, DAYTIME],
            c.trust_rate,
            c.trust_negative,
        )
    for k in range(N_ACTORS):
        for g in range(first, last):
            tallies[g, T_TRUST + k] = tally(col.trust[k, at.gate_ptr[g] : at.gate_ptr[g + 1]])


@njit
def needs(first, last, start, w, adult, at, found, count):
    """Issues and visits of the gates of a chunk; returns how many entries `found` holds then.

    Each resident stands for as many persons as a run has copies, numbered resident * copies + copy, and each of them
    has draws of its own.
    """
    base, end, copies = at.gate_ptr[first], at.gate_ptr[last], at.copies[0]
    events, bits = w.events[: end - base], w.bits[: end - base]
    for copy in range(copies):
        person = base * copies + copy
        throw_apart(bits, start + GOLDEN * _U64(person), copies)
        for g in range(first, last):
            lo, hi = at.gate_ptr[g], at.gate_ptr[g + 1]
            a, b = lo - base, hi - base
            arise(events[a:b], bits[a:b], adult[lo:hi], at.issue[g], at.visit[g])
        count = collect(events, person, copies, found, count)
    return count
