"""Waste sorting (H07): publicity teaches, guides and watches at the bins help it become a habit."""

from datetime import date
from typing import ClassVar

import numpy as np

from simulation.interventions.base import Intervention, lever_field
from simulation.interventions.calendar import fen, under_way
from simulation.world import World

_DAYS = 7


class WasteSorting(Intervention):
    """Campaigns raise awareness (21), supervision the chance of sorting right (22); habit keeps part of it (23)."""

    kind: ClassVar[str] = "waste_sorting"
    claim: ClassVar[str] = "H07"
    title_zh: ClassVar[str] = "垃圾分类宣传与桶站值守"
    title_en: ClassVar[str] = "Waste sorting: campaigns and guides"
    group_zh: ClassVar[str] = "环境治理"
    group_en: ClassVar[str] = "Environment"

    start: date = lever_field(date(2020, 5, 1), measure="I22", zh="开始日期", en="begin")
    campaign: float = lever_field(
        1.25, ge=0, le=3, unit="times the base rate", measure="I22", zh="宣传强度", en="strength of publicity")
    campaign_finish: date = lever_field(date(2020, 12, 31), measure="I22", zh="宣传结束日期", en="end of publicity")
    campaign_yuan: float = lever_field(
        20.0, ge=0, le=100, unit="yuan/household", measure="I22", zh="每户宣传费（强度为1.25时）",
        en="cost of publicity a household at strength 1.25")
    guides: float = lever_field(
        0.2, ge=0, le=1, unit="share of stations", measure="I23", zh="有指导员的桶站比例", en="stations with a guide")
    guides_finish: date | None = lever_field(
        None, measure="I23", zh="指导员撤离日期（空为不撤）", en="day when guides leave; empty: they stay")
    households_per_guide: int = lever_field(
        300, ge=100, le=1000, unit="households", measure="I23", zh="每名指导员服务户数", en="households per guide")
    guide_hours: float = lever_field(
        4.0, ge=0, le=12, unit="h/day", measure="I23", zh="每日值守小时", en="hours of a guide a day")
    guide_yuan: float = lever_field(
        25.0, ge=0, le=60, unit="yuan/h", measure="I23", zh="指导员补贴", en="pay of a guide")
    watch: float = lever_field(
        0.05, ge=0, le=1, unit="share of stations", measure="I27", zh="楼门志愿值守的桶站比例（无偿）",
        en="stations watched by gates, unpaid")

    def apply(self, world: World, tick: int) -> None:
        """Move campaign and supervision, and pay for them."""
        households = world.communities.households / world.scale
        if under_way(world, self.start, self.campaign_finish):
            world.levers.campaign += self.campaign
            weeks = max(world.tick_of(self.campaign_finish) - world.tick_of(self.start) + 1, 1)
            cost = households * fen(self.campaign_yuan * self.campaign / 1.25 / weeks)
            world.ledger.pay_for("district", "supplier", np.rint(cost).astype(np.int64), "publicity of waste sorting")
        if under_way(world, self.start, self.guides_finish):
            world.levers.supervision += self.guides + self.watch
            hours = self.guides * households / self.households_per_guide * self.guide_hours * _DAYS
            world.ledger.pay_for("street", "employee", np.rint(hours * fen(self.guide_yuan)).astype(np.int64),
                                 "guides of waste sorting")
