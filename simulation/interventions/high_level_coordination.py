"""High-level coordination (H02): city and district attention makes departments answer, and asks for reports."""

from datetime import date
from typing import ClassVar

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention, Measure, added_authority, lever_field, number
from simulation.interventions.shared.calendar import fen, under_way
from simulation.state.world import World


class HighLevelCoordination(Intervention):
    """Departments must answer (8) and add hours; a task list adds to the fixed hours of committees (6).

    A soft measure: the evidence for its strength is weak, and the prior of `authority` includes zero. Attention is
    taken from elsewhere; that cost lies outside the district and is not in the ledger.
    """

    kind: ClassVar[str] = "high_level_coordination"
    claim: ClassVar[str] = "H02"
    title_zh: ClassVar[str] = "市区高位统筹"
    title_en: ClassVar[str] = "Coordination from the top"
    group_zh: ClassVar[str] = "体制与统筹"
    group_en: ClassVar[str] = "Institutions and coordination"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I03": Measure(
            "市区高位统筹、区“一号工程”",
            "city and district push, the district’s number-one project",
            "authority over departments in (8), their hours",
            "resolution_rate",
        ),
        "I38": Measure(
            "35项任务清单",
            "list of 35 tasks",
            "fixed hours of committees F in (6)",
            "load_committee",
            figure="35 tasks",
        ),
    }

    authority: float = added_authority(0.15, "I03", "高位关注带来的协调权威", "authority that attention adds")
    department_hours: float = number(0.10, 0, 0.5, "share", "I03", "部门增加的投入", "hours that departments add")
    reporting: float = number(
        0.05,
        0,
        0.3,
        "share",
        "I38",
        "35项任务增加的报表负担",
        "share that the list of 35 tasks adds to committees' fixed hours",
    )
    start: date = lever_field(date(2018, 8, 1), "I03", "开始日期", "begin")
    finish: date | None = lever_field(date(2020, 12, 31), "I03", "结束日期", "end")
    yearly_yuan: float = number(
        2_000_000.0, 0, 20_000_000, "yuan/year", "I03", "会议与督办费", "meetings and follow-up"
    )

    def apply(self, world: World, tick: int) -> None:
        """Move authority, departments' hours and committees' duties; pay for the meetings."""
        if not under_way(world, self.start, self.finish):
            return
        levers = world.levers
        levers.authority_department += self.authority
        levers.department_hours *= 1 + self.department_hours
        levers.administration *= 1 + self.reporting
        world.ledger.pay("district", "supplier", fen(self.yearly_yuan / WEEKS_PER_YEAR), "high-level coordination")
