"""Quarter-hour community service circles (H10): more of them, somewhere, by some date."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, opening_ticks
from simulation.interventions.shared.placing import Order
from simulation.interventions.shared.siting import Siting
from simulation.state.facilities import CIRCLE
from simulation.state.ledger import Kind
from simulation.state.world import World


class ServiceCircles(Intervention):
    """Open circles until there are `target` of them, evenly between two dates, where the siting method wants them."""

    kind: ClassVar[str] = "service_circles"
    claim: ClassVar[str] = "H10"
    title_zh: ClassVar[str] = "一刻钟社区服务圈"
    title_en: ClassVar[str] = "Quarter-hour service circles"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I35": Measure(
            "一刻钟社区服务圈",
            "quarter-hour community service circles",
            "visits in the catchment areas (2)–(4)",
            "satisfaction_convenience",
            figure="73 built, 100 % of communities; 31 over three years",
            whole=True,
        ),
    }

    target: int = number(
        73,
        0,
        200,
        "circles",
        "I35",
        "服务圈总数（含已有）",
        "circles in all, those that exist included; fewer than exist closes none",
        source="case study",
    )
    siting: Siting = lever_field(
        Siting.COVERAGE,
        "I35",
        "选址方法：覆盖、步行最短、公平、需求",
        "siting: cover communities, shorten walks, worst served first, or largest unmet demand",
    )
    start: date = lever_field(date(2018, 7, 1), "I35", "建设开始日期", "begin of building")
    finish: date = lever_field(date(2020, 12, 31), "I35", "建设完成日期", "day when all are open")
    capacity: float = number(1500.0, 800, 3000, "uses/week", "I35", "每圈服务能力", "capacity of a new circle")
    capital_yuan: float = number(250_000.0, 0, 2_000_000, "yuan", "I35", "每圈建设费", "building cost of a circle")
    operating_yuan: float = number(50_000.0, 0, 500_000, "yuan/year", "I35", "每圈年运行费", "running cost of a circle")

    def orders(self, world: World) -> Sequence[Order]:
        """The new circles; they are as good and as long open as the old."""
        count = self.target - int(np.count_nonzero(world.facilities.kind == CIRCLE))
        if count <= 0:
            return ()
        opened = opening_ticks(world, count, self.start, self.finish)
        return [Order(CIRCLE, self.capacity, opened, self.siting, world.params["access.circle_minutes"])]

    def apply(self, world: World, tick: int) -> None:
        """Pay for building the circles that open this week, and for running all that were added."""
        f = world.facilities
        added = (f.kind == CIRCLE) & f.added
        community = world.community_near(f.cell)
        n = len(world.communities)
        opening = np.bincount(community[added & (f.opened == tick)], minlength=n)
        running = np.bincount(community[added & (f.opened <= tick)], minlength=n)
        world.ledger.pay_for(
            "district", "supplier", opening * fen(self.capital_yuan), "building of service circles", Kind.CAPITAL
        )
        world.ledger.pay_for(
            "district", "supplier", running * fen(self.operating_yuan / WEEKS_PER_YEAR), "running of service circles"
        )
