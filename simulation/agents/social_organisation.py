"""Social organisations (社会组织)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.agents.table import RowAgent, Table

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


@dataclass(eq=False)
class Organisations(Table):
    """One row an organisation that ever existed; `weeks` counts from its start, -1 once it is gone."""

    kind: NDArray[np.int8]  # index into KINDS
    community: NDArray[np.int16]  # home
    weeks: NDArray[np.int32]


class SocialOrganisation(RowAgent, table=Organisations):
    """A social organisation at its home community."""

    @property
    def active(self) -> bool:
        """Whether it still exists."""
        return bool(self.weeks >= 0)
