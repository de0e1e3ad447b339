"""Owners' committees: who watches the firm for the owners of an estate.

Owners who are badly served and think that they can change something call an assembly; the vote may fail; a committee
that works may dissolve. Since the property law of 2020 the street organises a committee where owners have none. It has
less hold on firm and owners than one they elected. What a committee does: more owners accept the fee (18), and the firm
keeps less of it (19).
"""

import numpy as np
from numpy.typing import NDArray

from simulation.domains import WEEKS_PER_YEAR
from simulation.elementary import exp
from simulation.parameters import Parameters
from simulation.random import Stream, uniform
from simulation.state.estates import DISSOLVED, FORMING, NO_COMMITTEE, WORKING, Estates, of_communities
from simulation.state.output import FIXED, T_EFFICACY
from simulation.state.world import World

_CALL, _VOTE, _END, _STREET = range(4)
_ADDRESSES = 4  # draws kept apart for each estate and week


def call_rate(quality: NDArray[np.float64], efficacy: NDArray[np.float64], p: Parameters) -> NDArray[np.float64]:
    """Assemblies called in a week, (29): bad service drives, efficacy carries."""
    drive = p["owners.call_service"] * (p["owners.call_reference"] - quality)
    return p["owners.call"] / WEEKS_PER_YEAR * exp(drive + p["owners.call_efficacy"] * (efficacy - p["efficacy.mean"]))


def step(world: World) -> None:
    """Calls, votes and ends of one week; then what the street organises."""
    p, e = world.params, world.estates
    help_ = of_communities(world.levers.owners, world.gates, e)
    calls = help_ * call_rate(e.quality, _efficacy(world), p)
    before = e.owners.copy()
    _enter(e, (before == NO_COMMITTEE) & _happens(world, _CALL, calls), FORMING, 0.0)
    due = (before == FORMING) & (e.owners_weeks >= p["owners.forming_weeks"])
    passed = due & _happens(world, _VOTE, np.full(len(e), p["owners.vote"]))
    _enter(e, passed, WORKING, 1.0)
    _enter(e, due & ~passed, NO_COMMITTEE, 0.0)
    ends = np.full(len(e), p["owners.end"] / WEEKS_PER_YEAR)
    _enter(e, (before == WORKING) & _happens(world, _END, ends), DISSOLVED, 0.0)
    _enter(e, (before == DISSOLVED) & (e.owners_weeks >= p["owners.pause_weeks"]), NO_COMMITTEE, 0.0)
    if world.context.property_law and world.in_force("property_law"):
        organised = _happens(world, _STREET, 1 - exp(-p["owners.law"] * help_))
        _enter(e, (e.owners != WORKING) & organised, WORKING, p["owners.law_strength"])
    e.owners_weeks += 1


def _enter(e: Estates, chosen: NDArray[np.bool_], state: int, strength: float) -> None:
    e.owners[chosen], e.owners_weeks[chosen], e.owners_strength[chosen] = state, 0, strength


def _happens(world: World, what: int, chance: NDArray[np.float64]) -> NDArray[np.bool_]:
    rows = _ADDRESSES * np.arange(len(world.estates)) + what
    return uniform(world.seed, Stream.OWNERS, rows, world.tick) < chance


def _efficacy(world: World) -> NDArray[np.float64]:
    """Mean efficacy of the residents of each estate, float64 (n_estates,)."""
    g, n = world.gates, len(world.estates)
    total = np.bincount(g.estate, world.output.tallies[:, T_EFFICACY] / FIXED, n)
    return total / np.maximum(np.bincount(g.estate, g.residents, n), 1)
