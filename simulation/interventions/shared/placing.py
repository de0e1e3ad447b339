"""Put new facilities of a kind where they are needed most."""

import numpy as np
from numpy.typing import NDArray

from simulation.domains import COMMUTER, N_MOBILITY
from simulation.interventions.shared.siting import Place, Siting, Standards, chosen_cells
from simulation.state.facilities import SERVICES
from simulation.state.grid import Walk
from simulation.state.world import World


def place(
    world: World,
    kind: str,
    capacity: float,
    opened: NDArray[np.int32],
    siting: Siting = Siting.DEMAND,
    minutes: float | None = None,
) -> None:
    """Open facilities at the ticks `opened` (one for each), as good and as long open as those that exist.

    From then on they serve: `processes/services.py` recomputes the access of a kind when one of it opens.

    Parameters
    ----------
    siting : Siting
        How sites are chosen, one by one, the most useful first.
    minutes : float, optional
        Edge of the catchment instead of the kind's.
    """
    if not len(opened):
        return
    f = world.facilities
    old = np.flatnonzero((f.kind == kind) & ~f.added)
    adult, commuter = _mean(f.open_adult[old]), _mean(f.open_commuter[old])
    share = np.full(N_MOBILITY, adult)
    share[COMMUTER] = commuter
    standards = _standards(world, kind, capacity, share, minutes)
    cells = chosen_cells(siting, _place(world, kind, old), standards, len(opened))
    world.open_facilities(
        kind, cells, capacity, opened, quality=_mean(f.quality[old]), open_adult=adult, open_commuter=commuter
    )


def _place(world: World, kind: str, old: NDArray[np.int64]) -> Place:
    """Who lives where, what serves them, and every cell with homes as a candidate; villages are no communities."""
    community, f = world.cell_community, world.facilities
    return Place(
        world.grid_index,
        world.demand[SERVICES[kind].need],
        np.where((community >= 0) & ~world.communities.village[community], community, -1),
        f.cell[old].astype(np.int64),
        f.capacity[old],
        np.flatnonzero(community >= 0),
    )


def _standards(
    world: World, kind: str, capacity: float, share: NDArray[np.float64], minutes: float | None
) -> Standards:
    p, service = world.params, SERVICES[kind]
    return Standards(
        Walk.from_parameters(p),
        p[service.catchment] if minutes is None else minutes,
        capacity,
        share,
        p[service.standard],
        p["access.covered_share"],
        p["siting.aversion"],
        p["siting.slow_weight"],
    )


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if values.size else 1.0
