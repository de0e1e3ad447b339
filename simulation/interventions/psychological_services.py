"""Social-psychological services (H12): three centres and three stations."""

from datetime import date
from typing import ClassVar

from simulation.domains import CULTURE, SAFETY
from simulation.interventions.base import Measure, lever_field, number
from simulation.interventions.shared.calendar import opening_ticks
from simulation.interventions.shared.venues import Venues
from simulation.state.world import World


class PsychologicalServices(Venues):
    """Advisers settle disputes and troubles that nobody reported; few use a station, so the mean hardly moves.

    15 500 attendances in half a year are 0.02 a resident.
    """

    kind: ClassVar[str] = "psychological_services"
    claim: ClassVar[str] = "H12"
    title_zh: ClassVar[str] = "社会心理服务站点"
    title_en: ClassVar[str] = "Psychological service stations"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I37": Measure(
            "社会心理服务站点",
            "social psychological service centres and stations",
            "unreported disputes and troubles that advisers settle; visits in the catchment areas (3)",
            "satisfaction_culture",
            figure="3 new, 6 in all",
            whole=True,
        ),
    }

    count: int = number(6, 0, 60, "sites", "I37", "数量", "number", source="case study")
    capacity: float = number(100.0, 50, 150, "uses/week", "I37", "每处服务能力", "capacity of each")
    settled: float = number(
        0.1, 0, 0.5, "issues/use", "I37", "每次咨询解决的纠纷与困扰", "disputes and troubles that a use settles"
    )
    capital_yuan: float = number(200_000.0, 0, 2_000_000, "yuan", "I37", "每处建设费", "set-up of each")
    running_yuan: float = number(300_000.0, 0, 2_000_000, "yuan/year", "I37", "每处年运行费", "running cost of each")
    start: date = lever_field(date(2019, 1, 7), "I37", "开始日期", "begin")
    finish: date = lever_field(date(2020, 12, 31), "I37", "完成日期", "day when all are open")

    def apply(self, world: World, tick: int) -> None:
        """Pay, and settle what comes up in talks: half of it disputes, half of it troubles of social life."""
        super().apply(world, tick)
        uses = self.capacity * int((opening_ticks(world, self.count, self.start, self.finish) <= tick).sum())
        residents = world.communities.residents
        each = self.settled * uses * residents / residents.sum()
        for domain in (SAFETY, CULTURE):
            world.levers.advised[:, domain] += each / 2
