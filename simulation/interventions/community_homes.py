"""Community homes (H11): rooms that member units open to their neighbours."""

from datetime import date
from typing import ClassVar

from simulation.interventions.base import Measure, lever_field
from simulation.interventions.shared.venues import Venues


class CommunityHomes(Venues):
    """Eleven homes among 850 000 residents: local use, and a mean that stays about where it was."""

    kind: ClassVar[str] = "community_homes"
    claim: ClassVar[str] = "H11"
    title_zh: ClassVar[str] = "社区之家"
    title_en: ClassVar[str] = "Community homes"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    measures: ClassVar[dict[str, Measure]] = {
        "I36": Measure(
            "社区之家",
            "community homes",
            "visits in the catchment areas (3)",
            "satisfaction_culture",
            figure="11",
            whole=True,
        ),
    }

    count: int = lever_field(11, ge=0, le=60, unit="homes", measure="I36", source="case study", zh="数量", en="number")
    capacity: float = lever_field(
        320.0, ge=200, le=600, unit="uses/week", measure="I36", zh="每处服务能力", en="capacity of each"
    )
    capital_yuan: float = lever_field(
        200_000.0, ge=0, le=2_000_000, unit="yuan", measure="I36", zh="每处建设费", en="set-up of each"
    )
    running_yuan: float = lever_field(
        50_000.0, ge=0, le=2_000_000, unit="yuan/year", measure="I36", zh="每处年运行费", en="running cost of each"
    )
    start: date = lever_field(date(2018, 7, 2), measure="I36", zh="开始日期", en="begin")
    finish: date = lever_field(date(2020, 12, 31), measure="I36", zh="完成日期", en="day when all are open")
