"""Community homes (H11): rooms that member units open to their neighbours."""

from datetime import date
from typing import ClassVar

import numpy as np

from simulation.interventions.base import Measure, lever_field, number
from simulation.interventions.shared.calendar import fen
from simulation.interventions.shared.venues import Venues
from simulation.state.facilities import VENUE
from simulation.state.world import World


class CommunityHomes(Venues):
    """Eleven homes among 850 000 residents: neighbours meet in them, and the mean stays about where it was.

    Member units lend the rooms: their shadow price is noted.
    """

    kind: ClassVar[str] = "community_homes"
    claim: ClassVar[str] = "H11"
    title_zh: ClassVar[str] = "社区之家"
    title_en: ClassVar[str] = "Community homes"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I36": Measure(
            "社区之家",
            "community homes",
            "visits in the catchment areas (3); ties among the neighbours who meet there",
            "satisfaction_culture",
            figure="11",
            whole=True,
        ),
    }

    count: int = number(11, 0, 60, "homes", "I36", "数量", "number", source="case study")
    capacity: float = number(320.0, 200, 600, "uses/week", "I36", "每处服务能力", "capacity of each")
    capital_yuan: float = number(200_000.0, 0, 2_000_000, "yuan", "I36", "每处建设费", "set-up of each")
    running_yuan: float = number(50_000.0, 0, 2_000_000, "yuan/year", "I36", "每处年运行费", "running cost of each")
    start: date = lever_field(date(2018, 7, 2), "I36", "开始日期", "begin")
    finish: date = lever_field(date(2020, 12, 31), "I36", "完成日期", "day when all are open")

    def apply(self, world: World, tick: int) -> None:
        """Pay, and let those who use a home get to know each other."""
        super().apply(world, tick)
        f, p, n = world.facilities, world.params, len(world.communities)
        ours = f.added & (f.kind == VENUE) & (f.capacity == self.capacity)
        homes = ours & (f.opened <= tick) & np.isin(f.opened, self._opened(world))
        uses = np.bincount(world.community_near(f.cell[homes]), f.capacity[homes], n)
        residents = np.maximum(world.communities.residents / world.scale, 1)
        world.levers.ties += p["ties.per_attendance"] * uses / residents
        world.ledger.note_unpaid(float(uses.sum()) * fen(p["budget.lent_use"]), "rooms of member units")
