"""What other packages add: their entry points, and the kinds of a folder in which each file is one kind.

Names are listed without importing what they name, so that a command can say what there is before it loads any of it.
"""

import importlib
import importlib.util
import pkgutil
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from simulation.spelling import did_you_mean
from simulation.yaml_source import SourceError

GROUPS = ("huitian.charts", "huitian.designs", "huitian.engines", "huitian.interventions", "huitian.metrics")
"""Entry-point groups that another package may use; `docs/extending.md` says what each expects."""


@cache
def offered(group: str) -> dict[str, EntryPoint]:
    """Entry points of a group by name, sorted; nothing is imported.

    Raises
    ------
    SourceError
        If two packages use the same name.
    """
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        other = found.setdefault(entry.name, entry)
        if other.value != entry.value:
            raise SourceError(f"two packages offer '{entry.name}' in {group}: {origin(other)} and {origin(entry)}")
    return found


def origin(entry: EntryPoint) -> str:
    """Name and version of the package that an entry point comes from."""
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value


def load(entry: EntryPoint) -> Any:
    """What an entry point names.

    Raises
    ------
    SourceError
        If it cannot be imported: the message names the package, for the fault is there.
    """
    try:
        return entry.load()
    except Exception as error:  # whatever somebody's module raises while it is imported
        text = (str(error).strip().splitlines() or ["no message"])[0]
        raise SourceError(
            f"{entry.name} ({entry.group}) of {origin(entry)} cannot be loaded: {type(error).__name__}: {text}"
        ) from error


def distributions() -> dict[str, str]:
    """Versions of the packages that add something, by name, sorted."""
    found = [entry.dist for group in GROUPS for entry in offered(group).values() if entry.dist is not None]
    return {one.name: one.version for one in sorted(found, key=lambda one: one.name)}


def instances(group: str, kind: type) -> dict[str, Any]:
    """Objects of a group by entry-point name, each an instance of `kind`.

    Raises
    ------
    SourceError
        If one cannot be loaded or is something else.
    """
    found = {name: load(entry) for name, entry in offered(group).items()}
    for name, item in found.items():
        if not isinstance(item, kind):
            raise SourceError(
                f"{name} ({group}) of {origin(offered(group)[name])} is no {kind.__name__} but a {type(item).__name__}"
            )
    return found


def modules(package: str) -> tuple[str, ...]:
    """Names of the modules in a package, sorted, those that begin with an underscore left out."""
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec is not None else None
    return tuple(sorted(m.name for m in pkgutil.iter_modules(places or ()) if not m.name.startswith("_")))


def names(group: str, package: str) -> tuple[str, ...]:
    """Names of all kinds: the modules of `package`, and the entry points of `group`."""
    return tuple(sorted({*modules(package), *offered(group)}))


def find(group: str, package: str, name: str) -> Any:
    """The module of a kind: one of `package`, else the one that an entry point of `group` names.

    Raises
    ------
    SourceError
        If there is none, there are two, or it cannot be loaded.
    """
    if name in modules(package):
        if name in offered(group):
            raise SourceError(f"{origin(offered(group)[name])} offers '{name}' in {group}, which is there already")
        return importlib.import_module(f"{package}.{name}")
    if name not in offered(group):
        known = names(group, package)
        raise SourceError(
            f"unknown {group.rpartition('.')[2].removesuffix('s')} '{name}'"
            f"{did_you_mean(name, known)}; known are {', '.join(known)}"
        )
    return load(offered(group)[name])


def sources() -> list[Path]:
    """All files of the packages that add something, sorted: results depend on them as on the model's own.

    What Python and numba leave there when the package is used is none of them.
    """
    tops = {entry.module.partition(".")[0] for group in GROUPS for entry in offered(group).values()}
    files: set[Path] = set()
    for top in tops:
        spec = importlib.util.find_spec(top)
        if spec is not None and spec.submodule_search_locations:
            files |= {
                file
                for place in spec.submodule_search_locations
                for file in Path(place).rglob("*")
                if file.is_file() and "__pycache__" not in file.parts
            }
        elif spec is not None and spec.origin:
            files.add(Path(spec.origin))
    return sorted(files)
