"""Social organisations (社会组织)."""

from dataclasses import dataclass
from typing import Annotated

from simulation.domains import ELDER, ENVIRONMENT, SAFETY
from simulation.state.table import I8, I16, I32, Column, Table

KINDS = (
    "culture_sport",
    "elder_disabled",
    "child_family",
    "environment",
    "volunteer",
    "psychology",
    "dispute",
    "online_platform",
    "social_enterprise",
)
FIELDS = {"elder_disabled": ELDER, "environment": ENVIRONMENT, "dispute": SAFETY}
"""Kinds whose hours settle issues of a domain; the hours of the others are culture and social life."""


@dataclass(eq=False)
class Organisations(Table):
    """One row for each organisation that ever existed."""

    kind: Annotated[I8, Column("index into KINDS", moves=True)]
    community: Annotated[I16, Column("row of the home community", moves=True)]
    weeks: Annotated[I32, Column("weeks since its start; -1 once it is gone", moves=True)]
