"""Write a district's folder from what was found, every row with source and confidence, and a report of the rest."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from experiments.place.amenities import kinds
from experiments.place.found import ASSUMED, LEFT_OUT, MISSING, USED, Found, Note, inside, square_metres
from experiments.place.given import distinct
from experiments.place.template import BLANK, PEOPLE, filled
from simulation.district.data.streets import TABLE as STREETS
from simulation.district.data.streets import table_of
from simulation.district.map.boundaries import FILE as BOUNDARIES
from simulation.district.map.boundaries import UNITS_FILE as UNITS

REPORT = "import_report.md"
_ROOM_M2 = 350.0
_LEAST_HECTARES = 2.0  # a smaller boundary may hold the middle of no cell
_ESTATES_A_FIRM, _ESTATE_HOUSEHOLDS = 3.0, 1800.0
_HOUSED = 0.5  # share of a street's land that homes may take, for the density that the map fills them in with
_LEAST_DENSITY, _MOST_DENSITY = 4.0, 1000.0
_ASSUMED = "assumption, as many per resident and as large as in the data of Huitian"
_HEADINGS = {
    USED: "用到的 What was used",
    MISSING: "缺少的 What was missing",
    ASSUMED: "假设的 What was assumed instead",
    LEFT_OUT: "没有采用的 What was left out",
}


@dataclass(frozen=True)
class Wish:
    """What the planner says about the district: its names, its residents and where that count comes from."""

    name: str
    title_zh: str
    title_en: str
    residents: float
    residents_source: str


def write_district(folder: Path, found: Found, wish: Wish) -> None:
    """Write all files of the district into an existing, empty folder."""
    units = _units(found, wish.residents)
    streets = _streets(found, units, wish.residents)
    codes = streets["code"].to_numpy()
    communities = units.assign(subdistrict=codes[units["subdistrict"]])
    _save(streets, folder / "subdistricts.csv")
    _save(communities.drop(columns=["floor_m2", "shape"]), folder / "communities.csv")
    _save(_facilities(found, streets, wish.residents), folder / "facilities.csv")
    _save(_firms(float(units["households"].sum())), folder / "firms.csv")
    (folder / "departments.csv").write_bytes((BLANK / "departments.csv").read_bytes())
    _save(found.lines, folder / "lines.csv")
    _save(found.open_land, folder / "open_land.csv")
    if found.network is not None:
        _save(table_of(found.network, found.source, "estimate"), folder / STREETS)
        found.note(
            USED,
            f"步行路网 {len(found.network.metres):,} 段，{found.network.metres.sum() / 1000:,.0f} 公里",
            f"{len(found.network.metres):,} segments to walk on, {found.network.metres.sum() / 1000:,.0f} km",
        )
    names = streets["name_zh"].to_list()
    shapes = [street.shape for street in found.streets]
    _save_shapes(folder / BOUNDARIES, found, "subdistrict", list(streets["code"]), names, shapes)
    known = units[units["shape"].notna() & (units["area_ha"] >= _LEAST_HECTARES)]
    if len(known):
        names = known["name_zh"].to_list()
        _save_shapes(folder / UNITS, found, "community", names, names, known["shape"].to_list())
    (folder / "district.yaml").write_text(_yaml(found, wish, streets, units), "utf-8")
    (folder / REPORT).write_text(_report(found, wish, streets, units), "utf-8")


def _save(table: pd.DataFrame, file: Path) -> None:
    table.to_csv(file, index=False)


def _units(found: Found, residents: float) -> pd.DataFrame:
    """Units with whole households; those whose households nobody gave share what is left by floor area."""
    table = found.units.copy()
    unknown = table["households"].isna()
    if unknown.any():
        left = max(residents / PEOPLE - table.loc[~unknown, "households"].sum(), float(unknown.sum()))
        share = table.loc[unknown, "floor_m2"] / table.loc[unknown, "floor_m2"].sum()
        table.loc[unknown, "households"] = left * share
        table.loc[unknown, "source"] = "residents by floor area of homes; boundary and buildings: " + found.source
        found.note(
            ASSUMED,
            f"户数按住宅建筑面积分配，户均 {PEOPLE} 人",
            f"households are shared by the floor area of homes, {PEOPLE} residents each",
        )
    table["households"] = table["households"].round().clip(lower=1).astype(int)
    table["area_ha"] = table["area_ha"].clip(lower=0.5).round(2)
    for column in ("name_zh", "name_en"):
        table[column] = distinct(table[column])
    if "room_m2" not in table:
        table["room_m2"] = _ROOM_M2
        found.note(
            ASSUMED,
            f"每个社区用房 {_ROOM_M2:g} 平方米",
            f"a service room of {_ROOM_M2:g} m2 in each community",
        )
    table[["lon", "lat"]] = table[["lon", "lat"]].astype(float).round(6)
    return table


def _streets(found: Found, units: pd.DataFrame, residents: float) -> pd.DataFrame:
    """Streets that have units; residents by households."""
    used = sorted(units["subdistrict"].unique())
    if len(used) < len(found.streets):
        gone = [s.name_zh for k, s in enumerate(found.streets) if k not in used]
        found.note(LEFT_OUT, f"没有住宅的街道：{'、'.join(gone)}", f"streets without homes: {', '.join(gone)}")
        found.streets = [found.streets[k] for k in used]
        units["subdistrict"] = [used.index(k) for k in units["subdistrict"]]
    households = units.groupby("subdistrict")["households"].sum().to_numpy(float)
    points = [s.shape.representative_point() for s in found.streets]
    codes = [s.code or f"S{k + 1}" for k, s in enumerate(found.streets)]
    return pd.DataFrame(
        {
            "code": distinct(pd.Series(codes)),
            "name_zh": distinct(pd.Series([s.name_zh for s in found.streets])),
            "name_en": distinct(pd.Series([s.name_en for s in found.streets])),
            "kind": ["town" if s.name_zh.endswith(("镇", "乡")) else "subdistrict" for s in found.streets],
            "lon": [round(p.x, 6) for p in points],
            "lat": [round(p.y, 6) for p in points],
            "population": np.maximum(np.round(residents * households / households.sum()), 1).astype(int),
            "area_km2": [round(square_metres(s.shape) / 1e6, 4) for s in found.streets],
            "source": f"boundary: {found.source}; residents: the given total by households",
            "confidence": "derived",
        }
    )


def _facilities(found: Found, streets: pd.DataFrame, residents: float) -> pd.DataFrame:
    table = found.facilities.copy()
    lon, lat = table["lon"].to_numpy(float), table["lat"].to_numpy(float)
    number = inside([s.shape for s in found.streets], lon, lat)
    if (number < 0).any():
        found.note(
            LEFT_OUT,
            f"{(number < 0).sum()} 处设施在边界之外",
            f"{(number < 0).sum()} facilities outside of the boundaries",
        )
    table, number = table[number >= 0].reset_index(drop=True), number[number >= 0]
    table["subdistrict"] = streets["code"].to_numpy()[number]
    table["placement"] = "at"
    unknown = table["capacity"].isna()
    table.loc[unknown, "source"] += "; capacity: assumption, as in the data of Huitian"
    table.loc[unknown, "capacity"] = kinds()["capacity"].reindex(table.loc[unknown, "kind"]).to_numpy(float)
    if unknown.any():
        found.note(
            ASSUMED,
            f"{unknown.sum()} 处设施没有规模数据，按回天同类设施",
            f"{unknown.sum()} facilities have no capacity in the sources: it is that of their kind in Huitian",
        )
    for kind, count in table["kind"].value_counts(sort=False).items():
        row = kinds().loc[kind]
        found.note(USED, f"{row['zh']} {count} 处", f"{row['en']}: {count}")
    more = [_missing(found, kind, streets, residents) for kind in kinds().index if kind not in set(table["kind"])]
    table = pd.concat([table, *more], ignore_index=True)
    for column in ("open_adult", "open_commuter", "quality", "owner"):
        table[column] = kinds()[column].reindex(table["kind"]).to_numpy()
    table["name_zh"] = distinct(table["name_zh"])
    columns = ("kind", "name_zh", "name_en", "subdistrict", "placement", "lon", "lat", "capacity", "open_adult")
    return table[[*columns, "open_commuter", "quality", "owner", "source", "confidence"]]


def _missing(found: Found, kind: str, streets: pd.DataFrame, residents: float) -> pd.DataFrame:
    """Facilities of a kind that the sources have none of, as many per resident as in Huitian, by residents."""
    row = kinds().loc[kind]
    count = max(1, round(residents / float(row["residents_each"])))
    share = np.cumsum(streets["population"].to_numpy(float)) / streets["population"].sum()
    home = np.minimum(np.searchsorted(share, (np.arange(count) + 0.5) / count), len(streets) - 1)
    found.note(
        MISSING,
        f"没有{row['zh']}的数据：按回天的人均数假设 {count} 处，位置按规则分散",
        f"no {row['en']} in the sources: {count} are assumed, as many per resident as in Huitian, spread by rule",
    )
    return pd.DataFrame(
        {
            "kind": kind,
            "name_zh": [f"{row['zh']}（假设）{k + 1}" for k in range(count)],
            "name_en": [f"{row['en'].capitalize()} (assumed) {k + 1}" for k in range(count)],
            "subdistrict": streets["code"].to_numpy()[home],
            "placement": "spread",
            "lon": np.nan,
            "lat": np.nan,
            "capacity": float(row["capacity"]),
            "source": _ASSUMED,
            "confidence": "assumption",
        }
    )


def _firms(households: float) -> pd.DataFrame:
    count = max(2, round(households / _ESTATE_HOUSEHOLDS / _ESTATES_A_FIRM))
    return pd.DataFrame(
        {
            "name_zh": [f"物业企业{k + 1:02}" for k in range(count)],
            "name_en": [f"Property firm {k + 1:02}" for k in range(count)],
            "source": f"assumption: a firm for {_ESTATES_A_FIRM:g} estates; no claim about a real firm",
            "confidence": "assumption",
        }
    )


def _save_shapes(
    file: Path, found: Found, key: str, codes: list[str], names: list[str], shapes: list[shapely.Geometry]
) -> None:
    """Boundaries as GeoJSON, each with its code under `key`."""
    features = [
        {
            "type": "Feature",
            "properties": {key: code, "name_zh": name, "source": found.source},
            "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6))),
        }
        for code, name, shape in zip(codes, names, shapes, strict=True)
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n", "utf-8")


def _yaml(found: Found, wish: Wish, streets: pd.DataFrame, units: pd.DataFrame) -> str:
    households = units.groupby("subdistrict")["households"].sum().to_numpy(float)
    densest = float((households / (_HOUSED * 100 * streets["area_km2"].to_numpy(float))).max())
    density = float(np.clip(densest, _LEAST_DENSITY, _MOST_DENSITY))
    return filled(
        name=json.dumps(wish.name, ensure_ascii=False),
        title_zh=json.dumps(wish.title_zh, ensure_ascii=False),
        title_en=json.dumps(wish.title_en, ensure_ascii=False),
        about=f"Made by huitian district import; {REPORT} says what was missing and assumed.",
        population=str(round(wish.residents)),
        population_source=wish.residents_source.replace("\\", "/").replace('"', "'"),
        population_confidence="estimate",
        area_km2=f"{streets['area_km2'].sum():.4f}",
        area_source="boundaries: " + found.source.replace('"', "'"),
        density=f"{density:.4g}",
        density_source=f"assumption: homes take {_HOUSED:.0%} of the land of the densest street",
        density_village=f"{density / 2:.4g}",
    )


def _report(found: Found, wish: Wish, streets: pd.DataFrame, units: pd.DataFrame) -> str:
    """Bilingual Markdown: what was used, missing, assumed, left out."""
    lines = [
        f"# {wish.title_zh}：导入报告 {wish.title_en}: report of the import",
        "",
        f"来源 source: {found.source}",
        "",
        f"- 街道 streets: {len(streets)}; 社区与村 communities and villages: {len(units)}",
        f"- 面积 area: {streets['area_km2'].sum():.2f} km2",
        f"- 常住人口 residents: {wish.residents:,.0f} ({wish.residents_source}); "
        f"户 households: {units['households'].sum():,}",
        "",
    ]
    always = Note(
        ASSUMED,
        "人口结构、物业费、服务成本等为全国性假设，有范围（district.yaml）；系数与回天相同",
        "who lives there, fees and costs are assumptions with ranges (district.yaml); coefficients as in Huitian",
    )
    for kind, heading in _HEADINGS.items():
        notes = [note for note in [*found.notes, always] if note.kind == kind]
        if notes:
            lines += [f"## {heading}", "", *(f"- {note.zh} / {note.en}" for note in notes), ""]
    return "\n".join(lines)
