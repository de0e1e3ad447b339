"""Everything that is wrong with a district at once, for `huitian district check`."""

from collections.abc import Callable
from pathlib import Path

from simulation import yaml_source
from simulation.district.data.columns import FIGURES, MARGINALS, RESIDENTS
from simulation.district.data.district import check_title, load_district, read_events
from simulation.district.data.faults import noted, part
from simulation.district.data.figures import need, read_conflicts, read_figures, read_steps
from simulation.district.data.readings import choose, read_community_readings, read_size_readings
from simulation.district.data.streets import read_streets
from simulation.district.data.tables import read_tables
from simulation.district.map.geography import load_geography
from simulation.yaml_source import Source, SourceError


def district_faults(folder: Path) -> list[SourceError]:
    """All faults of a district's folder, in the order in which its files are read.

    First each file is read on its own: one that cannot be read at all is one fault, and the others are read all the
    same. Where that finds nothing, what the files say of one another is checked, then the map that they make.
    """
    with noted() as found:
        with part():
            _check_blocks(yaml_source.read(folder / "district.yaml"))
        with part():
            read_tables(folder)
        with part():
            read_streets(folder)
    if not found:
        with noted() as found, part():
            district = load_district(str(folder.resolve()))
            if not found:
                load_geography(district)
    return found


def _check_blocks(source: Source) -> None:
    """Read each block of `district.yaml` on its own."""
    readers: tuple[Callable[[], object], ...] = (
        lambda: check_title(source),
        lambda: read_figures(source, "population", "readings", every=RESIDENTS),
        lambda: choose(
            source, "population", need(source, "population", "readings"), need(source, "population", "default")
        ),
        lambda: read_community_readings(source),
        lambda: read_size_readings(source),
        lambda: read_figures(source, "figures", required=FIGURES),
        lambda: read_figures(source, "marginals", required=MARGINALS),
        lambda: read_events(source),
        lambda: read_steps(source),
        lambda: read_conflicts(source),
    )
    for read in readers:
        with part():
            read()
