"""Make a district's folder from the files that a planner has, and see that it can be used."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from experiments.place.datum import Datum, check_datum
from experiments.place.found import FACILITY_COLUMNS, LAND_COLUMNS, LINE_COLUMNS, MISSING, USED, Area, Found
from experiments.place.given import read_boundaries, read_facilities, read_stations, read_units
from experiments.place.write import Wish, write_district
from experiments.progress import Progress
from simulation.district.check import district_faults
from simulation.district.data.faults import noted, part
from simulation.whole import clear_leftovers, new_folder
from simulation.yaml_source import SourceError

STEPS = 5
"""Of an import: two passes for boundaries, one for the rest of an extract, then the district, then its map."""
EXTRACTS, SHAPES = (".osm", ".pbf", ".osm.bz2", ".osm.gz"), (".geojson", ".json")


class Faults(SourceError):
    """All faults of the sources; `found` has one message each."""

    def __init__(self, found: list[str]) -> None:
        self.found = list(dict.fromkeys(found))
        super().__init__("; ".join(self.found))


@dataclass(frozen=True)
class Sources:
    """Files to import, and how to read them."""

    extract: Path | None
    boundaries: Path | None
    units: Path | None = None
    facilities: Path | None = None
    stations: Path | None = None
    datum: Datum = "wgs84"
    street_level: int = 8
    unit_level: int = 10
    only: list[str] = field(default_factory=list)
    unit_households: float = 2000.0

    @classmethod
    def sorted(cls, files: list[Path]) -> tuple[Path | None, Path | None]:
        """The extract and the boundaries among the files, by their endings.

        Raises
        ------
        SourceError
            If there are two of a kind, or one is neither.
        """
        found: dict[str, Path] = {}
        for file in files:
            kind = "extract" if file.name.endswith(EXTRACTS) else "GeoJSON" if file.name.endswith(SHAPES) else ""
            if not kind:
                raise SourceError(
                    f"{file}: neither an OpenStreetMap extract (.osm.pbf, .osm) nor GeoJSON (.geojson); tables are "
                    "given by --units, --facilities and --stations"
                )
            if kind in found:
                raise SourceError(f"{file}: a second {kind} beside {found[kind]}; give one")
            found[kind] = file
        return found.get("extract"), found.get("GeoJSON")


def import_district(folder: Path, sources: Sources, wish: Wish, progress: Progress | None = None) -> Found:
    """Write the district into `folder`, whole or not at all; what it holds already is replaced.

    Raises
    ------
    Faults
        All that is wrong with the sources.
    """
    clear_leftovers(folder.resolve().parent)
    with noted() as faults, part():
        say = progress or (lambda done, total, what: None)
        found = _found(sources, wish, progress)
        if found is not None and not faults:
            say(STEPS - 1, STEPS, "地图 map")
            _write(folder, found, wish)
            say(STEPS, STEPS, "")
    if faults:
        raise Faults(
            [text for error in faults for text in (error.found if isinstance(error, Faults) else [str(error)])]
        )
    assert found is not None
    return found


def _found(s: Sources, wish: Wish, progress: Progress | None) -> Found | None:
    given: list[Area] | None = None
    if s.boundaries is not None:
        with part():
            given = read_boundaries(s.boundaries, s.datum)
        if not given:
            return None
    if s.extract is None:
        return _without_extract(s, given or [])
    from experiments.place.extract import read_extract  # pyosmium is needed for extracts only
    from experiments.place.openstreetmap import from_extract, stations

    extract = read_extract(s.extract, progress, STEPS)
    seen = None
    if s.stations is not None:
        seen = check_datum(read_stations(s.stations, s.datum), stations(extract), str(s.stations))
    found = from_extract(
        extract,
        s.extract,
        street_level=s.street_level,
        unit_level=s.unit_level,
        only=s.only,
        given_streets=given,
        unit_households=s.unit_households,
        residents=wish.residents,
        given_units=s.units is not None,
    )
    if seen:
        found.note(USED, f"坐标系核对：{seen}", f"datum: {seen}")
    return _with_tables(s, found)


def _without_extract(s: Sources, streets: list[Area]) -> Found | None:
    if s.units is None:
        raise SourceError(f"{s.boundaries}: boundaries alone tell of no homes; give --units, or an extract too")
    source = f"boundaries: {s.boundaries.name if s.boundaries else ''}"
    facilities, lines, open_land = (
        pd.DataFrame(columns=list(columns)) for columns in (FACILITY_COLUMNS, LINE_COLUMNS, LAND_COLUMNS)
    )
    found = Found(streets, pd.DataFrame(), facilities, lines, open_land, None, source)
    found.note(
        MISSING, "没有步行道路：步行按直线乘绕行系数", "no streets to walk on: walks are straight, with a detour"
    )
    if s.stations is not None:
        table = read_stations(s.stations, s.datum)
        name = table["name_zh"].str.removesuffix("站")
        en = table.get("name_en", name)
        table = table.assign(name_en=en, station_zh=name, station_en=en, kind="rail")
        found.lines = table.assign(source=f"given: {s.stations.name}", confidence="estimate")[list(LINE_COLUMNS)]
    return _with_tables(s, found)


def _with_tables(s: Sources, found: Found) -> Found:
    if s.units is not None:
        with part():
            found.units = read_units(s.units, found.streets, s.datum)
            found.note(USED, f"单元表 {s.units.name}", f"units of {s.units.name}")
    if s.facilities is not None:
        with part():
            table = read_facilities(s.facilities, s.datum)
            found.facilities = (
                pd.concat([found.facilities, table], ignore_index=True) if len(found.facilities) else table
            )
    return found


def _write(folder: Path, found: Found, wish: Wish) -> None:
    """Write under another name, check that a run could read and draw it, and put it in place."""
    with new_folder(folder) as new:
        write_district(new, found, wish)
        faults = district_faults(new)
        if faults:
            said = [str(error).replace(f"{new}/", "") for error in faults]
            raise Faults([f"the sources make no usable district: {text}" for text in said])
