"""What a planner brings: boundaries as GeoJSON, and tables of units, facilities and stations as CSV.

Everything that is wrong is noted with `fault`, so that one look at the messages is enough to put a file right.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from experiments.place.amenities import kinds
from experiments.place.datum import Datum, to_wgs84
from experiments.place.found import FACILITY_COLUMNS, Area, inside
from experiments.place.template import PEOPLE
from experiments.place.units import COLUMNS, kind_of, unknown_area
from simulation.district.data.columns import LAT, LON, Bounds
from simulation.district.data.faults import fault, part
from simulation.district.data.figures import CONFIDENCE, meant
from simulation.district.data.geojson import polygons_of, read_features
from simulation.district.data.tables import read_csv, read_numbers
from simulation.yaml_source import SourceError

_WIDEST_DEGREES = 1.0  # about 100 km, as for a district's own boundaries
_OVERLAP = 0.05  # share of the smaller of two streets that may lie in both: digitising is not exact
_NEAR_METRES = 200.0  # by which a unit may lie outside of its street
_LEAST_M2 = 10_000.0
_OF_UNITS = ("households", "residents", "name_en", "kind", "lon", "lat", "area_ha", "room_m2", "source", "confidence")
_COUNT = Bounds(1, 5_000_000)


def read_boundaries(file: Path, datum: Datum) -> list[Area]:
    """Boundaries of streets from a FeatureCollection of (Multi)Polygons, in degrees, longitude first.

    Properties: `subdistrict` (code; or `code`), and, where there are, `name_zh` (or `name`) and `name_en`. Several
    features of one code are one street.

    Raises
    ------
    SourceError
        If the file is none of that kind, or a boundary is not usable.
    """
    areas: dict[str, Area] = {}
    for number, feature in enumerate(read_features(file)):
        with part():
            area = _area(file, number, feature, datum)
            before = areas.get(area.code)
            areas[area.code] = (
                area if before is None else Area(*_names(before), shapely.union(before.shape, area.shape))
            )
    found = list(areas.values())
    if found:
        _together(file, found)
    return found


def _names(area: Area) -> tuple[str, str, str]:
    return area.code, area.name_zh, area.name_en


def _area(file: Path, number: int, feature: Any, datum: Datum) -> Area:
    where = f"{file}: feature {number + 1}"
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise SourceError(f"{where}: has no properties; 'subdistrict' holds the code of its street")
    code = str(properties.get("subdistrict") or properties.get("code") or "").strip()
    if not code:
        raise SourceError(f"{where}: property 'subdistrict' (code of the street) is missing{_instead(properties)}")
    shape = _shape(f"{where} ({code})", feature.get("geometry"), datum)
    zh = str(properties.get("name_zh") or properties.get("name") or code)
    return Area(code, zh, str(properties.get("name_en") or zh), shape)


def _instead(properties: dict[str, Any]) -> str:
    near = meant("subdistrict", [str(key) for key in properties])
    return near or f"; it has {', '.join(map(str, properties)) or 'none'}"


def _shape(where: str, geometry: Any, datum: Datum) -> shapely.Geometry:
    rings = polygons_of(where, geometry)
    for ring in (ring for polygon in rings for ring in polygon):
        _check_ring(where, ring)
    moved = [[np.column_stack(to_wgs84(ring[:, 0], ring[:, 1], datum)) for ring in polygon] for polygon in rings]
    shape = shapely.union_all([_polygon(where, polygon) for polygon in moved])
    if shape.area * 111_320.0**2 < _LEAST_M2:
        raise SourceError(f"{where}: encloses less than a hectare")
    return shape


def _check_ring(where: str, ring: np.ndarray) -> None:
    if len(ring) < 4:
        raise SourceError(f"{where}: a ring has {len(ring)} points; it needs four, the last like the first")
    if (np.abs(ring) > (180, 90)).any():
        if (np.abs(ring[:, ::-1]) <= (180, 90)).all():
            raise SourceError(f"{where}: latitude {ring[0, 1]:g} is beyond 90; are longitude and latitude swapped?")
        raise SourceError(
            f"{where}: {ring[0, 0]:g}, {ring[0, 1]:g} are no degrees; export with coordinates of EPSG:4326 (WGS 84)"
        )
    if (ring[0] != ring[-1]).any():
        raise SourceError(f"{where}: a ring is not closed; its last point must be its first")


def _polygon(where: str, rings: list[np.ndarray]) -> shapely.Geometry:
    polygon = shapely.Polygon(rings[0], rings[1:])
    if not shapely.is_valid(polygon):
        raise SourceError(f"{where}: the ring crosses or touches itself: {shapely.is_valid_reason(polygon)}")
    return polygon


def _together(file: Path, areas: list[Area]) -> None:
    """Streets lie near one another, and hardly over one another."""
    west, south, east, north = shapely.total_bounds([area.shape for area in areas])
    if max(east - west, north - south) > _WIDEST_DEGREES:
        fault(SourceError(f"{file}: the boundaries span more than {_WIDEST_DEGREES:g} degree; leave out what is far"))
    for k, one in enumerate(areas):
        for other in areas[k + 1 :]:
            share = shapely.intersection(one.shape, other.shape).area / min(one.shape.area, other.shape.area)
            if share > _OVERLAP:
                fault(SourceError(f"{file}: {one.code} and {other.code} overlap by {share:.0%} of the smaller"))


def read_units(file: Path, streets: list[Area], datum: Datum) -> pd.DataFrame:
    """Units from a CSV with `name_zh`, `subdistrict` (code or name of its street) and `households` or `residents`.

    Where there are, `name_en`, `kind`, `lon` and `lat`, `area_ha`, `room_m2`, `source` and `confidence` are taken over.

    Raises
    ------
    SourceError
        For each wrong value.
    """
    table = read_csv(file, ("name_zh", "subdistrict"), _OF_UNITS)
    if table.empty:
        raise SourceError(f"{file}: has no rows")
    size = next((column for column in ("households", "residents") if column in table), None)
    if size is None:
        raise SourceError(
            f"{file}:1: column 'households' (or 'residents') is missing{meant('households', list(table))}"
        )
    for row, name in table.loc[table["name_zh"].duplicated(), "name_zh"].items():
        fault(SourceError(f"{file}:{row + 2}: name_zh: '{name}' stands twice"))
    for row in table.index[table["name_zh"].str.strip() == ""]:
        fault(SourceError(f"{file}:{row + 2}: name_zh: is empty"))
    amount = read_numbers(file, table[size], _COUNT)
    table["households"] = amount if size == "households" else amount / PEOPLE
    table["subdistrict"] = _street_numbers(file, table["subdistrict"], streets)
    table["kind"] = _kinds(file, table)
    _text(table, "name_en", table["name_zh"])
    _text(table, "source", pd.Series(f"given: {file.name}, which names no source", table.index))
    _text(table, "confidence", pd.Series("estimate", table.index))
    for row, word in table.loc[~table["confidence"].isin(CONFIDENCE), "confidence"].items():
        fault(SourceError(f"{file}:{row + 2}: confidence: unknown word '{word}'{meant(word, CONFIDENCE)}"))
    if "area_ha" in table:
        table["area_ha"] = read_numbers(file, table["area_ha"], Bounds(0.01, 100_000, "ha"))
    else:
        table["area_ha"] = table["households"].map(unknown_area)
    table["floor_m2"], table["shape"] = np.nan, None
    if "room_m2" in table:
        table["room_m2"] = read_numbers(file, table["room_m2"], Bounds(1, 100_000, "m2"))
    table = _placed(file, table, streets, datum)
    return table[[*COLUMNS, *(["room_m2"] if "room_m2" in table else [])]]


def _text(table: pd.DataFrame, column: str, instead: "pd.Series[Any]") -> None:
    table[column] = table[column].where(table[column].str.strip() != "", instead) if column in table else instead


def _street_numbers(file: Path, codes: "pd.Series[str]", streets: list[Area]) -> "pd.Series[int]":
    known = {word: k for k, street in enumerate(streets) for word in (street.name_zh, street.code) if word}
    for row, code in codes.items():
        if code not in known:
            listed = meant(code, known) or f"; known are {', '.join(list(known)[:20])}"
            fault(SourceError(f"{file}:{row + 2}: subdistrict: no boundary for '{code}'{listed}"))
    return codes.map(known).fillna(0).astype(int)


def _kinds(file: Path, table: pd.DataFrame) -> "pd.Series[str]":
    if "kind" not in table:
        return table["name_zh"].map(kind_of)
    for row, word in table["kind"].items():
        if word not in ("community", "village"):
            fault(SourceError(f"{file}:{row + 2}: kind: must be community or village, not '{word}'"))
    return table["kind"]


def _placed(file: Path, table: pd.DataFrame, streets: list[Area], datum: Datum) -> pd.DataFrame:
    """Positions, those given checked against the streets; units without one are strewn over their street."""
    if not {"lon", "lat"} & set(table):
        return _strewn(table, streets)
    for column in ("lon", "lat"):
        if column not in table:
            raise SourceError(f"{file}:1: column '{column}' is missing; a position needs lon and lat")
    lon, lat = read_numbers(file, table["lon"], LON), read_numbers(file, table["lat"], LAT)
    table["lon"], table["lat"] = to_wgs84(lon.to_numpy(float), lat.to_numpy(float), datum)
    if not len(streets) or not np.isfinite(table[["lon", "lat"]]).all(axis=None):
        return table  # where a position is wrong, that is told first
    shapes = np.array([streets[k].shape for k in table["subdistrict"]], object)
    metres = shapely.distance(shapes, shapely.points(table["lon"], table["lat"])) * 111_320.0
    outside = np.flatnonzero(metres > _NEAR_METRES)
    turned = shapely.distance(shapes[outside], shapely.points(table["lat"].iloc[outside], table["lon"].iloc[outside]))
    if len(outside) and (turned == 0).all():
        raise SourceError(f"{file}:{outside[0] + 2}: lon: lon and lat are swapped (longitude comes first)")
    here = inside([s.shape for s in streets], table["lon"].to_numpy(float), table["lat"].to_numpy(float))
    for row in outside:
        other = f", in {streets[here[row]].name_zh}" if here[row] >= 0 else ""
        fault(
            SourceError(
                f"{file}:{row + 2}: lon: '{table['name_zh'].iloc[row]}' lies {metres[row]:.0f} m outside of its street "
                f"{streets[table['subdistrict'].iloc[row]].name_zh}{other}"
            )
        )
    return table


def _strewn(table: pd.DataFrame, streets: list[Area]) -> pd.DataFrame:
    """Positions in rows from west to east over the street of each unit."""
    table["lon"], table["lat"] = 0.0, 0.0
    for number, rows in table.groupby("subdistrict").groups.items():
        if number >= len(streets):
            continue
        shape = streets[int(number)].shape
        west, south, east, north = shape.bounds
        side = int(np.ceil(3 * np.sqrt(len(rows)))) + 2
        x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(west, east, side), np.linspace(south, north, side)))
        keep = np.flatnonzero(shapely.contains_xy(shape, x, y))
        chosen = keep[np.linspace(0, len(keep) - 1, len(rows)).round().astype(int)]
        table.loc[rows, "lon"], table.loc[rows, "lat"] = x[chosen], y[chosen]
    return table


def read_facilities(file: Path, datum: Datum) -> pd.DataFrame:
    """Facilities from a CSV with `kind`, `name_zh`, `lon`, `lat`, and `capacity` where it is known.

    Raises
    ------
    SourceError
        For each wrong value.
    """
    table = read_csv(file, ("kind", "name_zh", "lon", "lat"), FACILITY_COLUMNS)
    for row, word in table["kind"].items():
        if word not in kinds().index:
            near = meant(word, list(kinds().index)) or f"; known are {', '.join(kinds().index)}"
            fault(SourceError(f"{file}:{row + 2}: kind: unknown word '{word}'{near}"))
    lon, lat = read_numbers(file, table["lon"], LON), read_numbers(file, table["lat"], LAT)
    table["lon"], table["lat"] = to_wgs84(lon.to_numpy(float), lat.to_numpy(float), datum)
    _text(table, "name_en", table["name_zh"])
    _text(table, "source", pd.Series(f"given: {file.name}", table.index))
    _text(table, "confidence", pd.Series("estimate", table.index))
    capacity = table["capacity"] if "capacity" in table else pd.Series("", table.index, name="capacity")
    said = capacity[capacity.str.strip() != ""]
    table["capacity"] = read_numbers(file, said, Bounds(0, 10_000_000)).reindex(table.index)
    return table[list(FACILITY_COLUMNS)]


def read_stations(file: Path, datum: Datum) -> pd.DataFrame:
    """Stations from a CSV with `name_zh`, `lon`, `lat`.

    Raises
    ------
    SourceError
        For each wrong value.
    """
    table = read_csv(file, ("name_zh", "lon", "lat"), ("name_en",))
    if table.empty:
        raise SourceError(f"{file}: has no rows")
    lon, lat = read_numbers(file, table["lon"], LON), read_numbers(file, table["lat"], LAT)
    table["lon"], table["lat"] = to_wgs84(lon.to_numpy(float), lat.to_numpy(float), datum)
    return table


def distinct(names: "pd.Series[str]") -> "pd.Series[str]":
    """Names with a number after those that stand more than once."""
    seen: Counter[str] = Counter()
    taken = set(names)
    result = []
    for name in names:
        seen[name] += 1
        new = name
        while seen[name] > 1 and new in taken:
            new = f"{name} {seen[name]}"
            if new in taken:
                seen[name] += 1
        taken.add(new)
        result.append(new)
    return pd.Series(result, names.index)
