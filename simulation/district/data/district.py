"""A district as data: figures with sources from `district.yaml`, tables from CSV files beside it."""

import hashlib
import itertools
import sysconfig
import warnings
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from simulation import yaml_source
from simulation.district.data.columns import FIGURES, MARGINALS, RESIDENTS, YEARS
from simulation.district.data.faults import fault, part
from simulation.district.data.figures import (
    Conflict,
    Figure,
    Step,
    meant,
    need,
    read_conflicts,
    read_figures,
    read_steps,
)
from simulation.district.data.readings import (
    CommunityReading,
    SizeReading,
    as_read,
    choose,
    read_community_readings,
    read_size_readings,
    resized,
)
from simulation.district.data.streets import StreetNetwork, read_streets
from simulation.district.data.tables import read_tables
from simulation.yaml_source import Source, SourceError, is_file, is_folder

DistrictError = SourceError
EVENTS = (
    "street_whistle",
    "hotline_reform",
    "bike_path",
    "waste_law",
    "property_law",
    "epidemic_begins",
    "epidemic_response",
    "epidemic_imports_end",
    "epidemic_response_ends",
)
IN_ORDER = ("epidemic_begins", "epidemic_response", "epidemic_response_ends")
"""Events that follow one another."""
RANGED = ("fee_yuan_m2", "bin_walk_minutes")
"""Figures whose range the map draws from."""
_AREAS_FIT = 2.0  # factor by which areas of subdistricts may miss that of the district, as rounded figures do


@dataclass(frozen=True)
class District:
    """Content of a district's folder.

    Where sources disagree, `population_reading` names the count of residents that is used, `community_reading` what is
    known of the communities before any split, and `size_reading` how their households differ; the table of communities
    is the one of these readings.
    """

    folder: Path
    source: Source
    tables: dict[str, pd.DataFrame]
    figures: dict[str, Figure]
    marginals: dict[str, Figure]
    readings: dict[str, Figure]
    events: dict[str, date]
    timeline: tuple[Step, ...]
    conflicts: tuple[Conflict, ...]
    population_reading: str
    community_readings: dict[str, CommunityReading]
    community_reading: str
    size_readings: dict[str, SizeReading]
    size_reading: str
    streets: StreetNetwork | None = None

    @property
    def name(self) -> str:
        """Name of the folder and of the district in scenarios."""
        return self.folder.name

    @property
    def title(self) -> dict[str, str]:
        """Names for people, by language."""
        title: dict[str, str] = self.source.data["title"]
        return title

    @property
    def about(self) -> str:
        """What the page of facts says first, in English; empty where the file has no `about`."""
        return str(self.source.data.get("about", ""))

    @property
    def population(self) -> int:
        """Residents by the chosen reading."""
        return int(self.readings[self.population_reading].value)

    def figure(self, name: str) -> float:
        """Value of a figure or marginal."""
        return (self.figures | self.marginals)[name].value

    def table(self, name: str) -> pd.DataFrame:
        """A CSV table, see `simulation.district.data.tables`."""
        return self.tables[name]

    def event_date(self, event: str) -> date:
        """Day of an event of the context; the last of all days where the district has no such event."""
        return self.events.get(event, date.max)

    @cached_property
    def content_hash(self) -> str:
        """Hash of every file of the folder and of the choices made."""
        chosen = f"{self.population_reading} {self.community_reading} {self.size_reading}"
        text = f"{chosen} {files_hash(self.folder)}"
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def districts_folder() -> Path:
    """Folder of the districts that come with the project: in the source tree, else where it was installed."""
    tree = Path(__file__).parents[3] / "districts"
    return tree if tree.is_dir() else Path(sysconfig.get_path("data")) / "share" / "huitian" / "districts"


def district_folder(name_or_path: str) -> Path:
    """Folder of a district given by name or path.

    Raises
    ------
    DistrictError
        If there is none.
    """
    if name_or_path in (".", ".."):
        raise DistrictError(f"'{name_or_path}' is no district; give its name, or a path such as ./my_place")
    folder = Path(name_or_path) if "/" in name_or_path else districts_folder() / name_or_path
    own = Path(name_or_path)  # a folder of the working folder
    if not is_folder(folder) and name_or_path:
        folder = own
    elif is_file(own / "district.yaml") and not own.samefile(folder):
        warnings.warn(
            f"'{name_or_path}' is the district that comes with the program; ./{own} is another, give it as ./{own}",
            stacklevel=2,
        )
    if not is_folder(folder):
        known = sorted(f.name for f in districts_folder().iterdir() if f.is_dir())
        raise DistrictError(
            f"{name_or_path}: no such district{meant(name_or_path, known)}; known are "
            f"{', '.join(known)}, or give a folder's path"
        )
    return folder


