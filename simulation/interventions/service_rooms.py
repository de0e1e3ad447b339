"""Community service rooms (H13): the smallest are brought to the standard size by renting or buying."""

from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.interventions.base import Intervention, Measure, lever_field
from simulation.interventions.shared.calendar import fen, opening_ticks
from simulation.state.ledger import Kind
from simulation.state.world import World

_DAYS = 7


class ServiceRooms(Intervention):
    """A visit takes longer in a crowded room; space saves staff time and so shortens waits."""

    kind: ClassVar[str] = "service_rooms"
    claim: ClassVar[str] = "H13"
    title_zh: ClassVar[str] = "社区服务用房"
    title_en: ClassVar[str] = "Community service rooms"
    group_zh: ClassVar[str] = "社区空间与规模"
    group_en: ClassVar[str] = "Space and size of communities"
    measures: ClassVar[dict[str, Measure]] = {
        "I39": Measure(
            "社区服务用房",
            "community service rooms",
            "time of a visit in a small room",
            "wait_weeks",
            -1,
            figure="25 rooms; 10 projects; 10.788 million yuan rent in 2020",
            whole=True,
        ),
    }

    rooms: int = lever_field(
        25,
        ge=0,
        le=104,
        unit="rooms",
        measure="I39",
        source="case study",
        zh="新增或扩建用房数",
        en="rooms made larger",
    )
    target_m2: float = lever_field(
        350.0,
        ge=100,
        le=1000,
        unit="m2",
        measure="I39",
        source="city standard",
        zh="达标面积",
        en="size that they reach",
    )
    bought: int = lever_field(
        0, ge=0, le=104, unit="rooms", measure="I39", zh="其中购买数（其余租赁）", en="of these bought, the rest rented"
    )
    start: date = lever_field(date(2018, 7, 1), measure="I39", zh="开始日期", en="begin")
    finish: date = lever_field(date(2020, 6, 30), measure="I39", zh="完成日期", en="day when all are ready")
    rent_yuan: float = lever_field(
        3.4,
        ge=2,
        le=5,
        unit="yuan/m2/day",
        measure="I39",
        source="10.788 million yuan for 25 rooms in 2020",
        zh="租金",
        en="rent",
    )
    buy_yuan: float = lever_field(
        10_000_000.0, ge=0, le=40_000_000, unit="yuan/room", measure="I39", zh="购房费", en="price of a room"
    )

    def apply(self, world: World, tick: int) -> None:
        """Enlarge the rooms whose week has come; pay prices then and rents every week."""
        if not self.rooms:
            return
        chosen = self.chosen(world)
        ready = opening_ticks(world, len(chosen), self.start, self.finish)
        c = world.communities
        now = chosen[ready == tick]
        c.room_area[now] = np.maximum(c.room_area[now], self.target_m2)
        n, bought = len(c), np.arange(len(chosen)) < self.bought
        price = np.bincount(chosen[bought & (ready == tick)], minlength=n) * fen(self.buy_yuan)
        world.ledger.pay_for("district", "supplier", price, "service rooms bought", Kind.CAPITAL)
        rented = np.bincount(chosen[~bought & (ready <= tick)], minlength=n)
        rent = rented * fen(self.rent_yuan * self.target_m2 * _DAYS)
        world.ledger.pay_for("street", "supplier", rent, "rent of service rooms")

    def chosen(self, world: World) -> NDArray[np.int64]:
        """Rows of the communities with the smallest rooms below the target, int64 (at most `rooms`,)."""
        table = world.geography.communities
        area = table["room_m2"].to_numpy(float)
        rows = np.flatnonzero(~world.communities.village[: len(table)] & (area < self.target_m2))
        return rows[np.argsort(area[rows], kind="stable")][: self.rooms]
