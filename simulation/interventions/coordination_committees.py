"""Party-building coordination committees (H04): needs meet the resources of member units, at a price in hours."""

from datetime import date
from typing import ClassVar

import numpy as np

from simulation.interventions.base import Intervention, lever_field
from simulation.interventions.calendar import WEEKS_PER_YEAR, fen, under_way
from simulation.interventions.placing import place
from simulation.world import World

_WEEKS_PER_MEETING = 13  # four a year


class CoordinationCommittees(Intervention):
    """Partners solve part of the issues that nobody reported (26); opened canteens, gyms and halls serve (3).

    Soft: the share of issues that lists can match is an assumption whose range includes zero.
    """

    kind: ClassVar[str] = "coordination_committees"
    claim: ClassVar[str] = "H04"
    title_zh: ClassVar[str] = "党建工作协调委员会"
    title_en: ClassVar[str] = "Party-building coordination committees"
    group_zh: ClassVar[str] = "体制与统筹"
    group_en: ClassVar[str] = "Institutions and coordination"

    matching: float = lever_field(
        0.02, ge=0, le=0.1, unit="share/week", measure="I12", zh="清单对接解决的潜在问题比例",
        en="unreported issues that the lists match in a week")
    list_hours: float = lever_field(
        2.0, ge=0, le=10, unit="h/week", measure="I12", zh="每社区清单工作时间",
        en="hours a committee spends on the lists")
    meeting_hours: float = lever_field(
        6.0, ge=0, le=40, unit="h/meeting", measure="I10", zh="每季度议事会工时",
        en="staff hours of a quarterly meeting")
    units_open: int = lever_field(
        34, ge=0, le=114, unit="units", measure="I13", source="assumption: 0.3 of the case's 114 member units",
        zh="开放设施的成员单位", en="member units that open their facilities")
    unit_uses: float = lever_field(
        60.0, ge=0, le=500, unit="uses/week", measure="I13", zh="每单位开放量", en="uses that a unit opens")
    start: date = lever_field(date(2019, 1, 7), measure="I09", zh="开始日期", en="begin")
    finish: date | None = lever_field(None, measure="I09", zh="结束日期", en="end; empty: goes on")
    community_yuan: float = lever_field(
        100_000.0, ge=0, le=500_000, unit="yuan/community/year", measure="I09", zh="每社区年经费",
        en="cost a community")

    def prepare(self, world: World) -> None:
        """Open the facilities of the member units from the start on."""
        if self.units_open and self.unit_uses:
            opened = np.full(self.units_open, max(0, world.tick_of(self.start)), np.int32)
            place(world, "culture_centre", self.unit_uses, opened)

    def apply(self, world: World, tick: int) -> None:
        """Match, meet, and pay."""
        if not under_way(world, self.start, self.finish):
            return
        world.levers.matching += self.matching
        world.levers.extra_hours += self.list_hours + self.meeting_hours / _WEEKS_PER_MEETING
        cost = len(world.communities) * fen(self.community_yuan / WEEKS_PER_YEAR)
        world.ledger.pay("district", "supplier", cost, "coordination committees")