def files_hash(folder: Path) -> str:
    """Hash of every file of a district's folder."""
    digest = hashlib.blake2b(digest_size=12)
    for file in sorted(folder.iterdir()):
        if file.suffix in (".yaml", ".csv", ".geojson", ".graphml"):
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def load_district(
    name_or_path: str, *, population: str | None = None, communities: str | None = None, sizes: str | None = None
) -> District:
    """Read and check a district.

    Parameters
    ----------
    name_or_path : str
        A folder of `districts/`, or the path of a folder.
    population : str, optional
        Reading of the number of residents; by default the one that the file names.
    communities : str, optional
        Reading of the communities before any split; by default the one that the file names.
    sizes : str, optional
        Reading of the households of the communities; by default the one that the file names.

    Raises
    ------
    DistrictError
        One line that names file, line or row, key, and what is wrong.
    """
    folder = district_folder(name_or_path)
    source = yaml_source.read(folder / "district.yaml")
    check_title(source)
    tables = read_tables(folder)
    figures = read_figures(source, "figures", required=FIGURES)
    marginals = read_figures(source, "marginals", required=MARGINALS)
    _related(source, tables, figures, marginals)
    readings = read_figures(source, "population", "readings", every=RESIDENTS)
    chosen = choose(source, "population", readings, population or need(source, "population", "default"))
    counts, default_count = read_community_readings(source)
    count = choose(source, "communities", counts, communities or default_count)
    size_readings, default_size = read_size_readings(source)
    size = choose(source, "sizes", size_readings, sizes or default_size)
    listed = as_read(source, resized(tables["communities"], size_readings[size]), counts[count])
    return District(
        folder,
        source,
        tables | {"communities": listed},
        figures,
        marginals,
        readings,
        read_events(source),
        read_steps(source),
        read_conflicts(source),
        chosen,
        counts,
        count,
        size_readings,
        size,
        read_streets(folder),
    )


def _related(
    source: Source, tables: dict[str, pd.DataFrame], figures: dict[str, Figure], marginals: dict[str, Figure]
) -> None:
    """Figures that cannot all be true together."""
    m = {name: figure.value for name, figure in marginals.items()}
    limits = {
        "age_75_plus": (m["age_60_plus"], "age_60_plus"),
        "age_60_plus": (1 - m["age_0_14"], "1 - age_0_14"),
        "workers": (1 - m["age_0_14"] - m["age_60_plus"], "1 - age_0_14 - age_60_plus"),
        "double_report": (m["party_members"], "party_members"),
    }
    for name, (most, why) in limits.items():
        if m[name] > most:
            fault(source.error(("marginals", name), f"{m[name]:g} is above {why}, {most:.4g}"))
    area, parts = figures["area_km2"].value, float(tables["subdistricts"]["area_km2"].sum())
    if not 1 / _AREAS_FIT < parts / area < _AREAS_FIT:
        fault(
            source.error(("figures", "area_km2"), f"is {area:g}, but areas of subdistricts.csv add up to {parts:.4g}")
        )
    for name in RANGED:
        if figures[name].low is None or figures[name].high is None:
            fault(source.error(("figures", name), "needs low and high: values are drawn between them"))


def read_events(source: Source) -> dict[str, date]:
    """Days of the events that the district has; one that it lacks never comes.

    Raises
    ------
    DistrictError
        For each that is unknown, has no date or no source, or lies before one that it follows.
    """
    block = source.data.get("events", {})
    if not isinstance(block, dict):
        raise source.error(("events",), "must be a block of events")
    days: dict[str, date] = {}
    for event in block:
        with part():
            days[event] = _day(source, event)
    for before, after in itertools.pairwise(IN_ORDER):
        if before in days and after in days and days[before] > days[after]:
            fault(source.error(("events", after, "date"), f"lies before {before}, {days[before]}"))
    return {event: days[event] for event in EVENTS if event in days}


def _day(source: Source, event: str) -> date:
    if event not in EVENTS:
        raise source.error(("events", event), "unknown event" + meant(event, EVENTS))
    day = need(source, "events", event, "date")
    need(source, "events", event, "source")
    if not isinstance(day, date):
        raise source.error(("events", event, "date"), f"must be a date, not {day!r}")
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise source.error(("events", event, "date"), f"{day} is not between {YEARS[0]} and {YEARS[1]}")
    return day


def check_title(source: Source) -> None:
    """See that the district has a name in both languages.

    Raises
    ------
    DistrictError
        For each language without one.
    """
    for language in ("zh", "en"):
        with part():
            if not isinstance(need(source, "title", language), str):
                raise source.error(("title", language), "must be text")
