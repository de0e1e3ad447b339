"""Units of a district (communities and villages) from boundaries, or cut from the homes where there are none."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from experiments.place.found import ASSUMED, LEFT_OUT, Area, Found, inside, square_metres
from experiments.place.template import PEOPLE
from simulation.yaml_source import SourceError

Floats = NDArray[np.float64]
COLUMNS = (
    "name_zh",
    "name_en",
    "subdistrict",
    "kind",
    "lon",
    "lat",
    "area_ha",
    "floor_m2",
    "households",
    "source",
    "confidence",
    "shape",
)
_HECTARES_A_HOME = 1 / 60  # of a unit whose area nobody knows: 60 households a hectare


def kind_of(name_zh: str) -> str:
    """Whether a name is that of a village (村) or of a community."""
    return "village" if name_zh.endswith(("村", "村委会", "村民委员会")) else "community"


def units_from_areas(
    areas: list[Area], found: Found, lon: Floats, lat: Floats, floor: Floats, street: NDArray[np.int64], file: Path
) -> pd.DataFrame:
    """Units within boundaries, with the floor area of the homes in each.

    Homes in no unit go to the nearest one of their street.

    Parameters
    ----------
    lon, lat, floor, street : [n_homes]
        Residential buildings: position, floor area in m2, number of the street.

    Raises
    ------
    SourceError
        If a street has homes and no unit.
    """
    middles = [area.shape.representative_point() for area in areas]
    x, y = np.array([p.x for p in middles]), np.array([p.y for p in middles])
    home = inside([s.shape for s in found.streets], x, y)
    unit = inside([area.shape for area in areas], lon, lat)
    loose = np.flatnonzero((unit < 0) | (home[np.maximum(unit, 0)] != street))
    for number, area in enumerate(found.streets):
        mine, own = loose[street[loose] == number], np.flatnonzero(home == number)
        if not len(mine):
            continue
        if not len(own):
            raise SourceError(
                f"{file}: street '{area.name_zh}' has homes but no unit; take it out with --streets, or choose "
                "--unit-level so that every street has units"
            )
        tree = shapely.STRtree([areas[k].shape for k in own])
        unit[mine] = own[tree.nearest(shapely.points(lon[mine], lat[mine]))]
    if len(loose):
        found.note(
            ASSUMED,
            f"{len(loose):,} 栋不在任何社区内的住宅归入同街道最近的社区",
            f"{len(loose):,} residential buildings in no unit belong to the nearest one of their street",
        )
    by_unit = np.bincount(unit, floor, len(areas))
    return _filled(
        found, [(a, home[k], x[k], y[k], square_metres(a.shape) / 1e4) for k, a in enumerate(areas)], by_unit
    )


def _filled(found: Found, rows: list[tuple[Area, int, float, float, float]], floor: NDArray[Any]) -> pd.DataFrame:
    """Rows of the units that have homes."""
    known = {"households": np.nan, "source": found.source, "confidence": "derived"}
    table = pd.DataFrame(
        [
            (a.name_zh, a.name_en, int(street), kind_of(a.name_zh), x, y, hectares, a.shape)
            for a, street, x, y, hectares in rows
        ],
        columns=["name_zh", "name_en", "subdistrict", "kind", "lon", "lat", "area_ha", "shape"],
    ).assign(floor_m2=floor, **known)[list(COLUMNS)]
    empty = table["floor_m2"] == 0
    if empty.any():
        listed = "、".join(table.loc[empty, "name_zh"][:10])
        found.note(
            LEFT_OUT,
            f"{empty.sum()} 个没有住宅的单元：{listed}",
            f"{empty.sum()} units without residential buildings: {', '.join(table.loc[empty, 'name_en'][:10])}",
        )
    return table[~empty].reset_index(drop=True)


def units_from_homes(
    found: Found,
    lon: Floats,
    lat: Floats,
    floor: Floats,
    street: NDArray[np.int64],
    unit_households: float,
    residents: float,
) -> pd.DataFrame:
    """Compact units of about `unit_households`: each street is halved along its longer side until they are met."""
    rows, amounts = [], []
    wanted = residents / PEOPLE / unit_households  # units of the district
    for number, area in enumerate(found.streets):
        own = np.flatnonzero(street == number)
        if not len(own):
            continue
        count = max(1, round(wanted * float(floor[own].sum() / floor.sum())))
        for k, part in enumerate(_halved(own, lon, lat, floor, count), start=1):
            weight = floor[part] / floor[part].sum()
            name = Area("", f"{area.name_zh}第{k}片", f"{area.name_en} Part {k}", None)
            share = floor[part].sum() / floor[own].sum()
            at = float((weight * lon[part]).sum()), float((weight * lat[part]).sum())
            rows.append((name, number, *at, share * square_metres(area.shape) / 1e4))
            amounts.append(float(floor[part].sum()))
    return _filled(found, rows, np.array(amounts))


def _halved(rows: NDArray[np.int64], lon: Floats, lat: Floats, floor: Floats, count: int) -> list[NDArray[np.int64]]:
    """`count` groups of buildings with about the same floor area, at most as many as there are buildings."""
    count = min(count, len(rows))
    if count <= 1:
        return [rows]
    along = lon if np.ptp(lon[rows]) * np.cos(np.radians(lat[rows].mean())) >= np.ptp(lat[rows]) else lat
    order = rows[np.argsort(along[rows], kind="stable")]
    first = count // 2
    total = np.cumsum(floor[order])
    cut = int(np.searchsorted(total, total[-1] * first / count)) + 1
    cut = min(max(cut, first), len(order) - (count - first))
    return [*_halved(order[:cut], lon, lat, floor, first), *_halved(order[cut:], lon, lat, floor, count - first)]


def unknown_area(households: float) -> float:
    """Hectares of a unit whose area is not known."""
    return households * _HECTARES_A_HOME
