"""Facilities: where services are, how much they can serve, since when; and the kinds that residents walk to."""

from collections.abc import Mapping
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
    price: Annotated[F64, Column("yuan a month for a bed; 0 where nothing is paid", moves=True)]
    sought: Annotated[F64, Column("uses a week, places or beds that are taken up at rest; full scale", moves=True)]
    use: Annotated[F64, Column("uses of the week, places or beds that are taken up; full scale", moves=True)]
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
    standard: str  # parameter: uses a week (places) that a person in need asks for; empty: one

    def asked(self, params: Mapping[str, float]) -> float:
        """Uses a week, or places, that a person in need asks for; as much access serves 0.63 of them."""
        return params[self.standard] if self.standard else 1.0


STAGES = {"kindergarten": (3, 5), "primary_school": (6, 11), "secondary_school": (12, 14)}
"""Least and greatest age of the children whom a stage of schools takes; a school whose stage is not known has all."""

SERVICES = {
    s.kind: s
    for s in (
        Service("kindergarten", "kindergarten_age", "access.catchment_school", "access.standard_school"),
        Service("primary_school", "primary_age", "access.catchment_school", "access.standard_school"),
        Service("secondary_school", "secondary_age", "access.catchment_school", "access.standard_school"),
        Service("clinic", "everyone", "access.catchment_near", "access.standard_clinic"),
        Service("hospital", "everyone", "access.catchment_far", "access.standard_hospital"),
        Service("service_circle", "everyone", "access.catchment_near", "access.standard_circle"),
        Service("elder_station", "aged_60", "access.catchment_near", "access.standard_elder_station"),
        Service("elder_institution", "bed", "access.catchment_far", ""),
        Service("culture_centre", "everyone", "access.catchment_far", "access.standard_culture"),
    )
}
