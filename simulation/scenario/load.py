"""Scenario files: where they are, how a file and its parents become one checked scenario."""

import sysconfig
import warnings
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulation import yaml_source
from simulation.district.data.district import DistrictError, district_folder, load_district
from simulation.scenario.messages import explain_all, written
from simulation.scenario.parameter_file import with_parameters_from
from simulation.scenario.types import Scenario
from simulation.spelling import did_you_mean
from simulation.yaml_source import Keys, Source, SourceError, is_file

ScenarioError = SourceError
DEEPEST = 10  # parents of parents


def scenarios_folder() -> Path:
    """Folder of the scenarios that come with the project: in the source tree, else where it was installed."""
    tree = Path(__file__).parents[2] / "scenarios"
    return tree if tree.is_dir() else Path(sysconfig.get_path("data")) / "share" / "huitian" / "scenarios"


def shipped() -> dict[str, Path]:
    """Scenario files that come with the project, by bare name."""
    return {file.stem: file for file in sorted(scenarios_folder().glob("*.yaml"))}


def find(name: str, folder: Path = Path()) -> Path:
    """File of a scenario given by path, or by the bare name of a shipped one or of one in a folder.

    Raises
    ------
    ScenarioError
        If there is none.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return Path(name)
    known, own = shipped(), folder / f"{name}.yaml"
    if name in known:
        if is_file(own) and not own.samefile(known[name]):
            warnings.warn(
                f"'{name}' is the scenario that comes with the program; ./{own.name} is another, give it as "
                f"./{own.name}",
                stacklevel=2,
            )
        return known[name]
    if is_file(own):
        return own
    raise ScenarioError(
        f"{name}: no such scenario{did_you_mean(name, known)}; known are {', '.join(known)}, "
        f"or give the path of a .yaml file"
    )


def load_scenario(name: str | Path) -> Scenario:
    """Read, merge and check a scenario given by path or bare name.

    Parameters
    ----------
    name : str or Path
        Bare name of a file in `scenarios/` or in the working folder, or a path.

    Returns
    -------
    Scenario
        Parents merged, defaults filled in, everything checked.

    Raises
    ------
    ScenarioError
        A line for each fault that names file, line, key, what is wrong and what would be right.

    Examples
    --------
    >>> load_scenario("service_circles").interventions["service_circles"].target
    73
    """
    return _loaded(name)[0]


def check_scenario(name: str | Path) -> Scenario:
    """`load_scenario`, and whether every measure can act: one that begins after the run's end is refused.

    Raises
    ------
    ScenarioError
        As `load_scenario`, and at the start of each measure that comes too late.
    """
    scenario, source = _loaded(name)
    end = scenario.start + timedelta(weeks=scenario.weeks)
    late = [
        (("interventions", kind, "start"), f"begins on {start}, after the run's end on {end}; nothing would come of it")
        for kind, lever in scenario.interventions.items()
        if (start := getattr(lever, "start", None)) is not None and start >= end
    ]
    if late:
        raise source.errors(late)
    return scenario


def _loaded(name: str | Path) -> tuple[Scenario, Source]:
    source = _merged(find(str(name)), ())
    try:
        scenario = Scenario.model_validate(source.data)
    except ValidationError as error:
        raise source.errors(explain_all(error, Scenario)) from None
    _check_district(scenario, source)
    return scenario, source


def _check_district(scenario: Scenario, source: Source) -> None:
    """The district is there, and so are the readings; the rest of its data is read when it is needed."""
    try:
        district_folder(scenario.district)
    except DistrictError as error:
        raise source.error(("district",), str(error)) from None
    chosen = scenario.readings.model_dump(exclude_none=True)
    if not chosen:
        return
    district = load_district(scenario.district)
    known = {
        "population": list(district.readings),
        "communities": list(district.community_readings),
        "sizes": list(district.size_readings),
    }
    for what, reading in chosen.items():
        if reading not in known[what]:
            raise source.error(
                ("readings", what),
                f"unknown reading '{reading}' of {district.name}"
                f"{did_you_mean(reading, known[what])}; known are {', '.join(known[what])}",
            )


def _merged(file: Path, children: tuple[Path, ...]) -> Source:
    source = with_parameters_from(yaml_source.read(file), file)
    if "extends" not in source.data:
        return source
    given = source.data.pop("extends")
    parents = given if isinstance(given, list) else [given]
    if not parents or not all(isinstance(parent, str) for parent in parents):
        raise source.error(("extends",), f"must be the name of a scenario, or a list of names, not {written(given)}")
    for key in ("name", "title"):
        if source.data.get(key) is None:
            raise source.error((key,), "is required")
    data: dict[str, Any] = {}
    lines: dict[Keys, tuple[Path, int]] = {}
    for parent in parents:  # a later one stands above those before
        base = _parent(parent, source, file, children)
        data, lines = _merge(data, base.data), lines | base.lines
    # a title is one thing in two languages: half of a parent's would be a name for something else
    data.pop("title", None)
    lines = {keys: place for keys, place in lines.items() if keys[0] != "title"}
    return Source(_merge(data, source.data), lines | source.lines)


def _parent(parent: str, source: Source, file: Path, children: tuple[Path, ...]) -> Source:
    """A scenario that a file extends, with its own parents merged."""
    above = file.parent / (parent if parent.endswith((".yaml", ".yml")) else f"{parent}.yaml")
    if "/" not in parent and above.name != parent and not is_file(above):
        try:
            above = find(parent)
        except ScenarioError as error:
            raise source.error(("extends",), str(error)) from None
    if not is_file(above):
        raise source.error(("extends",), f"{above}: no such file")
    chain = (*children, file.resolve())
    if above.resolve() in chain:
        raise source.error(("extends",), f"goes in a circle: {' -> '.join(f.stem for f in (*chain, above))}")
    if len(chain) > DEEPEST:
        raise source.error(("extends",), f"more than {DEEPEST} parents, one above the other")
    return _merged(above, chain)


def _merge(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """`top` over `base`, key by key; a block meets a block, anything else replaces."""
    merged = dict(base)
    for key, value in top.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
