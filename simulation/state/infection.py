"""State of an epidemic among the residents."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from simulation.state.table import F64, I64, U8, Column, Flag

N_STATES = 4
SUSCEPTIBLE, EXPOSED, INFECTIOUS, REMOVED = range(N_STATES)


@dataclass(eq=False)
class Infection:
    """By row of the residents; who comes is susceptible, whatever state who went was in."""

    state: Annotated[U8, Column("by resident: SUSCEPTIBLE, EXPOSED, INFECTIOUS or REMOVED")]
    quarantined: Annotated[Flag, Column("by resident: infected elsewhere, found on return, told to stay at home")]
    gone: Annotated[I64, Column("by gate: infected so far who have died or moved away since")]
    put_off: Annotated[F64, Column("by community: service visits put off, in weeks of ordinary visits")]
    visits: Annotated[F64, Column("by community: service visits of the week over ordinary ones")]

    def renew(self, rows: NDArray[np.int64], gate: NDArray[np.integer]) -> None:
        """Others come into some rows, int64 (k,), behind the gates (k,); those who were infected stay counted."""
        np.add.at(self.gone, gate[self.state[rows] != SUSCEPTIBLE], 1)
        self.state[rows], self.quarantined[rows] = SUSCEPTIBLE, False

    def counts(self) -> NDArray[np.int64]:
        """Residents by state, int64 (4,)."""
        return np.bincount(self.state, minlength=N_STATES)

    def infected(self) -> NDArray[np.int64]:
        """Rows of the residents who are exposed or infectious, int64."""
        return np.flatnonzero((self.state == EXPOSED) | (self.state == INFECTIOUS))
