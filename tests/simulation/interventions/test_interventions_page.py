"""The page of levers says what the code says."""

import re
from enum import Enum
from pathlib import Path

import pytest

from simulation.interventions.base import Intervention
from simulation.interventions.community_splits import CommunitySplits
from simulation.interventions.service_circles import ServiceCircles

PAGE = Path(__file__).parents[3] / "docs" / "interventions.md"


def rows_of_code(lever: type[Intervention]) -> list[list[str]]:
    rows = []
    for name, field in lever.model_fields.items():
        extra, low = field.json_schema_extra, [m.ge for m in field.metadata if hasattr(m, "ge")]
        high = [m.le for m in field.metadata if hasattr(m, "le")]
        default = field.default.value if isinstance(field.default, Enum) else field.default
        number = isinstance(default, int | float) and not isinstance(default, bool)
        rows.append(
            [
                f"`{name}`",
                f"{default:g}" if number and default < 1e5 else f"{default:.0f}" if number else str(default),
                f"{low[0]:.0f} to {high[0]:.0f}" if number else "",
                extra["unit"],
                extra["source"],
            ]
        )
    return rows


def rows_of_page(kind: str) -> list[list[str]]:
    section = PAGE.read_text("utf-8").split(f"\n## `{kind}`")[1].split("\n## ")[0]
    table = section.split("| field | default | range | unit | source |\n|---|---|---|---|---|\n")[1].split("\n\n")[0]
    return [[cell.strip() for cell in re.split(r"\|", line)[1:-1]] for line in table.splitlines()]


@pytest.mark.parametrize("lever", [ServiceCircles, CommunitySplits])
def test_fields_of_the_page_are_those_of_the_code(lever: type[Intervention]):
    assert rows_of_page(lever.kind) == rows_of_code(lever)
