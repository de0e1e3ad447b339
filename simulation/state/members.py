"""In-service party members who report to the community where they live (双报到)."""

from dataclasses import dataclass, fields
from typing import Annotated

import numpy as np

from simulation.state.communities import NEVER
from simulation.state.table import F64, I32, I64, U8, Column, Flag, Table, make


@dataclass(eq=False)
class Members(Table):
    """One row for each person, in the order of `resident`; unlike those of other tables, rows come and go."""

    resident: Annotated[I64, Column("row of the resident", moves=True)]
    fatigue: Annotated[F64, Column("0-1 and above, of answering calls", moves=True)]
    came: Annotated[I32, Column("tick of the latest call that was answered", moves=True, default=NEVER)]

    def follow(self, reports: Flag, arrived: U8) -> None:
        """Make the table that of those who report now: a member who stays keeps what is known of him or her.

        Who no longer reports has left it, and so has whoever somebody else follows in the row of the resident; who
        begins to report, or comes to the district as a member, is not tired and never came.

        Parameters
        ----------
        reports : bool array (n_residents,)
            Who reports to the community of the home.
        arrived : uint8 array (n_residents,)
            0 where the resident is the same person as a week ago.
        """
        stays = reports[self.resident] & (arrived[self.resident] == 0)
        if stays.all() and np.count_nonzero(reports) == len(self):
            return
        now = make(Members, resident=np.flatnonzero(reports))
        row = np.searchsorted(now.resident, self.resident[stays])
        now.fatigue[row], now.came[row] = self.fatigue[stays], self.came[stays]
        for column in fields(self):
            setattr(self, column.name, getattr(now, column.name))
