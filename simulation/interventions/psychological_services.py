"""Social-psychological services (H12): three centres and three stations."""

from datetime import date
from typing import ClassVar

from simulation.interventions.base import Measure, lever_field, number
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

    count: int = number(6, 0, 60, "sites", "I37", "数量", "number", source="case study")
    capacity: float = number(100.0, 50, 150, "uses/week", "I37", "每处服务能力", "capacity of each")
    capital_yuan: float = number(200_000.0, 0, 2_000_000, "yuan", "I37", "每处建设费", "set-up of each")
    running_yuan: float = number(300_000.0, 0, 2_000_000, "yuan/year", "I37", "每处年运行费", "running cost of each")
    start: date = lever_field(date(2019, 1, 7), "I37", "开始日期", "begin")
    finish: date = lever_field(date(2020, 12, 31), "I37", "完成日期", "day when all are open")
