"""Property firms: bills, collection, spending, quality, exit; section 7.9 of the model description.

Payment depends on service and on whether neighbours pay, service on what is collected: the loop can settle in a good
or in a bad state.
"""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simulation.domains import MONTHS_PER_YEAR, TRUST_FIRM, WEEKS_PER_YEAR
from simulation.elementary import exp, log1p
from simulation.parameters import Parameters
from simulation.processes.epidemic import daily_life
from simulation.random import Stream, draw, key, unit_interval
from simulation.state.households import ALWAYS, RESPONSIVE
from simulation.state.ledger import FEN
from simulation.state.world import World

_FEE = int(Stream.FEE)


def payment_share(
    quality: NDArray[np.float64], collection: NDArray[np.float64], trust: NDArray[np.float64], p: Parameters
) -> NDArray[np.float64]:
    """Expected share of households that pay, equation (18); arguments in 0-1."""
    logit = (
        p["property.pay_base"]
        + p["property.pay_quality"] * (quality - 0.5)
        + p["property.pay_neighbours"] * (collection - p["property.pay_reference"])
        + p["property.pay_trust"] * (trust - 0.5)
    )
    rest = 1 - p["property.pay_always"] - p["property.pay_never"]
    return p["property.pay_always"] + rest / (1 + exp(-logit))


def target_quality(
    collection: NDArray[np.float64], fee: NDArray[np.float64], full_cost: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quality that the collected fee can buy, equation (19)."""
    return 1 - exp(-collection * fee / full_cost)


@njit(parallel=True, cache=True)
def _pay(seed, tick, estate, kind, payer, trust, logit, trust_weight, paid):
    start = key(seed, tick, _FEE)
    for h in prange(estate.shape[0]):
        x = logit[estate[h]] + trust_weight * (trust[payer[h]] - 0.5)
        u = unit_interval(draw(start, h))
        paid[h] = kind[h] == ALWAYS or (kind[h] == RESPONSIVE and u < 1.0 / (1.0 + np.exp(-x)))


@njit(cache=True)
def _settle(estate, bill, paid, arrears, count, revenue):
    """Arrears of those who do not pay; households and fen by estate of those who do, arrears included."""
    for h in range(estate.shape[0]):
        if paid[h]:
            count[estate[h]] += 1
            revenue[estate[h]] += bill[h] + arrears[h]
            arrears[h] = 0
        else:
            arrears[h] += bill[h]


def step(world: World) -> None:
    """Bills when due; spending, quality and exits every week."""
    if world.tick % int(world.params["property.bill_weeks"]) == 0:
        _bill(world)
    _serve(world)
    _leave(world)


def _bill(world: World) -> None:
    p, e, h = world.params, world.estates, world.households
    logit = (
        p["property.pay_base"]
        - daily_life.poorer(world)
        + p["property.pay_quality"] * (e.quality - 0.5)
        + p["property.pay_neighbours"] * (e.collection - p["property.pay_reference"])
    )
    _pay(
        world.seed,
        world.tick,
        h.estate,
        h.kind,
        h.payer,
        world.residents.columns.trust[TRUST_FIRM],
        logit,
        p["property.pay_trust"],
        h.paid,
    )
    count, revenue = np.zeros(len(e), np.int64), np.zeros(len(e), np.int64)
    _settle(h.estate, h.bill, h.paid, h.arrears, count, revenue)
    e.collection[:] = np.where(e.households > 0, count / np.maximum(e.households, 1), e.collection)
    income = np.zeros(len(world.firms), np.int64)
    served = e.emergency_weeks == 0
    np.add.at(income, e.firm[served], revenue[served])
    world.ledger.pay_firms("household", income)
    # whoever serves is paid: while the street stands in, the fees are the street's
    world.ledger.pay("household", "street", round(int(revenue[~served].sum()) / world.scale), "property fees")


def _serve(world: World) -> None:
    """Quality follows what is collected; the firm spends what this week's quality costs."""
    p, e = world.params, world.estates
    goal = np.where(
        e.emergency_weeks > 0, p["property.emergency_quality"], target_quality(e.collection, e.fee, e.full_cost)
    )
    e.quality += (goal - e.quality) / p["property.quality_memory"]
    cost = _weekly_cost(world)
    spending = np.zeros(len(world.firms), np.int64)
    by_firm = e.emergency_weeks == 0
    np.add.at(spending, e.firm[by_firm], cost[by_firm])
    world.ledger.pay_firms("supplier", -spending)
    emergency = round(int(cost[~by_firm].sum()) / world.scale)
    world.ledger.pay("street", "supplier", emergency, "emergency property service")


def _weekly_cost(world: World) -> NDArray[np.int64]:
    """Fen a week that the present quality costs in each estate: the inverse of (19)."""
    e = world.estates
    monthly = -log1p(-np.minimum(e.quality, 0.999)) * e.full_cost * e.area
    return np.rint(FEN * monthly * MONTHS_PER_YEAR / WEEKS_PER_YEAR).astype(np.int64)


def _leave(world: World) -> None:
    """A firm that loses money for long leaves the estate; the street serves until a new firm is found."""
    p, e = world.params, world.estates
    income = FEN * e.collection * e.fee * e.area * MONTHS_PER_YEAR / WEEKS_PER_YEAR
    margin = 1 - _weekly_cost(world) / np.maximum(income, 1)
    served = e.emergency_weeks == 0
    e.loss_weeks[:] = np.where(served & (margin < p["property.exit_margin"]), e.loss_weeks + 1, 0)
    gone = e.loss_weeks >= p["property.exit_weeks"]
    e.emergency_weeks[:] = np.where(gone, int(p["property.tender_weeks"]), np.maximum(e.emergency_weeks - 1, 0))
    e.loss_weeks[gone] = 0
    e.exits += gone
    if gone.any():
        e.firm[gone] = (e.firm[gone] + 1) % len(world.firms)
        world.gates.firm[:] = e.firm[world.gates.estate]
