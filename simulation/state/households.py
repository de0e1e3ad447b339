"""Households, as far as the fee bill and removals need them."""

from dataclasses import dataclass
from typing import Annotated

from simulation.state.table import I32, I64, U8, Column, Flag, Table

RESPONSIVE, ALWAYS, NEVER = range(3)
"""How a household pays its property fees."""


@dataclass(eq=False)
class Households(Table):
    """One row for each household, in the order of the residents."""

    estate: Annotated[I32, Column("row of the estate")]
    bill: Annotated[I64, Column("fen of a bill")]
    kind: Annotated[U8, Column("RESPONSIVE, ALWAYS or NEVER pays")]
    payer: Annotated[I32, Column("row of the resident who decides", moves=True)]
    paid: Annotated[Flag, Column("paid the latest bill", moves=True)]
    arrears: Annotated[I64, Column("fen owed for less than a year", moves=True)]
    old_arrears: Annotated[I64, Column("fen owed for longer", moves=True)]
    moved: Annotated[Flag, Column("another household moved in since the latest bill", moves=True)]
    first: Annotated[I64, Column("first of each household in the order of `member`, and the end", moves=True)]
    member: Annotated[I32, Column("rows of the residents, household by household", moves=True)]
    renters: Annotated[I64, Column("rows of the households that rent")]
