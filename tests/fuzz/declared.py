"""Strategies built from what the product declares: JSON Schemas of its pydantic models, parameters, levers."""

import math
import string
from datetime import date
from typing import Any

from hypothesis import strategies as st

from simulation.parameters import PARAMETERS
from simulation.scenario.schema import scenario_schema

SCENARIO = scenario_schema()
_NAMES = st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=60)
_TITLES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20)
_DAYS = st.dates(date(2017, 1, 1), date(2025, 12, 31))
Bounds = tuple[float, float]


def numbers(low: float, high: float, integer: bool) -> st.SearchStrategy[float]:
    """Numbers within bounds, the ends often among them."""
    ends = st.sampled_from([low, high])
    if integer:
        return st.one_of(ends.map(int), st.integers(math.ceil(low), math.floor(high)))
    return st.one_of(ends, st.floats(low, high, allow_nan=False))


def bounds_of(schema: dict[str, Any]) -> Bounds | None:
    """Range of a number, where both ends are declared and included."""
    return (schema["minimum"], schema["maximum"]) if {"minimum", "maximum"} <= schema.keys() else None


def of_schema(schema: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a JSON Schema allows."""
    if "$ref" in schema:
        return of_schema(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    if "anyOf" in schema:
        return st.one_of([of_schema(one, root) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    kind = schema["type"]
    if kind == "object":
        return block(schema, root)
    if kind == "array":
        return st.lists(of_schema(schema["items"], root), min_size=schema.get("minItems", 0), max_size=3)
    if kind == "string":
        return _DAYS if schema.get("format") == "date" else _NAMES if "pattern" in schema else _TITLES
    if kind in ("integer", "number"):
        low, high = schema.get("minimum", schema.get("exclusiveMinimum", -1e6)), schema.get("maximum", 1e6)
        return numbers(low, high, kind == "integer")
    return st.booleans() if kind == "boolean" else st.none()


def block(schema: dict[str, Any], root: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A block of keys: what is required, and some of the rest."""
    every = {name: of_schema(one, root) for name, one in schema["properties"].items()}
    needed = {name: every[name] for name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional={k: v for k, v in every.items() if k not in needed})


def _in_order(lever: Any) -> Any:
    """The relation that levers declare: `finish` is not before `start`, and neither is given without the other."""
    if not isinstance(lever, dict):
        return lever
    days = sorted(day for name in ("start", "finish") if isinstance(day := lever.get(name), date))
    if len(days) < 2:
        return {name: value for name, value in lever.items() if name not in ("start", "finish")}
    return lever | dict(zip(("start", "finish"), days, strict=True))


def parameters(most: int = 4) -> st.SearchStrategy[dict[str, float]]:
    """Some parameters within their ranges."""
    one = st.sampled_from(sorted(PARAMETERS)).flatmap(
        lambda name: st.tuples(st.just(name), numbers(PARAMETERS[name].low, PARAMETERS[name].high, False))
    )
    return st.lists(one, max_size=most).map(dict)


def levers(most: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """Some levers: on, off, or with fields within their ranges."""
    kinds = SCENARIO["properties"]["interventions"]["properties"]
    one = st.sampled_from(sorted(kinds)).flatmap(
        lambda kind: st.tuples(st.just(kind), of_schema(kinds[kind], SCENARIO).map(_in_order))
    )
    return st.lists(one, max_size=most).map(dict)


def scenarios() -> st.SearchStrategy[dict[str, Any]]:
    """Scenario files within what is declared, of the district that comes with the project."""
    known = SCENARIO["properties"]
    rest = ("start", "weeks", "context", "population_seed", "outputs")
    return st.fixed_dictionaries(
        {"schema": st.just(1), "name": _NAMES, "title": of_schema(known["title"], SCENARIO)},
        optional={
            **{name: of_schema(known[name], SCENARIO) for name in rest},
            "start": st.dates(date(1980, 1, 1), date(2100, 1, 1)),
            "interventions": levers(),
            "parameters": parameters(),
            "extends": st.sampled_from(["baseline", "service_circles", ["service_circles", "service_rooms"]]),
        },
    )


def beyond(low: float, high: float, integer: bool) -> tuple[float, ...]:
    """Numbers just out of bounds."""
    if integer:
        return int(low) - 1, int(high) + 1
    return math.nextafter(low, -math.inf), math.nextafter(high, math.inf)


def beyond_scenario(tree: dict[str, Any]) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """Values just out of the declared bounds, by the path of what has bounds in a scenario."""
    found: dict[tuple[str, ...], tuple[Any, ...]] = {
        ("weeks",): (0, 1041),
        ("population_seed",): (-1, 2**63),
        ("outputs", "resident_sample"): (-1, 10_001),
        ("start",): (date(1979, 12, 31), date(2100, 1, 2)),
    }
    for name in tree.get("parameters", {}):
        found["parameters", name] = beyond(PARAMETERS[name].low, PARAMETERS[name].high, False)
    for kind, fields in tree.get("interventions", {}).items():
        for name in fields if isinstance(fields, dict) else ():
            declared = SCENARIO["$defs"][kind]["properties"][name]
            span = bounds_of(declared)
            if span is not None:
                found["interventions", kind, name] = beyond(*span, declared["type"] == "integer")
    return found
