"""Property firms (物业) as agents."""

import numpy as np
from numpy.typing import NDArray

from simulation.agents.row_agent import RowAgent
from simulation.state.offices import Firms


class PropertyFirm(RowAgent, table=Firms):
    """A property firm; its accounts are in the ledger, its service in its estates."""

    @property
    def estates(self) -> NDArray[np.int64]:
        """Rows of the estates that it serves."""
        return np.flatnonzero(self.model.world.estates.firm == self.row)
