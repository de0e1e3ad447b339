"""Volunteering (H18): registration, teams, activities. Registered is not active: thresholds decide who acts."""

from datetime import date
from typing import ClassVar

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, under_way
from simulation.interventions.shared.events import attend
from simulation.state.output import T_REGISTERED
from simulation.state.world import World


class Volunteering(Intervention):
    """Invitations multiply the hazard of registering; leaders of teams take coordination off committees (6).

    Activities bring hours, ties among those who take part, and programmes. What leaders take over is soft.
    """

    kind: ClassVar[str] = "volunteering"
    claim: ClassVar[str] = "H18"
    title_zh: ClassVar[str] = "志愿者注册、队伍与活动"
    title_en: ClassVar[str] = "Registration, teams and activities of volunteers"
    group_zh: ClassVar[str] = "社会参与"
    group_en: ClassVar[str] = "Participation"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I54": Measure(
            "志愿者实名注册",
            "registration of volunteers",
            "hazard of registering",
            "volunteers",
            figure="86,500 volunteers",
        ),
        "I55": Measure(
            "志愿服务队伍",
            "teams of volunteers",
            "staff hours that a volunteer hour takes in (6)",
            "load_committee",
            -1,
            figure="2,035 teams",
        ),
        "I56": Measure(
            "志愿服务活动",
            "volunteer activities",
            "hours that clean up, visit and guide; ties and programmes",
            "satisfaction_environment",
            figure="3,800+ activities",
        ),
    }

    registration: float = number(
        2.4,
        0,
        12,
        "times the base rate",
        "I54",
        "增加的注册邀约强度",
        "invitations beyond those of the baseline",
        source="assumption; 86 500 registered at the end of 2020 (case)",
    )
    start: date = lever_field(date(2018, 7, 1), "I54", "开始日期", "begin")
    finish: date | None = lever_field(None, "I54", "结束日期", "end; empty: goes on")
    teams: float = number(
        1.0,
        0,
        1,
        "share of volunteers",
        "I55",
        "编入队伍的志愿者比例",
        "volunteers who belong to a team",
        soft=("volunteering.team_relief",),
    )
    team_size: float = number(
        42.5,
        10,
        100,
        "volunteers",
        "I55",
        "每支队伍人数",
        "volunteers of a team",
        source="86 500 in 2 035 teams (case)",
    )
    team_yuan: float = number(2_000.0, 0, 20_000, "yuan/team/year", "I55", "队伍经费", "cost of a team")
    activities: float = number(
        1270.0,
        0,
        20_000,
        "activities/year",
        "I56",
        "每年志愿服务活动",
        "activities a year",
        source="case study: more than 3,800 activities, taken as those of three years",
    )
    activity_people: float = number(25.0, 5, 200, "people/activity", "I56", "每次活动人数", "people at an activity")
    activity_length: float = number(2.0, 0.5, 8, "h", "I56", "每次活动时长", "hours of an activity")
    activity_yuan: float = number(1_500.0, 0, 10_000, "yuan/activity", "I56", "每次活动经费", "cost of an activity")

    def apply(self, world: World, tick: int) -> None:
        """Invite, lead, act together, and pay."""
        if not under_way(world, self.start, self.finish):
            return
        p, levers, residents = world.params, world.levers, world.communities.residents
        levers.invitations *= 1 + self.registration
        levers.coordination *= 1 - p["volunteering.team_relief"] * self.teams
        registered = world.by_community(world.output.tallies[:, T_REGISTERED]) / world.scale
        cost = self.teams * registered / self.team_size * fen(self.team_yuan / WEEKS_PER_YEAR)
        world.ledger.pay_for("street", "organisation", np.rint(cost).astype(np.int64), "teams of volunteers")
        people = self.activities * self.activity_people / WEEKS_PER_YEAR
        attend(world, people)
        hours = people * self.activity_length
        levers.activity_hours += hours * residents / residents.sum()
        households = world.communities.households.sum() / world.scale
        levers.clean_up += p["environment.hour_clean"] * hours * WEEKS_PER_YEAR / households
        weekly = fen(self.activities * self.activity_yuan / WEEKS_PER_YEAR)
        world.ledger.pay("street", "organisation", weekly, "volunteer activities")
