"""JSON Schema of scenario files, made from the types that check them."""

from typing import Any

from simulation.interventions.registry import interventions
from simulation.parameters import PARAMETERS
from simulation.scenario.types import Scenario


def scenario_schema() -> dict[str, Any]:
    """Schema (2020-12) with the fields, units, ranges and claims of all interventions and the ranges of parameters."""
    schema = Scenario.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    definitions = schema.setdefault("$defs", {})
    levers = {}
    for kind, item in interventions().items():
        own = item.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(own.pop("$defs", {}))
        definitions[kind] = {**own, "title": f"{item.title_zh} / {item.title_en}", "claim": item.claim}
        # a name with nothing behind it switches the lever on, as `true` does
        levers[kind] = {"anyOf": [{"type": "boolean"}, {"type": "null"}, {"$ref": f"#/$defs/{kind}"}]}
    schema["properties"]["interventions"] = {"type": "object", "properties": levers, "additionalProperties": False}
    schema["properties"]["parameters"] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            p.name: {
                "type": "number",
                "minimum": p.low,
                "maximum": p.high,
                "default": p.default,
                "description": f"{p.zh} / {p.en} ({p.unit}; {p.source})",
            }
            for p in PARAMETERS.values()
        },
    }
    schema["properties"]["extends"] = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
        "description": "父情景 / parent, or parents of which a later one stands above the others, merged key by key",
    }
    schema["properties"]["parameters_from"] = {
        "type": "string",
        "description": "参数文件 / file of parameter values; `parameters` stand above them",
    }
    schema["required"] = ["name", "title"]
    return schema
