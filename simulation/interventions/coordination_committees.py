"""Party-building coordination committees (H04): needs meet the resources of member units, at a price in hours."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import ITSELF, Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, first_tick, under_way
from simulation.interventions.shared.placing import Order
from simulation.state.world import World

_WEEKS_PER_MEETING = 13  # four a year


class CoordinationCommittees(Intervention):
    """Partners solve part of the issues that nobody reported (26); opened canteens, gyms and halls serve (3).

    What the platforms match without lists (I09), what lists add (I12) and the authority of an agenda from the region
    (I10) are soft. Member units that are called on give hours as volunteers do (I11): these answer requests, cost
    coordination, and serve in an epidemic.
    """

    kind: ClassVar[str] = "coordination_committees"
    claim: ClassVar[str] = "H04"
    title_zh: ClassVar[str] = "党建工作协调委员会"
    title_en: ClassVar[str] = "Party-building coordination committees"
    group_zh: ClassVar[str] = "体制与统筹"
    group_en: ClassVar[str] = "Institutions and coordination"
    measures: ClassVar[dict[str, Measure]] = {
        "I09": Measure(
            "三级党建工作协调委员会全覆盖",
            "three-level coordination committees, full coverage",
            "partners match unreported issues (26)",
            "satisfaction",
            figure="7 + 113 committees, 100 %",
        ),
        "I10": Measure(
            "区域化党建议事", "deliberation by region", "authority in (8); staff hours in (6)", "resolution_rate"
        ),
        "I11": Measure(
            "动员成员单位",
            "member units mobilised",
            "hours beside those of volunteers: visits, guidance, guarding",
            "volunteer_hours",
            figure="114 member units",
        ),
        "I12": Measure(
            "“三个清单”“四个双向”",
            "three lists, four two-ways",
            "share of unreported issues matched in a week (26)",
            "satisfaction",
        ),
        "I13": Measure(
            "成员单位开放食堂、停车位、健身场所",
            "canteens, parking, gyms of member units opened",
            "off-peak places in the catchment areas (3)",
            "satisfaction_culture",
        ),
    }

    coverage: float = number(
        1.0,
        0,
        1,
        "share of communities",
        "I09",
        "有党建协调委员会的社区比例",
        "communities with a committee",
        source="case study: 113 communities, 100 %",
    )
    platform: float = number(
        0.01,
        0,
        0.05,
        "share/week",
        "I09",
        "协调平台解决的潜在问题比例",
        "unreported issues that a platform matches in a week without lists",
        soft=ITSELF,
    )
    matching: float = number(
        0.02,
        0,
        0.1,
        "share/week",
        "I12",
        "清单对接解决的潜在问题比例",
        "unreported issues that lists match in a week besides",
        soft=ITSELF,
    )
    list_hours: float = number(
        2.0, 0, 10, "h/week", "I12", "每社区清单工作时间", "hours a committee spends on the lists"
    )
    meeting_hours: float = number(
        6.0, 0, 40, "h/meeting", "I10", "每季度议事会工时", "staff hours of a quarterly meeting"
    )
    agenda: float = number(
        0.02,
        0,
        0.2,
        "index 0-1",
        "I10",
        "区域议事带来的权威",
        "authority that an agenda from the region's needs adds",
        soft=ITSELF,
    )
    units: int = number(
        114, 0, 500, "units", "I11", "动员的成员单位", "member units that the committees call on", source="case study"
    )
    unit_hours: float = number(
        60.0, 0, 400, "h/unit/week", "I11", "每单位每周可动员工时", "hours that a unit could give"
    )
    willingness: float = number(0.6, 0, 1, "share", "I11", "响应动员的比例", "hours that it does give")
    units_start: date = lever_field(date(2020, 1, 27), "I11", "动员开始日期", "day of the first call")
    hour_yuan: float = number(
        40.0, 0, 100, "yuan/h", "I11", "成员单位承担的工时成本", "cost of an hour, borne by the unit"
    )
    units_open: int = number(
        34,
        0,
        114,
        "units",
        "I13",
        "开放设施的成员单位",
        "member units that open their facilities",
        source="assumption: 0.3 of the case's 114 member units",
    )
    unit_uses: float = number(60.0, 0, 500, "uses/week", "I13", "每单位开放量", "uses that a unit opens")
    start: date = lever_field(date(2019, 1, 7), "I09", "开始日期", "begin")
    finish: date | None = lever_field(None, "I09", "结束日期", "end; empty: goes on")
    community_yuan: float = number(
        100_000.0, 0, 500_000, "yuan/community/year", "I09", "每社区年经费", "cost a community"
    )

    def orders(self, world: World) -> Sequence[Order]:
        """The facilities of the member units, from the start on."""
        if not self.unit_uses:
            return ()
        opened = np.full(self.units_open, first_tick(world, self.start), np.int32)
        return [Order("culture_centre", self.unit_uses, opened)]

    def apply(self, world: World, tick: int) -> None:
        """Match, meet, call on the units, and pay."""
        if not under_way(world, self.start, self.finish):
            return
        n, levers = len(world.communities), world.levers
        covered = np.arange(n) < self.coverage * n
        levers.matching += (self.platform + self.matching) * covered
        levers.extra_hours += (self.list_hours + self.meeting_hours / _WEEKS_PER_MEETING) * covered
        levers.authority += self.agenda * float(covered.mean())
        cost = int(covered.sum()) * fen(self.community_yuan / WEEKS_PER_YEAR)
        world.ledger.pay("district", "supplier", cost, "coordination committees")
        if world.date >= self.units_start:
            self._call(world)

    def _call(self, world: World) -> None:
        """Hours of member units, spread over communities by residents; the units bear their cost."""
        hours, residents = self.units * self.unit_hours * self.willingness, world.communities.residents
        world.levers.activity_hours += hours * residents / residents.sum()
        world.ledger.pay("member_unit", "employee", fen(hours * self.hour_yuan), "hours of member units")
