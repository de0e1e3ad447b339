"""Entities as rows of tables, and Mesa agents as views of a row.

The equations of a process then read like algebra on columns, while anyone who asks through Mesa meets agents with
attributes, cells and AgentSets.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
from mesa.discrete_space import Cell, CellAgent


@dataclass(eq=False)
class Table:
    """Columns of equal length (first axis), one row an entity. A row number is the entity's permanent id."""

    def __len__(self) -> int:
        return len(next(iter(vars(self).values())))  # the first column; `fields` takes longer than a small process

    def append(self, rows: dict[str, Any]) -> range:
        """Add rows: `rows` gives every column an array, list or scalar. Returns the new row numbers.

        Raises
        ------
        KeyError
            If a column is missing or unknown.
        """
        names = [f.name for f in fields(self)]
        if set(rows) != set(names):
            raise KeyError(f"columns differ: {sorted(set(rows) ^ set(names))}")
        size = max(np.size(rows[name]) if np.ndim(getattr(self, name)) == 1 else 1 for name in names)
        before = len(self)
        for name in names:
            old = getattr(self, name)
            new = np.empty((size, *old.shape[1:]), old.dtype)
            new[...] = rows[name]
            setattr(self, name, np.concatenate([old, new]))
        return range(before, before + size)


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
