"""A small district within the declared bounds, as trees and rows that can be written, and written wrong."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from simulation.district.data.columns import FIGURES, HOUSEHOLD_SIZE, MARGINALS, TABLES, Bounds
from simulation.domains import DOMAINS
from tests.fuzz.declared import numbers

Rows = list[dict[str, Any]]
_LON, _LAT = 106.70, 26.55
_DAY, _LAST = date(2018, 1, 1), date(2100, 12, 31)
_SOURCE = {"source": "test", "confidence": "estimate"}
_MOST_HOUSEHOLDS = 3000.0  # of a community here: a map of millions of households is not what is looked for


def _named(zh: str, en: str) -> dict[str, str]:
    return {"name_zh": zh, "name_en": en}


def _figure(bounds: Bounds, value: float) -> dict[str, Any]:
    unit = bounds.unit or "number"
    return {"value": value, "low": bounds.low, "high": bounds.high, "unit": unit, "source": "t", "confidence": "press"}


def _within(bounds: Bounds, most: float | None = None) -> st.SearchStrategy[float]:
    return numbers(bounds.low, min(bounds.high, most or bounds.high), False).map(lambda x: float(f"{x:.6g}"))


def _numbers_of(table: str, **most: float) -> st.SearchStrategy[dict[str, float]]:
    """Cells of the needed columns of numbers, but for positions."""
    return st.fixed_dictionaries(
        {
            name: _within(column.number, most.get(name))
            for name, column in TABLES[table].items()
            if column.number is not None and column.needed and name not in ("lon", "lat")
        }
    )


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Rows]:
    """Tables of two streets with two communities each."""
    communities: Rows = []
    for street in "AB":
        for k, kind in enumerate(("community", "village")):
            cells = draw(_numbers_of("communities", households=_MOST_HOUSEHOLDS)) | _SOURCE
            cells["households"] = max(1.0, round(cells["households"]))
            communities.append(
                {**_named(f"{street}{k}社", f"{street}{k}"), "subdistrict": street, "kind": kind, **cells}
            )
    if draw(st.booleans()):
        for row in communities:
            row |= {"households_low": 1, "households_high": row["households"]}
    subdistricts: Rows = []
    for k, street in enumerate("AB"):
        households = sum(row["households"] for row in communities if row["subdistrict"] == street)
        size = draw(st.floats(HOUSEHOLD_SIZE.low + 0.1, HOUSEHOLD_SIZE.high - 0.1))
        cells = {"population": max(1, round(households * size)), "area_km2": draw(st.floats(0.3, 2.0))}
        if not HOUSEHOLD_SIZE.low <= cells["population"] / households <= HOUSEHOLD_SIZE.high:
            cells["population"] = households * 2
        at = {"lon": _LON + 0.01 * k, "lat": _LAT}
        subdistricts.append({"code": street, **_named(f"{street}街", street), "kind": "town", **at, **cells, **_SOURCE})
    kinds = draw(st.lists(st.sampled_from(TABLES["facilities"]["kind"].words), max_size=4))
    facilities = [
        {
            "kind": kind,
            **_named(f"设施{k}", f"Facility {k}"),
            "subdistrict": "A",
            "placement": draw(st.sampled_from(("cluster", "spread"))),
            **draw(_numbers_of("facilities")),
            "owner": "",
            **_SOURCE,
        }
        for k, kind in enumerate(kinds)
    ]
    empty = {name: "" for name in TABLES["facilities"] if TABLES["facilities"][name].needed}
    land = [{**_named("园", "Park"), "lon": _LON + 0.002, "lat": _LAT + 0.003, "radius_m": 60, **_SOURCE}]
    lines = [
        {**_named("路", "Road"), "kind": kind, "lon": _LON + 0.01 * k, "lat": _LAT, **_SOURCE}
        for kind in TABLES["lines"]["kind"].words
        for k in range(2)
    ]
    return {
        "subdistricts": subdistricts,
        "communities": communities,
        "facilities": facilities or [{**empty, **_named("校", "School"), **_SCHOOL, **_SOURCE}],
        "firms": [{**_named(f"企业{k}", f"Firm {k}"), **_SOURCE} for k in range(2)],
        "departments": [{**_named(domain, domain), "domain": domain, **_SOURCE} for domain in DOMAINS],
        "lines": lines,
        "open_land": land,
    }


_SCHOOL = {"kind": "school", "subdistrict": "A", "placement": "spread", "capacity": 900} | dict.fromkeys(
    ("open_adult", "open_commuter", "quality"), 0.8
)


@st.composite
def blocks(draw: st.DrawFn, area_km2: float, residents: int) -> dict[str, Any]:
    """`district.yaml`: every figure and marginal within its bounds, and as they must be to one another."""
    figures = {name: _figure(bounds, draw(_within(bounds))) for name, bounds in FIGURES.items()}
    figures["area_km2"]["value"] = area_km2
    marginals = {name: _figure(bounds, draw(_within(bounds))) for name, bounds in MARGINALS.items()}
    young, old, share = draw(st.floats(0, 0.5)), draw(st.floats(0, 0.5)), draw(st.floats(0, 0.99))
    for name, value in {
        "age_0_14": young,
        "age_60_plus": old,
        "age_75_plus": old * share,
        "workers": (1 - young - old) * share,
        "double_report": marginals["party_members"]["value"] * share,
    }.items():
        marginals[name]["value"] = value
    count = {"value": max(100, residents), "source": "t", "confidence": "census"}
    return {
        "schema": 1,
        "name": "small",
        "title": {"zh": "小区", "en": "Small"},
        "population": {"default": "count", "readings": {"count": count}},
        "figures": figures,
        "marginals": marginals,
        "events": {"waste_law": {"date": draw(st.dates(_DAY, _LAST)), "source": "t"}},
        "timeline": [
            {"date": _DAY, "precision": "day", "measure": "H01", "zh": "始", "en": "Begin", "source": "t"},
        ],
        "conflicts": [{"zh": "人", "en": "people", "readings": {"one": "a", "two": "b"}, "used": "one"}],
    }


@st.composite
def districts(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Rows]]:
    """A district within what is declared: `district.yaml` and its tables."""
    rows = draw(tables())
    area = sum(row["area_km2"] for row in rows["subdistricts"])
    people = sum(row["population"] for row in rows["subdistricts"])
    return draw(blocks(area, int(people))), rows


def table_text(rows: Rows) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def put(folder: Path, files: dict[str, bytes]) -> None:
    """Make the folder hold these files and no others."""
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
