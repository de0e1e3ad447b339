"""Volunteering (H18): real-name registration drives. Registered is not active: who acts is decided by thresholds."""

from datetime import date
from typing import ClassVar

import numpy as np

from simulation.interventions.base import Intervention, lever_field
from simulation.interventions.calendar import WEEKS_PER_YEAR, fen, under_way
from simulation.population import kernels
from simulation.world import World


class Volunteering(Intervention):
    """Invitations multiply the hazard of registering; teams cost a little for every volunteer on the register."""

    kind: ClassVar[str] = "volunteering"
    claim: ClassVar[str] = "H18"
    title_zh: ClassVar[str] = "志愿者实名注册与队伍"
    title_en: ClassVar[str] = "Registration and teams of volunteers"
    group_zh: ClassVar[str] = "社会参与"
    group_en: ClassVar[str] = "Participation"

    registration: float = lever_field(
        2.4, ge=0, le=12, unit="times the base rate", measure="I54", zh="增加的注册邀约强度",
        en="invitations beyond those of the baseline", source="assumption; 86 500 registered at the end of 2020 (case)")
    start: date = lever_field(date(2018, 7, 1), measure="I54", zh="开始日期", en="begin")
    finish: date | None = lever_field(None, measure="I54", zh="结束日期", en="end; empty: goes on")
    team_size: float = lever_field(
        42.5, ge=10, le=100, unit="volunteers", measure="I55", source="86 500 in 2 035 teams (case)",
        zh="每支队伍人数", en="volunteers of a team")
    team_yuan: float = lever_field(
        2_000.0, ge=0, le=20_000, unit="yuan/team/year", measure="I55", zh="队伍经费", en="cost of a team")

    def apply(self, world: World, tick: int) -> None:
        """Invite, and pay for the teams."""
        if not self.registration or not under_way(world, self.start, self.finish):
            return
        world.levers.invitations *= 1 + self.registration
        registered = world.by_community(world.output.tallies[:, kernels.T_REGISTERED]) / world.scale
        cost = registered / self.team_size * fen(self.team_yuan / WEEKS_PER_YEAR)
        world.ledger.pay_for("street", "organisation", np.rint(cost).astype(np.int64), "teams of volunteers")
