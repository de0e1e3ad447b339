"""All levers by name: those of this package, and those that other packages offer as entry points."""

import importlib
import inspect
import pkgutil
from functools import cache
from importlib.metadata import entry_points

import simulation.interventions as package
from simulation.interventions.base import Intervention

GROUP = "huitian.interventions"
"""Entry-point group: `name = module:Class`, where the class is an `Intervention`."""


@cache
def interventions() -> dict[str, type[Intervention]]:
    """Classes of all levers by kind, sorted.

    Raises
    ------
    ValueError
        If two classes claim the same kind, or an entry point is no lever.
    """
    found: dict[str, type[Intervention]] = {}
    for module in pkgutil.iter_modules(package.__path__):
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        for _, item in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(item, Intervention) and "kind" in vars(item):
                _add(found, item)
    for entry in entry_points(group=GROUP):
        item = entry.load()
        if not (inspect.isclass(item) and issubclass(item, Intervention)):
            raise ValueError(f"entry point '{entry.name}' of {GROUP} is no intervention")
        _add(found, item)
    return dict(sorted(found.items()))


def _add(found: dict[str, type[Intervention]], item: type[Intervention]) -> None:
    other = found.setdefault(item.kind, item)
    if other is not item:
        raise ValueError(f"two interventions are called '{item.kind}': {other.__module__} and {item.__module__}")
