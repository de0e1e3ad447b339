"""Party-building coordination committees (H04): needs meet the resources of member units, at a price in hours."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import ITSELF, Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, first_tick, progress, under_way
from simulation.interventions.shared.placing import Order
from simulation.processes import parking, partners
from simulation.processes.epidemic import step as epidemic
from simulation.state.facilities import VENUE
from simulation.state.world import World

_WEEKS_PER_MEETING = 13  # four a year


class CoordinationCommittees(Intervention):
    """Needs that nobody reported meet what partners can give (26); opened canteens, gyms and halls serve (3).

    The committee of a community brings the places that its own partners lend, and a platform that matches them (I09);
    lists match what is left district-wide (I12); member units that are called on give hours (I11), which settle other
    needs, or stand at the gates in an epidemic. What platforms and lists match, and the authority of a region's agenda
    (I10), are soft.
    """

    kind: ClassVar[str] = "coordination_committees"
    claim: ClassVar[str] = "H04"
    title_zh: ClassVar[str] = "党建工作协调委员会"
    title_en: ClassVar[str] = "Party-building coordination committees"
    group_zh: ClassVar[str] = "体制与统筹"
    group_en: ClassVar[str] = "Institutions and coordination"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I09": Measure(
            "三级党建工作协调委员会全覆盖",
            "three-level coordination committees, full coverage",
            "a community's unreported issues meet the places that its partners lend (26)",
            "unreported_issues",
            -1,
            figure="7 + 113 committees, 100 %",
        ),
        "I10": Measure(
            "区域化党建议事",
            "deliberation by region",
            "authority of street offices in (8); staff hours in (6)",
            "resolution_rate",
        ),
        "I11": Measure(
            "动员成员单位",
            "member units mobilised",
            "hours that settle unreported issues (26); guarding in an epidemic",
            "unreported_issues",
            -1,
            figure="114 member units",
        ),
        "I12": Measure(
            "“三个清单”“四个双向”",
            "three lists, four two-ways",
            "unreported issues that meet an offer elsewhere in the district (26)",
            "unreported_issues",
            -1,
        ),
        "I13": Measure(
            "成员单位开放食堂、停车位、健身场所",
            "canteens, parking, gyms of member units opened",
            "places in gyms and halls, and meals in canteens, in the catchment areas (3); parking at night (32)",
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
    lent: float = number(
        8.0,
        0,
        40,
        "issues/community/week",
        "I09",
        "成员单位场地可解决的问题",
        "issues that lent places could settle",
    )
    platform: float = number(
        0.3,
        0,
        0.6,
        "share/week",
        "I09",
        "协调平台实现的对接比例",
        "of what could be matched at home, what a platform matches in a week",
        soft=ITSELF,
    )
    matching: float = number(
        0.3,
        0,
        0.6,
        "share/week",
        "I12",
        "清单对接实现的比例",
        "of what is left and could be matched in the district, what lists match in a week",
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
    joining_units: int = number(
        0,
        0,
        2_000,
        "units",
        "I11",
        "后来加入的成员单位",
        "member units that join later, evenly between two days",
        source="781 units in 2023 (press 2024-04-08), 667 more than the case's 114; 0: none joins",
    )
    joining_hours: float = number(
        2.4,
        0,
        60,
        "h/unit/week",
        "I11",
        "后来加入单位每周投入的工时",
        "hours that each of them gives",
        source="assumption: 978 projects of 781 units in 2023 (press 2024-04-08), each of 100 hours",
    )
    joining_start: date = lever_field(date(2021, 1, 4), "I11", "开始加入日期", "day from which they join")
    joining_finish: date = lever_field(date(2023, 12, 31), "I11", "全部加入日期", "day when all have joined")
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
    night_places: float = number(
        20.0, 0, 200, "places/unit", "I13", "每单位夜间开放车位", "parking places that a unit opens at night"
    )
    meals: float = number(0.4, 0, 1, "share", "I13", "其中老年就餐的比例", "of these meals of older people in canteens")
    start: date = lever_field(date(2019, 1, 7), "I09", "开始日期", "begin")
    finish: date | None = lever_field(None, "I09", "结束日期", "end; empty: goes on")
    community_yuan: float = number(
        100_000.0, 0, 500_000, "yuan/community/year", "I09", "每社区年经费", "cost a community"
    )

    def orders(self, world: World) -> Sequence[Order]:
        """The facilities of the member units, from the start on."""
        if not self.units_open or not self.unit_uses:
            return ()
        opened = np.full(self.units_open, first_tick(world, self.start), np.int32)
        meals = self.meals * self.unit_uses
        canteens = [Order("elder_station", meals, opened)] if meals else []
        return [Order(VENUE, self.unit_uses - meals, opened), *canteens]

    def apply(self, world: World, tick: int) -> None:
        """Match, meet, call on the units, and pay."""
        if not under_way(world, self.start, self.finish):
            return
        n, levers = len(world.communities), world.levers
        covered = np.arange(n) < self.coverage * n
        levers.offers += (self.lent * covered)[:, None] * partners.places(world.params)
        levers.matching += self.platform * covered
        levers.lists += self.matching * covered
        levers.extra_hours += (self.list_hours + self.meeting_hours / _WEEKS_PER_MEETING) * covered
        levers.authority_street += self.agenda * float(covered.mean())
        cost = int(covered.sum()) * fen(self.community_yuan / WEEKS_PER_YEAR)
        world.ledger.pay("district", "supplier", cost, "coordination committees")
        lent = self.units_open * self.unit_uses * fen(world.params["budget.lent_use"])
        world.ledger.note_unpaid(lent, "rooms of member units")
        parking.offer(world, self.units_open * self.night_places)
        if under_way(world, self.units_start, None):
            self._call(world)

    def _call(self, world: World) -> None:
        """Hours of member units, spread over communities by residents; at the gates while an epidemic is fought."""
        p, residents = world.params, world.communities.residents
        joined = self.joining_units * progress(world, world.tick, self.joining_start, self.joining_finish)
        hours = self.units * self.unit_hours * self.willingness + joined * self.joining_hours
        each = hours * residents / residents.sum()
        if epidemic.responding(world):
            world.levers.unit_hours += each
        else:
            world.levers.advised += (each / p["partners.issue_hours"])[:, None] * partners.hands(p)
        world.ledger.pay("member_unit", "employee", fen(hours * self.hour_yuan), "hours of member units")
