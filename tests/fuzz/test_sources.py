"""What a planner brings: one thing wrong in boundaries, tables, streets or an extract is refused, or taken as it is."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import strategies as st

from experiments.place.extract import read_extract
from experiments.place.given import read_boundaries, read_facilities, read_stations, read_units
from experiments.place.importer import Sources, import_district
from experiments.place.openstreetmap import from_extract
from experiments.place.write import Wish
from simulation.district.data.faults import noted, part
from simulation.district.data.streets import read_streets
from simulation.yaml_source import SourceError
from tests.experiments.place.town import small_town
from tests.fuzz import odd
from tests.fuzz.case import answer, counts, every, told

UNITS = """name_zh,name_en,kind,subdistrict,households,residents,lon,lat,area_ha,room_m2,source,confidence
甲,One,community,A,1200,3000,106.705,26.555,40,200,t,census
乙,Two,village,B,900,2500,106.715,26.555,40,150,t,census
"""
FACILITIES = """kind,name_zh,name_en,lon,lat,capacity,source,confidence
school,校,School,106.702,26.552,900,t,press
clinic,站,Clinic,106.712,26.557,,t,press
"""
STATIONS = "name_zh,name_en,lon,lat\n北站,North,106.704,26.559\n南站,South,106.714,26.551\n"
STREETS = """from_lon,from_lat,to_lon,to_lat,metres,source
106.70,26.55,106.701,26.55,99.6,t
106.701,26.55,106.701,26.551,150,t
"""
GRAPH = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="d0" for="node" attr.name="x" attr.type="string"/>
<key id="d1" for="node" attr.name="y" attr.type="string"/><key id="d2" for="edge" attr.name="length"/>
<graph edgedefault="directed"><node id="7"><data key="d0">106.70</data><data key="d1">26.55</data></node>
<node id="9"><data key="d0">106.701</data><data key="d1">26.55</data></node>
<edge source="7" target="9"><data key="d2">99.6</data></edge></graph></graphml>
"""


def box(west: float, east: float) -> list[list[float]]:
    return [[west, 26.55], [east, 26.55], [east, 26.56], [west, 26.56], [west, 26.55]]


def feature(code: str, west: float, east: float, many: bool) -> dict[str, Any]:
    ring = [box(west, east)]
    return {
        "type": "Feature",
        "properties": {"subdistrict": code, "name_zh": f"{code}街", "name_en": code},
        "geometry": {"type": "MultiPolygon" if many else "Polygon", "coordinates": [ring] if many else ring},
    }


SHAPES = {
    "type": "FeatureCollection",
    "features": [feature("A", 106.70, 106.71, False), feature("B", 106.71, 106.72, True)],
}


def refused_or(file: Path, read: Any) -> Any:
    """What reading gives, with all faults noted; those that there are name the file."""
    with noted() as found, part():
        value = read()
    for error in found:
        assert all(file.name in line for line in told(error.lines)), error
    return None if found else value


def numbers_in(text: str) -> Any:
    """JSON without what only Python writes."""
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} was accepted"))


@st.composite
def shapes(draw: st.DrawFn) -> bytes:
    if draw(st.booleans()):
        made, _ = draw(odd.one_wrong(SHAPES))
        return json.dumps(made, default=str).encode("utf-8", "surrogatepass")
    text = json.dumps(SHAPES, indent=1)
    if draw(st.booleans()):
        return draw(odd.one_wrong_text(text)).encode("utf-8", "surrogatepass")
    return draw(odd.one_wrong_bytes(text.encode()))


@counts(25, 900)
def test_boundaries(cases: int, tmp_path: Path) -> None:
    file = tmp_path / "a.geojson"

    def check(data: bytes) -> None:
        file.write_bytes(data)
        areas = refused_or(file, lambda: read_boundaries(file, "wgs84"))
        if areas is None:
            return
        said = numbers_in(data.decode("utf-8-sig"))
        codes = [str(f["properties"].get("subdistrict") or f["properties"].get("code")) for f in said["features"]]
        assert [area.code for area in areas] == list(dict.fromkeys(code.strip() for code in codes))
        points = np.concatenate([shapely.get_coordinates(area.shape) for area in areas])
        assert np.isfinite(points).all() and (np.abs(points) <= (180, 90)).all()

    every(cases, shapes(), check)


