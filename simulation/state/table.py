"""How state is declared: every array once, with its dtype, unit, value at the start, and whether a week hands it on.

A field `name: Annotated[F64, Column("hours", moves=True)]` of a table, of a named tuple (what compiled functions take)
or of the world is all that is said of an array. New tables, neutral levers and snapshots follow from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

Flag = NDArray[np.bool_]
I8 = NDArray[np.int8]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Words = NDArray[np.object_]

T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """What an array holds; its dtype is that of the annotation."""

    unit: str
    """Unit, or what the values stand for."""
    moves: bool = False
    """Whether its value of one week is needed in the next: such arrays are what a snapshot keeps."""
    stays: bool = False
    """Whether who comes into the row finds it there: it belongs to the place, or is drawn for the row for good."""
    default: float = 0
    """Value where nothing is given: of a lever the one that changes nothing."""
    lead: tuple[int, ...] = ()
    """Axes before that of the rows, as the domains of a resident."""
    each: tuple[int, ...] = ()
    """Axes after that of the rows, as the domains of a community."""


@cache
def columns(kind: type) -> Mapping[str, tuple[type[np.generic], Column]]:
    """Dtype and declaration of every array of a class, in the order of its fields."""
    found = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        for note in getattr(hint, "__metadata__", ()):
            if isinstance(note, Column):
                found[name] = get_args(get_args(hint.__origin__)[1])[0], note  # of NDArray[np.x]
    return found


def moving(kind: type) -> tuple[str, ...]:
    """Names of the arrays of a class that a week hands on."""
    return tuple(name for name, (_, column) in columns(kind).items() if column.moves)


def make(kind: type[T], count: int | None = None, /, **given: Any) -> T:
    """A table or named tuple of `count` rows: the columns `given`, copied, and the others at their defaults.

    A scalar is repeated. Without `count` there are as many rows as the longest given column has.

    Raises
    ------
    KeyError
        If the class has no such column.
    """
    declared = columns(kind)  # type: ignore[arg-type]  # a class is hashable
    if unknown := set(given) - set(declared):
        raise KeyError(f"{kind.__name__} has no columns {sorted(unknown)}")
    rows = max(len(value) for value in given.values() if np.ndim(value)) if count is None else count
    made = {}
    for name, (dtype, column) in declared.items():
        value, shape = given.get(name, column.default), (*column.lead, rows, *column.each)
        if name not in given and not value:  # most are: a week makes a hundred columns of nothing
            made[name] = np.zeros(shape, dtype)
        else:
            made[name] = np.array(value, dtype) if np.ndim(value) else np.full(shape, value, dtype)
    return kind(**made)


@dataclass(eq=False)
class Table:
    """Columns of equal length (first axis), one row for each entity. A row number is the entity's permanent id."""

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
