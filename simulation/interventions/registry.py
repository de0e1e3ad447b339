"""All levers by name: those of this package, and those that other packages offer as entry points."""

import importlib
import inspect
import pkgutil
from functools import cache
from typing import NamedTuple

import simulation.interventions as package
from simulation.extensions import load, offered
from simulation.interventions.base import ITSELF, Intervention
from simulation.parameters import PARAMETERS
from simulation.yaml_source import SourceError

GROUP = "huitian.interventions"
"""Entry-point group: `name = module:Class`, where the class is an `Intervention`."""


@cache
def interventions() -> dict[str, type[Intervention]]:
    """Classes of all levers by kind, sorted.

    Raises
    ------
    SourceError
        If two classes claim the same kind, or an entry point cannot be loaded or is no lever.
    """
    found: dict[str, type[Intervention]] = {}
    for module in pkgutil.iter_modules(package.__path__):
        loaded = importlib.import_module(f"{package.__name__}.{module.name}")
        for _, item in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(item, Intervention) and "kind" in vars(item):
                _add(found, item)
    for name, entry in offered(GROUP).items():
        item = load(entry)
        if not (inspect.isclass(item) and issubclass(item, Intervention)):
            raise SourceError(f"entry point '{name}' of {GROUP} is no intervention")
        _add(found, item)
    return dict(sorted(found.items()))


class Strength(NamedTuple):
    """What carries the effect of a soft measure: a field or a parameter, whose range is its prior."""

    measure: str
    kind: str
    field: str
    path: str
    """Dotted path of the carrier in a scenario."""
    default: float
    most: float


def strengths(item: type[Intervention]) -> tuple[Strength, ...]:
    """Carriers of the soft measures of a lever. Their priors begin at nil, where the measure does nothing but cost."""
    found = []
    for name, field in item.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        soft = extra.get("soft")
        for carrier in soft if isinstance(soft, list) else ():
            if (carrier,) == ITSELF:
                most = next(m.le for m in field.metadata if hasattr(m, "le"))
                found.append(
                    Strength(
                        str(extra["measure"]),
                        item.kind,
                        name,
                        f"interventions.{item.kind}.{name}",
                        float(field.default),
                        float(most),
                    )
                )
            else:
                row = PARAMETERS[str(carrier)]
                found.append(
                    Strength(str(extra["measure"]), item.kind, name, f"parameters.{carrier}", row.default, row.high)
                )
    return tuple(found)


def _add(found: dict[str, type[Intervention]], item: type[Intervention]) -> None:
    other = found.setdefault(item.kind, item)
    if other is not item:
        raise SourceError(f"two interventions are called '{item.kind}': {other.__module__} and {item.__module__}")
