"""Five-party co-governance (H05): branch, committee, firm, owners and organisations at one table."""

from datetime import date
from typing import ClassVar

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import ITSELF, Intervention, Measure, added_authority, lever_field, number
from simulation.interventions.shared.calendar import fen, under_way
from simulation.state.organisations import KINDS
from simulation.state.world import World

_WEEKS_PER_MONTH = 52 / 12
_BRAND = KINDS.index("culture_sport")


class FivePartyGovernance(Intervention):
    """A joint table helps owners to form a committee (29), checks the firm's books (19) and mediates unpaid bills (18).

    Everybody knows whose turn it is, which adds authority where issues are handled (8). Meetings cost hours (6). Grants
    keep organisations. What a table achieves is soft: nobody has measured it.
    """

    kind: ClassVar[str] = "five_party_governance"
    claim: ClassVar[str] = "H05"
    title_zh: ClassVar[str] = "五方共建"
    title_en: ClassVar[str] = "Five-party co-governance"
    group_zh: ClassVar[str] = "体制与统筹"
    group_en: ClassVar[str] = "Institutions and coordination"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I14": Measure(
            "五方共建",
            "party branch, committee, firm, owners and organisations at one table",
            "owners' committees (29); the firm's margin (19), arrears (18); authority of both (8); hours (6)",
            "owners_committees",
        ),
        "I46": Measure(
            "一街一品",
            "one street, one brand",
            "organisations of culture with funds (20)",
            "satisfaction_culture",
        ),
    }

    authority: float = added_authority(0.15, "I14", "联席会带来的权威", "authority that the joint table adds")
    owners_support: float = number(
        1.0,
        0,
        5,
        "times the base rate",
        "I14",
        "对业委会组建的支持",
        "owners' committees that it helps to form besides those that form without",
        soft=ITSELF,
    )
    scrutiny: float = number(
        0.2, 0, 1, "index 0-1", "I14", "联席会对物业收支的监督", "how far it goes through the firm's books", soft=ITSELF
    )
    mediation: float = number(
        0.05,
        0,
        0.3,
        "share/bill",
        "I14",
        "联席会调解多收回的欠费",
        "arrears that its mediation adds to what comes with a bill",
        soft=ITSELF,
    )
    meeting_hours: float = number(8.0, 0, 40, "h/month", "I14", "每月联席会工时", "staff hours of joint tables a month")
    brands: float = number(
        0.03,
        0,
        0.3,
        "share",
        "I46",
        "“一街一品”资助的组织比例",
        "organisations that grants of one street, one brand cover",
    )
    start: date = lever_field(date(2019, 1, 7), "I14", "开始日期", "begin")
    finish: date | None = lever_field(None, "I14", "结束日期", "end; empty: goes on")
    brand_yuan: float = number(
        1_000_000.0, 0, 5_000_000, "yuan/street/year", "I46", "每街道品牌经费", "grants of a street"
    )

    def apply(self, world: World, tick: int) -> None:
        """Move authority, hours and grants."""
        if not under_way(world, self.start, self.finish):
            return
        levers = world.levers
        levers.authority_committee += self.authority
        levers.authority_firm += self.authority
        levers.owners *= 1 + self.owners_support
        levers.scrutiny += self.scrutiny
        levers.mediation += self.mediation
        levers.extra_hours += self.meeting_hours / _WEEKS_PER_MONTH
        levers.funded[_BRAND] += self.brands
        if self.brands:
            cost = len(world.streets) * fen(self.brand_yuan / WEEKS_PER_YEAR)
            world.ledger.pay("street", "organisation", cost, "one street, one brand")
