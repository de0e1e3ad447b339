"""Elder care (H15): institutions with beds, where most older people are out of reach of one."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, opening_ticks
from simulation.interventions.shared.placing import Order
from simulation.state.ledger import Kind
from simulation.state.world import World

INSTITUTION = "elder_institution"


class ElderCare(Intervention):
    """Beds enter the catchment areas of elder care; few older people use one, so the mean moves little."""

    kind: ClassVar[str] = "elder_care"
    claim: ClassVar[str] = "H15"
    title_zh: ClassVar[str] = "养老机构与床位"
    title_en: ClassVar[str] = "Elder-care institutions and beds"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    measures: ClassVar[dict[str, Measure]] = {
        "I42": Measure(
            "养老机构与床位",
            "elder-care institutions and beds",
            "beds in the catchment areas (3)",
            "satisfaction_elder_care",
            figure="9 institutions, 2,243 beds",
            whole=True,
        ),
    }

    beds: int = number(2243, 0, 10_000, "beds", "I42", "新增床位", "beds added", source="case study")
    sites: int = number(9, 1, 40, "sites", "I42", "机构数", "institutions", source="case study")
    start: date = lever_field(date(2018, 7, 1), "I42", "开始日期", "begin")
    finish: date = lever_field(date(2020, 12, 31), "I42", "完成日期", "day when all are open")
    subsidy_yuan: float = number(45_000.0, 0, 150_000, "yuan/bed", "I42", "建设补贴", "building subsidy")
    running_yuan: float = number(3_600.0, 0, 20_000, "yuan/bed/year", "I42", "运营补贴", "running subsidy")

    def orders(self, world: World) -> Sequence[Order]:
        """The institutions with their beds."""
        if not self.beds:
            return ()
        ticks = opening_ticks(world, self.sites, self.start, self.finish)
        return [Order(INSTITUTION, self.beds / self.sites, ticks)]

    def apply(self, world: World, tick: int) -> None:
        """Pay the subsidies of the beds that open this week, and of all that are open."""
        f, n = world.facilities, len(world.communities)
        ours = (f.kind == INSTITUTION) & f.added
        community = world.cell_community[f.cell]
        opening, running = ours & (f.opened == tick), ours & (f.opened <= tick)
        new = np.bincount(community[opening], f.capacity[opening], n) * fen(self.subsidy_yuan)
        world.ledger.pay_for("district", "supplier", np.rint(new).astype(np.int64), "elder-care beds", Kind.CAPITAL)
        weekly = np.bincount(community[running], f.capacity[running], n) * fen(self.running_yuan / WEEKS_PER_YEAR)
        world.ledger.pay_for("district", "supplier", np.rint(weekly).astype(np.int64), "running of elder-care beds")
