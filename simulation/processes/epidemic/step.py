"""Epidemic (context `epidemic`): individual SEIR in seven days a week, equation (24), and what it does to services.

Contacts are at home, at the gate, in the community and in the whole area, each with its share of R0. The city's answer
(`epidemic_response` to `epidemic_response_ends`) cuts contacts beyond the gate and finds cases; guarding, door visits,
disinfection and watched home isolation come from the lever `epidemic_mobilisation`. Nothing happens before week 0.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.domains import DAYS_PER_WEEK
from simulation.elementary import expm1
from simulation.parameters import Parameters
from simulation.processes.epidemic import course, daily_life
from simulation.state.infection import INFECTIOUS, Infection
from simulation.state.world import World

_PER_IMPORT_RATE = 100_000 * DAYS_PER_WEEK  # imports are given per 100 000 residents and week


class Rates(NamedTuple):
    """Chances and contact rates of a day."""

    home: float  # chance that one infectious member exposes another
    gate: float  # exposures of an infectious resident by place, where all are susceptible
    community: float
    area: float
    to_infectious: float
    to_removed: float


def rates(p: Parameters, others_at_home: float, tracing: float) -> Rates:
    """Rates that give R0 when nothing is done.

    Parameters
    ----------
    others_at_home : float
        Mean number of others in a resident's household.
    tracing : float
        Chance a day that an infectious resident is found and taken to hospital.

    Notes
    -----
    A housemate escapes an infectious period of geometric length with mean 1/r and daily risk c with probability
    r (1 - c) / (1 - (1 - r)(1 - c)); c follows from the exposures that R0 expects at home.
    """
    r0, leave = p["epidemic.r0"], 1 / p["epidemic.infectious_days"]
    attacked = min(p["epidemic.share_home"] * r0 / max(others_at_home, 1e-9), p["epidemic.home_attack_most"])
    escape = (1 - attacked) / (leave + (1 - attacked) * (1 - leave))
    shares = p["epidemic.share_gate"], p["epidemic.share_community"]
    rest = 1 - p["epidemic.share_home"] - sum(shares)
    gate, community, area = (share * r0 * leave for share in (*shares, rest))
    return Rates(1 - escape, gate, community, area, 1 / p["epidemic.latent_days"], 1 - (1 - leave) * (1 - tracing))


def begin(world: World) -> Infection:
    """Everybody susceptible."""
    n = len(world.residents)
    return Infection(
        np.zeros(n, np.uint8),
        np.zeros(n, np.bool_),
        np.zeros(len(world.gates), np.int64),
        np.zeros(len(world.communities)),
        np.ones(len(world.communities)),
    )


def responding(world: World) -> bool:
    """Whether the city's response is in force."""
    return (
        world.infection is not None
        and world.tick >= 0
        and world.in_force("epidemic_response")
        and not world.in_force("epidemic_response_ends")
    )


def step(world: World) -> None:
    """Seven days of the epidemic."""
    state = world.infection
    if state is None or world.tick < 0:
        return
    p = world.params
    _follow_splits(state, len(world.communities))
    daily_life.stay_in(world)
    daily_life.put_off(world, state)
    travelling = world.in_force("epidemic_begins") and not world.in_force("epidemic_imports_end")
    imports = p["epidemic.imports"] / _PER_IMPORT_RATE if travelling else 0.0
    infected = state.infected()
    if not imports and not len(infected):
        return
    others = float((np.diff(world.households.first) ** 2).sum() / len(world.residents)) - 1
    daily = rates(p, others, p["epidemic.tracing"] if world.in_force("epidemic_response") else 0.0)
    contacts = 1 - p["epidemic.contact_cut"] if responding(world) else 1.0
    for day in range(DAYS_PER_WEEK * world.tick, DAYS_PER_WEEK * (world.tick + 1)):
        _day(world, state, day, daily, contacts, imports)


def _follow_splits(state: Infection, n: int) -> None:
    """New communities begin with what the one before them had."""
    for name in ("put_off", "visits"):
        column = getattr(state, name)
        setattr(state, name, np.pad(column, (0, n - len(column)), mode="edge"))


def _day(world: World, state: Infection, day: int, daily: Rates, contacts: float, imports: float) -> None:
    g, levers = world.gates, world.levers
    infected = state.infected()
    course.advance(world.seed, day, infected, daily.to_infectious, daily.to_removed, state.state)
    infectious = infected[state.state[infected] == INFECTIOUS]
    force = np.full(len(g), imports)
    if len(infectious):
        force += _force(world, state, infectious, daily, contacts)
    detected = -expm1(-levers.door_visits / world.params["epidemic.door_reference"])
    homes = world.households
    course.expose_at_home(
        world.seed, day, infectious, world.residents.household, homes.first, homes.member, daily.home, state.state
    )
    course.expose(
        world.seed,
        day,
        world.places.gate_ptr,
        course.chance_threshold(force),
        course.chance_threshold(np.array(imports))[()],
        detected[g.community],
        state.state,
        state.quarantined,
    )


def _force(
    world: World, state: Infection, infectious: NDArray[np.int64], daily: Rates, contacts: float
) -> NDArray[np.float64]:
    """Force of infection beyond the home by gate and day, equation (24), float64 (n_gates,)."""
    p, g, c, levers = world.params, world.gates, world.communities, world.levers
    gate = world.residents.gate[infectious]
    community = g.community[gate]
    kept = p["epidemic.quarantine_adherence"] * levers.home_watch[community]
    weight = 1 - kept * state.quarantined[infectious]
    at_gate = np.bincount(gate, weight, len(g)) / np.maximum(g.residents, 1)
    in_community = np.bincount(community, weight, len(c)) / np.maximum(c.residents, 1)
    in_area = weight.sum() / len(world.residents)
    clean = 1 - p["epidemic.disinfection_cut"] * levers.disinfection
    open_gates = 1 - p["epidemic.guard_effect"] * levers.guarding
    wide = daily.community * in_community + daily.area * in_area * open_gates
    return daily.gate * clean[g.community] * at_gate + contacts * wide[g.community]


def travel_factor(world: World) -> NDArray[np.float64]:
    """Performance of travel where gates are guarded, by community; 1 without."""
    return 1 - world.params["epidemic.gate_delay"] * world.levers.guarding
