"""Property fees: who pays the bill, and what becomes of what is owed; equation (18).

Whoever pays a bill also pays a share of what is owed, less of it when it is old. What is owed for three years lapses. A
household that moves out, or a firm that goes, leaves a claim of which little comes in: the rest is written off, and
neither the next tenant nor the next firm inherits it. Bills so far = paid + written off + owed, to the fen.
"""

from typing import NamedTuple

import numpy as np
from numba import get_num_threads, njit, prange
from numpy.typing import NDArray

from simulation.domains import PROPERTY, TRUST_FIRM, WEEKS_PER_YEAR
from simulation.elementary import exp
from simulation.parameters import Parameters
from simulation.processes.demography.rates import moving
from simulation.processes.epidemic import daily_life
from simulation.processes.quality import issue_penalty
from simulation.random import Stream, draw, key, uniform, unit_interval
from simulation.state.estates import of_communities
from simulation.state.households import ALWAYS, NEVER, RESPONSIVE
from simulation.state.residents import IN_STEPS
from simulation.state.world import World
from simulation.threads import on_threads, take

_FEE, _COURT = int(Stream.FEE), int(Stream.COURT)
_YOUNG_YEARS, _OLD_YEARS = 1, 2
"""Arrears are young for a year, and lapse two years later: the three years of article 188 of the Civil Code."""


def payment_share(
    quality: NDArray[np.float64],
    collection: NDArray[np.float64],
    trust: NDArray[np.float64],
    p: Parameters,
    owners: float = 0.0,
) -> NDArray[np.float64]:
    """Expected share of households that pay, equation (18); arguments in 0-1, `owners` the hold of their committee."""
    rest = 1 - p["property.pay_always"] - p["property.pay_never"]
    logit = _logit(quality, collection, owners, p) + p["property.pay_trust"] * (trust - 0.5)
    return p["property.pay_always"] + rest / (1 + exp(-logit))


def _logit(
    quality: NDArray[np.float64], collection: NDArray[np.float64], owners: NDArray[np.float64] | float, p: Parameters
) -> NDArray[np.float64]:
    """Exponent of (18) without the household's own trust."""
    return (
        p["property.pay_base"]
        + p["property.pay_quality"] * (quality - 0.5)
        + p["property.pay_neighbours"] * (collection - p["property.pay_reference"])
        + p["owners.pay"] * owners
    )


def step(world: World) -> None:
    """Bills, when they are due."""
    if world.tick % int(world.params["property.bill_weeks"]) == 0:
        _bill(world)


class Payers(NamedTuple):
    """Households of each estate by how they pay, float64 (n_estates,) each."""

    always: NDArray[np.float64]  # share that pays whatever the service
    responsive: NDArray[np.float64]  # share that pays by (18)
    trust: NDArray[np.float64]  # mean trust of these in the firm


def payers(world: World) -> Payers:
    """How the households of each estate pay, with the trust that service and open issues of the moment leave."""
    e, h, g = world.estates, world.households, world.gates
    responsive, n = np.flatnonzero(h.kind == RESPONSIVE), len(e)
    who, estate = h.payer[responsive], h.estate[responsive]
    provider = world.residents.columns.provider[PROPERTY, who] / IN_STEPS
    wear = issue_penalty(world)[g.community, PROPERTY][world.residents.gate[who]]
    trust = np.bincount(estate, np.clip(e.quality[estate] * wear + provider, 0, 1), n)
    count, everyone = np.bincount(estate, minlength=n), np.maximum(e.households, 1)
    always = np.bincount(h.estate[h.kind == ALWAYS], minlength=n)
    return Payers(always / everyone, count / everyone, trust / np.maximum(count, 1))


def expected(world: World, paying: Payers) -> NDArray[np.float64]:
    """Share of the households of each estate that would pay a bill now, by (18), float64 (n_estates,)."""
    p, e = world.params, world.estates
    logit = _logit(e.quality, e.collection, e.owners_strength, p) + p["property.pay_trust"] * (paying.trust - 0.5)
    share = paying.always + paying.responsive / (1 + exp(-logit))
    return np.where(e.households > 0, share, e.collection)


