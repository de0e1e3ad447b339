"""Residents through Mesa's interface: an AgentSet over columns, and agents that are views of a row.

860,000 objects would cost seconds and half a gigabyte; the columns answer the same questions. A `Resident` exists
while somebody holds it.
"""

import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from simulation.metrics import DOMAINS
from simulation.population.residents import LIFE_STAGES

if TYPE_CHECKING:
    from simulation.model import DistrictModel

_PLAIN = ("efficacy", "awareness", "habit", "fatigue", "volunteer", "overall", "mobility", "threshold")
_TRUST = ("trust_firm", "trust_committee", "trust_street", "trust_neighbours")


class Resident(mesa.Agent):
    """One resident: attributes read and write the columns. `row` is the permanent number.

    Attributes: `satisfaction_<domain>`, `expectation_<domain>`, `trust_<actor>`, `efficacy`, `awareness`, `habit`,
    `fatigue`, `volunteer`, `overall` (0-1), `life_stage`, `community`, `household`, `gate`.
    """

    def __init__(self, model: "DistrictModel", row: int) -> None:
        # not registered with the model: the columns are the register, and a view must cost nothing
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "row", row)
        object.__setattr__(self, "unique_id", -1 - row)

    def __getattr__(self, name: str) -> Any:
        column = _column(self.model, name)
        value = column[self.row]
        return value.item() if isinstance(value, np.generic) else value

    def __setattr__(self, name: str, value: Any) -> None:
        _column(self.model, name)[self.row] = value

    def __repr__(self) -> str:
        return f"Resident({self.row})"

    @property
    def ties(self) -> list["Resident"]:
        """The eight residents that this one sees."""
        columns = self.model.world.residents.columns
        rows = [*(self.row + columns.near[self.row].astype(int)), int(columns.far[self.row])]
        return [Resident(self.model, int(row)) for row in rows]

    def remove(self) -> None:
        """Refused: the number of residents is conserved."""
        raise TypeError("a resident cannot be removed: residents are conserved")


def _column(model: "DistrictModel", name: str) -> NDArray[Any]:
    residents = model.world.residents
    columns = residents.columns
    if name in _PLAIN:
        return getattr(columns, name)
    if name in _TRUST:
        return columns.trust[_TRUST.index(name)]
    for prefix in ("satisfaction", "expectation"):
        domain = name.removeprefix(f"{prefix}_")
        if domain in DOMAINS:
            return getattr(columns, prefix)[DOMAINS.index(domain)]
    if name == "community":
        return model.world.gates.community[residents.gate]
    if name == "life_stage":
        return np.array(LIFE_STAGES)[residents.life_stage]
    if name in ("gate", "household", "renter", "older"):
        return getattr(residents, name)
    raise AttributeError(f"a resident has no attribute '{name}'")


class ResidentSet:
    """The interface of `mesa.agent.AgentSet` over all residents, or over a selection of rows."""

    def __init__(self, model: "DistrictModel", rows: NDArray[np.int64] | None = None) -> None:
        self.model = model
        self._rows = rows

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row numbers of the selection, int64."""
        return np.arange(len(self.model.world.residents)) if self._rows is None else self._rows

    def __len__(self) -> int:
        return len(self.model.world.residents) if self._rows is None else len(self._rows)

    def __iter__(self) -> Iterator[Resident]:
        return (Resident(self.model, int(row)) for row in self.rows)

    def __contains__(self, agent: object) -> bool:
        return isinstance(agent, Resident) and bool(np.isin(agent.row, self.rows))

    def __getitem__(self, item: int | slice) -> Any:
        if isinstance(item, slice):
            return [Resident(self.model, int(row)) for row in self.rows[item]]
        return Resident(self.model, int(self.rows[operator.index(item)]))

    def get(self, attr_names: str | list[str]) -> Any:
        """A column of the selection (a copy), or a list of them."""
        if isinstance(attr_names, str):
            return _column(self.model, attr_names)[self.rows]
        return [self.get(name) for name in attr_names]

    def set(self, attr_name: str, value: Any) -> "ResidentSet":
        """Set an attribute for all in the selection; returns the set."""
        _column(self.model, attr_name)[self.rows] = value
        return self

    def agg(self, attribute: str, func: Callable[..., Any]) -> Any:
        """`func` over the column of the selection."""
        return func(self.get(attribute))

    def select(self, filter_func: Callable[[Any], Any] | None = None, at_most: int | float = float("inf")) -> "ResidentSet":
        """Those for whom `filter_func` holds, and at most so many of them.

        `filter_func` is first tried on the set's columns (`lambda r: r.efficacy > 0.5` works on a whole column at
        once), and resident by resident where it cannot take columns.
        """
        rows = self.rows
        if filter_func is not None:
            rows = rows[self._truth(filter_func)]
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        return ResidentSet(self.model, rows if at_most == float("inf") else rows[:int(at_most)])

    def _truth(self, filter_func: Callable[[Any], Any]) -> NDArray[np.bool_]:
        try:
            answer = np.asarray(filter_func(_Columns(self)))
            if answer.dtype == np.bool_ and answer.shape == (len(self),):
                return answer
        except (ValueError, TypeError):
            pass  # `and`, `or` or a call that wants one resident
        return np.fromiter((bool(filter_func(resident)) for resident in self), np.bool_, len(self))

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> "ResidentSet":
        """Call a method or function for each resident of the selection; returns the set."""
        self.map(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """What a method or function returns for each resident of the selection."""
        if isinstance(method, str):
            return [getattr(resident, method)(*args, **kwargs) for resident in self]
        return [method(resident, *args, **kwargs) for resident in self]

    def groupby(self, by: str) -> dict[Any, "ResidentSet"]:
        """Selections by the value of an attribute."""
        values = self.get(by)
        return {value: ResidentSet(self.model, self.rows[values == value]) for value in np.unique(values).tolist()}


class _Columns:
    """Stands in for a resident while a filter is tried on whole columns."""

    def __init__(self, chosen: ResidentSet) -> None:
        self._chosen = chosen

    def __getattr__(self, name: str) -> Any:
        return self._chosen.get(name)
