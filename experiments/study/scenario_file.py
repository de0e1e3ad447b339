"""A scenario as a file of its own."""

import io

from ruamel.yaml import YAML

from simulation.scenario.types import Scenario

_SELDOM = ("readings", "outputs", "parameters")
"""Blocks of a scenario that are written only where they say something."""


def yaml_text(scenario: Scenario) -> str:
    """The scenario in full, without a parent, as `huitian run` reads it."""
    known = Scenario.model_fields
    idle = {key for key in _SELDOM if getattr(scenario, key) == known[key].get_default(call_default_factory=True)}
    data = scenario.model_dump(mode="json", by_alias=True, exclude=idle)
    yaml, text = YAML(), io.StringIO()
    yaml.allow_unicode = True
    yaml.width = 120
    yaml.dump(data, text)
    return text.getvalue()
