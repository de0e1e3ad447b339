"""From an extract to what a district needs: streets and units by admin level, homes, facilities, lines, open land."""

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from experiments.place.amenities import kind_of, kinds
from experiments.place.extract import Extract, Tags, is_open_land, middle_and_area, polygon_of
from experiments.place.found import (
    ASSUMED,
    FACILITY_COLUMNS,
    LAND_COLUMNS,
    LEFT_OUT,
    LINE_COLUMNS,
    MISSING,
    USED,
    Area,
    Found,
    inside,
    square_metres,
    to_metres,
)
from experiments.place.housing import LEVELS_HIGH, LEVELS_LOW, Homes, homes
from experiments.place.units import units_from_areas, units_from_homes
from experiments.place.walkable import walkable
from simulation.yaml_source import SourceError

_LINES = {"motorway": "expressway", "trunk": "expressway", "primary": "arterial"}
_RAILS = ("rail", "subway", "light_rail", "monorail")
_SIMPLE_METRES, _SHORT_METRES = 30.0, 300.0  # of lines: how far a point may be left out, and what is too short to draw
_LEAST_LAND_M2, _DISC_SHARE = 10_000.0, 0.5  # of open land: smallest, and least share of its disc that it fills
_SAME_METRES = 100.0  # two facilities of one kind and name within this distance are one


def from_extract(
    extract: Extract,
    file: Path,
    *,
    street_level: int,
    unit_level: int,
    only: list[str],
    given_streets: list[Area] | None = None,
    given_units: bool = False,
    unit_households: float,
    residents: float,
) -> Found:
    """What an extract has for a district.

    Parameters
    ----------
    street_level, unit_level : int
        `admin_level` of subdistricts and of communities and villages (8 and 10 in China).
    only : list of str
        Names of the streets to take; empty for all that are whole.
    given_streets : list of Area, optional
        Boundaries from elsewhere, which win over those of the extract.
    given_units : bool
        Whether units come from elsewhere, so that buildings are not asked for.
    unit_households : float
        Households of a unit where the extract has no boundaries of units.
    residents : float
        Of the district, to tell how many units that makes.

    Raises
    ------
    SourceError
        If the extract has no usable boundaries or no residential buildings.
    """
    source = f"OpenStreetMap, extract {file.name} (ODbL, OpenStreetMap contributors)"
    found = Found([], _empty(()), _empty(()), _empty(LINE_COLUMNS), _empty(LAND_COLUMNS), None, source)
    found.streets = given_streets or _streets(extract, file, street_level, only, found)
    whole = shapely.union_all([street.shape for street in found.streets])
    if not given_units:
        found.units = _homes(extract, file, whole, found, unit_level, unit_households, residents)
    found.facilities = _facilities(extract, found, source)
    found.lines = pd.concat([_stations(extract, whole, source), _lines(extract, whole, source)], ignore_index=True)
    found.open_land = _open_land(extract, whole, source, found)
    found.network = walkable(extract, whole)
    if found.network is None:
        found.note(
            MISSING, "没有步行道路：步行按直线乘绕行系数", "no streets to walk on: walks are straight, with a detour"
        )
    if extract.incomplete:
        found.note(
            LEFT_OUT,
            f"{extract.incomplete:,} 条线在裁切处不完整",
            f"{extract.incomplete:,} ways are cut off at the edge of the extract",
        )
    return found


def _homes(
    extract: Extract,
    file: Path,
    whole: shapely.Geometry,
    found: Found,
    unit_level: int,
    unit_households: float,
    residents: float,
) -> pd.DataFrame:
    """Units with the floor area of their homes."""
    housing = homes(extract)
    street = inside([s.shape for s in found.streets], housing.lon, housing.lat)
    here = street >= 0
    if not here.any():
        raise SourceError(
            f"{file}: no residential building lies within the boundaries ({len(extract.buildings):,} buildings in the "
            f"extract, {len(housing.lon):,} of them residential); give --units with households instead"
        )
    _note_homes(found, housing, int(here.sum()))
    lon, lat, floor = housing.lon[here], housing.lat[here], housing.floor_m2[here]
    areas = _units(extract, unit_level, whole, found)
    if areas:
        return units_from_areas(areas, found, lon, lat, floor, street[here], file)
    found.note(
        MISSING,
        f"没有 admin_level={unit_level} 的社区边界：按住宅把每个街道分成约 {unit_households:g} 户的片",
        f"no boundaries of admin_level {unit_level}: each street is cut by its homes into parts of about "
        f"{unit_households:g} households",
    )
    return units_from_homes(found, lon, lat, floor, street[here], unit_households, residents)


