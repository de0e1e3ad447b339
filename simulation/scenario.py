"""The typed scenario: what a YAML file may say, and the message for what it may not."""

import difflib
import re
import sysconfig
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, field_validator

from simulation import yaml_source
from simulation.district.data import DistrictError, district_folder, load_district
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions
from simulation.parameter_file import with_parameters_from
from simulation.parameters import ParameterError, Parameters
from simulation.yaml_source import Keys, Source, SourceError

SCHEMA = 1
DEEPEST = 10  # parents of parents
_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)
ScenarioError = SourceError
LONGEST = 60  # characters of a value in a message
_PLAIN = {**dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "it should be a block of keys"),
          **dict.fromkeys(("bool_type", "bool_parsing"), "it should be true or false"),
          **dict.fromkeys(("date_type", "date_parsing"), "it should be a date, YYYY-MM-DD")}


class Title(BaseModel):
    """Name for people, in both languages."""

    model_config = _STRICT
    zh: Annotated[str, Field(min_length=1, description="中文名称 / title in Chinese")]
    en: Annotated[str, Field(min_length=1, description="英文名称 / title in English")]


class Context(BaseModel):
    """Events that are no measure of the plan; they happen on their dates unless a scenario switches them off."""

    model_config = _STRICT
    hotline_reform: bool = Field(True, description="2019年12345接诉即办改革 / reform of the 12345 hotline in 2019")
    street_whistle: bool = Field(True, description="街乡吹哨、部门报到 / streets whistle, departments report (2018)")
    waste_law: bool = Field(True, description="2020年生活垃圾管理条例 / waste sorting law of May 2020")
    property_law: bool = Field(True, description="2020年物业管理条例 / property management law of May 2020")
    bike_path: bool = Field(True, description="2019年自行车专用路 / bicycle path of May 2019")
    epidemic: bool = Field(False, description="2020年新冠疫情 / epidemic of 2020")


class Readings(BaseModel):
    """Which reading of the district's data is used where its sources disagree; None takes the district's default."""

    model_config = _STRICT
    population: str | None = Field(None, description="常住人口取值 / reading of the number of residents")
    communities: str | None = Field(None, description="拆分前社区数取值 / reading of the communities before any split")


class Outputs(BaseModel):
    """What a run writes besides its usual files."""

    model_config = _STRICT
    resident_sample: int = Field(0, ge=0, le=10_000, description="抽样居民数 / residents followed week by week")


class Scenario(BaseModel):
    """A resolved scenario: parents merged, defaults filled in, everything checked."""

    model_config = ConfigDict(**_STRICT, populate_by_name=True)

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
    outputs: Outputs = Outputs()

    @field_validator("interventions", mode="before")
    @classmethod
    def _typed(cls, value: Any) -> Any:
        return _levers(value) if isinstance(value, dict) else value

    @field_validator("parameters", mode="before")
    @classmethod
    def _in_range(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        for name, number in value.items():
            try:
                Parameters({name: number})
            except ParameterError as error:
                raise _At((name,), str(error)) from None
        return {name: float(number) for name, number in sorted(value.items())}


class _At(ValueError):
    """A problem at a key below the field that is being checked."""

    def __init__(self, keys: Keys, problem: str) -> None:
        super().__init__(problem)
        self.keys = keys


def _levers(given: dict[str, Any]) -> dict[str, Intervention]:
    """Objects of the levers that are on, sorted by kind."""
    known, levers = interventions(), {}
    for kind, fields in sorted(given.items()):
        if kind not in known:
            raise _At((kind,), f"unknown intervention{_nearest(kind, known)}; known are {', '.join(known)}")
        if fields is False:
            continue
        if fields is not True and fields is not None and not isinstance(fields, dict | Intervention):
            raise _At((kind,), f"must be true, false or a block of fields, not {written(fields)}")
        if isinstance(fields, Intervention):
            levers[kind] = fields
            continue
        try:
            levers[kind] = known[kind].model_validate(fields if isinstance(fields, dict) else {})
        except ValidationError as error:
            keys, problem = _explain(error, known[kind])
            raise _At((kind, *keys), problem) from None
    return levers


def _nearest(word: str, known: Any) -> str:
    match = difflib.get_close_matches(word, list(known), 1, 0.5)
    return f"; did you mean '{match[0]}'?" if match else ""


def _explain(error: ValidationError, model: type[BaseModel]) -> tuple[Keys, str]:
    """Key and message of the first problem, and how many more there are."""
    problems = error.errors()
    first = problems[0]
    keys = tuple(str(key) for key in first["loc"] if key != "[key]")
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, _At):
        keys += cause.keys
    text = str(cause) if isinstance(cause, ValueError) else _plain(first, model, keys)
    return keys, text + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else "")


