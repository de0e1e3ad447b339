"""Files that say what a sweep, a search or a calibration shall do: read strictly, refused with one line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from simulation import yaml_source
from simulation.scenario.context import Title
from simulation.scenario.messages import written
from simulation.yaml_source import Keys, Source, SourceError

STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)


COMMANDS = {"sweep": "scenarios", "search": "budget_yuan", "calibrate": "patterns"}
"""Commands, and a key that only their files have."""


class Question(Title):
    """What is asked, in both languages; longer than the name of a scenario, which stands beside others in charts."""

    zh: Annotated[str, Field(min_length=1, max_length=1000)]
    en: Annotated[str, Field(min_length=1, max_length=1000)]


class PlanFile(BaseModel):
    """What every such file says; a question in one language stands for both."""

    model_config = ConfigDict(**STRICT, populate_by_name=True)
    version: int = Field(1, alias="schema", ge=1, le=1)
    name: str = Field(pattern="^[a-z0-9_]{1,60}$")
    question: Question

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
        A line for each fault that names file, line, key, what is wrong and what would be right.
    """
    source = yaml_source.read(file)
    right = next((name for name, key in COMMANDS.items() if key in source.data), command)
    if right != command and COMMANDS[command] not in source.data:
        raise SourceError(f"{file}: is a file for `huitian {right} {file}`, not for `huitian {command}`")
    source.data.update({key: value for key, value in (given or {}).items() if value is not None})
    try:
        return model.model_validate(source.data), source
    except ValidationError as error:
        raise source.errors(_problems(error, source.data, model)) from None


def _problems(error: ValidationError, data: dict[str, Any], model: type[BaseModel]) -> list[tuple[Keys, str]]:
    """Key and message of every problem; of a value that may have several forms, that of the form that came furthest."""
    found: dict[Keys, str] = {}
    for problem in error.errors():
        found.setdefault(_keys(problem, data), _plain(problem, model))
    further = {keys[:end] for keys in found for end in range(1, len(keys))}
    return [(keys, text) for keys, text in found.items() if keys not in further]


def _keys(problem: Any, data: Any) -> Keys:
    """Where a problem stands in the file: its path without the names of forms, which pydantic puts between."""
    keys: list[str] = []
    for part in problem["loc"]:
        if part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data)):
            data = data[part]
        elif problem["type"] != "missing" or part != problem["loc"][-1]:
            continue
        keys.append(str(part))
    return tuple(keys)


def _plain(problem: Any, model: type[BaseModel]) -> str:
    if problem["type"] == "extra_forbidden":
        known = ", ".join(field.alias or name for name, field in model.model_fields.items())
        return f"unknown key; known are {known}" if len(problem["loc"]) == 1 else "unknown key"
    if problem["type"] == "missing":
        return "is required"
    if "error" in problem.get("ctx", {}):
        return str(problem["ctx"]["error"])
    return f"{problem['msg'].replace('Input', 'it')}, not {written(problem['input'])}"
