"""Tickets: a request is one row until it is closed and, when it came by the hotline, called back.

Rows are in the order of opening: by day, and within a day as chance had it. Whatever is drawn about a ticket is
addressed by the person and the week of opening: the same request meets the same luck in every scenario. Requests are
full scale in every run: in a sample a resident stands for several persons (`World.copies`), each with requests of
their own.
"""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.state.table import F64, I8, I16, I32, Column, Flag

VOLUNTEER, FIRM, COMMITTEE, STREET, DEPARTMENT = range(5)
"""Tiers of desks, from the gate upwards."""
N_STATUS = 4
OPEN, RESOLVED, UNRESOLVED, WITHDRAWN = range(N_STATUS)
"""What became of a ticket."""
NOT_YET = -(2**31)
"""Before any day; days of the burn-in are negative."""


class Tickets(NamedTuple):
    """Columns of the tickets; one row for each request. Days are counted from the first Monday of the scenario."""

    resident: Annotated[I32, Column("row of the resident", moves=True)]
    person: Annotated[I32, Column("address of its draws: the resident, or one of those it stands for", moves=True)]
    community: Annotated[I16, Column("row of the resident's community", moves=True)]
    firm: Annotated[I16, Column("row of the property firm", moves=True)]
    street: Annotated[I16, Column("row of the street office", moves=True)]
    domain: Annotated[I8, Column("domain", moves=True)]
    visit: Annotated[Flag, Column("a service visit, not an issue", moves=True)]
    hotline: Annotated[Flag, Column("came by the hotline", moves=True)]
    urgent: Annotated[Flag, Column("is urgent", moves=True)]
    misrouted: Annotated[Flag, Column("lies at the sibling of a split community", moves=True)]
    tier: Annotated[I8, Column("tier of the desk", moves=True)]
    unit: Annotated[I16, Column("community, firm, street or department by tier", moves=True)]
    opened_tick: Annotated[I32, Column("tick", moves=True)]
    opened: Annotated[I32, Column("day", moves=True)]
    contacted: Annotated[I32, Column("day of first contact", moves=True, default=NOT_YET)]
    closed: Annotated[I32, Column("day; NOT_YET while open", moves=True, default=NOT_YET)]
    factor: Annotated[F64, Column("its work over the mean work", moves=True)]
    left: Annotated[F64, Column("hours of work left at this tier", moves=True)]
    attempts: Annotated[I8, Column("attempts that failed", moves=True)]
    status: Annotated[I8, Column("OPEN, RESOLVED, UNRESOLVED or WITHDRAWN", moves=True)]
    called: Annotated[Flag, Column("was called back", moves=True)]


def join(old: Tickets, new: Tickets) -> Tickets:
    """The rows of both, old ones first."""
    return Tickets._make(np.concatenate([a, b]) for a, b in zip(old, new, strict=True))


def keep(tickets: Tickets, rows: NDArray[np.bool_]) -> Tickets:
    """The chosen rows, in order."""
    chosen = np.flatnonzero(rows)  # counted once, not once a column
    return Tickets._make(column.take(chosen) for column in tickets)
