"""Land of communities and villages whose positions and areas are known, and where in it people live."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from simulation.district.data.district import District, DistrictError
from simulation.district.map.growth import grow, parts
from simulation.district.map.land import CELL_METRES, Land, project
from simulation.district.map.power import share_cells

Cells = NDArray[np.int64]
_LEAST_CELLS = 3
_FURTHEST = 20.0  # cells that a position may lie outside of its subdistrict


def can_share(communities: pd.DataFrame, given: Cells) -> bool:
    """Whether each unit has land that is `given` (-1: none), or a position and an area."""
    if "area_ha" not in communities:
        return bool(np.isin(communities.index, given).all())
    return bool((communities["area_ha"].notna() | np.isin(communities.index, given)).all())


def share_land(district: District, land: Land, communities: pd.DataFrame, given: Cells) -> Cells:
    """Community or village of each cell, int64 (n_cells,): all land of a subdistrict is shared among its units.

    Land that is `given` stays with its unit; the others share the rest by position and area. Where that lies in pieces,
    each unit belongs to the piece nearest to its position, and a piece without one goes to the nearest unit. Areas are
    scaled to the land there is.

    Parameters
    ----------
    communities : DataFrame
        With `subdistrict` (number); `lon`, `lat` and `area_ha` of every unit that has no land yet.
    given : int64 (n_cells,)
        Unit whose land is known, -1 elsewhere.

    Raises
    ------
    DistrictError
        If a unit lies far from its subdistrict, or a piece of land has fewer cells than units, or none.
    """
    unit = given.copy()
    for s in range(int(land.subdistrict.max()) + 1):
        own = land.subdistrict == s
        rows = np.setdiff1d(np.flatnonzero(communities["subdistrict"].to_numpy() == s), given)
        if len(rows):
            free = np.flatnonzero(own & (unit < 0))
            unit[free] = _shared(district, land, communities, free, rows)
        left, taken = np.flatnonzero(own & (unit < 0)), np.flatnonzero(own & (unit >= 0))
        nearest = cKDTree(np.column_stack([land.x[taken], land.y[taken]]))
        unit[left] = unit[taken[nearest.query(np.column_stack([land.x[left], land.y[left]]))[1]]]
    return unit


def _shared(district: District, land: Land, communities: pd.DataFrame, own: Cells, rows: Cells) -> Cells:
    """Unit of each of the cells `own`, which the units `rows` share by position and area; -1 in pieces without one."""
    at = np.column_stack(project(communities["lon"].to_numpy(float), communities["lat"].to_numpy(float), land.origin))
    area = communities["area_ha"].to_numpy(float)
    unit = np.full(len(own), -1)
    if not len(own):
        raise _error(district, communities, rows[0], "has no land: the known boundaries of its subdistrict take it all")
    piece = parts(land.x[own], land.y[own])
    home = _home(district, communities, land, own, piece, rows, at)
    for k in np.unique(home):
        cells, here = own[piece == k], rows[home == k]
        if len(here) > len(cells):
            raise _error(district, communities, here[0], f"shares {len(cells)} ha with {len(here) - 1} others")
        unit[piece == k] = here[share_cells(land.x[cells], land.y[cells], at[here], area[here])]
    return unit


def _home(
    district: District,
    communities: pd.DataFrame,
    land: Land,
    own: Cells,
    piece: Cells,
    rows: Cells,
    at: NDArray[np.float64],
) -> Cells:
    """Piece of land of each unit: the one nearest to its position."""
    home = np.zeros(len(rows), np.int64)
    for n, row in enumerate(rows):
        far = np.hypot(land.x[own] + 0.5 - at[row, 0], land.y[own] + 0.5 - at[row, 1])
        home[n] = piece[np.argmin(far)]
        if far.min() > _FURTHEST:
            raise _error(
                district, communities, row, f"lies {far.min() * CELL_METRES / 1000:.1f} km outside of its subdistrict"
            )
    return home


def _error(district: District, communities: pd.DataFrame, row: np.int64, problem: str) -> DistrictError:
    return DistrictError(f"{district.folder / 'communities.csv'}: '{communities['name_zh'].iloc[row]}' {problem}")


def settle_units(district: District, land: Land, communities: pd.DataFrame, unit: Cells) -> Cells:
    """Community of each cell where people live, int64 (n_cells,), -1 elsewhere.

    Homes fill a unit's land from its middle outwards at the density of the district; where there is too little land
    they are denser. Rails, roads and parks, and what they cut off, are left out where the rest has room.
    """
    village = (communities["kind"] == "village").to_numpy()
    density = np.where(village, district.figure("density_village"), district.figure("density_community"))
    wanted = np.maximum(_LEAST_CELLS, np.round(communities["households"].to_numpy() / density))
    result = np.full(len(land.x), -1)
    for row in communities.index:
        own = np.flatnonzero(unit == row)
        cells = _open(land, own)
        cells = cells if len(cells) >= wanted[row] else own
        x, y = land.x[cells].astype(float), land.y[cells].astype(float)
        seed = np.argmin(np.hypot(x - x.mean(), y - y.mean()))
        region = grow(land.x[cells], land.y[cells], np.array([seed]), wanted[[row]])
        result[cells[region >= 0]] = row
    return result


def _open(land: Land, cells: Cells) -> Cells:
    """Largest piece of the cells that no rail, road or park takes."""
    free = cells[~land.blocked[cells]]
    if not len(free):
        return free
    piece = parts(land.x[free], land.y[free])
    return free[piece == np.argmax(np.bincount(piece))]
