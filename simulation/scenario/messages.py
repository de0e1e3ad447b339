"""What is wrong with a value, in the words of a YAML file: key, problem, what would be right."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

from simulation.spelling import did_you_mean, full_width_in, half_width, has_full_width
from simulation.yaml_source import Keys

LONGEST = 60  # characters of a value in a message
_PLAIN = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "it should be a block of keys"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "it should be true or false"),
    **dict.fromkeys(("date_type", "date_parsing"), "it should be a date, YYYY-MM-DD"),
}


class AtKeys(ValueError):
    """Problems at keys below the field that is being checked."""

    def __init__(self, problems: Sequence[tuple[Keys, str]]) -> None:
        super().__init__(problems[0][1])
        self.problems = problems


def explain(error: ValidationError, model: type[BaseModel]) -> tuple[Keys, str]:
    """Key and message of the first problem, and how many more there are."""
    (keys, text), *further = explain_all(error, model)
    return keys, text + (f" (and {len(further)} more)" if further else "")


def explain_all(error: ValidationError, model: type[BaseModel]) -> list[tuple[Keys, str]]:
    """Key and message of every problem."""
    found: list[tuple[Keys, str]] = []
    for problem in error.errors():
        keys = tuple(str(key) for key in problem["loc"] if key != "[key]")
        cause = problem.get("ctx", {}).get("error")
        if isinstance(cause, AtKeys):
            found += [((*keys, *below), text) for below, text in cause.problems]
        else:
            found.append((keys, str(cause) if isinstance(cause, ValueError) else _plain(problem, model, keys)))
    return found


def _plain(problem: Any, model: type[BaseModel], keys: Keys) -> str:
    field = _field(model, keys)
    if problem["type"] == "extra_forbidden":
        owner = _owner(model, keys[:-1])
        names = [*(f.alias or name for name, f in owner.model_fields.items()), *getattr(owner, "resolved", ())]
        return f"unknown key{full_width_in(keys[-1]) or did_you_mean(keys[-1], names)}; known are {', '.join(names)}"
    if problem["type"] == "missing":
        return "is required"
    value = problem.get("input")
    if isinstance(value, str) and has_full_width(value):
        return f"{written(value)} has full-width characters; write '{half_width(value)}'"
    text = _PLAIN.get(problem["type"]) or re.sub("^(Input|String)", "it", problem["msg"])
    return f"{text}, not {written(value)}{_range(field)}" if not isinstance(value, dict) else text


def written(value: Any) -> str:
    """A value as a YAML file has it, cut where it is long."""
    if value is None:
        return "empty"
    text = str(value).lower() if isinstance(value, bool) else str(value) if isinstance(value, date) else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _owner(model: type[BaseModel], keys: Keys) -> type[BaseModel]:
    for key in keys:
        annotation = model.model_fields[key].annotation
        model = annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else model
    return model


def _field(model: type[BaseModel], keys: Keys) -> Any:
    owner = _owner(model, keys[:-1]) if keys else model
    return next((f for name, f in owner.model_fields.items() if keys and keys[-1] in (name, f.alias)), None)


def _range(field: Any) -> str:
    """Allowed range and unit of a numeric field."""
    if field is None:
        return ""
    bounds = {name: getattr(m, name) for m in field.metadata for name in ("ge", "le") if hasattr(m, name)}
    unit = (field.json_schema_extra or {}).get("unit", "")
    if "ge" in bounds and "le" in bounds:
        low, high = (str(b) if isinstance(b, date) else f"{b:g}" for b in (bounds["ge"], bounds["le"]))
        return f"; allowed are {low} to {high} {unit}".rstrip()
    return ""
