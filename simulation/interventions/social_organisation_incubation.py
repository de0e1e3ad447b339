"""Incubation (H17): more social organisations are founded; residents meet on neighbourhood platforms."""

from datetime import date
from typing import ClassVar

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import begins, fen, under_way
from simulation.interventions.shared.events import most_populous
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
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I51": Measure(
            "三级孵化体系",
            "three-level incubation",
            "founding rate in (20)",
            "satisfaction_culture",
            figure="more than 1,300 organisations",
        ),
        "I52": Measure(
            "社区网络平台",
            "neighbourhood websites",
            "effort to report (5); ties; influence (16); household management (6)",
            "requests",
        ),
        "I53": Measure(
            "天通苑孵化基地",
            "incubator of Tiantongyuan",
            "founding rate in (20) in the streets that it serves",
            "satisfaction_culture",
        ),
    }

    growth: float = number(0.2, 0, 1, "share per base", "I51", "每个基地增加的成立率", "founding rate added by a base")
    bases: int = number(
        1, 0, 10, "bases", "I51", "孵化基地数", "incubation bases", source="base of 2 000 m2 opened in 2018 (press)"
    )
    second_bases: int = number(
        1,
        0,
        10,
        "bases",
        "I53",
        "天通苑孵化基地",
        "further bases, as that of Tiantongyuan",
        source="case study: the base in Tiantongyuan",
    )
    second_growth: float = number(
        0.2, 0, 1, "share per base", "I53", "天通苑基地增加的成立率", "founding rate added by a further base"
    )
    second_streets: int = number(
        2, 1, 7, "streets", "I53", "天通苑基地服务的街道", "streets that a further base serves, the most populous first"
    )
    second_capital_yuan: float = number(
        4_000_000.0, 0, 20_000_000, "yuan/base", "I53", "天通苑基地建设费", "set-up of a further base"
    )
    second_yuan: float = number(
        1_500_000.0, 0, 10_000_000, "yuan/base/year", "I53", "天通苑基地年运行费", "running cost of a further base"
    )
    online_reach: float = number(
        0.4,
        0,
        1,
        "share of adults",
        "I52",
        "使用社区网络平台的成年人",
        "adults on a neighbourhood platform",
        soft=("ties.online", "channel.online", "influence.online", "staff.online_relief"),
    )
    online_yuan: float = number(
        1_000_000.0, 0, 10_000_000, "yuan/year", "I52", "社区网络平台年经费", "cost of the platforms"
    )
    start: date = lever_field(date(2018, 4, 1), "I51", "开始日期", "begin")
    finish: date | None = lever_field(None, "I51", "结束日期", "end; empty: goes on")
    base_yuan: float = number(3_000_000.0, 0, 10_000_000, "yuan/base/year", "I51", "基地年运行费", "cost of a base")

    def apply(self, world: World, tick: int) -> None:
        """Raise the founding rate, keep the platforms open, and pay."""
        if not under_way(world, self.start, self.finish):
            return
        p, levers, ledger = world.params, world.levers, world.ledger
        levers.incubation += self.growth * self.bases
        self._nurse(world)
        adults = float(world.gates.adults.sum() / world.gates.residents.sum())
        levers.online = min(1.0, levers.online + self.online_reach)
        levers.household_management *= 1 - p["staff.online_relief"] * self.online_reach
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

    def _nurse(self, world: World) -> None:
        """What further bases add is founded in the streets that they serve, in all `second_growth` for each."""
        c = world.communities
        served = most_populous(world, self.second_streets)
        share = c.residents[served].sum() / c.residents.sum()
        world.levers.nursery += self.second_growth * self.second_bases * served / share
