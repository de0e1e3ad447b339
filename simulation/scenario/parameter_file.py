"""Files of parameter values with their ranges, as a calibration writes them and scenarios name them."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from simulation import yaml_source
from simulation.parameters import ParameterError, check
from simulation.whole import write_text
from simulation.yaml_source import Source, is_file

SCHEMA = 1
_FIELDS = ("value", "low", "high")


def read_parameter_file(file: Path) -> Source:
    """Read and check a parameter file.

    Its keys are `schema` (1), `origin` (any notes, optional) and `parameters`: for each dotted name a `value` and, if
    known, the range `low` to `high` that it was taken from.

    Returns
    -------
    Source
        `data` maps each name to a dict of floats with the keys that the file gives.

    Raises
    ------
    SourceError
        If the file cannot be read, a key is unknown, or a number is outside the parameter's range or its own.
    """
    source = yaml_source.read(file)
    for key in source.data:
        if key not in ("schema", "origin", "parameters"):
            raise source.error((key,), "unknown key; known are schema, origin, parameters")
    if source.data.get("schema", SCHEMA) != SCHEMA:
        raise source.error(("schema",), f"must be {SCHEMA}, not {source.data['schema']!r}")
    given = source.data.get("parameters")
    if not isinstance(given, dict) or not given:
        raise source.error(("parameters",), "must name at least one parameter")
    return Source({name: _row(source, name, row) for name, row in given.items()}, source.lines)


def _row(source: Source, name: str, row: Any) -> dict[str, float]:
    keys = ("parameters", name)
    if not isinstance(row, dict) or "value" not in row or not set(row) <= set(_FIELDS):
        raise source.error(keys, "must be a block with value and, if known, low and high")
    try:
        found = {key: check(name, number) for key, number in row.items()}
    except ParameterError as error:
        raise source.error(keys, str(error)) from None
    if not found.get("low", found["value"]) <= found["value"] <= found.get("high", found["value"]):
        raise source.error(keys, f"value {found['value']:g} is outside its own range low to high")
    return found


def write_parameter_file(file: Path, rows: Mapping[str, Mapping[str, float]], origin: Mapping[str, Any]) -> None:
    """Write a file that `read_parameter_file` reads; `rows` maps names to value, low and high."""
    text = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = None
    yaml.allow_unicode = True
    yaml.width = 120
    yaml.dump({"schema": SCHEMA, "origin": dict(origin), "parameters": {n: dict(row) for n, row in rows.items()}}, text)
    write_text(file, text.getvalue())


def with_parameters_from(source: Source, file: Path) -> Source:
    """A scenario's source with the values of the file that its `parameters_from` names below its own `parameters`.

    The path is relative to the scenario `file`. A source without that key comes back as it is.

    Raises
    ------
    SourceError
        As `read_parameter_file`, or if the key holds no path.
    """
    if "parameters_from" not in source.data:
        return source
    named = source.data["parameters_from"]
    if not isinstance(named, str) or not named:
        raise source.error(("parameters_from",), f"must be the path of a parameter file, not {named!r}")
    if not is_file(file.parent / named):
        raise source.error(("parameters_from",), f"{file.parent / named}: no such file")
    values = read_parameter_file(file.parent / named)
    own = source.data.get("parameters", {})
    if not isinstance(own, dict):
        return source  # what is wrong with it is said where it is checked
    data = {key: value for key, value in source.data.items() if key != "parameters_from"}
    data["parameters"] = {**{name: row["value"] for name, row in values.data.items()}, **own}
    lines = {keys: place for keys, place in values.lines.items() if keys[0] == "parameters"}
    return Source(data, lines | source.lines)
