"""Estates (小区) and the state of their property service."""

from dataclasses import dataclass
from typing import Annotated

from simulation.state.table import F64, I16, I32, I64, Column, Table, Words


@dataclass(eq=False)
class Estates(Table):
    """One row for each estate."""

    name_zh: Annotated[Words, Column("name")]
    name_en: Annotated[Words, Column("name")]
    firm: Annotated[I16, Column("row of the property firm", moves=True)]
    fee: Annotated[F64, Column("yuan per m2 and month")]
    full_cost: Annotated[F64, Column("b0: yuan per m2 and month of full service")]
    station_minutes: Annotated[F64, Column("minutes of walk to the bins")]
    area: Annotated[F64, Column("m2 of flats at the scale of the run")]
    households: Annotated[I64, Column("households at the scale of the run")]
    quality: Annotated[F64, Column("quality of service, 0-1", moves=True)]
    collection: Annotated[F64, Column("share of households that paid the latest bill", moves=True)]
    loss_weeks: Annotated[I32, Column("weeks in a row with a margin below the exit line", moves=True)]
    emergency_weeks: Annotated[I32, Column("weeks of emergency service left; 0: a firm serves", moves=True)]
    exits: Annotated[I32, Column("firms that left so far", moves=True)]
