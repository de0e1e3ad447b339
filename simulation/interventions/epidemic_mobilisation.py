"""Mobilisation against the epidemic (H06): who stands at the gates, knocks on doors and watches home isolation."""

from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.domains import DAYS_PER_WEEK, HOURS_PER_DAY
from simulation.interventions.base import Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, under_way
from simulation.interventions.shared.unpaid import give
from simulation.processes import double_report
from simulation.state.world import World


class EpidemicMobilisation(Intervention):
    """Five tasks need hours; guards, members, cadres, volunteers and at last committee staff supply them (7.12).

    All tasks of a community get the same share of what they need. Hours of committee staff are missing from everyday
    requests. Members decide whether they come, and tire, so that fewer do over the weeks. Without an epidemic nobody is
    called up.
    """

    kind: ClassVar[str] = "epidemic_mobilisation"
    claim: ClassVar[str] = "H06"
    title_zh: ClassVar[str] = "疫情群防群控"
    title_en: ClassVar[str] = "Mobilisation against the epidemic"
    group_zh: ClassVar[str] = "应急动员"
    group_en: ClassVar[str] = "Emergency mobilisation"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I15": Measure(
            "全民动员、群防群控",
            "everyone against the epidemic",
            "hours of guards, volunteers and staff go to the tasks",
            "infections",
            -1,
            figure="2020",
        ),
        "I16": Measure(
            "党员“双报到”、干部下沉",
            "party members report to their community, cadres sent down",
            "hours of members who come, by the threshold rule (31), and of cadres; members tire",
            "load_committee",
            -1,
            figure="about 27 members and 11 cadres a community (press)",
        ),
        "I17": Measure("敲门入户排查", "door-knocking", "returnees found in (24); local knowledge", "infections", -1),
        "I18": Measure(
            "小区出入口值守",
            "gate-guarding",
            "infections from outside in (24); travel while gates are guarded",
            "infections",
            -1,
        ),
        "I19": Measure("楼道消毒", "stairwell disinfection", "infections among gates in (24)", "infections", -1),
        "I20": Measure(
            "帮扶独居老人",
            "help for lone elders",
            "performance of elder care while services keep away; household management of committees (6)",
            "satisfaction_elder_care",
        ),
        "I21": Measure(
            "居家隔离管控", "home-isolation control", "infectious people who stay at home in (24)", "infections", -1
        ),
    }

    start: date = lever_field(date(2020, 1, 27), "I15", "开始日期", "begin")
    finish: date = lever_field(date(2020, 6, 6), "I15", "结束日期", "end")
    staff_share: float = number(
        0.4, 0, 0.8, "share of hours", "I15", "可抽调的居委会工时", "hours of committee staff that the tasks may take"
    )
    volunteer_share: float = number(
        0.5, 0, 1, "share of hours", "I15", "转入防控的志愿工时", "hours of volunteers that go to the tasks"
    )
    guard_posts: float = number(
        1.0, 0, 4, "posts/estate", "I15", "物业保安全天岗位", "posts that property guards hold day and night"
    )
    members: float = number(
        1.0,
        0,
        1,
        "share of members",
        "I16",
        "召集的双报到党员比例",
        "double-reporting party members who are called each week",
    )
    member_hours: float = number(6, 0, 20, "h/week", "I16", "党员每周工时", "hours of a member")
    cadres: float = number(
        11,
        0,
        40,
        "people/community",
        "I16",
        "下沉干部",
        "cadres sent down",
        source="press of 2020-03: about 11 a community or village",
    )
    cadre_hours: float = number(40, 0, 60, "h/week", "I16", "干部每周工时", "hours of a cadre")
    door_visits: float = number(0.5, 0, 2, "visits/household/week", "I17", "入户排查频次", "door visits")
    door_hours: float = number(0.15, 0.05, 0.5, "h/visit", "I17", "每次排查工时", "time of a visit")
    gates: float = number(2, 0, 4, "gates/estate", "I18", "值守出入口", "gates of an estate that are guarded")
    gate_hours: float = number(
        336, 56, 336, "h/gate/week", "I18", "每个出入口值守工时", "guard hours of a gate; two people day and night"
    )
    disinfection_hours: float = number(
        2, 0, 14, "h/building gate/week", "I19", "楼道消毒工时", "hours of disinfecting a stairwell"
    )
    disinfection_yuan: float = number(5, 0, 30, "yuan/building gate/day", "I19", "楼道消毒物资", "cost of disinfectant")
    elder_hours: float = number(
        0.6,
        0,
        4,
        "h/lone elder/week",
        "I20",
        "独居老人帮扶工时",
        "help for an elder who lives alone; one helper of six hours for ten",
    )
    watch_hours: float = number(
        1.3,
        0,
        6,
        "h/household/week",
        "I21",
        "居家隔离管控工时",
        "hours for a household in home isolation; one controller of twenty hours for fifteen",
    )

    def apply(self, world: World, tick: int) -> None:
        """Share the hours that can be had among the tasks."""
        if world.infection is None or not under_way(world, self.start, self.finish):
            return
        lone = world.by_community(world.gates.lone_elders)
        need, levers = self._needed(world, lone), world.levers
        total = sum(need.values())
        staff = self.staff_share * world.communities.hours_supplied
        unpaid = self._unpaid(world)
        others = self._supplied(world, unpaid)
        done = np.minimum(1, (others + staff) / np.maximum(total, 1e-9))
        levers.extra_hours += np.clip(total - others, 0, staff)
        called = np.minimum(1, total / np.maximum(others, 1e-9))
        levers.called_hours[:] = self.member_hours * called
        levers.guarding[:] = done * (need["guard"] > 0)
        levers.door_visits += done * self.door_visits
        levers.disinfection[:] = done * (self.disinfection_hours > 0)
        levers.elder_help[:] = done * (self.elder_hours > 0)
        levers.household_management *= 1 - levers.elder_help * _elders_share(world, lone)
        levers.home_watch[:] = done * (self.watch_hours > 0)
        self._pay(world, done)
        give(world, called * unpaid, "members and cadres")

    def _needed(self, world: World, lone: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Hours of the week by task and community, full scale; `lone`: elders who live alone, in the run."""
        households = world.communities.households / world.scale
        return {
            "guard": self.gates * self.gate_hours * _estates(world),
            "doors": self.door_visits * self.door_hours * households,
            "stairs": self.disinfection_hours * _building_gates(world),
            "elders": self.elder_hours * lone / world.scale,
            "homes": self.watch_hours * world.params["epidemic.isolated_households"] * households,
        }

    def _supplied(self, world: World, unpaid: NDArray[np.float64]) -> NDArray[np.float64]:
        """Hours of everyone but the committee's staff, by community, full scale."""
        guards = self.guard_posts * HOURS_PER_DAY * DAYS_PER_WEEK * _estates(world)
        volunteers = self.volunteer_share * world.communities.volunteer_hours
        return guards + unpaid + volunteers + world.levers.unit_hours

    def _unpaid(self, world: World) -> NDArray[np.float64]:
        """Hours that the members who come, and cadres, could give by community, full scale."""
        coming = double_report.call(world, np.full(len(world.communities), self.members))
        return self.member_hours * double_report.by_community(world, coming) + self.cadre_hours * self.cadres

    def _pay(self, world: World, done: NDArray[np.float64]) -> None:
        if not self.disinfection_hours:
            return
        each = fen(self.disinfection_yuan * DAYS_PER_WEEK)
        cost = np.rint(done * _building_gates(world) * each).astype(np.int64)
        world.ledger.pay_for("street", "supplier", cost, "disinfection")


def _building_gates(world: World) -> NDArray[np.float64]:
    """Building gates by community, full scale, float64 (n_communities,)."""
    return np.bincount(world.gates.community, minlength=len(world.communities)) / world.scale


def _estates(world: World) -> NDArray[np.float64]:
    """Estates by community, float64 (n_communities,); a part of an estate counts by its share of households."""
    g = world.gates
    share = g.households / np.maximum(world.estates.households[g.estate], 1)
    return world.by_community(share)


def _elders_share(world: World, lone: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of a committee's household management that elders who live alone take, float64 (n_communities,)."""
    weight = world.params["staff.lone_elder_weight"]
    others = world.communities.households - lone
    return weight * lone / np.maximum(weight * lone + others, 1)
