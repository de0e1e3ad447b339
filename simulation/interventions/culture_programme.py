"""Shared culture (H09): centres, teams, events, messages and role models."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, opening_ticks, under_way
from simulation.interventions.shared.events import attend, most_populous
from simulation.interventions.shared.placing import Order
from simulation.state.facilities import VENUE
from simulation.state.ledger import Kind
from simulation.state.output import T_REGISTERED
from simulation.state.world import World


class CultureProgramme(Intervention):
    """Centres enter the catchment areas (3), teams and brand projects add hours of programmes, events make ties.

    Practice centres invite people to register. Messages and role models uphold a norm of taking part (17): soft, as
    nobody measured what a message does.
    """

    kind: ClassVar[str] = "culture_programme"
    claim: ClassVar[str] = "H09"
    title_zh: ClassVar[str] = "共享文化与品牌活动"
    title_en: ClassVar[str] = "Shared culture and events"
    group_zh: ClassVar[str] = "文化与活力"
    group_en: ClassVar[str] = "Culture and vitality"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I02": Measure("“回天有我”倡导", "message “Huitian has me”", "norm of taking part in (17)", "volunteer_hours"),
        "I28": Measure(
            "回天文化品牌项目", "culture brand projects", "hours of programmes in culture", "satisfaction_culture"
        ),
        "I29": Measure("文化中心", "cultural centres", "visits in the catchment areas (3)", "satisfaction_culture"),
        "I30": Measure("新时代文明实践中心", "civilisation-practice centres", "invitations; courses", "volunteers"),
        "I31": Measure(
            "“回天好人”榜样", "role models", "norm of taking part among those who know them (17)", "volunteer_hours"
        ),
        "I32": Measure(
            "绿色健步、歌会、晚会",
            "green runs, songs, galas",
            "ties of those who run together",
            "social_ties",
        ),
        "I33": Measure("文化队伍", "culture teams", "hours of programmes in culture", "satisfaction_culture"),
        "I34": Measure(
            "联赛、迎新年等品牌活动",
            "league, New Year and other brand events",
            "programmes where they are held; few ties among spectators",
            "satisfaction_culture",
            figure="several 100,000 participations",
        ),
    }

    centres: int = number(2, 0, 7, "centres", "I29", "文化中心", "cultural centres")
    centre_visits: float = number(6500.0, 1000, 20_000, "visits/week", "I29", "每个中心服务量", "capacity of a centre")
    centre_yuan: float = number(80_000_000.0, 0, 200_000_000, "yuan/centre", "I29", "每个中心投资", "cost of a centre")
    teams: float = number(5.0, 0, 20, "teams/community", "I33", "每社区新增文化队伍", "culture teams added")
    team_hours: float = number(4.0, 0, 20, "h/week", "I33", "每支队伍每周活动", "hours of programme of a team")
    team_yuan: float = number(20_000.0, 0, 100_000, "yuan/team/year", "I33", "队伍经费", "cost of a team")
    practice_centres: float = number(
        0.2, 0, 2, "times the base rate", "I30", "文明实践中心增加的志愿邀约", "invitations that practice centres add"
    )
    practice_hours: float = number(
        20.0, 0, 80, "h/centre/week", "I30", "每个中心每周课程", "courses at the centre of each street"
    )
    practice_yuan: float = number(1_000_000.0, 0, 10_000_000, "yuan/year", "I30", "文明实践年经费", "their yearly cost")
    message_reach: float = number(
        0.3,
        0,
        1,
        "share of residents",
        "I02",
        "“回天有我”倡导覆盖的居民",
        "residents whom the message “Huitian has me” reaches",
        soft=("norm.example",),
    )
    message_yuan: float = number(5_000_000.0, 0, 20_000_000, "yuan/year", "I02", "倡导年经费", "cost of the message")
    brand_hours: float = number(
        300.0,
        0,
        3000,
        "h/week",
        "I28",
        "文化品牌项目每周节目时长",
        "programmes of brand projects in the whole district",
    )
    brand_yuan: float = number(
        200.0,
        0,
        1000,
        "yuan/h",
        "I28",
        "品牌项目每小时经费",
        "cost of an hour; 300 h a week cost about 3 million yuan a year",
    )
    role_models: int = number(
        50,
        0,
        500,
        "people/year",
        "I31",
        "每年评选的“回天好人”",
        "good people chosen as role models",
        soft=("norm.example",),
    )
    role_model_yuan: float = number(
        5_000.0, 0, 50_000, "yuan/person", "I31", "每位榜样的宣传费", "cost of a role model"
    )
    runs: float = number(
        20_000.0,
        0,
        500_000,
        "attendances/year",
        "I32",
        "绿色健步、歌会、晚会人次",
        "attendances of green runs, songs and galas",
    )
    runs_yuan: float = number(
        100.0,
        0,
        500,
        "yuan/attendance",
        "I32",
        "每人次活动费",
        "cost of an attendance; 20,000 cost 2 million yuan a year",
    )
    festivals: float = number(
        117_000.0,
        0,
        1_000_000,
        "attendances/year",
        "I34",
        "联赛、迎新年等品牌活动人次",
        "attendances of the league, New Year and other brand events",
        source="case study: several 100,000 participations, taken as 350,000 in three years",
    )
    festival_streets: int = number(
        3,
        1,
        7,
        "streets",
        "I34",
        "品牌活动所在街道",
        "streets whose people come, the most populous",
    )
    festival_yuan: float = number(20.0, 0, 200, "yuan/attendance", "I34", "品牌活动每人次费用", "cost of an attendance")
    start: date = lever_field(date(2018, 9, 3), "I28", "开始日期", "begin")
    finish: date = lever_field(date(2020, 12, 31), "I29", "中心建成日期", "day when the centres are open")

    def orders(self, world: World) -> Sequence[Order]:
        """The centres."""
        ticks = opening_ticks(world, self.centres, self.start, self.finish)
        return [Order(VENUE, self.centre_visits, ticks)]

    def apply(self, world: World, tick: int) -> None:
        """Programmes, invitations, events and messages, and what they cost."""
        if not under_way(world, self.start, None):
            return
        self._programmes(world)
        self._uphold_norm(world)
        attend(world, self.runs / WEEKS_PER_YEAR)
        near = most_populous(world, self.festival_streets)
        attend(world, self.festivals / WEEKS_PER_YEAR, "ties.per_spectator", near)
        yearly = self.runs * self.runs_yuan + self.festivals * self.festival_yuan
        world.ledger.pay("street", "organisation", fen(yearly / WEEKS_PER_YEAR), "culture events")
        self._pay_for_centres(world, tick)

    def _programmes(self, world: World) -> None:
        """Hours of teams and brand projects; invitations of practice centres."""
        n, levers, residents = len(world.communities), world.levers, world.communities.residents
        levers.programme_hours += self.teams * self.team_hours
        levers.programme_hours += self.brand_hours * residents / residents.sum()
        levers.invitations *= 1 + self.practice_centres
        if self.practice_centres:
            centre = world.geography.subdistricts["office_cell"].to_numpy()
            levers.programme_hours[world.community_near(centre)] += self.practice_hours
        teams = np.full(n, fen(self.teams * self.team_yuan / WEEKS_PER_YEAR))
        world.ledger.pay_for("street", "organisation", teams, "culture teams")
        world.ledger.pay("district", "organisation", fen(self.brand_hours * self.brand_yuan), "culture brand projects")
        if self.practice_centres:
            world.ledger.pay("district", "supplier", fen(self.practice_yuan / WEEKS_PER_YEAR), "practice centres")

    def _uphold_norm(self, world: World) -> None:
        """Norm of taking part: the message everywhere, role models among those who know them, where volunteers are."""
        p = world.params
        volunteers = world.by_community(world.output.tallies[:, T_REGISTERED])
        models = self.role_models * volunteers / max(float(volunteers.sum()), 1.0)
        known = models * p["norm.role_model_reach"] / np.maximum(world.communities.residents / world.scale, 1.0)
        world.levers.norm += p["norm.example"] * (self.message_reach + np.minimum(1.0, known))
        if self.message_reach:
            world.ledger.pay("district", "supplier", fen(self.message_yuan / WEEKS_PER_YEAR), "message Huitian has me")
        world.ledger.pay(
            "district", "supplier", fen(self.role_models * self.role_model_yuan / WEEKS_PER_YEAR), "role models"
        )

    def _pay_for_centres(self, world: World, tick: int) -> None:
        opening = int((opening_ticks(world, self.centres, self.start, self.finish) == tick).sum())
        world.ledger.pay("district", "supplier", opening * fen(self.centre_yuan), "cultural centres", Kind.CAPITAL)
