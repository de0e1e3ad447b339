"""Special fund and foundation (H16): organisations with funds last longer."""

from datetime import date
from typing import ClassVar

from simulation.interventions.base import Intervention, lever_field
from simulation.interventions.calendar import WEEKS_PER_YEAR, fen, under_way
from simulation.world import World


class GovernanceFunds(Intervention):
    """A fund pays micro-grants; each covers an organisation for a year, and those covered do not close (20)."""

    kind: ClassVar[str] = "governance_funds"
    claim: ClassVar[str] = "H16"
    title_zh: ClassVar[str] = "社会治理专项资金"
    title_en: ClassVar[str] = "Special fund for community governance"
    group_zh: ClassVar[str] = "社会组织"
    group_en: ClassVar[str] = "Social organisations"

    fund_yuan: float = lever_field(
        20_000_000.0, ge=0, le=100_000_000, unit="yuan/year", measure="I48", zh="专项资金年额度", en="fund a year")
    grant_yuan: float = lever_field(
        35_000.0, ge=20_000, le=150_000, unit="yuan/organisation/year", measure="I48", zh="每个组织的年资助",
        en="grant that covers an organisation for a year")
    start: date = lever_field(date(2019, 1, 1), measure="I48", zh="开始日期", en="begin")
    finish: date | None = lever_field(None, measure="I48", zh="结束日期", en="end; empty: goes on")

    def apply(self, world: World, tick: int) -> None:
        """Cover as many organisations as the fund can, and pay what that takes."""
        if not self.fund_yuan or not under_way(world, self.start, self.finish):
            return
        alive = int((world.organisations.weeks >= 0).sum())
        covered = min(self.fund_yuan / self.grant_yuan, (1 - world.params["organisations.funded_share"]) * alive)
        world.levers.funded_share += covered / max(alive, 1)
        weekly = fen(covered * self.grant_yuan / WEEKS_PER_YEAR)
        world.ledger.pay("special_fund", "organisation", weekly, "micro-grants")
