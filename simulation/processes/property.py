"""Property firms: service, cost, profit, exit; section 7.9 of the model description.

Payment depends on service (`fees.py`), service on what is collected: the loop can settle in a good or in a bad state.
Some staff are needed whatever the quality; where few pay, fees may not even cover them, and the firm goes.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.domains import MONTHS_PER_YEAR, WEEKS_PER_YEAR
from simulation.elementary import exp, expm1, log1p
from simulation.parameters import Parameters
from simulation.processes import fees
from simulation.state.estates import of_communities
from simulation.state.ledger import FEN, SECTORS
from simulation.state.offices import firm_hours
from simulation.state.tickets import FIRM, OPEN
from simulation.state.world import World

_LIVED = 15 * WEEKS_PER_YEAR  # weeks in which firms' debts and contracts come to rest
_YEARS = 60  # at most, in which service and payment come to rest
_STILL = 1e-6  # change of collection in a year below which they are
_MIDDLE = 0.5  # quality whose cost does not depend on how much of the cost is fixed: log 2 of full service


def target_quality(
    collection: NDArray[np.float64],
    fee: NDArray[np.float64],
    full_cost: NDArray[np.float64],
    p: Parameters,
    checked: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.float64]:
    """Quality that the collected fee buys when the firm has kept its margin, equation (19).

    `checked` (0-1) is how far somebody looks at the firm's books: it then keeps less. `full_cost` is the price of full
    service with the usual margin.
    """
    spent = collection * fee * (1 - margin(checked, p)) / (full_cost * (1 - p["property.margin"]))
    return 1 - exp(-np.maximum(spent - p["property.fixed_cost"], 0) / _variable(p))


def margin(checked: NDArray[np.float64] | float, p: Parameters) -> NDArray[np.float64] | float:
    """Share of what is collected that a firm keeps when it can choose."""
    return p["property.margin"] + (p["property.margin_checked"] - p["property.margin"]) * checked


def _variable(p: Parameters) -> float:
    """Cost over that of full service of each unit of -log(1 - quality): the other part of the cost."""
    return float(1 + p["property.fixed_cost"] / log1p(-_MIDDLE))


def weekly_cost(world: World) -> NDArray[np.int64]:
    """Fen a week that the present quality costs in each estate, int64 (n_estates,), at the scale of the run."""
    p, e = world.params, world.estates
    share = p["property.fixed_cost"] - _variable(p) * log1p(-np.minimum(e.quality, 0.999))
    monthly = share * (1 - p["property.margin"]) * e.full_cost * e.area
    return np.rint(FEN * monthly * MONTHS_PER_YEAR / WEEKS_PER_YEAR).astype(np.int64)


def step(world: World) -> None:
    """Service and its cost; what a firm does not need is its owner's; firms that lose money go."""
    cost = _serve(world)
    _share_out(world, cost)
    _leave(world, cost)


def settle(world: World) -> None:
    """Bring service and payment to rest with each other, what is owed with them; give firms their working capital.

    With the owners' committees that are there, then as if there were none, then with them again: committees come and
    go, and a good state that one alone holds up would not last.
    """
    now = world.estates.owners_strength.copy()
    for hold in (now, 0.0, now):
        world.estates.owners_strength[:] = hold
        paying = _balance(world)
    fees.settle(world, paying)
    _pay_owner(world, _cash(world) - _reserve(world, weekly_cost(world)))


def live(world: World) -> None:
    """Years of bills before the burn-in: firms that lose money run into debt and go, and debts of households follow.

    Only money, contracts and what goes with them stay. Estates whose firm stayed return to the service and payment
    that they had, so that luck of these years moves none of them for good.
    """
    e, now = world.estates, world.tick
    before, exits = (e.quality.copy(), e.collection.copy()), e.exits.copy()
    last = -int(world.params["run.burn_in_weeks"])
    for world.tick in range(last - _LIVED, last):
        fees.move(world)
        fees.step(world)
        step(world)
    world.tick = now
    stayed = e.exits == exits
    e.quality[stayed], e.collection[stayed] = (values[stayed] for values in before)
    e.exits[:] = 0
    fees.restart(world)


def _balance(world: World) -> fees.Payers:
    """Quality and collection where (18) and (19) lead from where they are; returns how households pay there.

    Bill by bill what is expected, without the luck of bills, and by year with the trust that the service earns. Where
    two states are stable an estate ends in the one on whose side it stands; where the street stands in, it waits.
    """
    p, e = world.params, world.estates
    served = e.emergency_weeks == 0
    way = -expm1(p["property.bill_weeks"] * log1p(-1 / p["property.quality_memory"]))  # of quality to its goal by bill
    for _ in range(_YEARS):
        paying = fees.payers(world)
        before = e.collection.copy()
        for _ in range(round(WEEKS_PER_YEAR / p["property.bill_weeks"])):
            e.collection[:] = np.where(served, fees.expected(world, paying), e.collection)
            e.quality += way * np.where(served, _bought(world) - e.quality, 0)
        if np.abs(e.collection - before).max() < _STILL:
            break
    return paying


