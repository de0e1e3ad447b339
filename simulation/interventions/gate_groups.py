"""Building-gate governance (H08): gates with a head keep a norm of taking part."""

from datetime import date
from typing import ClassVar

import numpy as np

from simulation.interventions.base import Intervention, lever_field
from simulation.interventions.calendar import fen, progress
from simulation.population.random import Stream, uniform
from simulation.world import World


class GateGroups(Intervention):
    """The share of gates with a head rises; a head holds the gate's norm up (17), and neighbours follow or do not."""

    kind: ClassVar[str] = "gate_groups"
    claim: ClassVar[str] = "H08"
    title_zh: ClassVar[str] = "楼门治理"
    title_en: ClassVar[str] = "Building-gate groups"
    group_zh: ClassVar[str] = "社会参与"
    group_en: ClassVar[str] = "Participation"

    head_share: float = lever_field(
        0.30, ge=0, le=1, unit="share of gates", measure="I26", zh="有楼门长的楼门比例",
        en="gates with a head; below what exists nothing changes")
    start: date = lever_field(date(2019, 1, 1), measure="I26", zh="开始日期", en="begin")
    finish: date = lever_field(date(2020, 12, 31), measure="I26", zh="完成日期", en="day when the share is reached")
    gate_yuan: float = lever_field(
        3_000.0, ge=0, le=20_000, unit="yuan/gate", measure="I26", zh="每个楼门建设费", en="cost of a gate")

    def apply(self, world: World, tick: int) -> None:
        """Win heads for the next gates, and pay for what each gate receives once."""
        now = world.params["gate.head_share"]
        share = now + progress(world, self.start, self.finish) * max(self.head_share - now, 0)
        g = world.gates
        luck = uniform(world.seed, Stream.INITIAL + 1, np.arange(len(g)))  # the draw that gave the first heads
        new = (luck < share) & ~g.head
        g.head |= new
        cost = world.by_community(new) / world.scale * fen(self.gate_yuan)
        world.ledger.pay_for("street", "supplier", np.rint(cost).astype(np.int64), "gate groups")
