"""Policies, special fund, foundation and certificates (H16): more is founded, and those with funds last longer."""

from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import ITSELF, Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import begins, fen, under_way
from simulation.state.organisations import KINDS
from simulation.state.world import World

_ENTERPRISE = KINDS.index("social_enterprise")
_CHARITY = [KINDS.index(kind) for kind in ("elder_disabled", "child_family", "psychology")]


class GovernanceFunds(Intervention):
    """Micro-grants cover organisations of all kinds, or those of charity, for a year; these do not close (20).

    A certified social enterprise lives on its fees, so it does not close either. The policy set makes founding easier
    and room for more organisations, both soft.
    """

    kind: ClassVar[str] = "governance_funds"
    claim: ClassVar[str] = "H16"
    title_zh: ClassVar[str] = "社会治理政策与资金"
    title_en: ClassVar[str] = "Policies and funds for community governance"
    group_zh: ClassVar[str] = "社会组织"
    group_en: ClassVar[str] = "Social organisations"
    acts_from: ClassVar[tuple[str, ...]] = ("policy_start", "start")
    measures: ClassVar[dict[str, Measure]] = {
        "I47": Measure("“1+3+N”政策文件", "policy set 1+3+N", "founding rate and room in (20)", "satisfaction_culture"),
        "I48": Measure(
            "社会治理专项资金", "special fund", "organisations of all kinds with funds (20)", "satisfaction_culture"
        ),
        "I49": Measure(
            "社区基金会", "community foundation", "organisations of charity with funds (20)", "satisfaction_culture"
        ),
        "I50": Measure(
            "社会企业认证",
            "social-enterprise certification",
            "social enterprises, which live on fees (20)",
            "satisfaction_culture",
        ),
    }

    policy_growth: float = number(
        0.1, 0, 0.5, "share", "I47", "“1+3+N”政策提高的成立率", "founding rate that the policy set adds", soft=ITSELF
    )
    policy_room: float = number(
        0.1,
        0,
        0.5,
        "share",
        "I47",
        "“1+3+N”政策扩大的容量",
        "organisations that the area can carry besides",
        soft=ITSELF,
    )
    policy_start: date = lever_field(date(2019, 9, 2), "I47", "政策实施日期", "day of the policy set")
    policy_yuan: float = number(500_000.0, 0, 5_000_000, "yuan", "I47", "政策制定费", "cost of making it")
    fund_yuan: float = number(20_000_000.0, 0, 100_000_000, "yuan/year", "I48", "专项资金年额度", "fund a year")
    grant_yuan: float = number(
        35_000.0,
        20_000,
        150_000,
        "yuan/organisation/year",
        "I48",
        "每个组织的年资助",
        "grant that covers an organisation for a year",
    )
    donations_yuan: float = number(
        3_000_000.0, 0, 50_000_000, "yuan/year", "I49", "社区基金会年募款", "donations to the community foundation"
    )
    foundation_yuan: float = number(
        2_000_000.0, 0, 20_000_000, "yuan", "I49", "基金会开办费", "set-up of the foundation"
    )
    certified: int = number(20, 0, 200, "firms", "I50", "认证的社会企业", "certified social enterprises")
    certificate_yuan: float = number(
        10_000.0, 0, 100_000, "yuan/firm/year", "I50", "每家社会企业认证年经费", "cost of a certificate"
    )
    start: date = lever_field(date(2019, 1, 1), "I48", "开始日期", "begin")
    finish: date | None = lever_field(None, "I48", "结束日期", "end; empty: goes on")

    def apply(self, world: World, tick: int) -> None:
        """Ease founding; cover as many organisations as there is money for, and pay what that takes."""
        if under_way(world, self.policy_start, self.finish):
            self._ease(world)
        if not under_way(world, self.start, self.finish):
            return
        if begins(world, self.start):
            world.ledger.pay("district", "foundation", fen(self.foundation_yuan), "community foundation")
        o = world.organisations
        alive = np.bincount(o.kind[o.weeks >= 0], minlength=len(KINDS))
        left: NDArray[np.float64] = (1 - world.params["organisations.funded_share"]) * alive.astype(np.float64)
        enterprises = _cover(left, [_ENTERPRISE], self.certified)
        by_donors = _cover(left, _CHARITY, self.donations_yuan / self.grant_yuan)
        by_fund = _cover(left, list(range(len(KINDS))), self.fund_yuan / self.grant_yuan)
        world.levers.funded += 1 - world.params["organisations.funded_share"] - left / np.maximum(alive, 1)
        ledger, grant = world.ledger, self.grant_yuan / WEEKS_PER_YEAR
        ledger.pay("special_fund", "organisation", fen(by_fund * grant), "micro-grants")
        ledger.pay("household", "foundation", fen(self.donations_yuan / WEEKS_PER_YEAR), "donations")
        ledger.pay("foundation", "organisation", fen(by_donors * grant), "grants of the foundation")
        certificates = fen(enterprises * self.certificate_yuan / WEEKS_PER_YEAR)
        ledger.pay("district", "organisation", certificates, "certificates of social enterprises")

    def _ease(self, world: World) -> None:
        world.levers.incubation += self.policy_growth
        world.levers.organisation_room *= 1 + self.policy_room
        if begins(world, self.policy_start):
            world.ledger.pay("district", "supplier", fen(self.policy_yuan), "policy set 1+3+N")


def _cover(left: NDArray[np.float64], kinds: list[int], most: float) -> float:
    """Take up to `most` organisations of some kinds off those without funds, evenly; returns how many."""
    covered = min(most, float(left[kinds].sum()))
    left[kinds] *= 1 - covered / max(float(left[kinds].sum()), 1e-9)
    return covered
