"""The table of parameters and its overrides."""

import ast
import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.parameters import PARAMETERS, ParameterError, Parameters

PACKAGE = Path(__file__).parents[2] / "simulation"


@pytest.mark.parametrize("row", PARAMETERS.values(), ids=lambda row: row.name)
def test_each_row_is_complete(row):
    assert row.low <= row.default <= row.high
    assert all(math.isfinite(value) for value in (row.low, row.default, row.high))
    assert row.unit and row.source and row.zh and row.en
    assert not row.assumed or row.low < row.high, "an assumption needs a range"


def test_every_name_in_the_code_exists():
    pattern = re.compile(r"""\b(?:p|params|parameters)\[\s*"([a-z_0-9]+\.[a-z_0-9]+)"\s*\]""")
    asked = {name for file in PACKAGE.rglob("*.py") for name in pattern.findall(file.read_text("utf-8"))}
    assert len(asked) > 100
    assert asked <= set(PARAMETERS)


WEIGHED = PACKAGE.parent / "experiments" / "answers" / "costs.py"
"""Parameters of what costs are worth, which no run needs."""


def test_no_parameter_is_idle():
    """Each name, or its group and the part before a formatted piece, is written in the model or its observation."""
    literals = set()
    for file in (*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "experiments" / "validation").rglob("*.py"), WEIGHED):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                literals.add(node.value)
    stems = tuple(text for text in literals if "." in text and text.endswith(("_", ".")))
    idle = [name for name in PARAMETERS if name not in literals and not name.startswith(stems)]
    assert idle == []


@given(st.sampled_from(sorted(PARAMETERS)), st.floats(0, 1))
def test_an_override_inside_its_range_is_taken(name, share):
    row = PARAMETERS[name]
    value = min(row.low + share * (row.high - row.low), row.high)
    assert Parameters({name: value})[name] == value


def test_an_override_by_the_default_is_none():
    name, row = next(iter(PARAMETERS.items()))
    assert Parameters({name: row.default}).overrides == {}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("staff.overhead_hour", 100, "did you mean 'staff.overhead_hours'"),
        ("access.detour", 9, "allowed are 1.2 to 1.6 ratio"),
        ("access.detour", math.nan, "allowed are 1.2 to 1.6"),
        ("access.detour", True, "must be a number"),
        ("access.detour", "1.3", "must be a number"),
    ],
)
def test_a_bad_override_is_refused(name, value, words):
    with pytest.raises(ParameterError, match=re.escape(words)):
        Parameters({name: value})
