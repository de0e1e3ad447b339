"""The place on a grid of 100 m cells, made from the district's tables.

Where outlines of subdistricts are known, and of communities either boundaries or positions and areas, the land is
shared by them: every cell belongs to a unit, and people live in the middle of it (`boundaries`, `power`, `units`).
Where only centres and areas of subdistricts are known, the course of all boundaries is drawn by rule (`land`,
`settle`). Estates are drawn by rule always: the map makes no claim about a named estate.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.data.district import District
from simulation.district.map.boundaries import known_boundaries, known_units
from simulation.district.map.estates import draw_estates
from simulation.district.map.growth import whole_shares
from simulation.district.map.land import Land, astray, outline
from simulation.district.map.placement import facilities
from simulation.district.map.settle import settle
from simulation.district.map.streets import Streets
from simulation.district.map.units import can_share, settle_units, share_land
from simulation.elementary import exp

MAP_SEED = 1
_CELL_SPREAD, _ESTATE_SPREAD = 0.25, 0.15  # log sd of homes a hectare between cells, and between estates


@dataclass(frozen=True)
class Geography:
    """The static place. Cells are numbered 0 to n - 1; y grows to the north.

    Attributes
    ----------
    width, height : int
        Size of the canvas in cells.
    cell_x, cell_y : int16[n]
    cell_subdistrict : int8[n]
    cell_unit : int16[n]
        Community or village that the land belongs to; where only homes are known, that of `cell_community`.
    cell_community, cell_estate : int16[n]
        -1 where nobody lives: parks, roads, rail, works, offices.
    cell_households : int32[n]
        Households at full scale.
    subdistricts, communities, estates, firms, departments, facilities : DataFrame
        Tables indexed by id. Those of the district's CSV files keep their columns; `subdistricts` and `communities`
        gain `office_cell`; `communities` are sorted by `subdistrict` (id) and `estates` by `community` (id), with
        `households`, `fee_yuan_m2` and `b0` (cost of full service; both yuan/m2/month), `firm` (id) and
        `station_minutes` (walk to the bins); `facilities` have `kind`, `cell`, `capacity` (uses a week; beds; places;
        m2 of service rooms), `open_adult` and `open_commuter` (share of hours, 0-1), `quality` (0-1), `opening_week`.
    streets : Streets, optional
        Where the district has them; elsewhere walks are straight lines with a detour.
    """

    width: int
    height: int
    cell_x: NDArray[np.int16]
    cell_y: NDArray[np.int16]
    cell_subdistrict: NDArray[np.int8]
    cell_unit: NDArray[np.int16]
    cell_community: NDArray[np.int16]
    cell_estate: NDArray[np.int16]
    cell_households: NDArray[np.int32]
    subdistricts: pd.DataFrame
    communities: pd.DataFrame
    estates: pd.DataFrame
    firms: pd.DataFrame
    departments: pd.DataFrame
    facilities: pd.DataFrame
    streets: Streets | None = None


def draw_land(district: District) -> Land:
    """Land of a district: within the boundaries that its folder holds, else drawn from centres and areas.

    Warns when no line and no open land of the district lies near it, as after a wrong datum or a mistaken copy.
    """
    rng = np.random.default_rng(np.random.SeedSequence([MAP_SEED, 0]))
    land = known_boundaries(district) or outline(district, rng)
    if astray(district, land):
        warnings.warn(
            f"{district.folder}: no line and no open land lies within 2 km of the subdistricts; are the coordinates "
            "of the same place?",
            RuntimeWarning,
            stacklevel=2,
        )
    return land


def load_geography(district: District) -> Geography:
    """Draw the map of a district: the same data give the same map."""
    land = draw_land(district)
    rng = np.random.default_rng(np.random.SeedSequence([MAP_SEED, 1]))
    communities = _communities(district)
    given = known_units(district, land, communities)
    if can_share(communities, given):
        unit = share_land(district, land, communities, given)
        cell_community = settle_units(district, land, communities, unit)
    else:
        unit = cell_community = settle(district, land, communities, rng)
    estates, cell_estate = draw_estates(district, land, communities, cell_community, rng)
    households = _households(communities, cell_community, cell_estate, rng)
    estates["households"] = np.bincount(cell_estate[cell_estate >= 0], households[cell_estate >= 0], len(estates))
    communities["office_cell"] = [_middle(land, np.flatnonzero(cell_community == c)) for c in communities.index]
    subdistricts = district.table("subdistricts").copy()
    subdistricts["office_cell"] = [
        _middle(land, np.flatnonzero((land.subdistrict == s) & (cell_community >= 0))) for s in subdistricts.index
    ]
    return Geography(
        land.width,
        land.height,
        land.x,
        land.y,
        land.subdistrict,
        unit.astype(np.int16),
        cell_community.astype(np.int16),
        cell_estate.astype(np.int16),
        households.astype(np.int32),
        subdistricts,
        communities,
        estates,
        district.table("firms"),
        district.table("departments"),
        facilities(district, land, communities, households),
        Streets.of(district.streets, land.origin, land.x, land.y) if district.streets else None,
    )


def _communities(district: District) -> pd.DataFrame:
    """Communities sorted by subdistrict, their households scaled to the chosen number of residents."""
    table = district.table("communities").copy()
    codes = list(district.table("subdistricts")["code"])
    table["subdistrict"] = [codes.index(code) for code in table["subdistrict"]]
    table = table.sort_values("subdistrict", kind="stable", ignore_index=True)
    total = district.population / float(district.table("subdistricts")["population"].sum()) * table["households"].sum()
    table["households"] = np.maximum(1, whole_shares(round(total), table["households"].to_numpy(float)))
    return table


def _middle(land: Land, cells: NDArray[np.int64]) -> int:
    x, y = land.x[cells].astype(float), land.y[cells].astype(float)
    return int(cells[np.argmin(np.hypot(x - x.mean(), y - y.mean()))])


def _households(
    communities: pd.DataFrame,
    cell_community: NDArray[np.int64],
    cell_estate: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Households of each cell: towers differ between estates and cells, community totals are exact."""
    weight = exp(_CELL_SPREAD * rng.standard_normal(len(cell_community)))
    weight *= exp(_ESTATE_SPREAD * rng.standard_normal(cell_estate.max() + 1))[cell_estate]
    result = np.zeros(len(cell_community), np.int64)
    for c in communities.index:
        cells = np.flatnonzero(cell_community == c)
        result[cells] = whole_shares(int(communities.at[c, "households"]), weight[cells])
    return result