def _plain(problem: Any, model: type[BaseModel], keys: Keys) -> str:
    field = _field(model, keys)
    if problem["type"] == "extra_forbidden":
        owner = _owner(model, keys[:-1])
        names = [f.alias or name for name, f in owner.model_fields.items()]
        return f"unknown key{_nearest(keys[-1], names)}; known are {', '.join(names)}"
    if problem["type"] == "missing":
        return "is required"
    value = problem.get("input")
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


def scenarios_folder() -> Path:
    """Folder of the scenarios that come with the project: in the source tree, else where it was installed."""
    tree = Path(__file__).parents[1] / "scenarios"
    return tree if tree.is_dir() else Path(sysconfig.get_path("data")) / "share" / "huitian" / "scenarios"


def shipped() -> dict[str, Path]:
    """Scenario files that come with the project, by bare name."""
    return {file.stem: file for file in sorted(scenarios_folder().glob("*.yaml"))}


def find(name: str) -> Path:
    """File of a scenario given by path or bare name.

    Raises
    ------
    ScenarioError
        If there is none.
    """
    if name.endswith((".yaml", ".yml")) or "/" in name or Path(name).is_dir():
        return Path(name)
    known = shipped()
    if name in known:
        return known[name]
    if Path(f"{name}.yaml").is_file():
        return Path(f"{name}.yaml")
    raise ScenarioError(f"{name}: no such scenario{_nearest(name, known)}; known are {', '.join(known)}, "
                        f"or give the path of a .yaml file")


def load_scenario(name: str | Path) -> Scenario:
    """Read, merge and check a scenario given by path or bare name.

    Raises
    ------
    ScenarioError
        One line that names file, line, key, what is wrong and what would be right.
    """
    source = _merged(find(str(name)), ())
    try:
        scenario = Scenario.model_validate(source.data)
    except ValidationError as error:
        keys, problem = _explain(error, Scenario)
        raise source.error(keys, problem) from None
    _check_district(scenario, source)
    return scenario


def _check_district(scenario: Scenario, source: Source) -> None:
    """The district is there, and so are the readings; the rest of its data is read when it is needed."""
    try:
        district_folder(scenario.district)
    except DistrictError as error:
        raise source.error(("district",), str(error)) from None
    chosen = scenario.readings.model_dump(exclude_none=True)
    if not chosen:
        return
    district = load_district(scenario.district)
    known = {"population": list(district.readings), "communities": list(district.community_readings)}
    for what, reading in chosen.items():
        if reading not in known[what]:
            raise source.error(("readings", what), f"unknown reading '{reading}' of {district.name}"
                               f"{_nearest(reading, known[what])}; known are {', '.join(known[what])}")


def _merged(file: Path, children: tuple[Path, ...]) -> Source:
    source = with_parameters_from(yaml_source.read(file), file)
    if "extends" not in source.data:
        return source
    parent = source.data.pop("extends")
    if not isinstance(parent, str):
        raise source.error(("extends",), f"must be the name of one scenario, not {written(parent)}")
    above = file.parent / (parent if parent.endswith((".yaml", ".yml")) else f"{parent}.yaml")
    if above.name != Path(parent).name and not above.is_file():
        try:
            above = find(parent)
        except ScenarioError as error:
            raise source.error(("extends",), str(error)) from None
    if not above.is_file():
        raise source.error(("extends",), f"{above}: {'is a folder, not a file' if above.is_dir() else 'no such file'}")
    chain = (*children, file.resolve())
    if above.resolve() in chain:
        raise source.error(("extends",), f"goes in a circle: {' -> '.join(f.stem for f in (*chain, above))}")
    if len(chain) > DEEPEST:
        raise source.error(("extends",), f"more than {DEEPEST} parents, one above the other")
    base = _merged(above, chain)
    own = {key: source.data.get(key) for key in ("name", "title")}
    for key, value in own.items():
        if value is None:
            raise source.error((key,), "is required")
    return Source(_merge(base.data, source.data), base.lines | source.lines)


def _merge(base: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """`top` over `base`, key by key; a block meets a block, anything else replaces."""
    merged = dict(base)
    for key, value in top.items():
        old = merged.get(key)
        merged[key] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged
