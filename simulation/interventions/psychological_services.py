"""Social-psychological services (H12): three centres and three stations."""

from datetime import date
from typing import ClassVar

from simulation.interventions.base import Measure, lever_field
from simulation.interventions.shared.venues import Venues


class PsychologicalServices(Venues):
    """Few use a station (15 500 attendances in half a year are 0.02 a resident), so the mean hardly moves."""

    kind: ClassVar[str] = "psychological_services"
    claim: ClassVar[str] = "H12"
    title_zh: ClassVar[str] = "社会心理服务站点"
    title_en: ClassVar[str] = "Psychological service stations"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    measures: ClassVar[dict[str, Measure]] = {
        "I37": Measure(
            "社会心理服务站点",
            "social psychological service centres and stations",
            "visits in the catchment areas (3)",
            "satisfaction_culture",
            figure="3 new, 6 in all",
            whole=True,
        ),
    }

    count: int = lever_field(6, ge=0, le=60, unit="sites", measure="I37", source="case study", zh="数量", en="number")
    capacity: float = lever_field(
        100.0, ge=50, le=150, unit="uses/week", measure="I37", zh="每处服务能力", en="capacity of each"
    )
    capital_yuan: float = lever_field(
        200_000.0, ge=0, le=2_000_000, unit="yuan", measure="I37", zh="每处建设费", en="set-up of each"
    )
    running_yuan: float = lever_field(
        300_000.0, ge=0, le=2_000_000, unit="yuan/year", measure="I37", zh="每处年运行费", en="running cost of each"
    )
    start: date = lever_field(date(2019, 1, 7), measure="I37", zh="开始日期", en="begin")
    finish: date = lever_field(date(2020, 12, 31), measure="I37", zh="完成日期", en="day when all are open")
