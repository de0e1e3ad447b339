"""Residents through Mesa's interface: an AgentSet over columns, and agents that are views of a row.

860,000 objects would cost seconds and half a gigabyte; the columns answer the same questions. A `Resident` exists
while somebody holds it.
"""

import operator
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, Protocol

import mesa
import numpy as np
from mesa.agent import GroupBy
from mesa.discrete_space import Cell, OrthogonalMooreGrid
from numpy.typing import NDArray

from simulation.domains import DOMAINS
from simulation.state.residents import LIFE_STAGES
from simulation.state.world import World

_PLAIN = ("efficacy", "awareness", "habit", "fatigue", "volunteer", "overall", "mobility", "threshold")
_TRUST = ("trust_firm", "trust_committee", "trust_street", "trust_neighbours")
_OWN = ("gate", "household", "renter", "older", "age", "sex", "status", "commute_minutes", "party_member", "reports")
_STAGES = np.array(LIFE_STAGES)

Rows = NDArray[np.int64] | int


class Holder(Protocol):
    """What residents need of the model that they belong to."""

    world: World
    grid: OrthogonalMooreGrid
    rng: np.random.Generator


class Resident(mesa.Agent):  # type: ignore[misc]  # mesa carries no types
    """One resident: attributes read and write the columns. `row` is the permanent number.

    Attributes: `satisfaction_<domain>`, `expectation_<domain>`, `trust_<actor>`, `efficacy`, `awareness`, `habit`,
    `fatigue`, `volunteer`, `overall` (0-1), `mobility`, `threshold`; to be read only: `age`, `sex`, `status`,
    `commute_minutes`, `party_member` (codes in `docs/population.md`), `reports` (there `double_report`), `life_stage`,
    `community`, `subdistrict`, `gate`, `household`, `renter`, `older`; `cell` is the cell of the model's grid. Two
    views of the same row are equal.
    """

    def __init__(self, model: Holder, row: int) -> None:
        # not registered with the model: the columns are the register, and a view must cost nothing
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "row", row)
        object.__setattr__(self, "unique_id", -1 - row)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("model", "row"):  # not there yet while a copy is being made
            raise AttributeError(name)
        value = _read(self.model, name, self.row)
        return value.item() if isinstance(value, np.generic) else value

    def __setattr__(self, name: str, value: Any) -> None:
        _state(self.model, name)[self.row] = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resident) and other.row == self.row and other.model is self.model

    def __hash__(self) -> int:
        return hash((id(self.model), self.row))

    def __repr__(self) -> str:
        return f"Resident({self.row})"

    @property
    def cell(self) -> Cell:
        """Where this one lives, on the model's grid."""
        world = self.model.world
        cell = world.gates.cell[world.residents.gate[self.row]]
        return self.model.grid[int(world.geography.cell_x[cell]), int(world.geography.cell_y[cell])]

    @property
    def ties(self) -> list["Resident"]:
        """The residents that this one sees, eight at most."""
        columns = self.model.world.residents.columns
        rows = [*(self.row + columns.near[self.row].astype(int)), int(columns.far[self.row])]
        return [Resident(self.model, int(row)) for row in rows if row != self.row]

    def remove(self) -> None:
        """Refused: the number of residents is conserved."""
        raise TypeError("a resident cannot be removed: residents are conserved")


def _state(model: Holder, name: str) -> NDArray[Any]:
    """The column of an attribute that may change."""
    columns = model.world.residents.columns
    if name in _PLAIN:
        return getattr(columns, name)
    if name in _TRUST:
        return columns.trust[_TRUST.index(name)]
    for prefix in ("satisfaction", "expectation"):
        domain = name.removeprefix(f"{prefix}_")
        if domain != name and domain in DOMAINS:
            return getattr(columns, prefix)[DOMAINS.index(domain)]
    raise AttributeError(f"a resident has no attribute '{name}' that can be set")


def _read(model: Holder, name: str, rows: Rows) -> Any:
    """Values of an attribute at some rows, or at one."""
    residents = model.world.residents
    if name in ("community", "subdistrict"):
        return getattr(model.world.gates, name)[residents.gate[rows]]
    if name == "life_stage":
        return _STAGES[residents.life_stage[rows]]
    if name in _OWN:
        return getattr(residents, name)[rows]
    try:
        return _state(model, name)[rows]
    except AttributeError:
        raise AttributeError(f"a resident has no attribute '{name}'") from None


