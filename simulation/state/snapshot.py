"""The state of a world as named arrays, so that a burn-in is computed once and kept in the cache.

Every array that is declared to move is kept, and what the world holds besides: access, balances, counts. Words are not
kept, so a snapshot belongs in a world that was built anew from the same scenario and has as many rows.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.state.table import moving
from simulation.state.tickets import Tickets
from simulation.state.world import COUNTED, World

_ACCESS = "access."


def _holders(world: World) -> Iterator[tuple[str, Any]]:
    """Everything in a world that holds declared arrays, by name."""
    yield "world", world
    yield "residents", world.residents.columns
    yield from ((name, holder) for name, holder in vars(world).items() if name != "handled")  # that week is over


def take(world: World) -> dict[str, NDArray[np.generic]]:
    """Copies of everything that a week can change."""
    state: dict[str, NDArray[np.generic]] = {
        f"{name}.{column}": np.array(getattr(holder, column))
        for name, holder in _holders(world)
        for column in moving(type(holder))
    }
    state |= {f"{_ACCESS}{kind}": values for kind, values in world.access.items()}
    state["ledger.balance"] = world.ledger.balance.copy()
    state["balance"] = np.array([world.balance.get(name, 0) for name in COUNTED], np.int64)
    state["means"] = np.array([world.mean_awareness, world.mean_compliance])
    state["tick"] = np.array([world.tick])
    return state


def put(world: World, state: dict[str, NDArray[np.generic]]) -> None:
    """Set a freshly built world to a state that `take` gave; arrays are copied, so they may be read-only maps."""
    for name, holder in list(_holders(world)):
        kept = {column: state[f"{name}.{column}"] for column in moving(type(holder))}
        if isinstance(holder, Tickets):  # their number is not the same every week
            world.tickets = holder._replace(**{column: np.array(values) for column, values in kept.items()})
        elif isinstance(holder, tuple):  # what compiled functions take stays where it is
            for column, values in kept.items():
                getattr(holder, column)[...] = values
        else:
            for column, values in kept.items():
                setattr(holder, column, np.array(values))
    world.access = {
        key.removeprefix(_ACCESS): np.array(values) for key, values in state.items() if key.startswith(_ACCESS)
    }
    world.stale.clear()
    world.ledger.balance = np.array(state["ledger.balance"])
    world.balance = dict(zip(COUNTED, map(int, state["balance"]), strict=True))
    world.mean_awareness, world.mean_compliance = map(float, state["means"])
    world.tick = int(state["tick"][0])
