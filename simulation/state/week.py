"""Counts of the week by community, filled by the processes and read by the recorder."""

from dataclasses import dataclass
from typing import Annotated

from simulation.state.table import F64, I64, Column, Table


@dataclass(eq=False)
class Week(Table):
    """One row for each community, full scale; `make(Week, n)` is a week in which nothing has happened."""

    opened: Annotated[I64, Column("requests")]
    hotline: Annotated[I64, Column("of the opened, by the hotline")]
    resolved: Annotated[I64, Column("requests")]
    participants: Annotated[F64, Column("attendances of activities and venues")]
    unresolved: Annotated[I64, Column("requests closed unresolved")]
    withdrawn: Annotated[I64, Column("requests")]
    waited: Annotated[F64, Column("days, sum over what closed")]
    due: Annotated[I64, Column("hotline tickets called back")]
    responded: Annotated[I64, Column("of them contacted in time")]
    settled: Annotated[I64, Column("of them resolved in time")]
    pleased: Annotated[I64, Column("of them with a satisfied resident")]
    born: Annotated[F64, Column("people born")]
    died: Annotated[F64, Column("people who died")]
    moved_in: Annotated[F64, Column("people who moved in")]
    moved_out: Annotated[F64, Column("people who moved out")]