def settle(world: World, paying: Payers) -> None:
    """Let every household owe what it does when collection has long been what it is."""
    p, e, h = world.params, world.estates, world.households
    pays = np.clip((e.collection - paying.always) / np.maximum(paying.responsive, 1e-9), 0, 1)[h.estate]
    pays = np.where(h.kind == ALWAYS, 1.0, np.where(h.kind == NEVER, 0.0, pays))
    young, old = _recovery(world)
    ageing, lapse, court = _per_bill(p)
    moves = _moves(world)
    owed = h.bill * (1 - pays) / (pays * young[h.estate] + ageing + moves)
    aged = owed * ageing / (pays * old[h.estate] + lapse + court + moves)
    h.arrears[:], h.old_arrears[:] = np.rint(owed), np.rint(aged)
    restart(world)


def restart(world: World) -> None:
    """Begin the count of bills with what is owed now."""
    e = world.estates
    e.settled[:] = e.written_off[:] = 0
    e.billed[:] = _owed(world)


def move(world: World) -> None:
    """Households that move out before the next bill, in years before the burn-in, which know no demography."""
    if world.tick % int(world.params["property.bill_weeks"]) == 0:
        h = world.households
        h.moved |= uniform(world.seed, Stream.MOVE, np.arange(len(h)), world.tick) < _moves(world)


def close_books(world: World, estates: NDArray[np.bool_]) -> None:
    """Whoever served the chosen estates (n_estates,) goes: part of what is owed is collected, the rest written off."""
    collected, written = _close(
        world.households.estate,
        estates,
        world.households.arrears,
        world.households.old_arrears,
        world.params["property.recovery_left"],
        len(world.estates),
    )
    world.estates.written_off += written
    _receive(world, collected)


def _bill(world: World) -> None:
    p, e, h = world.params, world.estates, world.households
    _pay(
        world.seed,
        world.tick,
        h.estate,
        h.kind,
        h.payer,
        world.residents.columns.trust[TRUST_FIRM],
        _logit(e.quality, e.collection, e.owners_strength, p) - daily_life.poorer(world),
        p["property.pay_trust"],
        h.paid,
    )
    sums = np.zeros((4, get_num_threads(), len(e)), np.int64)
    on_threads(
        _collect,
        np.zeros(1, np.int64),
        world.seed,
        world.tick,
        h.estate,
        h.bill,
        h.paid,
        h.moved,
        h.arrears,
        h.old_arrears,
        *_recovery(world),
        p["property.recovery_left"],
        *_per_bill(p, _law(world)),
        *sums,
    )
    count, billed, revenue, written = sums.sum(axis=1)
    e.collection[:] = np.where(e.households > 0, count / np.maximum(e.households, 1), e.collection)
    e.income[:] = revenue / p["property.bill_weeks"]
    e.billed += billed
    e.written_off += written
    _receive(world, revenue)
    owed = int(h.arrears.sum() + h.old_arrears.sum())
    assert int((e.billed - e.settled - e.written_off).sum()) == owed, "a claim appeared or was lost"


def _receive(world: World, fen: NDArray[np.int64]) -> None:
    """Money of households, int64 (n_estates,), to whoever serves: while the street stands in, fees are the street's."""
    e = world.estates
    e.settled += fen
    income, served = np.zeros(len(world.firms), np.int64), e.emergency_weeks == 0
    np.add.at(income, e.firm[served], fen[served])
    world.ledger.pay_firms("household", income)
    world.ledger.pay("household", "street", round(int(fen[~served].sum()) / world.scale), "property fees")


def _law(world: World) -> bool:
    """Whether the property law of 2020 is in force."""
    return world.context.property_law and world.in_force("property_law")


