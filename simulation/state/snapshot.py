"""The state of a world as named arrays, so that a burn-in is computed once and kept in the cache."""

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from simulation.agents.table import Table
from simulation.processes.requests.tickets import Tickets
from simulation.state.world import World

_TABLES = (
    "gates",
    "estates",
    "communities",
    "workers",
    "firms",
    "streets",
    "departments",
    "organisations",
    "facilities",
)
_MOVING = (
    "satisfaction",
    "expectation",
    "seen",
    "efficacy",
    "awareness",
    "habit",
    "volunteer",
    "fatigue",
    "trust",
    "overall",
)
_COUNTS = ("opened", "resolved", "unresolved", "withdrawn")


def take(world: World) -> dict[str, NDArray[np.generic]]:
    """Copies of everything that a week can change."""
    columns = world.residents.columns
    state = {f"residents.{name}": np.array(getattr(columns, name)) for name in _MOVING}
    for name in _TABLES:
        table: Table = getattr(world, name)
        for field in fields(table):
            column = getattr(table, field.name)
            if column.dtype != object:
                state[f"{name}.{field.name}"] = column.copy()
    state |= {f"tickets.{name}": column.copy() for name, column in world.tickets._asdict().items()}
    state |= {f"access.{kind}": values for kind, values in world.access.items()}
    state["households.paid"] = world.households.paid.copy()
    state["households.arrears"] = world.households.arrears.copy()
    state["ledger.balance"], state["covered"] = world.ledger.balance.copy(), world.covered.copy()
    state["balance"] = np.array([world.balance.get(name, 0) for name in _COUNTS], np.int64)
    state["tallies"] = world.output.tallies.copy()
    state["means"] = np.array([world.mean_awareness, world.mean_compliance])
    state["tick"] = np.array([world.tick])
    return state


def put(world: World, state: dict[str, NDArray[np.generic]]) -> None:
    """Set a freshly built world to a state that `take` gave; arrays are copied, so they may be read-only maps."""
    columns = world.residents.columns
    for name in _MOVING:
        getattr(columns, name)[...] = state[f"residents.{name}"]
    for name in _TABLES:
        table = getattr(world, name)
        for field in fields(table):
            if f"{name}.{field.name}" in state:
                setattr(table, field.name, np.array(state[f"{name}.{field.name}"]))
    world.tickets = Tickets(*(np.array(state[f"tickets.{name}"]) for name in Tickets._fields))
    world.access = {
        key.removeprefix("access."): np.array(value) for key, value in state.items() if key.startswith("access.")
    }
    world.stale.clear()
    world.households.paid, world.households.arrears = (
        np.array(state["households.paid"]),
        np.array(state["households.arrears"]),
    )
    world.ledger.balance, world.covered = np.array(state["ledger.balance"]), np.array(state["covered"])
    world.balance = dict(zip(_COUNTS, map(int, state["balance"]), strict=True))
    world.output.tallies[...] = state["tallies"]
    world.mean_awareness, world.mean_compliance = map(float, state["means"])
    world.tick = int(state["tick"][0])
