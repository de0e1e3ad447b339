"""Communities (社区) and villages (村)."""

from dataclasses import dataclass
from typing import Annotated

from simulation.domains import N_DOMAINS
from simulation.state.table import F64, I16, I32, I64, Column, Flag, Table, Words

NEVER = -(10**6)
"""Tick of a change that never was."""


RATE_BASE = 100_000
"""Residents for whom parameters give hours of departments and numbers of organisations."""


@dataclass(eq=False)
class Communities(Table):
    """One row for each community or village; a split keeps the row for one part and adds rows for the others."""

    name_zh: Annotated[Words, Column("name")]
    name_en: Annotated[Words, Column("name")]
    subdistrict: Annotated[I16, Column("row of the subdistrict")]
    village: Annotated[Flag, Column("is a village")]
    parent: Annotated[I16, Column("row it was split from; -1 if none", moves=True, default=-1)]
    office_cell: Annotated[I32, Column("cell of the committee's office", moves=True)]
    residents: Annotated[I64, Column("people at the scale of the run", moves=True)]
    households: Annotated[I64, Column("households at the scale of the run", moves=True)]
    changed_tick: Annotated[I32, Column("tick of the latest change of boundary", moves=True, default=NEVER)]
    room_area: Annotated[F64, Column("m2 of service room", moves=True)]
    knowledge: Annotated[F64, Column("local knowledge, 0-1", moves=True)]
    load: Annotated[F64, Column("utilisation this week: hours asked for over hours available", moves=True)]
    load_memory: Annotated[F64, Column("utilisation, remembered over some weeks", moves=True)]
    hours_needed: Annotated[F64, Column("hours asked for this week", moves=True)]
    hours_supplied: Annotated[F64, Column("hours available this week", moves=True)]
    delay: Annotated[F64, Column("expected days until the committee has dealt with a request", moves=True)]
    volunteer_delay: Annotated[F64, Column("the same for gate heads and volunteers", moves=True)]
    hotline_known: Annotated[F64, Column("share who know and would try the hotline", moves=True)]
    hotline_success: Annotated[F64, Column("share of its hotline requests that were settled, remembered", moves=True)]
    load_usual: Annotated[F64, Column("utilisation that staff have got used to", moves=True)]
    latent: Annotated[F64, Column("unreported issues by domain, full scale", moves=True, each=(N_DOMAINS,))]
    open_issues: Annotated[F64, Column("issues reported and open by domain, full scale", moves=True, each=(N_DOMAINS,))]
    open_visits: Annotated[F64, Column("service visits open, full scale", moves=True)]
    norm: Annotated[F64, Column("normative expectation by domain, 0-1", moves=True, each=(N_DOMAINS,))]
    volunteer_hours: Annotated[F64, Column("hours given last week, full scale", moves=True)]
    attended: Annotated[F64, Column("share of the places at activities that was taken this week", default=1)]
    ties: Annotated[F64, Column("ties per resident that activities made and that still hold", moves=True)]

    def rate_bases(self, scale: float) -> float:
        """Residents of the district in units of `RATE_BASE`; `scale` is the share of the households in the run."""
        return float(self.residents.sum() / scale / RATE_BASE)
