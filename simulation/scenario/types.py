"""The typed scenario: what a file may say, once its parents are merged."""

from datetime import date
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, field_validator

from simulation.interventions.base import Intervention, as_date
from simulation.interventions.registry import interventions
from simulation.parameters import ParameterError, Parameters
from simulation.scenario.context import STRICT, Context, Outputs, Readings, Title
from simulation.scenario.messages import AtKeys, explain_all, written
from simulation.spelling import did_you_mean, full_width_in
from simulation.yaml_source import Keys

SCHEMA = 1
POPULATION_SEED = 1
"""The people are the same in every run unless a scenario says so: replicates differ in luck, not in who is there."""


class Scenario(BaseModel):
    """A resolved scenario: parents merged, defaults filled in, everything checked."""

    model_config = ConfigDict(**STRICT, populate_by_name=True)
    resolved: ClassVar = ("extends", "parameters_from")
    """What a file may say besides; both are merged in before it is checked."""

    version: int = Field(SCHEMA, alias="schema", ge=SCHEMA, le=SCHEMA, description="格式版本 / version of the format")
    name: str = Field(pattern="^[a-z0-9_]{1,60}$", description="唯一名称 / unique name")
    title: Title
    district: str = Field("huitian", min_length=1, description="地区数据 / folder of district data")
    readings: Readings = Readings()
    start: date = Field(date(2018, 1, 1), ge=date(1980, 1, 1), le=date(2100, 1, 1), description="起始日期 / first day")
    weeks: int = Field(208, ge=1, le=1040, description="周数 / weeks simulated")
    context: Context = Context()
    interventions: dict[str, SerializeAsAny[Intervention]] = Field(default_factory=dict)
    parameters: dict[str, float] = Field(default_factory=dict)
    population_seed: int = Field(
        POPULATION_SEED, ge=0, le=2**63 - 1, description="人口种子 / seed of the people; replicates share them"
    )
    outputs: Outputs = Outputs()

    @field_validator("start", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        return as_date(value)

    @field_validator("interventions", mode="before")
    @classmethod
    def _typed(cls, value: Any) -> Any:
        return _levers(value) if isinstance(value, dict) else value

    @field_validator("parameters", mode="before")
    @classmethod
    def _in_range(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        problems: list[tuple[Keys, str]] = []
        for name, number in value.items():
            try:
                Parameters({name: number})
            except ParameterError as error:
                problems.append(((name,), str(error)))
        if problems:
            raise AtKeys(problems)
        return {name: float(number) for name, number in sorted(value.items())}


def _levers(given: dict[str, Any]) -> dict[str, Intervention]:
    """Objects of the levers that are on, sorted by kind."""
    levers: dict[str, Intervention] = {}
    problems: list[tuple[Keys, str]] = []
    for kind, fields in sorted(given.items()):
        if fields is False and kind in interventions():
            continue
        try:
            levers[kind] = _lever(kind, fields)
        except AtKeys as error:
            problems += error.problems
    if problems:
        raise AtKeys(problems)
    return levers


def _lever(kind: str, fields: Any) -> Intervention:
    known = interventions()
    if kind not in known:
        meant = full_width_in(kind) or did_you_mean(kind, known)
        raise AtKeys(
            [
                (
                    (kind,),
                    f"unknown intervention{meant}; known are {', '.join(known)}",
                )
            ]
        )
    if isinstance(fields, Intervention):
        return fields
    if fields is not True and fields is not None and not isinstance(fields, dict):
        raise AtKeys([((kind,), f"must be true, false or a block of fields, not {written(fields)}")])
    try:
        return known[kind].model_validate(fields if isinstance(fields, dict) else {})
    except ValidationError as error:
        raise AtKeys([((kind, *keys), text) for keys, text in explain_all(error, known[kind])]) from None
