"""Facilities: where services are, how much they can serve, since when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.agents.table import RowAgent, Table


@dataclass(eq=False)
class Facilities(Table):
    """One row a facility. `opened` may lie in the future; a facility serves from that tick on."""

    kind: NDArray[np.object_]
    name_zh: NDArray[np.object_]
    name_en: NDArray[np.object_]
    cell: NDArray[np.int32]
    capacity: NDArray[np.float64]  # uses a week, places, beds or m2, by kind; full scale
    open_adult: NDArray[np.float64]  # share of opening hours that suits people free in the daytime
    open_commuter: NDArray[np.float64]  # the same for commuters
    quality: NDArray[np.float64]  # 0-1
    opened: NDArray[np.int32]  # tick
    added: NDArray[np.bool_]  # by a lever of the scenario

    def serving(self, kind: str, tick: int) -> NDArray[np.int64]:
        """Rows of the facilities of a kind that are open at `tick`."""
        return np.flatnonzero((self.kind == kind) & (self.opened <= tick))


class Facility(RowAgent, table=Facilities):
    """A place that serves residents."""
