"""Elder care (H15): institutions with beds, which few can pay, and stations that serve at the door."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, opening_ticks
from simulation.interventions.shared.placing import Order
from simulation.state.facilities import INSTITUTION
from simulation.state.ledger import Kind
from simulation.state.table import F64, I64, Flag
from simulation.state.world import World

STATION = "elder_station"


class ElderCare(Intervention):
    """Beds and stations enter the catchment areas; beds fill slowly, and only with people who can pay their price."""

    kind: ClassVar[str] = "elder_care"
    claim: ClassVar[str] = "H15"
    title_zh: ClassVar[str] = "养老机构与床位"
    title_en: ClassVar[str] = "Elder-care institutions and beds"
    group_zh: ClassVar[str] = "公共服务设施"
    group_en: ClassVar[str] = "Facilities and services"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I42": Measure(
            "养老机构与床位",
            "elder-care institutions and beds",
            "beds and stations in the catchment areas (3); beds by means and price (4a)",
            "satisfaction_elder_care",
            figure="9 institutions in all, 2,243 beds added",
            whole=True,
        ),
    }

    beds: int = number(2243, 0, 10_000, "beds", "I42", "新增床位", "beds added", source="case study")
    sites: int = number(
        5,
        1,
        40,
        "sites",
        "I42",
        "新增机构数",
        "institutions added",
        source="press on the plan: 5 institutions and 22 stations; the 9 of the case are all there are then",
    )
    price_yuan: float = number(6_600.0, 2_000, 15_000, "yuan/bed/month", "I42", "床位月费", "price of a bed")
    stations: int = number(
        22, 0, 60, "stations", "I42", "新增养老驿站", "elder stations added", source="press on the plan"
    )
    station_uses: float = number(420.0, 200, 600, "uses/week", "I42", "每个驿站服务量", "capacity of a station")
    start: date = lever_field(date(2018, 7, 1), "I42", "开始日期", "begin")
    finish: date = lever_field(date(2020, 12, 31), "I42", "完成日期", "day when all are open")
    subsidy_yuan: float = number(45_000.0, 0, 150_000, "yuan/bed", "I42", "建设补贴", "building subsidy")
    running_yuan: float = number(
        3_600.0, 0, 20_000, "yuan/occupied bed/year", "I42", "运营补贴", "running subsidy, paid for beds that are taken"
    )
    station_yuan: float = number(300_000.0, 0, 2_000_000, "yuan/station", "I42", "驿站建设费", "set-up of a station")
    station_running_yuan: float = number(
        150_000.0, 0, 1_000_000, "yuan/station/year", "I42", "驿站年运行补贴", "yearly subsidy of a station"
    )

    def orders(self, world: World) -> Sequence[Order]:
        """The institutions with their beds, and the stations."""
        orders = [Order(STATION, self.station_uses, opening_ticks(world, self.stations, self.start, self.finish))]
        if self.beds:
            ticks = opening_ticks(world, self.sites, self.start, self.finish)
            orders.append(Order(INSTITUTION, self.beds / self.sites, ticks, price=self.price_yuan))
        return orders

    def apply(self, world: World, tick: int) -> None:
        """Pay for the beds and stations that open this week, for beds that are taken and for stations that are open."""
        f = world.facilities
        one = np.ones(len(f))
        for kind, new, running, capital, weekly, what in (
            (INSTITUTION, f.capacity, f.use, self.subsidy_yuan, self.running_yuan, "elder-care beds"),
            (STATION, one, one, self.station_yuan, self.station_running_yuan, "elder stations"),
        ):
            ours = (f.kind == kind) & f.added
            opening = _paid(world, ours & (f.opened == tick), new, fen(capital))
            world.ledger.pay_for("district", "supplier", opening, what, Kind.CAPITAL)
            subsidy = _paid(world, ours & (f.opened <= tick), running, fen(weekly / WEEKS_PER_YEAR))
            world.ledger.pay_for("district", "supplier", subsidy, f"running of {what}")


def _paid(world: World, chosen: Flag, number: F64, price: int) -> I64:
    """Fen for a number of things at the chosen facilities, by community."""
    community = world.community_near(world.facilities.cell[chosen])
    return np.rint(price * np.bincount(community, number[chosen], len(world.communities))).astype(np.int64)
