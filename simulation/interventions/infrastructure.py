"""The three-year plan of public-service facilities (H01): schools, medical care, culture, transport."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.interventions.base import Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, first_tick
from simulation.interventions.shared.placing import Order
from simulation.processes import parking
from simulation.state.facilities import STAGES, VENUE
from simulation.state.ledger import Kind
from simulation.state.world import World

_PROMISED = ("school", "medical", "travel", "culture")  # domains


class Infrastructure(Intervention):
    """New facilities enter the catchment areas; roads and transit shorten the commute as they are finished.

    Projects are done along the observed curve: a quarter in the first months, half at the announced end, the others
    late. The money is spent by the announced end. What is announced is expected before it is there (13).

    The plan that follows is carried out as far as `programme` says: school places, hospital beds and parking places
    of the district's `programme.csv`, each on its day.
    """

    kind: ClassVar[str] = "infrastructure"
    claim: ClassVar[str] = "H01"
    title_zh: ClassVar[str] = "三年行动计划公共服务设施"
    title_en: ClassVar[str] = "Three-year plan of public-service facilities"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I01": Measure(
            "三年行动计划公共服务设施",
            "three-year plan of public-service facilities",
            "places and visits enter the catchment areas (2)–(4); roads and transit cut the commute; parking (32)",
            "satisfaction_school",
            whole=True,
            figure="117 projects started, 64 done by early 2021; about 20 billion yuan (press)",
        ),
    }

    kindergarten_places: int = number(
        3660,
        0,
        20_000,
        "places",
        "I01",
        "新增幼儿园学位",
        "kindergarten places added",
        source="5,660 places in all (press on the plan) less those of schools; another account: nearly 4,000",
    )
    kindergartens: int = number(
        12, 1, 60, "projects", "I01", "幼儿园项目", "kindergartens built", source="press on the plan"
    )
    school_places: int = number(
        2000,
        0,
        20_000,
        "places",
        "I01",
        "新增中小学学位",
        "places of schools added",
        source="press on the plan: more than 2,000",
    )
    schools: int = number(
        20,
        1,
        60,
        "projects",
        "I01",
        "中小学项目",
        "school projects",
        source="municipal plan no. 28 of 2018: 32 with the kindergartens",
    )
    primary_share: float = number(
        0.7, 0, 1, "share", "I01", "中小学项目中小学占比", "primary schools among the school projects"
    )
    clinics: int = number(5, 0, 20, "projects", "I01", "社区卫生项目", "community clinics")
    clinic_visits: float = number(1050.0, 300, 3000, "visits/week", "I01", "每个卫生站服务量", "capacity of a clinic")
    hospital_visits: float = number(
        4000.0, 0, 15_000, "visits/week", "I01", "医院扩建（200床）服务量", "capacity of the hospital wing of 200 beds"
    )
    culture_sites: int = number(7, 0, 20, "projects", "I01", "文化项目", "culture projects")
    culture_visits: float = number(2500.0, 500, 10_000, "visits/week", "I01", "每个文化项目服务量", "capacity of each")
    parking_places: float = number(
        0.0,
        0,
        20_000,
        "parking places",
        "I01",
        "新增停车位",
        "parking places built",
        source="none is named for 2018 to 2020; more than 5,000 are planned for 2024 (press)",
    )
    commute_cut: float = number(0.05, 0, 0.2, "share", "I01", "通勤时间缩短", "share of the commute that is saved")
    start: date = lever_field(date(2018, 8, 1), "I01", "开始日期", "begin", source="plan")
    early: date = lever_field(
        date(2018, 12, 31),
        "I01",
        "首批完工统计日期",
        "day when the first projects were counted",
        source="press 2021-04",
    )
    early_share: float = number(
        0.24,
        0.01,
        1,
        "share of projects",
        "I01",
        "首批完工比例",
        "projects done on that day",
        source="28 of 117 (press 2021-04)",
    )
    finish: date = lever_field(
        date(2020, 12, 31),
        "I01",
        "计划完成日期",
        "announced end; what is not done then goes on at the pace so far",
        source="plan",
    )
    done_share: float = number(
        0.55,
        0.1,
        1,
        "share of projects",
        "I01",
        "计划完成日的完工比例",
        "projects done on the announced end",
        source="64 of 117 in early 2021 (press 2021-04)",
    )
    announced: float = number(
        1.0,
        0,
        1,
        "share of residents",
        "I01",
        "听到计划公布的居民",
        "residents who hear the plan announced, and expect more from then on",
    )
    capital_yuan: float = number(
        2.0e10, 0, 6.0e10, "yuan", "I01", "总投资", "investment in all", source="about 20 billion (press)"
    )
    programme: float = number(
        0.0,
        0,
        1,
        "share",
        "I01",
        "后续行动计划的实施比例",
        "part of the plan after it (the district's programme.csv) that is carried out",
        source="second plan, 2021 to 2025: press; 0: it does not exist",
    )
    programme_announced: date = lever_field(
        date(2021, 7, 22),
        "I01",
        "后续计划公布日期",
        "day when the plan after it is known",
        source="press of that day",
    )
    programme_finish: date = lever_field(
        date(2025, 12, 31), "I01", "后续计划结束日期", "end of the plan after it", source="press"
    )
    bed_visits: float = number(
        20.0,
        0,
        75,
        "visits/bed/week",
        "I01",
        "后续计划每张病床对应的服务量",
        "visits to a hospital for each bed that the plan after it adds",
        source="assumption: as the hospital wing of 200 beds",
    )
    programme_yuan: float = number(
        4.0e10,
        0,
        1.0e11,
        "yuan",
        "I01",
        "后续计划总投资",
        "investment of the plan after it",
        source="nearly 40 billion for 102 projects (press 2021-12-27)",
    )

    def first_day(self) -> date:
        """Begin of the plan; the days of the plan after it stand in the district's data."""
        return date.min if self.programme else super().first_day()

    def orders(self, world: World) -> Sequence[Order]:
        """The projects that are facilities; one without a capacity is none."""
        primary = round(self.primary_share * self.schools)
        wanted = (
            ("kindergarten", self.kindergarten_places / self.kindergartens, self.kindergartens),
            ("primary_school", self.school_places / self.schools, primary),
            ("secondary_school", self.school_places / self.schools, self.schools - primary),
            ("clinic", self.clinic_visits, self.clinics),
            ("hospital", self.hospital_visits, 1),
            (VENUE, self.culture_visits, self.culture_sites),
        )
        orders = [Order(kind, each, self._opened(world, count)) for kind, each, count in wanted if each]
        return [*orders, *self._programme_orders(world)]

    def _programme_orders(self, world: World) -> Iterator[Order]:
        """Schools and hospitals of the plan after it; a school whose stage is not known becomes one of each."""
        shares = {stage: world.params[f"school.share_{stage}"] for stage in STAGES}
        for row in self._listed(world, "school", "hospital"):
            opened = np.full(int(row.sites), first_tick(world, row.date), np.int32)
            each = self.programme * row.amount / row.sites
            if row.item == "hospital":
                yield Order("hospital", self.bed_visits * each, opened)
                continue
            for stage, share in shares.items():
                yield Order(stage, each * share / sum(shares.values()), opened)

    def _listed(self, world: World, *items: str) -> list[Any]:
        """Rows of the district's programme; none where it is not carried out or there is none."""
        table = world.district.tables.get("programme")
        if table is None or not self.programme:
            return []
        return list(table[table["item"].isin(items)].itertuples())

    def apply(self, world: World, tick: int) -> None:
        """Announce, shorten the commute as far as roads are finished, and pay evenly until the announced end."""
        shares, ticks = self._curve(world)
        if tick == first_tick(world, self.start):
            world.levers.announced |= dict.fromkeys(_PROMISED, self.announced)
        done = float(np.interp(tick, ticks, shares))
        world.levers.commute_cut += self.commute_cut * done
        parking.offer(world, self.parking_places * done)
        first, last = first_tick(world, self.start), world.tick_of(self.finish)
        if first <= tick <= last:
            world.ledger.pay(
                "city", "supplier", fen(self.capital_yuan) // (last - first + 1), "three-year plan", Kind.CAPITAL
            )
        if self.programme:
            self._continue(world, tick)

    def _continue(self, world: World, tick: int) -> None:
        """The plan after it: announced, open places to park, and money that is spent evenly until its end."""
        first, last = first_tick(world, self.programme_announced), world.tick_of(self.programme_finish)
        if tick == first:
            world.levers.announced |= dict.fromkeys(_PROMISED, self.announced)
        places = sum(row.amount for row in self._listed(world, "parking") if first_tick(world, row.date) <= tick)
        parking.offer(world, self.programme * places)
        if first <= tick <= last:
            weekly = fen(self.programme * self.programme_yuan) // (last - first + 1)
            world.ledger.pay("city", "supplier", weekly, "plan after the three-year plan", Kind.CAPITAL)

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
