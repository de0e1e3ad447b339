"""Paperwork: every committee fills in forms that the district asks for.

**Mechanism.** The hours come on top of a committee's work, so that requests wait longer. Printing is paid weekly.

**Example.** `paperwork: {hours: 10, start: 2019-01-07}`
"""

from datetime import date
from typing import TYPE_CHECKING, ClassVar

from simulation.interventions.base import Intervention, Measure, lever_field
from simulation.state.ledger import FEN, Kind

if TYPE_CHECKING:
    from simulation.state.world import World


class Paperwork(Intervention):
    """Forms for every committee."""

    kind: ClassVar[str] = "paperwork"
    claim: ClassVar[str] = "E1"
    title_zh: ClassVar[str] = "填表报数"
    title_en: ClassVar[str] = "Paperwork"
    group_zh: ClassVar[str] = "示例"
    group_en: ClassVar[str] = "Example"
    measures: ClassVar[dict[str, Measure]] = {
        "E1": Measure("填表报数", "forms for committees", "committee hours up", "load_committee", whole=True)
    }

    hours: float = lever_field(5.0, measure="E1", zh="每周工时", en="hours of a committee", unit="h/week", ge=0, le=100)
    printing_yuan: float = lever_field(
        20.0, measure="E1", zh="每社区每周印刷费", en="printing", unit="yuan/community/week", ge=0, le=1000
    )
    start: date = lever_field(date(2018, 1, 1), measure="E1", zh="开始", en="first day")

    def apply(self, world: "World", tick: int) -> None:
        """Ask for the hours, and pay for the paper; with nil hours nothing is printed."""
        if world.date < self.start or self.hours == 0:
            return
        world.levers.extra_hours += self.hours
        fen = round(self.printing_yuan * FEN) * len(world.communities)
        world.ledger.pay("district", "supplier", fen, "forms", Kind.OPERATING)
