"""Community service rooms (H13): the smallest are brought to the standard size by renting or buying."""

from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.interventions.base import Intervention, Measure, lever_field, number
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
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
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

    rooms: int = number(25, 0, 104, "rooms", "I39", "新增或扩建用房数", "rooms made larger", source="case study")
    target_m2: float = number(350.0, 100, 1000, "m2", "I39", "达标面积", "size that they reach", source="city standard")
    bought: int = number(0, 0, 104, "rooms", "I39", "其中购买数（其余租赁）", "of these bought, the rest rented")
    start: date = lever_field(date(2018, 7, 1), "I39", "开始日期", "begin")
    finish: date = lever_field(date(2020, 6, 30), "I39", "完成日期", "day when all are ready")
    rent_yuan: float = number(
        3.4, 2, 5, "yuan/m2/day", "I39", "租金", "rent", source="10.788 million yuan for 25 rooms in 2020"
    )
    buy_yuan: float = number(10_000_000.0, 0, 40_000_000, "yuan/room", "I39", "购房费", "price of a room")

    def apply(self, world: World, tick: int) -> None:
        """Enlarge the rooms whose week has come; pay prices then and rents every week."""
        if not self.rooms:
            return
        chosen = self.chosen(world)
        ready = opening_ticks(world, len(chosen), self.start, self.finish)
        c = world.communities
        now = chosen[ready <= tick]
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
