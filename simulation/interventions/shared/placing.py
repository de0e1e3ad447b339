"""Put new facilities where they are needed most: one queue per kind, by opening date, whatever lever orders them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.domains import COMMUTER, N_MOBILITY
from simulation.interventions.shared.siting import Place, Siting, Standards, chosen_cells
from simulation.state.facilities import SERVICES
from simulation.state.grid import Walk
from simulation.state.world import World


@dataclass(frozen=True)
class Order:
    """Facilities that a lever opens.

    `capacity`: of each, uses a week, places or beds; `opened`: ticks, int32, one for each; `siting`: how sites are
    chosen; `minutes`: edge of the catchment instead of the kind's; `price`: yuan a month for a bed.
    """

    kind: str
    capacity: float
    opened: NDArray[np.int32]
    siting: Siting = Siting.DEMAND
    minutes: float | None = None
    price: float = 0.0


class _Opening(NamedTuple):
    tick: int
    order: Order


def open_ordered(world: World, orders: Sequence[Order]) -> None:
    """Site and open what was ordered, as good and as long open as the facilities of the kind that exist.

    Sites of a kind are chosen in the order of opening (on one day: in the order of `orders`), each in sight of all that
    serve by then. From their ticks on they serve: `processes/services.py` recomputes the access of a kind when one of
    it opens.
    """
    for kind in sorted({order.kind for order in orders}):
        queue = [_Opening(int(tick), order) for order in orders if order.kind == kind for tick in order.opened]
        for siting, openings in _rounds(sorted(queue, key=lambda opening: opening.tick)):
            _open(world, kind, siting, openings)


def _rounds(queue: list[_Opening]) -> Iterator[tuple[tuple[Siting, float | None], list[_Opening]]]:
    """Openings that follow each other and are sited in the same way."""
    for how, openings in groupby(queue, key=lambda opening: (opening.order.siting, opening.order.minutes)):
        yield how, list(openings)


def _open(world: World, kind: str, how: tuple[Siting, float | None], openings: list[_Opening]) -> None:
    f, (siting, minutes) = world.facilities, how
    old = np.flatnonzero((f.kind == kind) & ~f.added)
    adult, commuter = _mean(f.open_adult[old]), _mean(f.open_commuter[old])
    share = np.full(N_MOBILITY, adult)
    share[COMMUTER] = commuter
    capacity = np.array([opening.order.capacity for opening in openings])
    cells = chosen_cells(siting, _place(world, kind), _standards(world, kind, share, minutes), capacity)
    world.open_facilities(
        kind,
        cells,
        capacity,
        np.array([opening.tick for opening in openings], np.int32),
        quality=_mean(f.quality[old]),
        open_adult=adult,
        open_commuter=commuter,
        price=np.array([opening.order.price for opening in openings]),
    )


def _place(world: World, kind: str) -> Place:
    """Who lives where, what serves them, and every cell with homes as a candidate; villages are no communities."""
    community, f = world.cell_community, world.facilities
    serving = np.flatnonzero(f.kind == kind)
    return Place(
        world.grid_index,
        world.demand[SERVICES[kind].need],
        np.where((community >= 0) & ~world.communities.village[community], community, -1),
        f.cell[serving].astype(np.int64),
        f.capacity[serving],
        np.flatnonzero(community >= 0),
    )


def _standards(world: World, kind: str, share: NDArray[np.float64], minutes: float | None) -> Standards:
    p, service = world.params, SERVICES[kind]
    return Standards(
        Walk.from_parameters(p),
        p[service.catchment] if minutes is None else minutes,
        share,
        service.asked(p),
        p["access.covered_share"],
        p["siting.aversion"],
        p["siting.slow_weight"],
    )


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if values.size else 1.0
