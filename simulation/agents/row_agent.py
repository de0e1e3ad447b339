"""Mesa agents as views of a row of a table.

The equations of a process read like algebra on columns, while anyone who asks through Mesa meets agents with
attributes, cells and AgentSets.
"""

from dataclasses import fields
from typing import Any, ClassVar

import numpy as np
from mesa.discrete_space import Cell, CellAgent

from simulation.state.table import Table


class RowAgent(CellAgent):  # type: ignore[misc]  # mesa carries no types
    """A Mesa agent that reads and writes one row of a table; each column of the table is an attribute.

    `row` is its row, `cell` the cell of the Mesa grid where it stands.
    """

    table_class: ClassVar[type[Table]]

    def __init_subclass__(cls, table: type[Table] | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if table is None:
            return
        cls.table_class = table
        for field in fields(table):
            if not hasattr(cls, field.name):
                setattr(cls, field.name, _column(field.name))

    def __init__(self, model: Any, table: Table, row: int, cell: Cell) -> None:
        super().__init__(model)
        self.table = table
        self.row = row
        self.cell = cell


def _column(name: str) -> property:
    def read(agent: RowAgent) -> Any:
        value = getattr(agent.table, name)[agent.row]
        return value.item() if isinstance(value, np.generic) else value

    def write(agent: RowAgent, value: Any) -> None:
        getattr(agent.table, name)[agent.row] = value

    return property(read, write, doc=f"Column `{name}` of the agent's row.")
