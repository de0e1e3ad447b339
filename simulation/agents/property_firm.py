"""Property firms (物业) and the estates (小区) they serve."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.agents.street_office import Offices
from simulation.agents.table import RowAgent, Table


@dataclass(eq=False)
class Estates(Table):
    """One row an estate."""

    name_zh: NDArray[np.object_]
    name_en: NDArray[np.object_]
    firm: NDArray[np.int16]
    fee: NDArray[np.float64]  # yuan per m2 and month
    full_cost: NDArray[np.float64]  # b0: yuan per m2 and month of full service
    station_minutes: NDArray[np.float64]  # walk to the bins
    area: NDArray[np.float64]  # m2 of flats, at the scale of the run
    households: NDArray[np.int64]  # at the scale of the run
    quality: NDArray[np.float64]  # service quality, 0-1
    collection: NDArray[np.float64]  # share of households that paid the latest bill
    loss_weeks: NDArray[np.int32]  # weeks in a row with a margin below the exit line
    emergency_weeks: NDArray[np.int32]  # weeks of emergency service left; 0 = a firm serves
    exits: NDArray[np.int32]  # firms that left so far


@dataclass(eq=False)
class Firms(Offices):
    """One row a property firm: a desk for requests, as an office is."""


class PropertyFirm(RowAgent, table=Firms):
    """A property firm; its accounts are in the ledger, its service in its estates."""

    @property
    def estates(self) -> NDArray[np.int64]:
        """Rows of the estates that it serves."""
        return np.flatnonzero(self.model.world.estates.firm == self.row)
