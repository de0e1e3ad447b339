"""Every table and figure of a district, declared once: its unit and the values that make sense.

What a file may hold stands here and nowhere else; `tables` and `district` check it before anything is built.
"""

from dataclasses import dataclass

from simulation.domains import DOMAINS


@dataclass(frozen=True)
class Bounds:
    """Numbers from `low` to `high`, both included."""

    low: float
    high: float
    unit: str = ""

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"from {self.low:.10g} to {self.high:.10g}" + (f" ({self.unit})" if self.unit else "")


@dataclass(frozen=True)
class Column:
    """What the cells of a column hold: numbers within bounds, one of some words, or text.

    A column that is not `needed` may be missing, and its cells may be `empty`.
    """

    number: Bounds | None = None
    words: tuple[str, ...] = ()
    needed: bool = True
    empty: bool = False


_TEXT = Column()
_SHARE = Bounds(0, 1, "share")
LON, LAT = Bounds(-180, 180, "degrees, WGS 84"), Bounds(-80, 80, "degrees, WGS 84")
_FREE = Column(needed=False, empty=True)
_NAMED = {"name_zh": _TEXT, "name_en": _TEXT}
_SOURCED = {"source": _TEXT, "confidence": _FREE}
_AT = {"lon": Column(LON), "lat": Column(LAT)}
_HOUSEHOLDS = Bounds(1, 200_000, "households")

TABLES: dict[str, dict[str, Column]] = {
    "subdistricts": {
        "code": _TEXT,
        **_NAMED,
        "kind": Column(words=("subdistrict", "town")),
        **_AT,
        "population": Column(Bounds(1, 5_000_000, "residents")),
        "area_km2": Column(Bounds(0.05, 2_000, "km2")),
        "further_centres": _FREE,
        **_SOURCED,
    },
    "communities": {
        **_NAMED,
        "subdistrict": _TEXT,
        "kind": Column(words=("community", "village")),
        "households": Column(_HOUSEHOLDS),
        "room_m2": Column(Bounds(1, 100_000, "m2")),
        **_SOURCED,
        "code": _FREE,
        "lon": Column(LON, needed=False, empty=True),
        "lat": Column(LAT, needed=False, empty=True),
        "area_ha": Column(Bounds(0.1, 20_000, "ha"), needed=False, empty=True),
        "floor_area_ha": Column(Bounds(0, 20_000, "ha"), needed=False, empty=True),
        "households_low": Column(_HOUSEHOLDS, needed=False),
        "households_high": Column(_HOUSEHOLDS, needed=False),
    },
    "facilities": {
        "kind": Column(
            words=(
                "school",
                "kindergarten",
                "primary_school",
                "secondary_school",
                "clinic",
                "hospital",
                "service_circle",
                "elder_station",
                "elder_institution",
                "culture_centre",
                "bicycle_entrance",
            )
        ),
        **_NAMED,
        "subdistrict": _TEXT,
        "placement": Column(words=("cluster", "spread", "at")),
        "capacity": Column(Bounds(0, 10_000_000, "uses a week, beds or places")),
        "open_adult": Column(_SHARE),
        "open_commuter": Column(_SHARE),
        "quality": Column(_SHARE),
        "owner": Column(empty=True),
        **_SOURCED,
        "lon": Column(LON, needed=False, empty=True),
        "lat": Column(LAT, needed=False, empty=True),
    },
    "firms": {**_NAMED, **_SOURCED},
    "departments": {**_NAMED, "domain": Column(words=("", *DOMAINS), empty=True), **_SOURCED},
    "lines": {
        **_NAMED,
        "kind": Column(words=("rail", "expressway", "arterial")),
        **_AT,
        "station_zh": _FREE,
        "station_en": _FREE,
        **_SOURCED,
    },
    "open_land": {**_NAMED, **_AT, "radius_m": Column(Bounds(1, 20_000, "m")), **_SOURCED},
}
"""CSV files that a district has, and their columns."""
FURTHER: dict[str, dict[str, Column]] = {
    "outlines": {"subdistrict": _TEXT, "part": Column(Bounds(1, 1000)), **_AT, **_SOURCED},
    "landmarks": {**_NAMED, "kind": Column(words=("mall", "park", "office")), **_AT, **_SOURCED},
    "register_changes": {
        "date": _TEXT,
        "kind": Column(words=("divided", "closed")),
        "of_zh": _TEXT,
        "of_en": _TEXT,
        "parts_zh": Column(empty=True),
        "parts_en": Column(empty=True),
        **_SOURCED,
    },
    "programme": {
        "date": _TEXT,
        "item": Column(
            words=(
                "school",
                "hospital",
                "parking",
                "child_care",
                "green_ha",
                "road_density",
                "projects_begun",
                "projects_finished",
            )
        ),
        "amount": Column(Bounds(0, 1_000_000, "places, beds, projects, ha or km/km2, by item")),
        "sites": Column(Bounds(1, 1_000), empty=True),
        **_SOURCED,
    },
}
"""CSV files that a district may have.

Rings of its subdistricts, places to know it by, changes of its register, and what a later plan builds, by day.
"""
SITED = ("school", "hospital")
"""Items of a programme that stand somewhere and so have a number of sites."""
NOT_EMPTY = ("subdistricts", "communities", "firms", "departments")
UNIQUE = {
    "subdistricts": ("code", "name_zh", "name_en"),
    "communities": ("name_zh", "name_en", "code"),
    "facilities": ("name_zh",),
    "firms": ("name_zh",),
    "departments": ("name_zh",),
}
"""Columns in which no two rows are alike."""

_YUAN = Bounds(0.01, 100, "yuan/m2/month")
FIGURES = {
    "area_km2": Bounds(0.1, 5_000, "km2"),
    "density_community": Bounds(1, 3_000, "households/ha"),
    "density_village": Bounds(1, 3_000, "households/ha"),
    "estate_households": Bounds(10, 100_000, "households/estate"),
    "cluster_share": Bounds(0.001, 1, "share of housing land"),
    "fee_yuan_m2": _YUAN,
    "fee_spread": Bounds(0, 2, "log sd"),
    "full_service_yuan_m2": _YUAN,
    "full_service_spread": Bounds(0, 2, "log sd"),
    "bin_walk_minutes": Bounds(0.1, 60, "min"),
}
"""Figures that the map needs."""
MARGINALS = {
    "age_0_14": _SHARE,
    "age_60_plus": _SHARE,
    "age_75_plus": _SHARE,
    "male": _SHARE,
    "workers": _SHARE,
    "commuters_of_workers": _SHARE,
    "commute_minutes": Bounds(1, 240, "min"),
    "owners": _SHARE,
    "cars": _SHARE,
    "flat_m2": Bounds(5, 1_000, "m2"),
    "party_members": _SHARE,
    "double_report": _SHARE,
}
"""Marginals that the population needs."""
RESIDENTS = Bounds(100, 50_000_000, "residents")
HOUSEHOLD_SIZE = Bounds(1.05, 5.5, "residents/household")
WIDEST_DEGREES = 1.0
"""Extent of a district: about 100 km, a million cells of 100 m."""
YEARS = (1900, 2100)
