"""Put new facilities of a kind where they are needed most."""

import numpy as np
from numpy.typing import NDArray

from simulation.interventions.shared.siting import Place, Siting, Standards, chosen_cells
from simulation.processes.access import COMMUTER, N_MOBILITY, Walk
from simulation.processes.services import SERVICES
from simulation.state.world import World


def place(world: World, kind: str, capacity: float, opened: NDArray[np.int32]) -> None:
    """Open facilities at the ticks `opened` (one for each), as good and as long open as those that exist.

    Sites are chosen one by one where they meet the largest unmet demand (`Siting.DEMAND`).
    """
    if not len(opened):
        return
    f = world.facilities
    old = np.flatnonzero((f.kind == kind) & ~f.added)
    cells = _sites(world, kind, capacity, len(opened))
    world.open_facilities(
        kind,
        cells,
        capacity,
        opened,
        quality=float(f.quality[old].mean()),
        open_adult=float(f.open_adult[old].mean()),
        open_commuter=float(f.open_commuter[old].mean()),
    )


def _sites(world: World, kind: str, capacity: float, count: int) -> NDArray[np.int32]:
    p, f, service = world.params, world.facilities, SERVICES[kind]
    old = np.flatnonzero((f.kind == kind) & ~f.added)
    homes = np.flatnonzero(world.cell_community >= 0)
    site = Place(
        world.grid_index,
        world.demand[service.need],
        world.cell_community,
        f.cell[old].astype(np.int64),
        f.capacity[old],
        homes,
    )
    share = np.full(N_MOBILITY, f.open_adult[old].mean())
    share[COMMUTER] = f.open_commuter[old].mean()
    standards = Standards(
        Walk.from_parameters(p),
        p[service.catchment],
        capacity,
        share,
        p[service.standard],
        p["access.covered_share"],
        p["siting.aversion"],
        p["siting.slow_weight"],
    )
    return chosen_cells(Siting.DEMAND, site, standards, count)
