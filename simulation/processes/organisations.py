"""Social organisations: births where there is room, exits of the unfunded; equation (20).

Without incubation as many are founded as end when there are as many as at the start: growth comes from levers.
"""

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.random import Stream, uniform
from simulation.state.organisations import KINDS
from simulation.state.world import World

_DRAWS = 2**20  # addresses kept apart for each way in which organisations are founded


def step(world: World) -> None:
    """Births and exits of one week. In the burn-in nothing moves: the start has the number and the ages of rest.

    Expected births are rounded up or down by a draw per kind, exits drawn one by one.
    """
    p, o = world.params, world.organisations
    if world.tick < 0:
        return
    o.weeks += o.weeks >= 0
    alive = o.weeks >= 0
    funded = np.minimum(1.0, p["organisations.funded_share"] + world.levers.funded)
    hazard = (p["organisations.exit"] / WEEKS_PER_YEAR * (1 - funded))[o.kind]
    o.weeks[alive & (uniform(world.seed, Stream.ORGANISATION_EXIT, np.arange(len(o)), world.tick) < hazard)] = -1
    _births(world, int(alive.sum()), np.bincount(o.kind[alive], minlength=len(KINDS)))


def _births(world: World, total: int, by_kind: np.ndarray) -> None:
    p, levers, people = world.params, world.levers, world.communities.residents
    capacity = p["organisations.capacity"] * world.communities.rate_bases(world.scale)
    room = max(0.0, 1 - total / (capacity * levers.organisation_room)) / WEEKS_PER_YEAR
    filled = p["organisations.start"] / p["organisations.capacity"]
    replaced = p["organisations.exit"] * (1 - p["organisations.funded_share"]) / (1 - filled)
    near = levers.nursery * people
    _found(world, by_kind * room * (replaced + p["organisations.growth"] * levers.incubation), people, 0)
    _found(world, by_kind * room * p["organisations.growth"] * near.sum() / people.sum(), near, 1)


def _found(world: World, expected: np.ndarray, weight: np.ndarray, way: int) -> None:
    """Found organisations, `expected` by kind, in communities drawn by `weight`; `way` keeps their draws apart."""
    first = _DRAWS * way
    kinds = first + np.arange(len(KINDS))
    births = np.floor(expected + uniform(world.seed, Stream.ORGANISATION_BIRTH, kinds, world.tick)).astype(np.int64)
    if not births.any() or not weight.any():
        return
    kind = np.repeat(np.arange(len(KINDS)), births)
    rows = first + len(KINDS) + np.arange(len(kind))
    place, share = uniform(world.seed, Stream.ORGANISATION_BIRTH, rows, world.tick), np.cumsum(weight)
    home = np.minimum(np.searchsorted(share, place * share[-1], side="right"), len(weight) - 1)
    world.organisations.append({"kind": kind, "community": home, "weeks": np.zeros(len(kind), np.int32)})
