"""Facilities: where services are, how much they serve and since when; the kinds people walk to, and who needs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from simulation.district.map.geography import Geography
from simulation.district.people.stages import OLD_FROM, OLDEST_FROM
from simulation.domains import N_MOBILITY
from simulation.parameters import Parameters
from simulation.state.table import F64, I32, Column, Flag, Table, Words, make

CIRCLE, INSTITUTION, VENUE = "service_circle", "elder_institution", "culture_centre"
"""Kinds that processes and levers name."""
_LATEST = 10**6  # tick of an opening that never comes
_OLDEST = 255  # greatest age that a column holds


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
        Service(CIRCLE, "everyone", "access.catchment_near", "access.standard_circle"),
        Service("elder_station", "aged_60", "access.catchment_near", "access.standard_elder_station"),
        Service(INSTITUTION, "bed", "access.catchment_far", ""),
        Service(VENUE, "everyone", "access.catchment_far", "access.standard_culture"),
    )
}


def of_geography(geography: Geography, p: Parameters) -> Facilities:
    """Facilities of the data; a school whose stage is not known becomes one of each, which share its places."""
    f = geography.facilities
    share = {stage: p[f"school.share_{stage}"] for stage in STAGES}
    parts = [f[f["kind"] != "school"]]
    for stage in STAGES:
        part = f[f["kind"] == "school"].assign(kind=stage)
        parts.append(part.assign(capacity=part["capacity"] * share[stage] / sum(share.values())))
    f = pd.concat(parts)
    return make(
        Facilities,
        kind=f["kind"].to_numpy(),
        name_zh=f["name_zh"].to_numpy(),
        name_en=f["name_en"].to_numpy(),
        cell=f["cell"].to_numpy(),
        capacity=f["capacity"].to_numpy(),
        open_adult=f["open_adult"].to_numpy(),
        open_commuter=f["open_commuter"].to_numpy(),
        quality=f["quality"].to_numpy(),
        opened=np.minimum(f["opening_week"].to_numpy(), _LATEST),
        price=np.where(f["kind"] == INSTITUTION, p["elder.bed_price"], 0.0),
    )


def demand(
    cell: NDArray[np.integer],
    gate_ptr: NDArray[np.int64],
    age: NDArray[np.uint8],
    mobility: NDArray[np.uint8],
    n_cells: int,
    scale: float,
    p: Mapping[str, float],
) -> dict[str, NDArray[np.float64]]:
    """People by kind of need (`Service.need`), mobility class and cell, float64 (3, n_cells), full scale.

    `cell` and `gate_ptr` are those of the gates, `age` and `mobility` of the residents.
    """
    bands = {"everyone": (0, _OLDEST), "aged_60": (OLD_FROM, _OLDEST), "aged_75": (OLDEST_FROM, _OLDEST)}
    bands |= dict(zip(("kindergarten_age", "primary_age", "secondary_age"), STAGES.values(), strict=True))
    people = np.zeros((len(bands), N_MOBILITY, n_cells))
    _count(cell, gate_ptr, age, mobility, np.array(list(bands.values())), people)
    needs = dict(zip(bands, people / scale, strict=True))
    oldest = needs.pop("aged_75")
    needs["bed"] = p["elder.seek_60"] * (needs["aged_60"] - oldest) + p["elder.seek_75"] * oldest
    return needs


@njit(cache=True)
def _count(cell: Any, gate_ptr: Any, age: Any, mobility: Any, bands: Any, people: Any) -> None:
    """Residents of each band of ages by mobility class and cell."""
    for g in range(cell.shape[0]):
        for i in range(gate_ptr[g], gate_ptr[g + 1]):
            for k in range(bands.shape[0]):
                if bands[k, 0] <= age[i] <= bands[k, 1]:
                    people[k, mobility[i], cell[g]] += 1
