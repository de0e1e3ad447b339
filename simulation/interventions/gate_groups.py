"""Building-gate governance (H08): gates with a head keep a norm; grid workers visit; ten households are linked."""

from datetime import date
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from simulation.domains import ELDER, SAFETY, WEEKS_PER_YEAR
from simulation.interventions.base import ITSELF, Intervention, Measure, lever_field, number
from simulation.interventions.shared.calendar import fen, progress, under_way
from simulation.random import Stream, uniform
from simulation.state.world import World

_GROUP = 10  # households


class GateGroups(Intervention):
    """The share of gates with a head rises; a head holds the gate's norm up (17), and neighbours follow or do not.

    Heads that are won take part of the committee's household management, so do the grid workers of a pilot.
    Two pilots in the largest communities: grid workers know the doors they knock on (I44), and groups of ten households
    keep ties among them (I45, soft).
    """

    kind: ClassVar[str] = "gate_groups"
    claim: ClassVar[str] = "H08"
    title_zh: ClassVar[str] = "楼门治理"
    title_en: ClassVar[str] = "Building-gate groups"
    group_zh: ClassVar[str] = "社会参与"
    group_en: ClassVar[str] = "Participation"
    acts_from: ClassVar[tuple[str, ...]] = ("start",)
    measures: ClassVar[dict[str, Measure]] = {
        "I26": Measure(
            "示范楼门",
            "demonstration gates",
            "heads hold the norm of taking part in (17); household management of committees (6)",
            "volunteer_hours",
        ),
        "I44": Measure(
            "楼门网格治理（新村）",
            "gate-governance grid, a pilot",
            "visits that build local knowledge in (8); household management of committees (6)",
            "resolution_rate",
        ),
        "I45": Measure(
            "十户联防互助（云趣园）",
            "ten-household mutual help, a pilot",
            "unreported issues of safety and elders that a group settles; ties (17)",
            "unreported_issues",
            -1,
        ),
    }

    head_share: float = number(
        0.30,
        0,
        1,
        "share of gates",
        "I26",
        "有楼门长的楼门比例",
        "gates with a head; below what exists nothing changes",
        soft=("gate.head_norm", "gate.head_relief"),
    )
    start: date = lever_field(date(2019, 1, 1), "I26", "开始日期", "begin")
    finish: date = lever_field(date(2020, 12, 31), "I26", "完成日期", "day when the share is reached")
    gate_yuan: float = number(3_000.0, 0, 20_000, "yuan/gate", "I26", "每个楼门建设费", "cost of a gate")

    grid_communities: int = number(
        1,
        0,
        122,
        "communities",
        "I44",
        "推行楼门网格的社区",
        "communities with grid workers, the largest first",
        source="case study: a pilot in one community (新村)",
    )
    households_per_grid: float = number(
        300.0, 100, 1000, "households", "I44", "每名网格员负责户数", "households of a grid worker"
    )
    grid_yuan: float = number(50_000.0, 0, 150_000, "yuan/worker/year", "I44", "网格员年补贴", "pay of a grid worker")
    linked_communities: int = number(
        1,
        0,
        122,
        "communities",
        "I45",
        "推行十户联防的社区",
        "communities that link ten households, the largest first",
        source="case study: a pilot in one community (云趣园)",
    )
    linked_ties: float = number(
        3.0, 0, 9, "ties/resident", "I45", "十户组内新增联系", "ties that a group keeps among its members", soft=ITSELF
    )
    group_help: float = number(
        0.1,
        0,
        0.5,
        "issues/group/week",
        "I45",
        "每组每周解决的问题",
        "issues that a group settles",
        soft=ITSELF,
    )
    group_yuan: float = number(200.0, 0, 2_000, "yuan/group/year", "I45", "每个十户组年经费", "cost of a group")

    def apply(self, world: World, tick: int) -> None:
        """Win heads for the next gates, send grid workers, link households; pay for each."""
        self._find_heads(world)
        if under_way(world, self.start, None):
            self._send_grid_workers(world)
            self._link(world)

    def _find_heads(self, world: World) -> None:
        """Heads for the next gates, and what each gate receives once."""
        g = world.gates
        luck = uniform(world.seed, Stream.INITIAL + 1, np.arange(len(g)))  # the draw that gave the first heads
        new = luck < self._share(world, world.tick)
        won = new & (luck >= max(self._share(world, world.tick - 1), world.params["gate.head_share"]))
        g.head |= new
        helped = world.by_community(g.households * (new & (luck >= world.params["gate.head_share"])))
        share = helped / np.maximum(world.communities.households, 1)
        world.levers.household_management *= 1 - world.params["gate.head_relief"] * share
        cost = world.by_community(won) / world.scale * fen(self.gate_yuan)
        world.ledger.pay_for("street", "supplier", np.rint(cost).astype(np.int64), "gate groups")

    def _share(self, world: World, tick: int) -> float:
        """Share of the gates with a head by a week."""
        now = world.params["gate.head_share"]
        return now + progress(world, tick, self.start, self.finish) * max(self.head_share - now, 0)

    def _send_grid_workers(self, world: World) -> None:
        """Visits to every household of the pilot communities, by workers who are paid for nothing else."""
        pilot, households = _largest(world, self.grid_communities), world.communities.households / world.scale
        world.levers.door_visits[pilot] += world.params["gate.grid_visits"] / self.households_per_grid
        world.levers.household_management[pilot] *= 1 - world.params["gate.grid_relief"]
        cost = pilot * households / self.households_per_grid * fen(self.grid_yuan / WEEKS_PER_YEAR)
        world.ledger.pay_for("street", "employee", np.rint(cost).astype(np.int64), "grid workers")

    def _link(self, world: World) -> None:
        """As many ties a week as keep the groups' ties alive, and what neighbours settle who look after each other."""
        pilot, households = _largest(world, self.linked_communities), world.communities.households / world.scale
        settled = pilot * households / _GROUP * self.group_help / 2
        world.levers.advised[:, SAFETY] += settled
        world.levers.advised[:, ELDER] += settled
        world.levers.ties[pilot] += self.linked_ties / world.params["ties.memory"]
        cost = pilot * households / _GROUP * fen(self.group_yuan / WEEKS_PER_YEAR)
        world.ledger.pay_for("street", "household", np.rint(cost).astype(np.int64), "groups of ten households")


def _largest(world: World, count: int) -> NDArray[np.bool_]:
    """The `count` communities with most households before any split, villages left out, bool (n_communities,).

    Parts of a divided community follow the old one, which keeps its row.
    """
    table = world.geography.communities
    home = ~world.communities.village[: len(table)]
    order = np.argsort(np.where(home, -table["households"].to_numpy(float), np.inf), kind="stable")
    chosen = np.zeros(len(table), np.bool_)
    chosen[order[: min(count, int(home.sum()))]] = True
    parent = world.communities.parent
    return np.where(parent >= 0, chosen[np.maximum(parent, 0)], np.pad(chosen, (0, len(parent) - len(table))))
