"""Waste sorting (H07): publicity teaches, guides at the bins help it become a habit, clean-ups keep places tidy."""

from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import ITSELF, Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, progress, under_way, weeks_under_way
from simulation.interventions.shared.unpaid import give
from simulation.state.organisations import KINDS
from simulation.state.world import World

_DAYS = 7
_GREEN = KINDS.index("environment")


class WasteSorting(Intervention):
    """Campaigns raise awareness (21), supervision the chance of sorting right (22); habit keeps part of it (23).

    The alliance adds to publicity (soft), firms teach at events and bring recycling points to the door. Clean-ups make
    bin stations better from 2018 on, and close street markets, which everyday trade misses.
    """

    kind: ClassVar[str] = "waste_sorting"
    claim: ClassVar[str] = "H07"
    title_zh: ClassVar[str] = "垃圾分类宣传与桶站值守"
    title_en: ClassVar[str] = "Waste sorting: campaigns and guides"
    group_zh: ClassVar[str] = "环境治理"
    group_en: ClassVar[str] = "Environment"
    acts_from: ClassVar[tuple[str, ...]] = ("clean_up_start", "start")
    measures: ClassVar[dict[str, Measure]] = {
        "I22": Measure(
            "垃圾分类宣传动员",
            "publicity of waste sorting",
            "awareness (21)",
            "waste_sorting_awareness",
            figure="awareness ≥ 90 %",
        ),
        "I23": Measure(
            "分类指导队伍桶前值守",
            "teams that guide and supervise at the bins",
            "supervision in (22), habit (23)",
            "waste_sorting_rate",
        ),
        "I24": Measure(
            "回天环保联盟",
            "Huitian environmental alliance",
            "awareness (21); environmental organisations with funds (20)",
            "waste_sorting_awareness",
        ),
        "I25": Measure(
            "20余家分类企业线上线下活动",
            "events of more than 20 sorting firms",
            "awareness (21); recycling points at the door in (22)",
            "waste_sorting_rate",
            figure="20+ firms",
        ),
        "I27": Measure(
            "楼门桶站值守",
            "bin watch by building gates",
            "supervision in (22), where gates have heads",
            "waste_sorting_rate",
        ),
        "I43": Measure(
            "辖区单位参与环境整治",
            "clean-ups with resident units, street markets closed",
            "state of bin stations (+); everyday trade beyond the circles (−)",
            "satisfaction_environment",
            figure="25 markets closed (press)",
        ),
    }

    start: date = lever_field(date(2020, 5, 1), "I22", "开始日期", "begin")
    campaign: float = number(1.25, 0, 3, "times the base rate", "I22", "宣传强度", "strength of publicity")
    campaign_finish: date = lever_field(date(2020, 12, 31), "I22", "宣传结束日期", "end of publicity")
    campaign_yuan: float = number(
        20.0,
        0,
        100,
        "yuan/household",
        "I22",
        "每户宣传费（强度为1.25时）",
        "cost of publicity a household at strength 1.25",
    )
    guides: float = number(0.2, 0, 1, "share of stations", "I23", "有指导员的桶站比例", "stations with a guide")
    guides_finish: date | None = lever_field(
        None, "I23", "指导员撤离日期（空为不撤）", "day when guides leave; empty: they stay"
    )
    households_per_guide: int = number(
        300, 100, 1000, "households", "I23", "每名指导员服务户数", "households per guide"
    )
    guide_hours: float = number(4.0, 0, 12, "h/day", "I23", "每日值守小时", "hours of a guide a day")
    guide_yuan: float = number(25.0, 0, 60, "yuan/h", "I23", "指导员补贴", "pay of a guide")
    watch: float = number(
        0.05, 0, 1, "share of stations", "I27", "楼门志愿值守的桶站比例（无偿）", "stations watched by gates, unpaid"
    )
    alliance: float = number(
        0.1,
        0,
        0.5,
        "times the base rate",
        "I24",
        "环保联盟增加的宣传强度",
        "publicity that the environmental alliance adds",
        soft=ITSELF,
    )
    allied: float = number(
        0.3,
        0,
        0.7,
        "share",
        "I24",
        "联盟支持的环保组织比例",
        "environmental organisations that it keeps",
        soft=ITSELF,
    )
    alliance_yuan: float = number(
        1_000_000.0, 0, 10_000_000, "yuan/year", "I24", "环保联盟年经费", "cost of the alliance"
    )
    firm_events: float = number(
        50.0, 0, 1000, "events/year", "I25", "分类企业线上线下活动", "events of sorting firms, on and off line"
    )
    event_people: float = number(
        200.0, 20, 2000, "people/event", "I25", "每场活动人数", "people at an event, who learn to sort"
    )
    recycling_points: int = number(
        20,
        0,
        500,
        "points",
        "I25",
        "分类企业设立的回收点",
        "recycling points of the firms",
        source="case study: 20+ firms; one point each assumed",
    )
    point_yuan: float = number(
        30_000.0,
        0,
        200_000,
        "yuan/point/year",
        "I25",
        "每个回收点年成本（企业承担）",
        "cost of a point, borne by the firm",
    )
    clean_up: float = number(
        0.2,
        0,
        1,
        "share of the way to spotless",
        "I43",
        "环境整治改善的站点状况",
        "what clean-ups with resident units do to bin stations",
    )
    markets_closed: int = number(25, 0, 100, "markets", "I43", "关停的市场", "street markets closed", source="press")
    clean_up_start: date = lever_field(date(2018, 7, 1), "I43", "整治开始日期", "begin of clean-ups")
    clean_up_finish: date = lever_field(
        date(2020, 12, 31), "I43", "整治完成日期", "day when all is cleaned; its state is kept up"
    )
    clean_up_yuan: float = number(
        3_000_000.0,
        0,
        20_000_000,
        "yuan/street/year",
        "I43",
        "每街道整治年经费",
        "cost of clean-ups and of keeping them up",
    )

    def apply(self, world: World, tick: int) -> None:
        """Move campaign, supervision, points and clean-ups, and pay for them."""
        households = world.communities.households / world.scale
        if under_way(world, self.start, self.campaign_finish):
            self._publish(world, households)
        if under_way(world, self.start, self.guides_finish):
            self._guide(world, households)
        if under_way(world, self.start, None):
            heads = world.by_community(world.gates.head)
            heads /= np.maximum(np.bincount(world.gates.community, minlength=len(heads)), 1)
            world.levers.supervision += self.watch * heads / max(float(world.gates.head.mean()), 1e-9)
            give(world, self.watch * households / self.households_per_guide * self.guide_hours * _DAYS, "bin watch")
            self._ally(world)
        if under_way(world, self.clean_up_start, None):
            self._clean(world)

    def _publish(self, world: World, households: NDArray[np.float64]) -> None:
        world.levers.campaign += self.campaign
        weeks = weeks_under_way(world, self.start, self.campaign_finish)
        cost = households * fen(self.campaign_yuan * self.campaign / 1.25 / weeks)
        world.ledger.pay_for("district", "supplier", np.rint(cost).astype(np.int64), "publicity of waste sorting")

    def _guide(self, world: World, households: NDArray[np.float64]) -> None:
        present = min(1.0, self.guide_hours / world.params["sorting.guide_hours"])
        world.levers.supervision += self.guides * present
        hours = self.guides * households / self.households_per_guide * self.guide_hours * _DAYS
        world.ledger.pay_for(
            "street", "employee", np.rint(hours * fen(self.guide_yuan)).astype(np.int64), "guides of waste sorting"
        )

    def _ally(self, world: World) -> None:
        """The alliance, and the firms in it: an event teaches those who come, a point serves the doors around it."""
        p, c = world.params, world.communities
        taught = self.firm_events * self.event_people / WEEKS_PER_YEAR / (c.residents.sum() / world.scale)
        world.levers.campaign += self.alliance + taught / p["sorting.campaign"]
        world.levers.funded[_GREEN] += self.allied
        world.levers.recycling += (
            self.recycling_points * p["sorting.point_households"] / (c.households.sum() / world.scale)
        )
        world.ledger.pay("district", "organisation", fen(self.alliance_yuan / WEEKS_PER_YEAR), "environmental alliance")
        world.ledger.pay(
            "supplier", "employee", fen(self.recycling_points * self.point_yuan / WEEKS_PER_YEAR), "recycling points"
        )

    def _clean(self, world: World) -> None:
        done = progress(world, world.tick, self.clean_up_start, self.clean_up_finish)
        world.levers.clean_up += self.clean_up * done
        world.levers.markets_closed += self.markets_closed * done
        cost = len(world.streets) * fen(self.clean_up_yuan / WEEKS_PER_YEAR) if self.clean_up else 0
        world.ledger.pay("street", "supplier", cost, "clean-ups")