class ResidentSet:
    """The interface of `mesa.agent.AgentSet` over all residents, or over a selection of rows.

    Columns take the place of lists: `get` of one attribute is an array.
    """

    def __init__(self, model: Holder, rows: NDArray[np.int64] | None = None) -> None:
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

    def get(self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None) -> Any:
        """A column of the selection (a copy); for several names a list with one list of values a resident.

        Raises
        ------
        AttributeError
            If residents have no such attribute and `handle_missing` is "error".
        ValueError
            If `handle_missing` is neither "error" nor "default".
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"unknown handle_missing option: {handle_missing}, should be one of 'error' or 'default'")
        if not isinstance(attr_names, str):
            columns = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*(column.tolist() for column in columns), strict=True)]
        try:
            return _read(self.model, attr_names, self.rows)
        except AttributeError:
            if handle_missing == "error":
                raise
            return np.full(len(self), default_value)

    def set(self, attr_name: str, value: Any) -> "ResidentSet":
        """Set an attribute for all in the selection; returns the set."""
        _state(self.model, attr_name)[self.rows] = value
        return self

    def agg(self, attribute: str, func: Callable[..., Any] | Iterable[Callable[..., Any]]) -> Any:
        """`func` over the column of the selection, or a list with the result of each function."""
        values = self.get(attribute)
        return func(values) if callable(func) else [one(values) for one in func]

    def select(
        self,
        filter_func: Callable[[Any], Any] | None = None,
        at_most: int | float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> "ResidentSet":
        """Those for whom `filter_func` holds, at most so many of them (a float up to 1: such a share of the set).

        `filter_func` is first tried on the set's columns (`lambda r: r.efficacy > 0.5` works on a whole column at
        once), and resident by resident where it cannot take columns.
        """
        rows = self.rows
        if filter_func is not None:
            rows = rows[self._truth(filter_func)]
        if agent_type is not None and not issubclass(Resident, agent_type):
            rows = rows[:0]
        if isinstance(at_most, float) and at_most <= 1.0:
            at_most = int(len(self) * at_most)
        if at_most < len(rows):
            rows = rows[: int(at_most)]
        return self._with(rows, inplace)

    def _truth(self, filter_func: Callable[[Any], Any]) -> NDArray[np.bool_]:
        try:
            answer = np.asarray(filter_func(_Columns(self)))
            if answer.dtype == np.bool_ and answer.shape == (len(self),):
                return answer
        except (ValueError, TypeError, AttributeError):
            pass  # `and`, `or`, a call or an attribute that wants one resident
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

    def sort(
        self, key: str | Callable[[Resident], Any], ascending: bool = False, inplace: bool = False
    ) -> "ResidentSet":
        """The same in the order of an attribute or a function, the greatest first as in Mesa."""
        values = np.array(self.map(key)) if callable(key) else self.get(key)
        order = np.argsort(values if ascending else values[::-1], kind="stable")
        return self._with(self.rows[order if ascending else len(self) - 1 - order[::-1]], inplace)

    def shuffle(self, inplace: bool = False) -> "ResidentSet":
        """The same in an order drawn by the model's generator."""
        return self._with(self.model.rng.permutation(self.rows), inplace)

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> "ResidentSet":
        """`do` in an order drawn by the model's generator."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def _with(self, rows: NDArray[np.int64], inplace: bool) -> "ResidentSet":
        if not inplace:
            return ResidentSet(self.model, rows)
        self._rows = rows
        return self

    def groupby(self, by: str | Callable[[Resident], Hashable], result_type: str = "agentset") -> "ResidentGroups":
        """Selections, or lists of residents, by the value of an attribute or of a function."""
        values = self.map(by) if callable(by) else self.get(by).tolist()
        number = {value: k for k, value in enumerate(dict.fromkeys(values))}
        label = np.array([number[value] for value in values], np.int64)
        groups = {value: ResidentSet(self.model, self.rows[label == k]) for value, k in number.items()}
        return ResidentGroups(groups if result_type == "agentset" else {k: list(group) for k, group in groups.items()})


class ResidentGroups(GroupBy):  # type: ignore[misc]  # mesa carries no types
    """Mesa's groups; aggregates of selections are taken over columns."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Hashable, Any]:
        """`func` over the attribute in each group."""
        return {
            name: func(
                group.get(attr_name)
                if isinstance(group, ResidentSet)
                else [getattr(resident, attr_name) for resident in group]
            )
            for name, group in self.groups.items()
        }


class _Columns:
    """Stands in for a resident while a filter is tried on whole columns."""

    def __init__(self, chosen: ResidentSet) -> None:
        self._chosen = chosen

    def __getattr__(self, name: str) -> Any:
        return self._chosen.get(name)
