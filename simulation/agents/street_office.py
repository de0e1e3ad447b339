"""Street offices (街道办) and the departments (委办局) above them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.agents.table import RowAgent, Table


@dataclass(eq=False)
class Offices(Table):
    """One row a street office, or a department."""

    name_zh: NDArray[np.object_]
    name_en: NDArray[np.object_]
    hours: NDArray[np.float64]  # weekly hours for requests, at the scale of the run
    hours_needed: NDArray[np.float64]  # asked for this week
    hours_supplied: NDArray[np.float64]  # available this week
    load: NDArray[np.float64]
    load_memory: NDArray[np.float64]
    delay: NDArray[np.float64]


class StreetOffice(RowAgent, table=Offices):
    """The office of a street or town."""


class Department(RowAgent, table=Offices):
    """A city or district department as far as it works for the area."""