def _serve(world: World) -> NDArray[np.int64]:
    """Quality follows what is collected; the firm spends what this week's quality costs, int64 (n_estates,)."""
    p, e = world.params, world.estates
    goal = np.where(e.emergency_weeks > 0, p["property.emergency_quality"], _bought(world))
    e.quality += (goal - e.quality) / p["property.quality_memory"]
    cost = weekly_cost(world)
    by_firm = e.emergency_weeks == 0
    world.ledger.pay_firms("supplier", -_of_firms(world, cost))
    emergency = round(int(cost[~by_firm].sum()) / world.scale)
    world.ledger.pay("street", "supplier", emergency, "emergency property service")
    return cost


def _bought(world: World) -> NDArray[np.float64]:
    """Quality that each estate's latest bill buys, float64 (n_estates,)."""
    e = world.estates
    checked = np.minimum(1, e.owners_strength + of_communities(world.levers.scrutiny, world.gates, e))
    return target_quality(e.collection, e.fee, e.full_cost, world.params, checked)


def _of_firms(world: World, fen: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum by firm, int64 (n_firms,), over the estates that it serves."""
    e, total = world.estates, np.zeros(len(world.firms), np.int64)
    served = e.emergency_weeks == 0
    np.add.at(total, e.firm[served], fen[served])
    return total


def _cash(world: World) -> NDArray[np.int64]:
    """Fen that each firm has, int64 (n_firms,), at the scale of the run."""
    return world.ledger.balance[len(SECTORS) :]


def _reserve(world: World, cost: NDArray[np.int64]) -> NDArray[np.int64]:
    """Working capital of each firm, int64 (n_firms,): some weeks of cost."""
    return np.rint(world.params["property.reserve_weeks"] * _of_firms(world, cost)).astype(np.int64)


def _pay_owner(world: World, fen: NDArray[np.int64]) -> None:
    """Profit to the firms' owners, int64 (n_firms,); a negative sum is capital that they put in."""
    world.ledger.pay_firms("shareholder", -fen)


def _share_out(world: World, cost: NDArray[np.int64]) -> None:
    """What a firm has above its working capital is paid out; a firm without an estate closes its account."""
    spare = _cash(world) - _reserve(world, cost)
    idle = np.bincount(world.estates.firm, minlength=len(world.firms)) == 0
    _pay_owner(world, np.where(idle, _cash(world), np.maximum(spare, 0)))


def _leave(world: World, cost: NDArray[np.int64]) -> None:
    """A firm goes that loses money for long, or has no credit left (where it loses most); the street stands in."""
    p, e = world.params, world.estates
    gain = 1 - cost / np.maximum(e.income, 1)
    served = (e.emergency_weeks == 0) & (e.households > 0)
    e.loss_weeks[:] = np.where(served & (gain < p["property.exit_margin"]), e.loss_weeks + 1, 0)
    gone = (e.loss_weeks >= p["property.exit_weeks"]) | _worst_of_the_broke(world, cost, np.where(served, gain, np.inf))
    back = e.emergency_weeks == 1
    fees.close_books(world, gone | back)  # of the firm that goes, or of the street
    e.emergency_weeks[:] = np.where(gone, int(p["property.tender_weeks"]), np.maximum(e.emergency_weeks - 1, 0))
    e.loss_weeks[gone] = 0
    e.exits += gone
    if gone.any():
        _hand_over(world, np.flatnonzero(gone))


def _worst_of_the_broke(world: World, cost: NDArray[np.int64], gain: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Of each firm whose debts pass its credit, the estate with the least gain, bool (n_estates,), if it is a loss."""
    credit = world.params["property.credit_weeks"] * _of_firms(world, cost)
    worst = np.zeros(len(gain), np.bool_)
    for firm in np.flatnonzero(_cash(world) < -credit):
        ours = np.flatnonzero(world.estates.firm == firm)
        if len(ours) and gain[ours].min() < 0:
            worst[ours[np.argmin(gain[ours])]] = True
    return worst


def _hand_over(world: World, estates: NDArray[np.int64]) -> None:
    """The next firm in the table without debt takes the estates, with their open requests, and hires for them."""
    e, f, n = world.estates, world.firms, len(world.firms)
    sound = _cash(world) >= 0
    for estate in estates:
        others = (e.firm[estate] + 1 + np.arange(n - 1)) % n
        e.firm[estate] = next((firm for firm in others if sound[firm]), (e.firm[estate] + 1) % n)
    g, t = world.gates, world.tickets
    g.firm[:] = e.firm[g.estate]
    waiting = np.flatnonzero((t.tier == FIRM) & (t.status == OPEN))
    t.unit[waiting] = g.firm[world.residents.gate[t.resident[waiting]]]
    t.firm[waiting] = t.unit[waiting]
    f.hours[:] = firm_hours(np.bincount(e.firm, e.households, n) / world.scale, world.params)
