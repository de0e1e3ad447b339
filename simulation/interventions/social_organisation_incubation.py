"""Incubation (H17): more social organisations are founded; residents meet on neighbourhood platforms."""

from datetime import date
from typing import ClassVar

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention, Measure, lever_field
from simulation.interventions.shared.calendar import begins, fen, under_way
from simulation.state.ledger import Kind
from simulation.state.world import World


class SocialOrganisationIncubation(Intervention):
    """Bases raise the rate at which organisations are founded (20); their hours serve culture and invite volunteers.

    On neighbourhood platforms people reach firm and committee with less effort (5), keep ties, and influence one
    another more (16), to the better or worse; how much is soft.
    """

    kind: ClassVar[str] = "social_organisation_incubation"
    claim: ClassVar[str] = "H17"
    title_zh: ClassVar[str] = "社会组织孵化与社区网络"
    title_en: ClassVar[str] = "Incubation of organisations, neighbourhood platforms"
    group_zh: ClassVar[str] = "社会组织"
    group_en: ClassVar[str] = "Social organisations"
    measures: ClassVar[dict[str, Measure]] = {
        "I51": Measure(
            "三级孵化体系",
            "three-level incubation",
            "founding rate in (20)",
            "satisfaction_culture",
            figure="more than 1,300 organisations",
        ),
        "I52": Measure(
            "社区网络平台", "neighbourhood websites", "effort to report (5); ties; influence (16)", "social_ties"
        ),
        "I53": Measure("天通苑孵化基地", "incubator of Tiantongyuan", "founding rate in (20)", "satisfaction_culture"),
    }

    growth: float = lever_field(
        0.2,
        ge=0,
        le=1,
        unit="share per base",
        measure="I51",
        zh="每个基地增加的成立率",
        en="founding rate added by a base",
    )
    bases: int = lever_field(
        1,
        ge=0,
        le=10,
        unit="bases",
        measure="I51",
        source="base of 2 000 m2 opened in 2018 (press)",
        zh="孵化基地数",
        en="incubation bases",
    )
    second_bases: int = lever_field(
        1,
        ge=0,
        le=10,
        unit="bases",
        measure="I53",
        source="case study: the base in Tiantongyuan",
        zh="天通苑孵化基地",
        en="further bases, as that of Tiantongyuan",
    )
    second_capital_yuan: float = lever_field(
        4_000_000.0,
        ge=0,
        le=20_000_000,
        unit="yuan/base",
        measure="I53",
        zh="天通苑基地建设费",
        en="set-up of a further base",
    )
    second_yuan: float = lever_field(
        1_500_000.0,
        ge=0,
        le=10_000_000,
        unit="yuan/base/year",
        measure="I53",
        zh="天通苑基地年运行费",
        en="running cost of a further base",
    )
    online_reach: float = lever_field(
        0.4,
        ge=0,
        le=1,
        unit="share of adults",
        measure="I52",
        zh="使用社区网络平台的成年人",
        soft=("ties.online", "channel.online", "influence.online"),
        en="adults on a neighbourhood platform",
    )
    online_yuan: float = lever_field(
        1_000_000.0,
        ge=0,
        le=10_000_000,
        unit="yuan/year",
        measure="I52",
        zh="社区网络平台年经费",
        en="cost of the platforms",
    )
    start: date = lever_field(date(2018, 4, 1), measure="I51", zh="开始日期", en="begin")
    finish: date | None = lever_field(None, measure="I51", zh="结束日期", en="end; empty: goes on")
    base_yuan: float = lever_field(
        3_000_000.0, ge=0, le=10_000_000, unit="yuan/base/year", measure="I51", zh="基地年运行费", en="cost of a base"
    )

    def apply(self, world: World, tick: int) -> None:
        """Raise the founding rate, keep the platforms open, and pay."""
        if not under_way(world, self.start, self.finish):
            return
        p, levers, ledger = world.params, world.levers, world.ledger
        levers.incubation += self.growth * (self.bases + self.second_bases)
        adults = float(world.gates.adults.sum() / world.gates.residents.sum())
        levers.online = min(1.0, levers.online + self.online_reach)
        levers.ties += p["ties.online"] * self.online_reach * adults / p["ties.memory"]  # what keeps them alive
        weekly = self.bases * fen(self.base_yuan / WEEKS_PER_YEAR)
        weekly += self.second_bases * fen(self.second_yuan / WEEKS_PER_YEAR)
        ledger.pay("district", "organisation", weekly, "incubation bases")
        if begins(world, self.start):
            ledger.pay(
                "district", "supplier", self.second_bases * fen(self.second_capital_yuan), "second base", Kind.CAPITAL
            )
        if self.online_reach:
            ledger.pay("district", "organisation", fen(self.online_yuan / WEEKS_PER_YEAR), "neighbourhood platforms")
