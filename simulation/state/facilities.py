"""Facilities: where services are, how much they can serve, since when; and the kinds that residents walk to."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from simulation.state.table import F64, I32, Column, Flag, Table, Words


@dataclass(eq=False)
class Facilities(Table):
    """One row for each facility. `opened` may lie in the future; a facility serves from that tick on."""

    kind: Annotated[Words, Column("kind")]
    name_zh: Annotated[Words, Column("name")]
    name_en: Annotated[Words, Column("name")]
    cell: Annotated[I32, Column("cell", moves=True)]
    capacity: Annotated[F64, Column("uses a week, places, beds or m2, by kind; full scale", moves=True)]
    open_adult: Annotated[F64, Column("share of opening hours that suits people free in the daytime", moves=True)]
    open_commuter: Annotated[F64, Column("the same for commuters", moves=True)]
    quality: Annotated[F64, Column("0-1", moves=True)]
    opened: Annotated[I32, Column("tick", moves=True)]
    added: Annotated[Flag, Column("added by a lever of the scenario", moves=True)]

    def serving(self, kind: str, tick: int) -> NDArray[np.int64]:
        """Rows of the facilities of a kind that are open at `tick`."""
        return np.flatnonzero((self.kind == kind) & (self.opened <= tick))


@dataclass(frozen=True)
class Service:
    """One kind of facility that residents walk to: who needs it, and the parameters of its catchment."""

    kind: str
    need: str  # key of `World.demand`
    catchment: str  # parameter: minutes
    standard: str  # parameter: capacity per person in need at which performance is 0.63


SERVICES = {
    s.kind: s
    for s in (
        Service("school", "pupils", "access.catchment_school", "access.standard_school"),
        Service("clinic", "everyone", "access.catchment_near", "access.standard_clinic"),
        Service("hospital", "everyone", "access.catchment_far", "access.standard_hospital"),
        Service("service_circle", "everyone", "access.catchment_near", "access.standard_circle"),
        Service("elder_station", "aged_60", "access.catchment_near", "access.standard_elder_station"),
        Service("elder_institution", "aged_60", "access.catchment_far", "access.standard_bed"),
        Service("culture_centre", "everyone", "access.catchment_far", "access.standard_culture"),
    )
}
