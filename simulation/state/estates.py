"""Estates (小区) and the state of their property service."""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from simulation.state.gates import Gates
from simulation.state.table import F64, I8, I16, I32, I64, Column, Table, Words

NO_COMMITTEE, FORMING, WORKING, DISSOLVED = range(4)
"""State of an estate's owners' committee (业委会), or of the one that the street organises instead (物管会)."""


@dataclass(eq=False)
class Estates(Table):
    """One row for each estate."""

    name_zh: Annotated[Words, Column("name")]
    name_en: Annotated[Words, Column("name")]
    firm: Annotated[I16, Column("row of the property firm", moves=True)]
    fee: Annotated[F64, Column("yuan per m2 and month")]
    full_cost: Annotated[F64, Column("b0: yuan per m2 and month of full service")]
    station_minutes: Annotated[F64, Column("minutes of walk to the bins")]
    cars: Annotated[F64, Column("cars of its households, full scale")]
    parking: Annotated[F64, Column("its places for cars at night, full scale")]
    area: Annotated[F64, Column("m2 of flats at the scale of the run")]
    households: Annotated[I64, Column("households at the scale of the run")]
    quality: Annotated[F64, Column("quality of service, 0-1", moves=True)]
    collection: Annotated[F64, Column("share of households that paid the latest bill", moves=True)]
    loss_weeks: Annotated[I32, Column("weeks in a row with a margin below the exit line", moves=True)]
    emergency_weeks: Annotated[I32, Column("weeks of emergency service left; 0: a firm serves", moves=True)]
    exits: Annotated[I32, Column("firms that left so far", moves=True)]
    income: Annotated[
        F64, Column("fen a week from the latest bill, arrears included, at the scale of the run", moves=True)
    ]
    owners: Annotated[I8, Column("owners' committee: NO_COMMITTEE, FORMING, WORKING or DISSOLVED", moves=True)]
    owners_weeks: Annotated[I32, Column("weeks in that state", moves=True)]
    owners_strength: Annotated[F64, Column("hold of the committee on firm and owners, 0-1", moves=True)]
    billed: Annotated[I64, Column("fen of all bills so far, what was owed at first included", moves=True)]
    settled: Annotated[I64, Column("fen of them that were paid", moves=True)]
    written_off: Annotated[I64, Column("fen of them that nobody can collect any more", moves=True)]


def of_communities(values: NDArray[np.float64], gates: Gates, estates: Estates) -> NDArray[np.float64]:
    """Values by community, float64 (n_communities,), as means over the households of each estate (n_estates,)."""
    total = np.bincount(gates.estate, values[gates.community] * gates.households, len(estates))
    return total / np.maximum(estates.households, 1)
