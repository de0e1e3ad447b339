"""The three-year plan of public-service facilities (H01): schools, medical care, culture, transport."""

from datetime import date
from typing import ClassVar

from simulation.interventions.base import Intervention, Measure, lever_field
from simulation.interventions.calendar import fen, opening_ticks, progress
from simulation.interventions.placing import place
from simulation.ledger import Kind
from simulation.world import World


class Infrastructure(Intervention):
    """New facilities enter the catchment areas; roads and transit shorten the commute while they are finished."""

    kind: ClassVar[str] = "infrastructure"
    claim: ClassVar[str] = "H01"
    title_zh: ClassVar[str] = "三年行动计划公共服务设施"
    title_en: ClassVar[str] = "Three-year plan of public-service facilities"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    measures: ClassVar[dict[str, Measure]] = {
        "I01": Measure("三年行动计划公共服务设施", "three-year plan of public-service facilities",
                       "places and visits enter the catchment areas (2)–(4); roads and transit cut the commute",
                       "satisfaction_school",
                       whole=True,
                       figure="117 projects started, 64 done by early 2021; about 20 billion yuan (press)"),
    }

    school_places: int = lever_field(
        5660, ge=0, le=20_000, unit="places", measure="I01", source="press on the plan", zh="新增学位",
        en="places added")
    schools: int = lever_field(
        32, ge=1, le=60, unit="projects", measure="I01", source="municipal plan no. 28 of 2018", zh="学校项目",
        en="school projects")
    clinics: int = lever_field(
        5, ge=0, le=20, unit="projects", measure="I01", zh="社区卫生项目", en="community clinics")
    clinic_visits: float = lever_field(
        1050.0, ge=300, le=3000, unit="visits/week", measure="I01", zh="每个卫生站服务量", en="capacity of a clinic")
    hospital_visits: float = lever_field(
        4000.0, ge=0, le=15_000, unit="visits/week", measure="I01", zh="医院扩建（200床）服务量",
        en="capacity of the hospital wing of 200 beds")
    culture_sites: int = lever_field(
        7, ge=0, le=20, unit="projects", measure="I01", zh="文化项目", en="culture projects")
    culture_visits: float = lever_field(
        2500.0, ge=500, le=10_000, unit="visits/week", measure="I01", zh="每个文化项目服务量", en="capacity of each")
    commute_cut: float = lever_field(
        0.05, ge=0, le=0.2, unit="share", measure="I01", zh="通勤时间缩短", en="share of the commute that is saved")
    start: date = lever_field(date(2018, 8, 1), measure="I01", source="plan", zh="开始日期", en="begin")
    finish: date = lever_field(date(2020, 12, 31), measure="I01", source="plan", zh="完成日期", en="end")
    capital_yuan: float = lever_field(
        2.0e10, ge=0, le=6.0e10, unit="yuan", measure="I01", source="about 20 billion (press)", zh="总投资",
        en="investment in all")

    def prepare(self, world: World) -> None:
        """Choose the sites and put the projects on the calendar."""
        first, last = max(0, world.tick_of(self.start)), world.tick_of(self.finish)
        if self.school_places:
            place(world, "school", self.school_places / self.schools, opening_ticks(self.schools, first, last))
        if self.clinics:
            place(world, "clinic", self.clinic_visits, opening_ticks(self.clinics, first, last))
        if self.hospital_visits:
            place(world, "hospital", self.hospital_visits, opening_ticks(1, first, last))
        if self.culture_sites:
            place(world, "culture_centre", self.culture_visits, opening_ticks(self.culture_sites, first, last))

    def apply(self, world: World, tick: int) -> None:
        """Shorten the commute as far as roads are finished, and pay evenly while building goes on."""
        world.levers.commute_cut += self.commute_cut * progress(world, self.start, self.finish)
        first, last = max(0, world.tick_of(self.start)), world.tick_of(self.finish)
        if first <= tick <= last:
            world.ledger.pay("city", "supplier", fen(self.capital_yuan) // (last - first + 1), "three-year plan",
                             Kind.CAPITAL)
