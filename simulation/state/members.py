"""In-service party members who report to the community where they live (双报到)."""

from dataclasses import dataclass
from typing import Annotated

from simulation.state.communities import NEVER
from simulation.state.table import F64, I32, I64, Column, Table


@dataclass(eq=False)
class Members(Table):
    """One row for each."""

    resident: Annotated[I64, Column("row of the resident")]
    fatigue: Annotated[F64, Column("0-1 and above, of answering calls", moves=True)]
    came: Annotated[I32, Column("tick of the latest call that was answered", moves=True, default=NEVER)]
