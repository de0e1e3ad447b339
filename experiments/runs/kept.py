"""Metrics by place that a run keeps beside the weeks of its district, because an outcome of the study asks for them.

They are further columns of the run's file, of the same weeks: `trust[subdistrict=HLG]`, or
`backlog[community=C003+C017]` of several places put together. The file says which it has; one of an older version, or
of a study that asks for none, has none and is read as it always was.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

DIMENSIONS = ("community", "subdistrict", "life_stage")
"""What residents and land are told apart by, in the order of names."""
Within = tuple[tuple[str, tuple[str, ...]], ...]
"""Codes of the places that count, by dimension; those of different dimensions must all fit."""


@dataclass(frozen=True, order=True)
class Kept:
    """One metric by place.

    Attributes
    ----------
    metric : str
        Name of the metric.
    by : str
        Dimension of whose every place there is a column; "" for one column of all that is `within`.
    within : tuple
        See `Within`; empty for the whole district.
    """

    metric: str
    by: str = ""
    within: Within = ()

    @property
    def name(self) -> str:
        """What a file says that it has: the column's name, with a star for every place."""
        return self.column("*" if self.by else "")

    def column(self, code: str = "") -> str:
        """Name of the column of one place of `by`, or of the only one."""
        parts = [f"{dimension}={'+'.join(codes)}" for dimension, codes in self.within]
        return f"{self.metric}[{','.join([*parts, f'{self.by}={code}'] if self.by else parts)}]"

    def code(self, column: str) -> str | None:
        """The place of `by` that a column is of, "" for the only one; None of a column of something else."""
        if not self.by:
            return "" if column == self.column() else None
        head = self.column().removesuffix("]")
        code = column.removeprefix(head).removesuffix("]")
        return code if column == self.column(code) and not set(code) & set("+,=[]") else None


def names_of(kept: Iterable[Kept]) -> frozenset[str]:
    """What files say that have all of them."""
    return frozenset(one.name for one in kept)


def columns_of(kept: Collection[Kept], columns: Iterable[str]) -> list[str]:
    """Of some columns of a file those that hold something of what is kept."""
    return [column for column in columns if any(one.code(column) is not None for one in kept)]


def community_code(number: int) -> str:
    """Code of a community of the start by its row in the district's table, as in reports: C001 is the first."""
    return f"C{number + 1:03d}"
