"""Social organisations (社会组织)."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from simulation.domains import ELDER, ENVIRONMENT, SAFETY, WEEKS_PER_YEAR
from simulation.elementary import log1p
from simulation.parameters import Parameters
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


def age_at_rest(u: NDArray[np.float64], p: Parameters) -> NDArray[np.int64]:
    """Weeks of organisations where as many are founded as end, at the quantiles `u`: geometric with the hazard (20)."""
    hazard = p["organisations.exit"] / WEEKS_PER_YEAR * (1 - p["organisations.funded_share"])
    return np.floor(log1p(-u) / log1p(-hazard)).astype(np.int64)
