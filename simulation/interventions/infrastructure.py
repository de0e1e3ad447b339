"""The three-year plan of public-service facilities (H01): schools, medical care, culture, transport."""

from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.interventions.base import Intervention, Measure, lever_field
from simulation.interventions.shared.calendar import fen, first_tick
from simulation.interventions.shared.placing import place
from simulation.state.ledger import Kind
from simulation.state.world import World

_PROMISED = ("school", "medical", "travel", "culture")  # domains


class Infrastructure(Intervention):
    """New facilities enter the catchment areas; roads and transit shorten the commute as they are finished.

    Projects are done along the observed curve: a quarter in the first months, half at the announced end, the others
    late. The money is spent by the announced end. What is announced is expected before it is there (13).
    """

    kind: ClassVar[str] = "infrastructure"
    claim: ClassVar[str] = "H01"
    title_zh: ClassVar[str] = "三年行动计划公共服务设施"
    title_en: ClassVar[str] = "Three-year plan of public-service facilities"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    measures: ClassVar[dict[str, Measure]] = {
        "I01": Measure(
            "三年行动计划公共服务设施",
            "three-year plan of public-service facilities",
            "places and visits enter the catchment areas (2)–(4); roads and transit cut the commute",
            "satisfaction_school",
            whole=True,
            figure="117 projects started, 64 done by early 2021; about 20 billion yuan (press)",
        ),
    }

    school_places: int = lever_field(
        5660,
        ge=0,
        le=20_000,
        unit="places",
        measure="I01",
        source="press on the plan",
        zh="新增学位",
        en="places added",
    )
    schools: int = lever_field(
        32,
        ge=1,
        le=60,
        unit="projects",
        measure="I01",
        source="municipal plan no. 28 of 2018",
        zh="学校项目",
        en="school projects",
    )
    clinics: int = lever_field(
        5, ge=0, le=20, unit="projects", measure="I01", zh="社区卫生项目", en="community clinics"
    )
    clinic_visits: float = lever_field(
        1050.0, ge=300, le=3000, unit="visits/week", measure="I01", zh="每个卫生站服务量", en="capacity of a clinic"
    )
    hospital_visits: float = lever_field(
        4000.0,
        ge=0,
        le=15_000,
        unit="visits/week",
        measure="I01",
        zh="医院扩建（200床）服务量",
        en="capacity of the hospital wing of 200 beds",
    )
    culture_sites: int = lever_field(
        7, ge=0, le=20, unit="projects", measure="I01", zh="文化项目", en="culture projects"
    )
    culture_visits: float = lever_field(
        2500.0, ge=500, le=10_000, unit="visits/week", measure="I01", zh="每个文化项目服务量", en="capacity of each"
    )
    commute_cut: float = lever_field(
        0.05, ge=0, le=0.2, unit="share", measure="I01", zh="通勤时间缩短", en="share of the commute that is saved"
    )
    start: date = lever_field(date(2018, 8, 1), measure="I01", source="plan", zh="开始日期", en="begin")
    early: date = lever_field(
        date(2018, 12, 31),
        measure="I01",
        source="press 2021-04",
        zh="首批完工统计日期",
        en="day when the first projects were counted",
    )
    early_share: float = lever_field(
        0.24,
        ge=0.01,
        le=1,
        unit="share of projects",
        measure="I01",
        source="28 of 117 (press 2021-04)",
        zh="首批完工比例",
        en="projects done on that day",
    )
    finish: date = lever_field(
        date(2020, 12, 31),
        measure="I01",
        source="plan",
        zh="计划完成日期",
        en="announced end; what is not done then goes on at the pace so far",
    )
    done_share: float = lever_field(
        0.55,
        ge=0.1,
        le=1,
        unit="share of projects",
        measure="I01",
        source="64 of 117 in early 2021 (press 2021-04)",
        zh="计划完成日的完工比例",
        en="projects done on the announced end",
    )
    announced: float = lever_field(
        1.0,
        ge=0,
        le=1,
        unit="share of residents",
        measure="I01",
        zh="听到计划公布的居民",
        en="residents who hear the plan announced, and expect more from then on",
    )
    capital_yuan: float = lever_field(
        2.0e10,
        ge=0,
        le=6.0e10,
        unit="yuan",
        measure="I01",
        source="about 20 billion (press)",
        zh="总投资",
        en="investment in all",
    )

    def prepare(self, world: World) -> None:
        """Choose the sites and put the projects on the calendar."""
        if self.school_places:
            place(world, "school", self.school_places / self.schools, self._opened(world, self.schools))
        if self.clinics:
            place(world, "clinic", self.clinic_visits, self._opened(world, self.clinics))
        if self.hospital_visits:
            place(world, "hospital", self.hospital_visits, self._opened(world, 1))
        if self.culture_sites:
            place(world, "culture_centre", self.culture_visits, self._opened(world, self.culture_sites))

    def apply(self, world: World, tick: int) -> None:
        """Announce, shorten the commute as far as roads are finished, and pay evenly until the announced end."""
        shares, ticks = self._curve(world)
        if tick == first_tick(world, self.start):
            world.levers.announced |= dict.fromkeys(_PROMISED, self.announced)
        world.levers.commute_cut += self.commute_cut * float(np.interp(tick, ticks, shares))
        first, last = first_tick(world, self.start), world.tick_of(self.finish)
        if first <= tick <= last:
            world.ledger.pay(
                "city", "supplier", fen(self.capital_yuan) // (last - first + 1), "three-year plan", Kind.CAPITAL
            )

    def _curve(self, world: World) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Shares of projects done and the ticks when they are, float64 (4,) each; between them the pace is even."""
        first, last = first_tick(world, self.start), world.tick_of(self.finish)
        late = first + (last - first) / self.done_share
        early = min(max(first, world.tick_of(self.early)), last)
        shares = [0.0, min(self.early_share, self.done_share), self.done_share, 1.0]
        return np.array(shares), np.array([first, early, last, late], np.float64)

    def _opened(self, world: World, count: int) -> NDArray[np.int32]:
        """Ticks when `count` projects open, int32 (count,): each in the middle of its share of the whole."""
        shares, ticks = self._curve(world)
        return np.rint(np.interp((np.arange(count) + 0.5) / count, shares, ticks)).astype(np.int32)
