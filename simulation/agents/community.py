"""Communities (社区) and villages (村), and the posts of their workers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.agents.table import RowAgent, Table


@dataclass(eq=False)
class Communities(Table):
    """One row a community or village; a split keeps the row for one part and adds rows for the others."""

    name_zh: NDArray[np.object_]
    name_en: NDArray[np.object_]
    subdistrict: NDArray[np.int16]
    village: NDArray[np.bool_]
    parent: NDArray[np.int16]  # -1, or the row it was split from
    office_cell: NDArray[np.int32]
    residents: NDArray[np.int64]  # at the scale of the run
    households: NDArray[np.int64]  # at the scale of the run
    changed_tick: NDArray[np.int32]  # tick of the latest change of boundary; very negative if never
    room_area: NDArray[np.float64]  # m2 of service room
    knowledge: NDArray[np.float64]  # local knowledge, 0-1
    load: NDArray[np.float64]  # utilisation this week: hours asked for over hours available
    load_memory: NDArray[np.float64]  # the same, remembered over some weeks
    hours_needed: NDArray[np.float64]  # hours asked for this week, at the scale of the run
    hours_supplied: NDArray[np.float64]  # hours available this week, at the scale of the run
    delay: NDArray[np.float64]  # expected days until the committee has dealt with a request
    volunteer_delay: NDArray[np.float64]  # the same for gate heads and volunteers
    latent: NDArray[np.float64]  # (n, 10) unreported issues by domain
    open_issues: NDArray[np.float64]  # (n, 10) requests open by domain
    norm: NDArray[np.float64]  # (n, 10) normative expectation, 0-1
    volunteer_hours: NDArray[np.float64]  # hours given last week
    ties: NDArray[np.float64]  # ties a resident that activities made and that still hold, besides the first eight


@dataclass(eq=False)
class Workers(Table):
    """One row a post of a community worker; a post is filled or vacant, never lost."""

    community: NDArray[np.int16]
    burnout: NDArray[np.float64]  # 0-1
    proneness: NDArray[np.float64]  # factor of the build-up of burnout
    weeks: NDArray[np.int32]  # since hiring
    vacancy: NDArray[np.int32]  # weeks until filled; 0 = filled
    hires: NDArray[np.int32]  # how often the post was filled, part of the address of its draws


class Community(RowAgent, table=Communities):
    """A residents' committee with its community, or a village."""

    @property
    def workers(self) -> int:
        """Filled posts."""
        posts = self.model.world.workers
        return int(np.count_nonzero((posts.community == self.row) & (posts.vacancy == 0)))