TABLES = {"units": UNITS, "facilities": FACILITIES, "stations": STATIONS, "streets": STREETS}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from(sorted(TABLES)))
    rows = [line.split(",") for line in TABLES[name].splitlines()]
    kind = draw(st.sampled_from(("cell", "cell", "text", "bytes")))
    if kind == "cell":
        k, column = draw(st.integers(0, len(rows) - 1)), draw(st.integers(0, len(rows[0]) - 1))
        rows[k][column] = draw(st.sampled_from(("", " ", "-1", "0", "1e400", "nan", "1e9", "200", "x", *odd.HOSTILE)))
        return name, "".join(f"{','.join(row)}\n" for row in rows).encode()
    if kind == "text":
        return name, draw(odd.one_wrong_text(TABLES[name])).encode("utf-8", "surrogatepass")
    return name, draw(odd.one_wrong_bytes(TABLES[name].encode()))


@counts(25, 900)
def test_tables(cases: int, tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text(json.dumps(SHAPES), "utf-8")
    streets = read_boundaries(tmp_path / "a.geojson", "wgs84")

    def check(case: tuple[str, bytes]) -> None:
        name, data = case
        file = tmp_path / f"{name}.csv"
        file.write_bytes(data)
        read = {
            "units": lambda: read_units(file, streets, "wgs84"),
            "facilities": lambda: read_facilities(file, "wgs84"),
            "stations": lambda: read_stations(file, "wgs84"),
            "streets": lambda: read_streets(tmp_path),
        }[name]
        found = refused_or(file, read)
        if found is not None and name != "streets":
            assert len(found) == len(data.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\r\n").splitlines()) - 1
            at = found[["lon", "lat"]].to_numpy(float)
            assert np.isfinite(at).all() and (np.abs(at) <= (180, 90)).all()
            if name == "units":
                assert (found["households"] > 0).all() and np.isfinite(found["households"]).all()

    every(cases, tables(), check)


@counts(15, 400)
def test_graphs(cases: int, tmp_path: Path) -> None:
    file = tmp_path / "streets.graphml"

    def check(data: bytes) -> None:
        file.write_bytes(data)
        found, lines = answer(lambda: read_streets(tmp_path))
        assert all(file.name in line for line in lines)
        assert found is None or (np.isfinite(found.metres).all() and (found.metres >= 0).all())

    text = odd.one_wrong_text(GRAPH).map(lambda text: text.encode("utf-8", "surrogatepass"))
    every(cases, st.one_of(text, odd.one_wrong_bytes(GRAPH.encode())), check)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The extract of a small town as XML and as PBF."""
    place = tmp_path_factory.mktemp("town")
    return {end: small_town(place / f"town{end}").read_bytes() for end in (".osm", ".osm.pbf")}


@counts(4, 300)
def test_extracts(cases: int, tmp_path: Path, town: dict[str, bytes]) -> None:
    def check(case: tuple[str, bytes]) -> None:
        end, data = case
        file = tmp_path / f"town{end}"
        file.write_bytes(data)

        def read() -> object:
            extract = read_extract(file)
            return from_extract(
                extract, file, street_level=8, unit_level=10, only=[], unit_households=2000.0, residents=5000.0
            )

        refused_or(file, read)

    one = st.sampled_from(sorted(town))
    wrong = one.flatmap(lambda end: st.tuples(st.just(end), odd.one_wrong_bytes(town[end])))
    every(cases, wrong, check)


@counts(0, 30)
def test_an_import_is_whole_or_not_there(cases: int, tmp_path: Path) -> None:
    """Whatever is wrong with the sources, a folder that is written can be run, and none is left behind otherwise."""

    def check(case: tuple[bytes, tuple[str, bytes]]) -> None:
        boundaries, (name, table) = case
        texts = {"units": UNITS.encode()} | ({name: table} if name != "streets" else {})
        (tmp_path / "a.geojson").write_bytes(boundaries)
        for key, data in texts.items():
            (tmp_path / f"{key}.csv").write_bytes(data)
        given = {key: tmp_path / f"{key}.csv" for key in texts}
        out = tmp_path / "d"
        try:
            import_district(out, Sources(None, tmp_path / "a.geojson", **given), Wish("d", "地", "d", 5000, "t"))
            assert (out / "district.yaml").exists()
        except SourceError as error:
            told(error.lines)
        assert {file.name for file in tmp_path.iterdir()} <= {"a.geojson", "d", *(f"{key}.csv" for key in TABLES)}

    every(cases, st.tuples(st.one_of(st.just(json.dumps(SHAPES).encode()), shapes()), tables()), check)
