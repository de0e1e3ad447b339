"""Share of communities whose committee was asked for more hours in the week than it had."""

import numpy as np
from numpy.typing import NDArray

from simulation.metrics.metric import Kind, Metric, ShareOfCommunities
from simulation.state.world import World


def overloaded(world: World) -> NDArray[np.bool_]:
    """Whether more was asked of the committee than it had hours for, bool (n_communities,)."""
    return np.asarray(world.communities.hours_needed > world.communities.hours_supplied)


def everywhere(world: World) -> NDArray[np.bool_]:
    """All communities count, villages too, bool (n_communities,)."""
    return np.ones(len(world.communities), bool)


METRIC = Metric(
    name="share_overloaded",
    zh="超负荷居委会占比",
    en="overloaded committees",
    kind=Kind.SHARE,
    direction=-1,
    of=ShareOfCommunities(overloaded, everywhere),
    definition_zh="本周工时需求超过可用工时的社区占全部社区的比例",
    definition_en="communities whose committee was asked for more hours in the week than it had, over all communities",
)
