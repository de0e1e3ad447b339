"""Social organisations: births by logistic growth, exits of the unfunded; equation (20)."""

import numpy as np

from simulation.domains import WEEKS_PER_YEAR
from simulation.random import Stream, uniform
from simulation.state.organisations import KINDS
from simulation.state.world import World


def step(world: World) -> None:
    """Births and exits of one week; in the burn-in organisations only age, so that the start has the number it should.

    Expected births are rounded up or down by a draw per kind, exits drawn one by one.
    """
    p, o = world.params, world.organisations
    o.weeks += o.weeks >= 0
    if world.tick < 0:
        return
    alive = o.weeks >= 0
    funded = min(1.0, p["organisations.funded_share"] + world.levers.funded_share)
    hazard = p["organisations.exit"] / WEEKS_PER_YEAR * (1 - funded)
    o.weeks[alive & (uniform(world.seed, Stream.ORGANISATION_EXIT, np.arange(len(o)), world.tick) < hazard)] = -1
    _births(world, int(alive.sum()), np.bincount(o.kind[alive], minlength=len(KINDS)))


def _births(world: World, total: int, by_kind: np.ndarray) -> None:
    p, n = world.params, len(world.communities)
    room = 1 - total / (p["organisations.capacity"] * world.levers.organisation_room)
    expected = by_kind * p["organisations.growth"] / WEEKS_PER_YEAR * max(0.0, room) * (1 + world.levers.incubation)
    kinds = np.arange(len(KINDS))
    births = np.floor(expected + uniform(world.seed, Stream.ORGANISATION_BIRTH, kinds, world.tick)).astype(np.int64)
    if not births.any():
        return
    kind = np.repeat(kinds, births)
    place = uniform(world.seed, Stream.ORGANISATION_BIRTH, len(KINDS) + np.arange(len(kind)), world.tick)
    share = np.cumsum(world.communities.residents)
    home = np.minimum(np.searchsorted(share, place * share[-1], side="right"), n - 1)
    world.organisations.append({"kind": kind, "community": home, "weeks": np.zeros(len(kind), np.int32)})
