"""Shared culture (H09): centres, teams, events, role models."""

from datetime import date
from typing import ClassVar

import numpy as np

from simulation.interventions.base import Intervention, lever_field
from simulation.interventions.calendar import WEEKS_PER_YEAR, fen, opening_ticks, under_way
from simulation.interventions.placing import place
from simulation.ledger import Kind
from simulation.world import World


class CultureProgramme(Intervention):
    """Centres enter the catchment areas (3), teams add hours of programmes, practice centres invite volunteers (17)."""

    kind: ClassVar[str] = "culture_programme"
    claim: ClassVar[str] = "H09"
    title_zh: ClassVar[str] = "共享文化与品牌活动"
    title_en: ClassVar[str] = "Shared culture and events"
    group_zh: ClassVar[str] = "文化与活力"
    group_en: ClassVar[str] = "Culture and vitality"

    centres: int = lever_field(2, ge=0, le=7, unit="centres", measure="I29", zh="文化中心", en="cultural centres")
    centre_visits: float = lever_field(
        6500.0, ge=1000, le=20_000, unit="visits/week", measure="I29", zh="每个中心服务量", en="capacity of a centre")
    centre_yuan: float = lever_field(
        80_000_000.0, ge=0, le=200_000_000, unit="yuan/centre", measure="I29", zh="每个中心投资", en="cost of a centre")
    teams: float = lever_field(
        5.0, ge=0, le=20, unit="teams/community", measure="I33", zh="每社区新增文化队伍", en="culture teams added")
    team_hours: float = lever_field(
        4.0, ge=0, le=20, unit="h/week", measure="I33", zh="每支队伍每周活动", en="hours of programme of a team")
    team_yuan: float = lever_field(
        20_000.0, ge=0, le=100_000, unit="yuan/team/year", measure="I33", zh="队伍经费", en="cost of a team")
    practice_centres: float = lever_field(
        0.2, ge=0, le=2, unit="times the base rate", measure="I30", zh="文明实践中心增加的志愿邀约",
        en="invitations that practice centres and role models (I31) add")
    practice_yuan: float = lever_field(
        1_000_000.0, ge=0, le=10_000_000, unit="yuan/year", measure="I30", zh="文明实践年经费", en="their yearly cost")
    start: date = lever_field(date(2018, 9, 3), measure="I28", zh="开始日期", en="begin")
    finish: date = lever_field(date(2020, 12, 31), measure="I29", zh="中心建成日期", en="day when the centres are open")

    def prepare(self, world: World) -> None:
        """Choose the sites of the centres."""
        if self.centres:
            ticks = opening_ticks(self.centres, max(0, world.tick_of(self.start)), world.tick_of(self.finish))
            place(world, "culture_centre", self.centre_visits, ticks)

    def apply(self, world: World, tick: int) -> None:
        """Programmes, invitations, and what they cost."""
        if not under_way(world, self.start, None):
            return
        n, levers = len(world.communities), world.levers
        levers.programme_hours += self.teams * self.team_hours
        levers.invitations *= 1 + self.practice_centres
        teams = np.full(n, fen(self.teams * self.team_yuan / WEEKS_PER_YEAR))
        world.ledger.pay_for("street", "organisation", teams, "culture teams")
        if self.practice_centres:
            world.ledger.pay("district", "supplier", fen(self.practice_yuan / WEEKS_PER_YEAR), "practice centres")
        first, last = max(0, world.tick_of(self.start)), world.tick_of(self.finish)
        opening = int((opening_ticks(self.centres, first, last) == tick).sum()) if self.centres else 0
        world.ledger.pay("district", "supplier", opening * fen(self.centre_yuan), "cultural centres", Kind.CAPITAL)
