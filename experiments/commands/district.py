"""`huitian district`: a district from a template, checked, drawn, or made from the files that a planner has."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from simulation.yaml_source import SourceError

app = typer.Typer(no_args_is_help=True, help="地区数据 / districts")
Debug = Annotated[bool, typer.Option("--debug", help="显示完整错误 / show the traceback of an error")]
Place = Annotated[str, typer.Argument(metavar="DISTRICT", help="地区名或文件夹 / name or folder of a district")]
Force = Annotated[bool, typer.Option("--force", help="覆盖已有内容 / replace what the folder holds")]


def _free(folder: Path, force: bool) -> None:
    """A folder that is not there yet, or that may be replaced because it is a district."""
    if folder.is_file():
        raise SourceError(f"{folder}: is a file, not a folder")
    if folder.exists() and any(folder.iterdir()):
        if not force:
            raise FileExistsError(f"{folder} already holds something; choose another folder, or --force to replace it")
        if not (folder / "district.yaml").exists():
            raise SourceError(f"{folder}: holds something that is no district, and is not replaced")


@app.command(epilog="例 / example: huitian district new my_place")
def new(
    folder: Annotated[Path, typer.Argument(help="新文件夹 / folder to make")],
    force: Force = False,
    debug: Debug = False,
) -> None:
    """新建带注释的模板 / a commented template to fill in."""
    from experiments.place.template import write_template

    _free(folder, force)
    try:
        write_template(folder)
    except PermissionError:
        raise SourceError(f"{folder}: no permission to write there") from None
    print(f"{folder}: 按 README.md 填写，然后 / fill in as README.md says, then: huitian district check {folder}")


@app.command(epilog="例 / example: huitian district check my_place")
def check(place: Place, debug: Debug = False) -> None:
    """检查全部文件，一次列出所有错误 / check every file; everything that is wrong gets one line."""
    from experiments.place.template import blanks
    from simulation.district.check import district_faults
    from simulation.district.data.district import district_folder, load_district
    from simulation.district.map.geography import load_geography

    folder = district_folder(place)
    faults = district_faults(folder)
    faults += blanks(folder, faults)
    for error in faults:
        print(f"huitian: {error}", file=sys.stderr)
    if faults:
        print(f"{place}: {len(faults)} 处错误 / faults", file=sys.stderr)
        raise typer.Exit(2)
    district = load_district(str(folder.resolve()))
    geography = load_geography(district)
    walks = "按路网 along streets" if geography.streets else "直线乘绕行系数 straight, with a detour"
    print(
        f"{place}: ok ({district.title['zh']} {district.title['en']}: {district.population:,} 人 residents, "
        f"{len(geography.communities)} 个单元 units, {len(geography.facilities)} 处设施 facilities; "
        f"步行 walks: {walks})"
    )


@app.command(epilog="例 / example: huitian district draw my_place --out results/my_place")
def draw(
    place: Place,
    out: Annotated[Path | None, typer.Option(help="输出文件夹 / folder for the map and the page")] = None,
    debug: Debug = False,
) -> None:
    """画地图并写事实页 / draw the map and write the page of facts."""
    from experiments.place.facts import facts_page
    from simulation.district.data.district import load_district
    from simulation.district.map.geography import load_geography
    from simulation.district.map.picture import draw_map
    from simulation.whole import write_text

    district = load_district(place)
    folder = out or Path("results") / f"district-{district.name}"
    draw_map(district, load_geography(district), folder / "map.png")
    write_text(folder / "facts.md", facts_page(district))
    print(f"地图 map: {folder / 'map.png'}   事实 facts: {folder / 'facts.md'}")


@app.command(
    "import",
    epilog="例 / example: huitian district import town.osm.pbf --population 120000 --out my_town",
)
def import_(
    sources: Annotated[
        list[Path], typer.Argument(help="OSM文件、GeoJSON边界 / an extract (.osm.pbf, .osm), boundaries (.geojson)")
    ],
    population: Annotated[int, typer.Option(min=100, max=5_000_000, help="常住人口 / residents")],
    out: Annotated[Path, typer.Option(help="地区文件夹 / folder of the district")],
    population_source: Annotated[
        str, typer.Option(help="人口数的来源 / where the count of residents comes from")
    ] = "given on import, no source named",
    name_zh: Annotated[str | None, typer.Option(help="中文名 / Chinese name")] = None,
    name_en: Annotated[str | None, typer.Option(help="英文名 / English name")] = None,
    units: Annotated[
        Path | None, typer.Option(help="单元表CSV：名称、街道、户数 / CSV of units: name_zh, subdistrict, households")
    ] = None,
    facilities: Annotated[
        Path | None, typer.Option(help="设施表CSV / CSV of facilities: kind, name_zh, lon, lat")
    ] = None,
    stations: Annotated[
        Path | None, typer.Option(help="车站表CSV，用于核对坐标系 / CSV of stations, to tell the datum by")
    ] = None,
    datum: Annotated[
        str, typer.Option(help="GeoJSON与CSV的坐标系 / datum of GeoJSON and CSV: wgs84 | gcj02 | bd09")
    ] = "wgs84",
    street_level: Annotated[int, typer.Option(min=2, max=12, help="街道的admin_level / of subdistricts")] = 8,
    unit_level: Annotated[int, typer.Option(min=2, max=12, help="社区的admin_level / of communities")] = 10,
    streets: Annotated[str, typer.Option(help="只取这些街道，逗号分隔 / take these streets only, by commas")] = "",
    unit_households: Annotated[
        float, typer.Option(min=100, max=20_000, help="无社区边界时每片户数 / households of a unit without boundaries")
    ] = 2000.0,
    force: Force = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度 / no progress")] = False,
    debug: Debug = False,
) -> None:
    """由OSM或GeoJSON与表格生成地区 / make a district from OpenStreetMap, or from GeoJSON boundaries and CSV tables."""
    from experiments import console
    from experiments.place.datum import DATUMS
    from experiments.place.importer import Faults, Sources, import_district
    from experiments.place.write import REPORT, Wish
    from simulation.memory import peak_megabytes

    if datum not in DATUMS:
        raise SourceError(f"--datum {datum}: must be one of {', '.join(DATUMS)}")
    _free(out, force)
    began = time.perf_counter()
    extract, boundaries = Sources.sorted(sources)
    only = [name.strip() for name in streets.replace("，", ",").split(",") if name.strip()]
    what = Sources(
        extract,
        boundaries,
        units,
        facilities,
        stations,
        datum,
        street_level,
        unit_level,
        only,
        unit_households,
    )
    zh, en = name_zh or name_en or out.name, name_en or name_zh or out.name
    try:
        with console.progress("import", quiet) as report:
            found = import_district(out, what, Wish(out.name, zh, en, population, population_source), report)
    except Faults as error:
        for line in error.found:
            print(f"huitian: {line}", file=sys.stderr)
        raise typer.Exit(2) from None
    peak = peak_megabytes()
    for note in found.notes:
        print(f"  {note.zh} / {note.en}")
    print(f"{out}: {time.perf_counter() - began:.1f} s, 内存峰值 peak memory {peak:.0f} MB; {out / REPORT}")
    print(f"下一步 next: huitian district draw {out}; huitian run baseline --district {out}")