def _note_homes(found: Found, housing: Homes, count: int) -> None:
    unknown = 100 - round(100 * housing.levels_known)
    found.note(USED, f"住宅楼 {count:,} 栋", f"{count:,} residential buildings")
    found.note(
        ASSUMED,
        f"{unknown}% 的住宅楼没有层数：按同类中位数，否则低层住宅 {LEVELS_LOW:g} 层、其他 {LEVELS_HIGH:g} 层",
        f"{unknown} % of the residential buildings have no storeys: the median of their kind, else "
        f"{LEVELS_LOW:g} for houses and {LEVELS_HIGH:g} for others",
    )
    if housing.undescribed:
        found.note(
            ASSUMED,
            f"{housing.undescribed:,} 栋未注明用途的建筑视为住宅",
            f"{housing.undescribed:,} buildings without a described use are taken for homes",
        )


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))


def names(tags: Tags, fallback: tuple[str, str]) -> tuple[str, str]:
    """Chinese and English name; where there is one of them only it stands for both."""
    zh = tags.get("name:zh") or tags.get("name")
    en = tags.get("name:en") or tags.get("int_name") or tags.get("name:zh_pinyin") or tags.get("name:zh-Latn-pinyin")
    return zh or en or fallback[0], en or zh or fallback[1]


def _streets(extract: Extract, file: Path, level: int, only: list[str], found: Found) -> list[Area]:
    areas = _areas(extract, level, found)
    have = [name for area in areas for name in (area.name_zh, area.name_en)]
    if only:
        unknown = [name for name in only if name not in have]
        if unknown:
            raise SourceError(
                f"{file}: no whole boundary of admin_level {level} is named '{unknown[0]}'; "
                f"known are {', '.join(sorted({a.name_zh for a in areas})[:20]) or 'none'}"
            )
        areas = [area for area in areas if area.name_zh in only or area.name_en in only]
    if not areas:
        raise _no_streets(extract, file, level)
    return sorted(areas, key=lambda area: area.name_zh)


def _no_streets(extract: Extract, file: Path, level: int) -> SourceError:
    levels = Counter(int(t["admin_level"]) for t, *_ in extract.boundaries if t["admin_level"].isdigit())
    if not levels:
        return SourceError(f"{file}: the extract has no administrative boundary; give boundaries as GeoJSON too")
    if level in levels:
        return SourceError(
            f"{file}: all {levels[level]} administrative boundaries of level {level} are cut off by the extract, or "
            "not closed; cut a larger extract, or give boundaries as GeoJSON too"
        )
    listed = ", ".join(f"{k} ({n})" for k, n in sorted(levels.items()))
    return SourceError(
        f"{file}: no administrative boundary of level {level}; the extract has levels {listed}: choose with "
        "--street-level, or give boundaries as GeoJSON too"
    )


def _areas(extract: Extract, level: int, found: Found) -> list[Area]:
    areas: list[Area] = []
    cut = 0
    for tags, outer, inner, whole in extract.boundaries:
        if tags["admin_level"] != str(level):
            continue
        shape = polygon_of(outer, inner) if whole else None
        if shape is None or shape.is_empty:
            cut += 1
            continue
        zh, en = names(tags, (f"{level}级区{len(areas) + 1}", f"Area {level}-{len(areas) + 1}"))
        areas.append(Area(tags.get("ref", ""), zh, en, shape))
    if cut:
        found.note(
            LEFT_OUT,
            f"{cut} 个 admin_level={level} 的边界不闭合或被裁断",
            f"{cut} boundaries of admin_level {level} are not closed, or cut off by the extract",
        )
    return areas


def _units(extract: Extract, level: int, whole: shapely.Geometry, found: Found) -> list[Area]:
    shapely.prepare(whole)
    areas = _areas(extract, level, found)
    kept = [area for area in areas if shapely.contains(whole, area.shape.representative_point())]
    if len(kept) < len(areas):
        found.note(
            LEFT_OUT,
            f"{len(areas) - len(kept)} 个社区在所选街道之外",
            f"{len(areas) - len(kept)} units lie outside the chosen streets",
        )
    return kept


def _facilities(extract: Extract, found: Found, source: str) -> pd.DataFrame:
    rows: list[tuple[object, ...]] = []
    for tags, lon, lat in _used(extract):
        kind = kind_of(tags)
        if not kind:
            continue
        row = kinds().loc[kind]
        said = [tags[key] for key in row["capacity_tag"].split(";") if tags.get(key, "").isdigit()]
        zh, en = names(tags, (f"{row['zh']}{len(rows) + 1}", f"{row['en'].capitalize()} {len(rows) + 1}"))
        rows.append((kind, zh, en, lon, lat, float(said[0]) if said else np.nan, source, "estimate"))
    table = pd.DataFrame(rows, columns=list(FACILITY_COLUMNS))
    street = inside([s.shape for s in found.streets], table["lon"].to_numpy(float), table["lat"].to_numpy(float))
    table = table[street >= 0]
    kept = table[~_doubled(table)]
    if len(kept) < len(table):
        found.note(
            LEFT_OUT,
            f"{len(table) - len(kept)} 处同名同类且相距不足 {_SAME_METRES:g} 米的设施只算一次",
            f"{len(table) - len(kept)} facilities of the same kind and name within {_SAME_METRES:g} m count once",
        )
    return kept.reset_index(drop=True)


