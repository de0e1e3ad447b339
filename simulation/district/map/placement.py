"""Facilities of a district on cells of its map."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.data.district import District, DistrictError
from simulation.district.data.faults import fault
from simulation.district.map.growth import spread
from simulation.district.map.land import CELL_METRES, Land, project

ALWAYS_OPEN_WEEK = -10_000
"""Opening week of a facility that has always been there."""
_FURTHEST = 30.0  # cells that a facility may lie outside of its subdistrict, whose outline may be drawn by rule


def facilities(
    district: District, land: Land, communities: pd.DataFrame, households: NDArray[np.int64]
) -> pd.DataFrame:
    """Facilities of the table, a service room in every community, and the metro stations within the area.

    A row of the table stands for one facility in its subdistrict: `at` a position that is known, else `spread` over the
    homes, or in a `cluster` where they are densest, as places grew before there was a plan.

    Parameters
    ----------
    communities : DataFrame
        With `name_zh`, `name_en`, `office_cell`, `room_m2` and `source`.
    households : int64[n_cells]
    """
    rows = [_placed(district, land, households), _rooms(communities), _stations(district, land)]
    table = pd.concat(rows, ignore_index=True)
    table["opening_week"] = ALWAYS_OPEN_WEEK
    return table


def _placed(district: District, land: Land, households: NDArray[np.int64]) -> pd.DataFrame:
    table = district.table("facilities").copy()
    codes = list(district.table("subdistricts")["code"])
    table["cell"] = -1
    homes = households > 0
    for row in table.index[table["placement"] == "at"]:
        table.at[row, "cell"] = _there(district, land, table.loc[row], codes.index(table.at[row, "subdistrict"]))
        homes[table.at[row, "cell"]] = False
    for (_, code, placement), rows in table[table["placement"] != "at"].groupby(
        ["kind", "subdistrict", "placement"], sort=True
    ):
        cells = np.flatnonzero((land.subdistrict == codes.index(str(code))) & homes)
        if len(cells) < len(rows):
            raise DistrictError(
                f"{district.folder / 'facilities.csv'}:{rows.index[len(cells)] + 2}: subdistrict: '{code}' has no cell "
                "with homes left for this facility; no two of them stand on one cell"
            )
        if placement == "cluster":
            count = max(round(district.figure("cluster_share") * len(cells)), len(rows))
            cells = _busiest(land, cells, households, count)
        x, y = land.x[cells].astype(float), land.y[cells].astype(float)
        chosen = cells[spread(x, y, len(rows), households[cells].astype(float))]
        table.loc[rows.index, "cell"] = chosen
        homes[chosen] = False  # two facilities of the table never share a cell
    return table.drop(columns=["subdistrict", "placement", "lon", "lat", "confidence"], errors="ignore")


def _there(district: District, land: Land, row: "pd.Series[Any]", subdistrict: int) -> int:
    """Cell of the subdistrict nearest to a known position.

    Raises
    ------
    DistrictError
        If that is far.
    """
    (x,), (y,) = project(np.array([row["lon"]]), np.array([row["lat"]]), land.origin)
    far = np.hypot(land.x + 0.5 - x, land.y + 0.5 - y)
    far[land.subdistrict != subdistrict] = np.inf
    if far.min() > _FURTHEST:
        fault(
            DistrictError(
                f"{district.folder / 'facilities.csv'}:{row.name + 2}: lon: '{row['name_zh']}' lies "
                f"{far.min() * CELL_METRES / 1000:.1f} km outside of its subdistrict, {row['subdistrict']}; "
                "are lon and lat swapped, or in another datum?"
            )
        )
    return int(np.argmin(far))


def _busiest(land: Land, cells: NDArray[np.int64], households: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The `count` cells nearest to the middle of the homes."""
    x, y, weight = land.x[cells].astype(float), land.y[cells].astype(float), households[cells]
    far = np.hypot(x - np.average(x, weights=weight), y - np.average(y, weights=weight))
    return cells[np.sort(np.argsort(far, kind="stable")[:count])]


def _rooms(communities: pd.DataFrame) -> pd.DataFrame:
    """Capacity of a service room is its floor area in m2; it opens in office hours."""
    return pd.DataFrame(
        {
            "kind": "service_room",
            "name_zh": communities["name_zh"] + "社区用房",
            "name_en": communities["name_en"] + " service room",
            "cell": communities["office_cell"],
            "capacity": communities["room_m2"],
            "open_adult": 1.0,
            "open_commuter": 0.3,
            "quality": 0.8,
            "owner": "committee",
            "source": communities["source"],
        }
    )


def _stations(district: District, land: Land) -> pd.DataFrame:
    """Metro stations of the table of lines, each once, on the nearest cell; those beyond the area are left out."""
    lines = district.table("lines")
    if "station_zh" not in lines:
        return pd.DataFrame()
    stops = lines[lines["station_zh"] != ""].drop_duplicates("station_zh")
    x, y = project(stops["lon"].to_numpy(float), stops["lat"].to_numpy(float), land.origin)
    far = np.hypot(land.x + 0.5 - x[:, None], land.y + 0.5 - y[:, None])
    inside = far.min(axis=1) < 1.0
    stops = stops[inside]
    return pd.DataFrame(
        {
            "kind": "metro",
            "name_zh": stops["station_zh"] + "站",
            "name_en": stops["station_en"] + " station",
            "cell": far.argmin(axis=1)[inside],
            "capacity": 0.0,
            "open_adult": 1.0,
            "open_commuter": 1.0,
            "quality": 1.0,
            "owner": "city",
            "source": stops["source"],
        }
    )
