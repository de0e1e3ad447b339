"""Parking at night: cars over places by estate; those without a place stand in the street (32).

Cars and places belong to estates; levers open further places nearby, which fill as far as there is need. What stands
in the street slows everybody's way and, where nobody enforces the rules, blocks lanes for fire engines.
"""

import numpy as np

from simulation.state.table import F64
from simulation.state.world import World


def cars(world: World) -> F64:
    """Cars of the households by gate, float64 (n_gates,), full scale."""
    return world.estates.cars[world.gates.estate] * _part(world)


def lacking(world: World) -> F64:
    """Cars for which the estate has no place by gate, float64 (n_gates,), full scale."""
    e = world.estates
    return np.maximum(e.cars - e.parking, 0)[world.gates.estate] * _part(world)


def in_the_street(world: World) -> F64:
    """Cars without a place at night by gate, float64 (n_gates,), full scale: what levers offer nearby is taken up."""
    lack = lacking(world)
    need = world.by_community(lack)
    met = np.minimum(1, np.divide(world.levers.parking, need, out=np.zeros(len(need)), where=need > 0))
    return lack * (1 - met[world.gates.community])


def crowding(world: World) -> F64:
    """Share of a gate's cars in the street over the district's mean without levers, float64 (n_gates,)."""
    own = np.maximum(cars(world), 1e-9)
    return in_the_street(world) / own - usual(world)


def blocked(world: World) -> F64:
    """The same for cars in the street that nobody has towed or fined away, float64 (n_gates,)."""
    own, enforced = np.maximum(cars(world), 1e-9), world.params["parking.enforced"]
    left = 1 - min(1.0, enforced + world.levers.enforcement)
    return left * in_the_street(world) / own - (1 - enforced) * usual(world)


def usual(world: World) -> float:
    """Share of the district's cars for which their estates have no place."""
    e = world.estates
    return float(np.maximum(e.cars - e.parking, 0).sum() / max(float(e.cars.sum()), 1e-9))


def offer(world: World, places: float) -> None:
    """Open so many places at night, full scale, where cars lack one."""
    need = world.by_community(lacking(world))
    world.levers.parking += places * need / max(float(need.sum()), 1e-9)


def _part(world: World) -> F64:
    """Share of its estate's households that live at each gate, float64 (n_gates,)."""
    g = world.gates
    return g.households / np.maximum(world.estates.households[g.estate], 1)
