"""The weekly step of all residents: what they hear, luck, terms by gate, the fused kernel, what gates remember."""

import numpy as np

from simulation.domains import DOMAINS
from simulation.processes.residents import ahead, luck
from simulation.processes.residents.coefficients import coefficients
from simulation.processes.residents.kernel import step_residents
from simulation.processes.residents.terms import set_arrivals, set_terms
from simulation.state.output import FIXED, T_ACTIVE, T_AWARE, T_HOURS, T_SORT
from simulation.state.world import World

_F = np.float32


def step(world: World) -> None:
    """Luck, terms by gate, one call of the kernel, and what it leaves for gates and communities."""
    announce(world)
    luck.step(world)
    set_terms(world)
    set_arrivals(world)
    topic = world.tick % len(DOMAINS)
    widest = int(world.gates.residents.max())
    scalars = coefficients(world.params, world.levers.online)
    ahead.finish()
    step_residents(
        world.seed,
        world.tick,
        topic,
        (world.tick + 1) % len(DOMAINS),
        widest,
        world.residents.columns,
        world.places,
        scalars,
        world.output,
    )
    world.residents.turn_week()
    _remember(world)


def announce(world: World) -> None:
    """Residents who hear of a coming improvement expect more of it from now on: E += eta (13)."""
    for domain, share in world.levers.announced.items():
        expectation = world.residents.columns.expectation[DOMAINS.index(domain)]
        np.minimum(expectation + _F(share * world.params["satisfaction.announcement"]), _F(1), out=expectation)


def _remember(world: World) -> None:
    p, g, t = world.params, world.gates, world.output.tallies
    g.compliance[:] = t[:, T_SORT] / (FIXED * np.maximum(g.residents, 1))
    share = t[:, T_ACTIVE] / np.maximum(g.residents, 1)
    idle = 1 - np.minimum(1, share / p["gate.active_reference"])
    norm = 1 - idle * (1 - p["gate.head_norm"] * g.head)
    g.norm += (norm - g.norm) / p["gate.norm_memory"]
    people = FIXED * max(len(world.residents), 1)
    world.mean_awareness = float(t[:, T_AWARE].sum() / people)
    world.mean_compliance = float(t[:, T_SORT].sum() / people)
    world.communities.volunteer_hours[:] = world.by_community(t[:, T_HOURS]) / FIXED / world.scale
    world.communities.volunteer_hours += world.levers.activity_hours
