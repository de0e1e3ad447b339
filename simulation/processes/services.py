"""Access to facilities (step 4): who needs what where, and the performance that each cell meets.

E2SFCA itself is in `processes/access.py`; here it meets the world.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.processes import access
from simulation.state.world import World


@dataclass(frozen=True)
class Service:
    """One kind of facility that residents walk to: who needs it, and the parameters of its catchment."""

    kind: str
    need: str  # key of `World.demand`
    catchment: str  # parameter: minutes
    standard: str  # parameter: capacity per person in need at which performance is 0.63


SERVICES = {
    s.kind: s
    for s in (
        Service("school", "pupils", "access.catchment_school", "access.standard_school"),
        Service("clinic", "everyone", "access.catchment_near", "access.standard_clinic"),
        Service("hospital", "everyone", "access.catchment_far", "access.standard_hospital"),
        Service("service_circle", "everyone", "access.catchment_near", "access.standard_circle"),
        Service("elder_station", "aged_60", "access.catchment_near", "access.standard_elder_station"),
        Service("elder_institution", "aged_60", "access.catchment_far", "access.standard_bed"),
        Service("culture_centre", "everyone", "access.catchment_far", "access.standard_culture"),
    )
}


def demand(
    cell: NDArray[np.integer], mobility: NDArray[np.uint8], chosen: NDArray[np.bool_], n_cells: int, scale: float
) -> NDArray[np.float64]:
    """People in need by mobility class and cell, float64 (3, n_cells), full scale."""
    flat = mobility[chosen].astype(np.int64) * n_cells + cell[chosen]
    return np.bincount(flat, minlength=3 * n_cells).reshape(3, n_cells) / scale


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
    walk = access.Walk.from_parameters(p)
    reach = access.catchments(world.grid_index, f.cell[rows], p[service.catchment], walk)
    open_share = np.stack([f.open_adult[rows], f.open_commuter[rows], f.open_adult[rows]])
    result = access.e2sfca(world.demand[service.need], f.capacity[rows], open_share, f.quality[rows], reach)
    return access.performance(result.access, p[service.standard], result.quality).T.astype(np.float32)


def _reach(world: World) -> NDArray[np.bool_]:
    """Cells in reach of an open service circle by mobility class, bool (3, n_cells)."""
    rows = world.facilities.serving("service_circle", world.tick)
    walk, minutes = access.Walk.from_parameters(world.params), world.params["access.circle_minutes"]
    return access.within_reach(world.grid_index, world.facilities.cell[rows], minutes, walk)
