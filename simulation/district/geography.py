"""The place on a grid of 100 m cells, grown from the district's tables.

The map is synthetic: subdistricts lie where they are, with their sizes and numbers, but the course of community and
estate boundaries is drawn by rule. It makes no claim about a named estate. The canvas is larger than the area, because
the subdistricts are spread over more than a rectangle of the same area would hold; exactly `area_km2` x 100 cells are
active.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.boundaries import given_boundaries
from simulation.district.data import District
from simulation.district.growth import grow, spread, whole_shares
from simulation.district.land import Land, outline

MAP_SEED = 1
CELLS_PER_KM2 = 100
_LEAST_CELLS = 3


@dataclass(frozen=True)
class Geography:
    """The static place. Cells are numbered 0 to n - 1; y grows to the north.

    Attributes
    ----------
    width, height : int
        Size of the canvas in cells.
    cell_x, cell_y : int16[n]
    cell_subdistrict : int8[n]
    cell_community, cell_estate : int16[n]
        -1 where nobody lives: parks, roads, rail, works, offices.
    cell_households : int32[n]
        Households at full scale.
    subdistricts, communities, estates, firms, departments, facilities : DataFrame
        Tables indexed by id; see `docs/district-data.md` for the columns.
    """

    width: int
    height: int
    cell_x: NDArray[np.int16]
    cell_y: NDArray[np.int16]
    cell_subdistrict: NDArray[np.int8]
    cell_community: NDArray[np.int16]
    cell_estate: NDArray[np.int16]
    cell_households: NDArray[np.int32]
    subdistricts: pd.DataFrame
    communities: pd.DataFrame
    estates: pd.DataFrame
    firms: pd.DataFrame
    departments: pd.DataFrame
    facilities: pd.DataFrame


def load_geography(district: District) -> Geography:
    """Draw the map of a district: the same data give the same map."""
    rng = np.random.default_rng(np.random.SeedSequence([MAP_SEED, 1]))
    land = given_boundaries(district) or outline(district, rng)
    communities = _communities(district)
    cell_community = _grow_communities(district, land, communities)
    estates, cell_estate = _grow_estates(district, land, communities, cell_community, rng)
    households = _households(communities, cell_community, cell_estate, rng)
    estates["households"] = np.bincount(cell_estate[cell_estate >= 0], households[cell_estate >= 0], len(estates))
    communities["office_cell"] = [_middle(land, np.flatnonzero(cell_community == c)) for c in communities.index]
    subdistricts = district.table("subdistricts").copy()
    subdistricts["office_cell"] = [_middle(land, np.flatnonzero((land.subdistrict == s) & (cell_community >= 0)))
                                   for s in subdistricts.index]
    facilities = _facilities(district, land, communities, households)
    return Geography(land.width, land.height, land.x, land.y, land.subdistrict, cell_community.astype(np.int16),
                     cell_estate.astype(np.int16), households.astype(np.int32), subdistricts, communities, estates,
                     district.table("firms"), district.table("departments"), facilities)


def _communities(district: District) -> pd.DataFrame:
    """Communities sorted by subdistrict, their households scaled to the chosen number of residents."""
    table = district.table("communities").copy()
    codes = list(district.table("subdistricts")["code"])
    table["subdistrict"] = [codes.index(code) for code in table["subdistrict"]]
    table = table.sort_values("subdistrict", kind="stable", ignore_index=True)
    total = district.population / float(district.table("subdistricts")["population"].sum()) * table["households"].sum()
    table["households"] = whole_shares(round(total), table["households"].to_numpy(float))
    return table


def _middle(land: Land, cells: NDArray[np.int64]) -> int:
    x, y = land.x[cells].astype(float), land.y[cells].astype(float)
    return int(cells[np.argmin(np.hypot(x - x.mean(), y - y.mean()))])


def _grow_communities(district: District, land: Land, communities: pd.DataFrame) -> NDArray[np.int64]:
    """Community of each cell; villages begin where housing lies farthest from the rails."""
    density = np.where(communities["kind"] == "village", district.figure("density_village"),
                       district.figure("density_community"))
    target = np.maximum(_LEAST_CELLS, np.round(communities["households"].to_numpy() / density))
    result = np.full(len(land.x), -1)
    for s in range(int(land.subdistrict.max()) + 1):
        free = np.flatnonzero((land.subdistrict == s) & ~land.blocked)
        rows = np.flatnonzero(communities["subdistrict"] == s)
        x, y = land.x[free].astype(float), land.y[free].astype(float)
        seeds = spread(x, y, len(rows), np.ones(len(free)))
        fringe = np.argsort(land.rail_distance[free[seeds]], kind="stable")
        village = (communities["kind"] == "village").to_numpy()[rows]
        order = np.concatenate([rows[~village], rows[village]])
        region = grow(land.x[free], land.y[free], seeds[fringe], target[order])
        result[free] = np.where(region >= 0, order[region], -1)
    return result


def _grow_estates(district: District, land: Land, communities: pd.DataFrame, cell_community: NDArray[np.int64],
                  rng: np.random.Generator) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    cell_estate = np.full(len(land.x), -1)
    rows: list[dict[str, object]] = []
    for c in communities.index:
        cells = np.flatnonzero(cell_community == c)
        row = communities.loc[c]
        wanted = round(row["households"] / district.figure("estate_households"))
        count = 1 if row["kind"] == "village" else int(np.clip(wanted, 1, min(5, len(cells))))
        x, y = land.x[cells].astype(float), land.y[cells].astype(float)
        seeds = spread(x, y, count, np.ones(len(cells)))
        cell_estate[cells] = len(rows) + grow(land.x[cells], land.y[cells], seeds, np.full(count, len(cells) / count),
                                              fill=True)
        numbers = [""] if count == 1 else [f"{k + 1}" for k in range(count)]
        rows += [{"name_zh": f"{row['name_zh']}{n and f'第{n}小区'}", "name_en": f"{row['name_en']}{n and f' Estate {n}'}",
                  "community": c} for n in numbers]
    table = pd.DataFrame(rows)
    n, village = len(table), (communities["kind"] == "village").to_numpy()[table["community"].to_numpy()]
    full = district.figure("full_service_yuan_m2")
    ratio = np.exp(district.figure("fee_spread") * rng.standard_normal(n))
    table["b0"] = np.clip(full * np.exp(0.1 * rng.standard_normal(n)), 0.8 * full, 1.6 * full)
    table["fee_yuan_m2"] = np.clip(district.figure("fee_yuan_m2") * table["b0"] / full * ratio, 0.5, 2.5)
    table["firm"] = np.arange(n) * len(district.table("firms")) // n
    table["station_minutes"] = rng.uniform(1.0, 4.5, n)
    table["tower_floors"] = np.where(village, rng.integers(2, 6, n), rng.choice([6, 11, 18, 28], n, p=[.4, .2, .25, .15]))
    table["gates_compound"] = np.where(village, 4, 2)
    return table, cell_estate


def _households(communities: pd.DataFrame, cell_community: NDArray[np.int64], cell_estate: NDArray[np.int64],
                rng: np.random.Generator) -> NDArray[np.int64]:
    """Households of each cell: towers differ between estates and cells, community totals are exact."""
    weight = np.exp(0.25 * rng.standard_normal(len(cell_community)))
    weight *= np.exp(0.15 * rng.standard_normal(cell_estate.max() + 1))[cell_estate]
    result = np.zeros(len(cell_community), np.int64)
    for c in communities.index:
        cells = np.flatnonzero(cell_community == c)
        result[cells] = whole_shares(int(communities.at[c, "households"]), weight[cells])
    return result


def _facilities(district: District, land: Land, communities: pd.DataFrame,
                households: NDArray[np.int64]) -> pd.DataFrame:
    """Facilities on cells: `spread` over the homes of the subdistrict, or in a `cluster` at its busiest place."""
    table = district.table("facilities").copy()
    codes = list(district.table("subdistricts")["code"])
    table["cell"] = -1
    for (_, code, placement), rows in table.groupby(["kind", "subdistrict", "placement"], sort=True):
        cells = np.flatnonzero((land.subdistrict == codes.index(str(code))) & (households > 0))
        x, y = land.x[cells].astype(float), land.y[cells].astype(float)
        weight = households[cells].astype(float)
        if placement == "cluster":
            middle = np.average(x, weights=weight), np.average(y, weights=weight)
            near = np.argsort(np.hypot(x - middle[0], y - middle[1]), kind="stable")[:max(len(cells) // 3, len(rows))]
            cells, x, y, weight = cells[near], x[near], y[near], weight[near]
        table.loc[rows.index, "cell"] = cells[spread(x, y, len(rows), weight)]
    rooms = pd.DataFrame({
        "kind": "service_room", "name_zh": communities["name_zh"] + "社区用房",
        "name_en": communities["name_en"] + " service room", "cell": communities["office_cell"],
        "capacity": communities["room_m2"], "open_adult": 1.0, "open_commuter": 0.3, "quality": 0.8,
        "owner": "committee", "source": communities["source"]})
    table = pd.concat([table, rooms], ignore_index=True)
    table["opening_week"] = -10_000
    return table.drop(columns=["subdistrict", "placement", "confidence"])
