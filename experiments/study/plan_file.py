"""Files that say what a sweep, a search or a calibration shall do: read strictly, refused with one line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from simulation import yaml_source
from simulation.scenario.context import Title
from simulation.yaml_source import Source, SourceError

STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)


COMMANDS = {"sweep": "scenarios", "search": "budget_yuan", "calibrate": "patterns"}
"""Commands, and a key that only their files have."""


class PlanFile(BaseModel):
    """What every such file says; a question in one language stands for both."""

    model_config = ConfigDict(**STRICT, populate_by_name=True)
    version: int = Field(1, alias="schema", ge=1, le=1)
    name: str = Field(pattern="^[a-z0-9_]{1,60}$")
    question: Title

    @field_validator("question", mode="before")
    @classmethod
    def _both(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"zh": given, "en": given}
        if isinstance(given, dict) and len(given) == 1 and given.keys() <= {"zh", "en"}:
            [text] = given.values()
            return {"zh": text, "en": text}
        return given


Plan = TypeVar("Plan", bound=BaseModel)


def read_plan(
    file: Path, model: type[Plan], command: str, given: Mapping[str, Any] | None = None
) -> tuple[Plan, Source]:
    """The plan of a file, and the source that knows its lines.

    Parameters
    ----------
    command : str
        The command that takes such files, one of `COMMANDS`.
    given : mapping, optional
        What is said on the command line instead of in the file, by key.

    Raises
    ------
    SourceError
        One line that names file, line, key, what is wrong and what would be right.
    """
    source = yaml_source.read(file)
    right = next((name for name, key in COMMANDS.items() if key in source.data), command)
    if right != command and COMMANDS[command] not in source.data:
        raise SourceError(f"{file}: is a file for `huitian {right} {file}`, not for `huitian {command}`")
    source.data.update({key: value for key, value in (given or {}).items() if value is not None})
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