def _recovery(world: World) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of young and old arrears that come with a bill that is paid, float64 (n_estates,) each."""
    p, e = world.params, world.estates
    more = of_communities(world.levers.mediation, world.gates, e) + p["property.recovery_law"] * _law(world)
    return np.minimum(p["property.recovery"] + more, 1), np.minimum(p["property.recovery_old"] + more, 1)


def _per_bill(p: Parameters, law: bool = False) -> tuple[float, float, float]:
    """Shares of young arrears that grow old and of old ones that lapse, and the chance of a court case, by bill."""
    years = p["property.bill_weeks"] / WEEKS_PER_YEAR
    cases = p["property.court"] * (p["property.court_law"] if law else 1.0)
    return years / _YOUNG_YEARS, years / _OLD_YEARS, years * cases


def _moves(world: World) -> NDArray[np.float64]:
    """Chance that a household moves out between two bills and leaves its debts, float64 (n_households,)."""
    h, (renters, owners) = world.households, moving(world)
    yearly = np.full(len(h), owners)
    yearly[h.renters] = renters
    return yearly * world.params["property.bill_weeks"] / WEEKS_PER_YEAR


def _owed(world: World) -> NDArray[np.int64]:
    """Fen owed by estate, int64 (n_estates,)."""
    h, owed = world.households, np.zeros(len(world.estates), np.int64)
    np.add.at(owed, h.estate, h.arrears + h.old_arrears)
    return owed


@njit(parallel=True, cache=True)
def _pay(seed, tick, estate, kind, payer, trust, logit, trust_weight, paid):
    start = key(seed, tick, _FEE)
    for h in prange(estate.shape[0]):
        x = logit[estate[h]] + trust_weight * (trust[payer[h]] - 0.5)
        u = unit_interval(draw(start, h))
        paid[h] = kind[h] == ALWAYS or (kind[h] == RESPONSIVE and u < 1.0 / (1.0 + np.exp(-x)))


@njit(inline="always")
def _part(share, fen):
    return np.int64(np.rint(share * fen))


@njit(inline="always")
def _end_claim(h, e, share, young, old, collected, written):
    """Of what household h owes in estate e a share comes in, and the rest is written off."""
    left = _part(share, young[h] + old[h])
    collected[e] += left
    written[e] += young[h] + old[h] - left
    young[h] = old[h] = 0


@njit(cache=True, nogil=True)
def _collect(
    counter,
    seed,
    tick,
    estate,
    bill,
    paid,
    moved,
    young,
    old,
    share_young,
    share_old,
    share_left,
    ageing,
    lapse,
    court,
    count,
    billed,
    revenue,
    written,
):
    """The bill of every household, and a share of what it owes; whoever moved in starts without arrears.

    Parts of the households are taken from `counter` on (int64 [1], shared by threads); the last four, int64 (n_parts,
    n_estates), are added to.
    """
    start, n, parts, part = key(seed, tick, _COURT), estate.shape[0], count.shape[0], take(counter)
    while part < parts:
        for h in range(n * part // parts, n * (part + 1) // parts):
            e = estate[h]
            if moved[h]:
                _end_claim(h, e, share_left, young, old, revenue[part], written[part])
                moved[h] = False
            aged, lapsed = _part(ageing, young[h]), _part(lapse, old[h])
            young[h] -= aged
            old[h] += aged - lapsed
            written[part, e] += lapsed
            billed[part, e] += bill[h]
            if paid[h]:
                of_young, of_old = _part(share_young[e], young[h]), _part(share_old[e], old[h])
                young[h] -= of_young
                old[h] -= of_old
                count[part, e] += 1
                revenue[part, e] += bill[h] + of_young + of_old
            else:
                young[h] += bill[h]
            if old[h] > 0 and unit_interval(draw(start, h)) < court:
                revenue[part, e] += old[h]
                old[h] = 0
        part = take(counter)


@njit(cache=True)
def _close(estate, chosen, young, old, share, n_estates):
    """Collected and written off by estate, int64 (n_estates,) each; nobody in the chosen estates owes anything more."""
    collected, written = np.zeros(n_estates, np.int64), np.zeros(n_estates, np.int64)
    for h in range(estate.shape[0]):
        e = estate[h]
        if chosen[e]:
            _end_claim(h, e, share, young, old, collected, written)
    return collected, written
