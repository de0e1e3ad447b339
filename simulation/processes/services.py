"""Access to facilities: the performance that each cell meets.

E2SFCA itself is in `processes/access.py`; here it meets the world.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.processes import access
from simulation.state.facilities import SERVICES, Service
from simulation.state.grid import Walk
from simulation.state.world import World


def refresh(world: World) -> None:
    """Recompute the kinds whose facilities changed, or open this week, and the coverage by service circles."""
    opening = set(world.facilities.kind[world.facilities.opened == world.tick])
    for kind in sorted((world.stale | opening) & set(SERVICES)):
        world.access[kind] = _performance(world, SERVICES[kind])
        if kind == "service_circle":
            world.covered = _reach(world)
    world.stale.clear()


def _performance(world: World, service: Service) -> NDArray[np.float32]:
    """Equation (4) by cell and mobility class, float32 (n_cells, 3)."""
    p, f = world.params, world.facilities
    rows = f.serving(service.kind, world.tick)
    walk = Walk.from_parameters(p)
    reach = access.catchments(world.grid_index, f.cell[rows], p[service.catchment], walk)
    open_share = np.stack([f.open_adult[rows], f.open_commuter[rows], f.open_adult[rows]])
    result = access.e2sfca(world.demand[service.need], f.capacity[rows], open_share, f.quality[rows], reach)
    return access.performance(result.access, p[service.standard], result.quality).T.astype(np.float32)


def _reach(world: World) -> NDArray[np.bool_]:
    """Cells in reach of an open service circle by mobility class, bool (3, n_cells)."""
    rows = world.facilities.serving("service_circle", world.tick)
    walk, minutes = Walk.from_parameters(world.params), world.params["access.circle_minutes"]
    return access.within_reach(world.grid_index, world.facilities.cell[rows], minutes, walk)
