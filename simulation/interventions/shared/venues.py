"""What levers share that open small venues of social life: sites, calendar, cost."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.base import Intervention
from simulation.interventions.shared.calendar import fen, opening_ticks
from simulation.interventions.shared.placing import Order
from simulation.state.facilities import VENUE
from simulation.state.ledger import Kind
from simulation.state.world import World


class Venues(Intervention):
    """`count` venues of `capacity` where culture and social life are served least; a lever sets the fields."""

    count: int
    capacity: float
    capital_yuan: float
    running_yuan: float
    start: date
    finish: date

    def orders(self, world: World) -> Sequence[Order]:
        """The venues."""
        return [Order(VENUE, self.capacity, self._opened(world))]

    def apply(self, world: World, tick: int) -> None:
        """Pay for what opens this week and for what is open."""
        opened = self._opened(world)
        new, running = int((opened == tick).sum()), int((opened <= tick).sum())
        world.ledger.pay("district", "supplier", new * fen(self.capital_yuan), f"set-up: {self.kind}", Kind.CAPITAL)
        world.ledger.pay(
            "district", "supplier", running * fen(self.running_yuan / WEEKS_PER_YEAR), f"running: {self.kind}"
        )

    def _opened(self, world: World) -> NDArray[np.int32]:
        return opening_ticks(world, self.count, self.start, self.finish)
