"""Files that say what a sweep, a search or a calibration shall do: read strictly, refused with one line."""

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulation import yaml_source
from simulation.scenario.context import Title
from simulation.yaml_source import Source

STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)


class PlanFile(BaseModel):
    """What every such file says."""

    model_config = ConfigDict(**STRICT, populate_by_name=True)
    version: int = Field(1, alias="schema", ge=1, le=1)
    name: str = Field(pattern="^[a-z0-9_]{1,60}$")
    question: Title


Plan = TypeVar("Plan", bound=BaseModel)


def read_plan(file: Path, model: type[Plan]) -> tuple[Plan, Source]:
    """The plan of a file, and the source that knows its lines.

    Raises
    ------
    SourceError
        One line that names file, line, key, what is wrong and what would be right.
    """
    source = yaml_source.read(file)
    try:
        return model.model_validate(source.data), source
    except ValidationError as error:
        first = error.errors()[0]
        raise source.error(tuple(str(key) for key in first["loc"]), _plain(first, model)) from None


def _plain(problem: Any, model: type[BaseModel]) -> str:
    if problem["type"] == "extra_forbidden":
        known = ", ".join(field.alias or name for name, field in model.model_fields.items())
        return f"unknown key; known are {known}" if len(problem["loc"]) == 1 else "unknown key"
    if problem["type"] == "missing":
        return "is required"
    if "error" in problem.get("ctx", {}):
        return str(problem["ctx"]["error"])
    return f"{problem['msg'].replace('Input', 'it')}, not {problem['input']!r}"
