"""Street and town reform (H03): powers and staff go down, enforcement is one team, auxiliaries are pooled."""

from datetime import date
from typing import ClassVar

import numpy as np

from simulation.interventions.base import Intervention, lever_field
from simulation.interventions.calendar import WEEKS_PER_YEAR, fen, under_way
from simulation.world import World


class StreetReform(Intervention):
    """Powers add authority (8); hours of street offices grow by pooling, and some go to the committees (6).

    The number of street offices stays at seven: the office of a street has no place of its own in the queues, so the
    change from five to seven (I06) would only rename desks.
    """

    kind: ClassVar[str] = "street_reform"
    claim: ClassVar[str] = "H03"
    title_zh: ClassVar[str] = "街镇体制改革"
    title_en: ClassVar[str] = "Reform of street offices"
    group_zh: ClassVar[str] = "体制与统筹"
    group_en: ClassVar[str] = "Institutions and coordination"

    authority: float = lever_field(
        0.10, ge=0, le=0.5, unit="index 0-1", measure="I05", zh="赋权带来的权威",
        en="authority that powers add")
    enforcement: float = lever_field(
        0.10, ge=0, le=0.5, unit="index 0-1", measure="I07", zh="综合执法带来的权威",
        en="authority that one enforcement team adds")
    posted_down: float = lever_field(
        0.10, ge=0, le=0.3, unit="share", measure="I05", zh="下沉社区的街道人员",
        en="street staff posted to committees")
    pooling: float = lever_field(
        0.10, ge=0, le=0.3, unit="share", measure="I08", zh="协管员整合增加的工时",
        en="hours that pooled auxiliaries add")
    start: date = lever_field(date(2019, 7, 1), measure="I05", zh="开始日期", en="begin")
    finish: date | None = lever_field(None, measure="I05", zh="结束日期", en="end; empty: goes on")
    enforcement_yuan: float = lever_field(
        6_000_000.0, ge=0, le=30_000_000, unit="yuan/street/year", measure="I07", zh="执法队伍费用",
        en="cost of an enforcement team")

    def apply(self, world: World, tick: int) -> None:
        """Move authority and hours; pay for the enforcement teams."""
        if not under_way(world, self.start, self.finish):
            return
        levers, streets = world.levers, world.streets
        levers.authority += self.authority + self.enforcement
        given = self.posted_down * streets.hours.sum() / world.scale
        share = world.communities.households / world.communities.households.sum()
        levers.extra_hours -= given * share
        levers.street_hours *= (1 + self.pooling) * (1 - self.posted_down)
        if self.enforcement:
            each = np.full(len(streets), fen(self.enforcement_yuan / WEEKS_PER_YEAR))
            world.ledger.pay("district", "employee", int(each.sum()), "street enforcement teams")
