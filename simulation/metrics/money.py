"""Money: who pays the property fee, and what left the public purse."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.metrics.metric import Column, Kind, Metric, Ratio, Sum, Total
from simulation.metrics.sums import households
from simulation.processes import budget
from simulation.state import ledger
from simulation.state.estates import WORKING
from simulation.state.world import World


def payers(world: World) -> Column:
    """Households that paid the latest bill, full scale."""
    return (1 / world.scale) * _by_community(world, world.households.paid)


def watched(world: World) -> Column:
    """Households whose estate has a working owners' committee, full scale."""
    g = world.gates
    working = world.estates.owners[g.estate] == WORKING
    return (1 / world.scale) * world.by_community(g.households * working)


def owed(world: World) -> Column:
    """Yuan of property fees that households owe, full scale."""
    h = world.households
    return (1 / world.scale / ledger.FEN) * (_by_community(world, h.arrears) + _by_community(world, h.old_arrears))


def _by_community(world: World, column: NDArray[np.generic]) -> Column:
    """Sum of a column of whole numbers, by household, over communities."""
    by_gate = np.zeros(len(world.gates), np.int64)
    _add_by_gate(column, world.gates.households, by_gate)
    return world.by_community(by_gate)


@njit(cache=True)
def _add_by_gate(column, size, total):  # type: ignore[no-untyped-def]  # numba takes types from the call
    """Sum over the rows of each gate; rows are sorted by gate, `size` per gate."""
    first = np.uint64(0)
    for g in range(size.shape[0]):
        end, n = first + np.uint64(size[g]), np.int64(0)
        for h in range(first, end):  # unsigned numbers need no look for rows counted from the end: SIMD
            n += np.int64(column[h])
        total[g], first = n, end


def spent(kind: ledger.Kind) -> Sum:
    """Yuan of one kind that left the public purse since the start; what has no place is shared out by residents."""

    def read(world: World) -> Column:
        c = world.communities
        placed = world.ledger.placed_on(kind, len(c))
        rest = world.ledger.spent(kind) - placed.sum()
        return (placed + rest * c.residents / c.residents.sum()) / ledger.FEN

    return read


def shadow(world: World) -> Column:
    """Yuan of shadow price of unpaid work and lent rooms since the start, shared out by residents."""
    people = world.communities.residents
    return sum(world.ledger.unpaid.values()) * people / people.sum() / ledger.FEN


METRICS = (
    Metric(
        name="fee_payment_rate",
        zh="物业费收缴率",
        en="fee payment rate",
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(payers, households),
        definition_zh="最近一期缴费的户数比例",
        definition_en="households that paid the latest bill",
    ),
    Metric(
        name="fee_arrears",
        zh="物业费欠费",
        en="property-fee arrears",
        kind=Kind.RATIO,
        counted=("元/户", "yuan per household"),
        direction=-1,
        of=Ratio(owed, households),
        definition_zh="每户平均欠缴的物业费（三年内未核销）",
        definition_en="property fees that a household owes on average, not yet lapsed or written off",
    ),
    Metric(
        name="owners_committees",
        zh="业委会（物管会）覆盖率",
        en="share with an owners' committee",
        kind=Kind.SHARE,
        direction=1,
        of=Ratio(watched, households),
        definition_zh="所在小区有业委会或物管会正常运作的户数比例",
        definition_en="households whose estate has a working owners' committee, elected or organised by the street",
    ),
    *(
        Metric(
            name=f"cost_{en}_yuan",
            zh=f"累计{zh}支出",
            en=f"{en} cost",
            kind=Kind.MONEY,
            direction=-1,
            summary="last",
            of=Total(spent(kind)),
            definition_zh=f"自起始日累计的公共{zh}支出",
            definition_en=f"public {en} spending since the start, cumulative",
        )
        for kind, zh, en in (
            (ledger.Kind.CAPITAL, "建设", "capital"),
            (ledger.Kind.OPERATING, "运行", "operating"),
        )
    ),
    Metric(
        name="unpaid_hours",
        zh="无偿工时",
        en="unpaid hours",
        kind=Kind.HOURS,
        direction=0,
        summary="sum",
        of=Total(budget.unpaid_hours),
        definition_zh="本周无人付酬的工时：志愿者、双报到党员与下沉干部、业委会、桶站值守、整合的协管员",
        definition_en="hours of the week that nobody here is paid for: volunteers, party members and cadres, owners' "
        "committees, bin watch, pooled auxiliaries",
    ),
    Metric(
        name="cost_shadow_yuan",
        zh="累计无偿投入",
        en="shadow cost",
        kind=Kind.MONEY,
        direction=-1,
        summary="last",
        of=Total(shadow),
        definition_zh="自起始日累计的无偿工时与借用场地按影子价格计，不含在公共支出内",
        definition_en="unpaid hours and lent rooms since the start at shadow prices, not part of public spending, "
        "cumulative",
    ),
)
