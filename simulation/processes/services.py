"""Access to facilities: the performance that each cell meets, and how many use each facility.

E2SFCA itself is in `processes/access.py`; here it meets the world.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.processes import access, beds
from simulation.state.facilities import CIRCLE, INSTITUTION, SERVICES, VENUE, Service
from simulation.state.grid import Walk
from simulation.state.world import World


def refresh(world: World) -> None:
    """Recompute the kinds whose facilities changed, or open this week; fill beds."""
    opening = set(world.facilities.kind[world.facilities.opened == world.tick])
    update(world, (world.stale | opening) & set(SERVICES))
    world.stale.clear()
    beds.fill(world)


def update(world: World, kinds: set[str]) -> None:
    """Recompute access to some kinds of facilities, and the coverage by circles."""
    for kind in sorted(kinds):
        world.access[kind] = _performance(world, SERVICES[kind])
        if kind == CIRCLE:
            world.covered = _reach(world)


def _performance(world: World, service: Service) -> NDArray[np.float32]:
    """Equation (4) by cell and mobility class, float32 (n_cells, 3); the use of each facility is written down."""
    p, f = world.params, world.facilities
    rows = f.serving(service.kind, world.tick)
    walk = Walk.from_parameters(p)
    reach = access.catchments(world.grid_index, f.cell[rows], p[service.catchment], walk)
    open_share = np.stack([f.open_adult[rows], f.open_commuter[rows], f.open_adult[rows]])
    demand, able = world.demand[service.need], 1.0
    if service.kind == INSTITUTION:
        able = beds.affordable(world)
    result = access.e2sfca(
        able * demand, f.capacity[rows], open_share, f.quality[rows], reach, service.asked(world.params)
    )
    if service.kind == VENUE:
        world.venue_uses = (service.asked(p) * demand * result.served).sum(axis=0)
    f.sought[rows] = result.use
    if service.kind != INSTITUTION:
        f.use[rows] = result.use
    return (able * result.quality * result.served).T.astype(np.float32)


def _reach(world: World) -> NDArray[np.bool_]:
    """Cells in reach of an open service circle by mobility class, bool (3, n_cells)."""
    rows = world.facilities.serving(CIRCLE, world.tick)
    walk, minutes = Walk.from_parameters(world.params), world.params["access.circle_minutes"]
    return access.within_reach(world.grid_index, world.facilities.cell[rows], minutes, walk)
