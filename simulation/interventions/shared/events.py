"""What levers share that hold events: people come, spend time together, and get to know each other."""

import numpy as np
from numpy.typing import NDArray

from simulation.state.world import World


def attend(
    world: World, people: float, ties: str = "ties.per_attendance", among: NDArray[np.bool_] | None = None
) -> None:
    """`people` attendances of events this week, spread evenly over the residents of the district, or of some of it.

    They make ties, as many each as the parameter `ties` says, as far as their places are taken
    (`processes/participation.py`), and count as hours of programmes by `culture.attendances_per_hour`. `among` are the
    communities whose residents come, bool (n_communities,).
    """
    p, residents = world.params, world.communities.residents / world.scale
    invited = np.ones(len(residents), np.bool_) if among is None else among
    each = people * invited / max(float(residents[invited].sum()), 1.0)
    world.levers.event_ties += p[ties] * each
    world.levers.programme_hours += each * residents / p["culture.attendances_per_hour"]


def most_populous(world: World, streets: int) -> NDArray[np.bool_]:
    """Communities of the `streets` with most residents, bool (n_communities,)."""
    c = world.communities
    people = np.bincount(c.subdistrict, c.residents, len(world.streets))
    return np.isin(c.subdistrict, np.argsort(-people, kind="stable")[:streets])