def _used(extract: Extract) -> list[tuple[Tags, float, float]]:
    """Nodes and the middles of areas with a use."""
    middle, _ = middle_and_area([ring for _, ring in extract.sites])
    return extract.points + [
        (tags, float(at[0]), float(at[1])) for (tags, _), at in zip(extract.sites, middle, strict=True)
    ]


def _doubled(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows repeat an earlier one nearby."""
    result = np.zeros(len(table), bool)
    at = table[["lon", "lat"]].to_numpy(float) * 111_320.0
    groups = pd.RangeIndex(len(table)).to_series(index=table.index).groupby([table["kind"], table["name_zh"]])
    for _, rows in groups:
        own = rows.to_numpy()
        for k, row in enumerate(own[1:], start=1):
            result[row] = (np.hypot(*(at[own[:k]] - at[row]).T) < _SAME_METRES).any()
    return result


def stations(extract: Extract) -> pd.DataFrame:
    """Railway and metro stations: `name_zh`, `name_en`, `lon`, `lat`, each name once."""
    rows = [
        (*names(tags, ("车站", "Station")), lon, lat)
        for tags, lon, lat in _used(extract)
        if tags.get("railway") in ("station", "halt") or (tags.get("public_transport") == "station" and "train" in tags)
    ]
    table = pd.DataFrame(rows, columns=["name_zh", "name_en", "lon", "lat"])
    return table.drop_duplicates("name_zh", ignore_index=True)


def _stations(extract: Extract, whole: shapely.Geometry, source: str) -> pd.DataFrame:
    table = stations(extract)
    table = table[inside([whole], table["lon"].to_numpy(float), table["lat"].to_numpy(float)) >= 0]
    table = table.assign(
        station_zh=table["name_zh"].str.removesuffix("站"),
        station_en=table["name_en"].str.removesuffix("站"),
        kind="rail",
        source=source,
        confidence="estimate",
    )
    return table[list(LINE_COLUMNS)]


def _lines(extract: Extract, whole: shapely.Geometry, source: str) -> pd.DataFrame:
    """Railways, expressways and arterial roads within the boundaries, joined by name and simplified."""
    groups: dict[tuple[str, str, str], list[shapely.Geometry]] = {}
    rails = [(tags, "rail", ring) for tags, ring in extract.railways if tags["railway"] in _RAILS]
    roads = [(t, _LINES[t["highway"]], ring) for t, _, ring in extract.highways if t["highway"] in _LINES]
    for tags, kind, ring in rails + roads:
        zh, en = names(tags, {"rail": ("铁路", "Railway")}.get(kind, ("道路", "Road")))
        groups.setdefault((zh, en, kind), []).append(shapely.LineString(ring))
    rows = []
    latitude = whole.centroid.y
    for (zh, en, kind), lines in groups.items():
        clipped = shapely.intersection(shapely.line_merge(shapely.union_all(lines)), whole)
        number = 0
        for part in shapely.get_parts(clipped):
            plane = shapely.simplify(to_metres(part, latitude), _SIMPLE_METRES)
            if part.geom_type != "LineString" or plane.length < _SHORT_METRES:
                continue
            number += 1
            points = shapely.get_coordinates(plane) / shapely.get_coordinates(to_metres(shapely.Point(1, 1), latitude))
            name = (zh, en) if number == 1 else (f"{zh}{number}", f"{en} {number}")
            rows += [(*name, kind, *map(float, at), "", "", source, "estimate") for at in points]
    return pd.DataFrame(rows, columns=list(LINE_COLUMNS))


def _open_land(extract: Extract, whole: shapely.Geometry, source: str, found: Found) -> pd.DataFrame:
    """Parks, works, water and the like as discs; long ones, which no disc can stand for, are left out."""
    rows: list[tuple[object, ...]] = []
    long = 0
    for tags, ring in extract.sites:
        if not is_open_land(tags):
            continue
        shape = shapely.make_valid(shapely.Polygon(ring))
        m2 = square_metres(shape)
        if m2 < _LEAST_LAND_M2 or not shapely.intersects(whole, shape.centroid):
            continue
        radius = float(np.sqrt(m2 / np.pi))
        plane = to_metres(shape, shape.centroid.y)
        if shapely.intersection(plane, plane.centroid.buffer(radius)).area < _DISC_SHARE * m2:
            long += 1
            continue
        zh, en = names(tags, (f"空地{len(rows) + 1}", f"Open land {len(rows) + 1}"))
        rows.append((zh, en, shape.centroid.x, shape.centroid.y, round(radius), source, "estimate"))
    if long:
        found.note(LEFT_OUT, f"{long} 处狭长的绿地或水面", f"{long} long and narrow pieces of green or water")
    return pd.DataFrame(rows, columns=list(LAND_COLUMNS))
