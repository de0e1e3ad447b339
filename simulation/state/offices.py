"""Who works on requests besides committees: street offices (街道办), departments (委办局), property firms (物业)."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from simulation.parameters import Parameters
from simulation.state.table import F64, Column, Table, Words


@dataclass(eq=False)
class Offices(Table):
    """One row for each street office, or for each department. Hours are full scale in every run."""

    name_zh: Annotated[Words, Column("name")]
    name_en: Annotated[Words, Column("name")]
    hours: Annotated[F64, Column("hours for requests in a week", moves=True)]
    hours_needed: Annotated[F64, Column("hours asked for this week", moves=True)]
    hours_supplied: Annotated[F64, Column("hours available this week", moves=True)]
    load: Annotated[F64, Column("utilisation this week: hours asked for over hours available", moves=True)]
    load_memory: Annotated[F64, Column("utilisation, remembered over some weeks", moves=True)]
    delay: Annotated[F64, Column("expected days until a request is dealt with", moves=True)]


@dataclass(eq=False)
class Streets(Offices):
    """One row for each street office: an office that is ranked by the hotline's call-backs."""

    effort: Annotated[F64, Column("how far it has turned to requests of the hotline, 0-1", moves=True)]
    ranked_due: Annotated[F64, Column("call-backs of this month", moves=True)]
    ranked_good: Annotated[F64, Column("good answers in them, of three rates each", moves=True)]


@dataclass(eq=False)
class Firms(Offices):
    """One row for each property firm: a desk for requests, as an office is."""


def firm_hours(households: NDArray[np.number], p: Parameters) -> NDArray[np.float64]:
    """Hours for requests in a week of firms that serve so many households; each has one person at least."""
    return weekly_hours(p) * np.maximum(p["staff.firm_posts_per_1000"] * households / 1000, 1)


def weekly_hours(p: Parameters) -> float:
    """Hours of one person's week after absence and overtime."""
    return p["staff.day_hours"] * p["staff.work_days"] * (1 - p["staff.absent"]) * (1 + p["staff.overtime"])
