"""Five-party co-governance (H05): branch, committee, firm, owners and organisations at one table."""

from datetime import date
from typing import ClassVar

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import ITSELF, Intervention, Measure, lever_field
from simulation.interventions.shared.calendar import fen, under_way
from simulation.state.world import World

_WEEKS_PER_MONTH = 52 / 12


class FivePartyGovernance(Intervention):
    """A joint table adds authority where issues are handled (8), grants keep organisations, meetings cost hours (6).

    Soft: the prior of `authority` includes zero.
    """

    kind: ClassVar[str] = "five_party_governance"
    claim: ClassVar[str] = "H05"
    title_zh: ClassVar[str] = "五方共建"
    title_en: ClassVar[str] = "Five-party co-governance"
    group_zh: ClassVar[str] = "体制与统筹"
    group_en: ClassVar[str] = "Institutions and coordination"
    measures: ClassVar[dict[str, Measure]] = {
        "I14": Measure(
            "五方共建",
            "party branch, committee, firm, owners and organisations at one table",
            "authority in (8); staff hours in (6)",
            "resolution_rate",
        ),
        "I46": Measure(
            "一街一品", "one street, one brand", "funded share of organisations (20)", "satisfaction_culture"
        ),
    }

    authority: float = lever_field(
        0.15,
        ge=0,
        le=0.5,
        unit="index 0-1",
        measure="I14",
        soft=ITSELF,
        zh="联席会带来的权威",
        en="authority that the joint table adds",
    )
    meeting_hours: float = lever_field(
        8.0, ge=0, le=40, unit="h/month", measure="I14", zh="每月联席会工时", en="staff hours of joint tables a month"
    )
    brands: float = lever_field(
        0.03,
        ge=0,
        le=0.3,
        unit="share",
        measure="I46",
        zh="“一街一品”资助的组织比例",
        en="organisations that grants of one street, one brand cover",
    )
    start: date = lever_field(date(2019, 1, 7), measure="I14", zh="开始日期", en="begin")
    finish: date | None = lever_field(None, measure="I14", zh="结束日期", en="end; empty: goes on")
    brand_yuan: float = lever_field(
        1_000_000.0,
        ge=0,
        le=5_000_000,
        unit="yuan/street/year",
        measure="I46",
        zh="每街道品牌经费",
        en="grants of a street",
    )

    def apply(self, world: World, tick: int) -> None:
        """Move authority, hours and grants."""
        if not under_way(world, self.start, self.finish):
            return
        levers = world.levers
        levers.authority += self.authority
        levers.extra_hours += self.meeting_hours / _WEEKS_PER_MONTH
        levers.funded_share += self.brands
        if self.brands:
            cost = len(world.streets) * fen(self.brand_yuan / WEEKS_PER_YEAR)
            world.ledger.pay("street", "organisation", cost, "one street, one brand")
