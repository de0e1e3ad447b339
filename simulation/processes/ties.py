"""Ties that activities make: they add to the up to eight that residents have, and fade unless they are renewed.

Residents in the kernel keep their own ties: new ones are counted by community, and act where the model already lets
neighbours act. They help with issues (channel of self-help) and show more people who take part (17).
"""

import numpy as np
from numpy.typing import NDArray

from simulation.elementary import power
from simulation.state.output import T_ACTIVE
from simulation.state.world import World


def step(world: World) -> None:
    """Add what activities made this week, and let the rest fade: x += made - x / tau.

    Events make ties as far as their places were taken.
    """
    c, levers = world.communities, world.levers
    c.ties += levers.ties + c.attended * levers.event_ties - c.ties / world.params["ties.memory"]


def own(world: World) -> NDArray[np.float64]:
    """Ties per resident that nobody had to make, float64 (n_communities,)."""
    return world.by_community(world.gates.ties) / np.maximum(world.communities.residents, 1)


def self_help(world: World) -> NDArray[np.float64]:
    """Chance that neighbours settle an issue by community, float64 (n_communities,).

    p = p0 + (1 - p0) (1 - (1 - h)^x) with x new ties, each of which settles a share h of what had failed.
    """
    p = world.params
    base = p["channel.self_help_success"]
    return base + (1 - base) * (1 - power(1 - p["ties.self_help"], world.communities.ties))


def examples(world: World) -> NDArray[np.float64]:
    """Term of volunteering (17) by community, float64 (n_communities,): new ties show people who act.

    A new tie weighs as one of one's own, and is as likely to act as anybody in the community last week.
    """
    c = world.communities
    active = world.by_community(world.output.tallies[:, T_ACTIVE]) / np.maximum(c.residents, 1)
    return world.params["volunteering.neighbours"] * active * c.ties / np.maximum(own(world), 1)
