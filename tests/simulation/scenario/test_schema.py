"""The JSON Schema says what the loader accepts: same fields, ranges, defaults; shipped files pass."""

import json
import re
from datetime import date

import pytest
from ruamel.yaml import YAML

from simulation.interventions.registry import interventions
from simulation.parameters import PARAMETERS
from simulation.scenario.load import load_scenario, shipped
from simulation.scenario.schema import scenario_schema
from simulation.scenario.types import Scenario

TYPES = {
    "object": dict,
    "string": (str, date),
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
CHECKED = {
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "properties",
    "required",
    "additionalProperties",
    "anyOf",
    "$ref",
}
NOTES = {
    "title",
    "description",
    "default",
    "format",
    "unit",
    "zh",
    "en",
    "measure",
    "source",
    "soft",
    "claim",
    "$defs",
    "$schema",
}


@pytest.fixture(scope="module")
def schema():
    return scenario_schema()


def problems(schema: dict, root: dict, value: object, where: str = "") -> list[str]:
    """Violations of the part of JSON Schema that the scenario's schema uses; refuses keywords beyond it."""
    assert set(schema) <= CHECKED | NOTES, set(schema) - CHECKED - NOTES
    found = []
    if "$ref" in schema:
        found += problems(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, value, where)
    if "anyOf" in schema and all(problems(option, root, value, where) for option in schema["anyOf"]):
        found.append(f"{where}: none of the forms")
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool))):
        return [*found, f"{where}: no {kind}"]
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        found.append(f"{where}: not allowed")
    if kind in ("integer", "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{where}: out of range")
    if kind == "string" and not (
        re.search(schema.get("pattern", ""), str(value))
        and schema.get("minLength", 0) <= len(str(value)) <= schema.get("maxLength", len(str(value)))
    ):
        found.append(f"{where}: no such text")
    for name in schema.get("required", ()):
        found += [] if name in value else [f"{where}.{name}: missing"]
    for name, item in value.items() if kind == "object" else ():
        if name in schema.get("properties", {}):
            found += problems(schema["properties"][name], root, item, f"{where}.{name}")
        elif schema.get("additionalProperties") is False:
            found.append(f"{where}.{name}: unknown")
    return found


@pytest.mark.parametrize("name", shipped())
def test_shipped_files_pass(schema, name):
    content = YAML(typ="safe").load(shipped()[name].read_text("utf-8"))
    assert problems(schema, schema, content) == []


def test_a_lever_with_nothing_behind_its_name_is_switched_on_and_declared(schema, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\ntitle: {zh: 我, en: I}\ninterventions:\n  infrastructure:\n", "utf-8")
    assert list(load_scenario(file).interventions) == ["infrastructure"]
    assert problems(schema, schema, YAML(typ="safe").load(file)) == []


GOOD = {"name": "mine", "title": {"zh": "我", "en": "I"}}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({}, ".name"),
        ({"wekks": 3}, ".wekks"),
        ({"weeks": 0}, ".weeks"),
        ({"weeks": True}, ".weeks"),
        ({"name": "Mine!"}, ".name"),
        ({"title": {"en": "I"}}, ".title.zh"),
        ({"title": {"zh": "", "en": "I"}}, ".title.zh"),
        ({"schema": 2}, ".schema"),
        ({"context": {"waste_law": "yes"}}, ".context.waste_law"),
        ({"interventions": {"circles": True}}, ".circles"),
        ({"interventions": {"service_circles": {"target": 500}}}, ".service_circles"),
        ({"interventions": {"service_circles": {"siting": "best"}}}, ".service_circles"),
        ({"interventions": {"service_circles": 1}}, ".service_circles"),
        ({"parameters": {"access.detour": 9}}, ".access.detour"),
        ({"parameters": {"access.detuor": 1}}, ".access.detuor"),
    ],
)
def test_mistakes_do_not_pass(schema, content, place):
    whole = {**GOOD, **content} if content else {"title": GOOD["title"]}
    assert any(place in line for line in problems(schema, schema, whole))


@pytest.mark.parametrize("kind", interventions())
def test_every_field_has_what_an_editor_shows(schema, kind):
    item = interventions()[kind]
    block = schema["$defs"][kind]
    assert block["claim"] == item.claim and item.title_zh in block["title"] and item.title_en in block["title"]
    assert set(block["properties"]) == set(item.model_fields)
    for name, field in block["properties"].items():
        assert field["zh"] and field["en"] and re.fullmatch(r"I\d\d", field["measure"]), name
        assert field["source"], name
        assert "default" in field, name
        if field.get("type") in ("integer", "number"):
            assert field["minimum"] <= field["default"] <= field["maximum"], name
            assert field["unit"], name


def test_ranges_of_parameters_are_those_of_the_table(schema):
    rows = schema["properties"]["parameters"]["properties"]
    assert {name: (row["minimum"], row["maximum"], row["default"]) for name, row in rows.items()} == {
        p.name: (p.low, p.high, p.default) for p in PARAMETERS.values()
    }
    assert all(PARAMETERS[name].unit in row["description"] for name, row in rows.items())


def test_every_key_of_a_scenario_is_in_the_schema(schema):
    keys = {field.alias or name for name, field in Scenario.model_fields.items()} | {"extends", "parameters_from"}
    assert set(schema["properties"]) == keys


def test_it_is_json_and_its_references_lead_somewhere(schema):
    text = json.dumps(schema)
    targets = set(re.findall(r'"#/\$defs/(\w+)"', text))
    assert targets and targets <= set(schema["$defs"])
