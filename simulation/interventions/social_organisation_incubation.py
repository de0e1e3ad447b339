"""Incubation of social organisations (H17): more are founded, and so more programmes are offered."""

from datetime import date
from typing import ClassVar

from simulation.interventions.base import Intervention, lever_field
from simulation.interventions.calendar import WEEKS_PER_YEAR, fen, under_way
from simulation.world import World


class SocialOrganisationIncubation(Intervention):
    """Bases raise the rate at which organisations are founded (20); their hours serve culture and invite volunteers."""

    kind: ClassVar[str] = "social_organisation_incubation"
    claim: ClassVar[str] = "H17"
    title_zh: ClassVar[str] = "社会组织孵化"
    title_en: ClassVar[str] = "Incubation of social organisations"
    group_zh: ClassVar[str] = "社会组织"
    group_en: ClassVar[str] = "Social organisations"

    growth: float = lever_field(
        0.2, ge=0, le=1, unit="share per base", measure="I51", zh="每个基地增加的成立率",
        en="founding rate added by a base")
    bases: int = lever_field(
        2, ge=0, le=10, unit="bases", measure="I51", source="2 000 m2 base of 2018 and the Tiantongyuan base (I53)",
        zh="孵化基地数", en="incubation bases")
    start: date = lever_field(date(2018, 4, 1), measure="I51", zh="开始日期", en="begin")
    finish: date | None = lever_field(None, measure="I51", zh="结束日期", en="end; empty: goes on")
    base_yuan: float = lever_field(
        3_000_000.0, ge=0, le=10_000_000, unit="yuan/base/year", measure="I51", zh="基地年运行费", en="cost of a base")

    def apply(self, world: World, tick: int) -> None:
        """Raise the founding rate and pay for the bases."""
        if self.bases and self.growth and under_way(world, self.start, self.finish):
            world.levers.incubation += self.growth * self.bases
            world.ledger.pay("district", "organisation", self.bases * fen(self.base_yuan / WEEKS_PER_YEAR),
                             "incubation bases")
