"""Reach of service circles: residents and communities within a walk of one."""

import numpy as np
from numpy.typing import NDArray

from simulation.metrics.metric import Column, Kind, Metric, Ratio, ShareOfCommunities
from simulation.metrics.sums import residents
from simulation.state.world import World


def covered(world: World) -> Column:
    """Residents within a walk of an open circle."""
    everyone = world.demand["everyone"]
    reached = (everyone * world.covered).sum(axis=0) / np.maximum(everyone.sum(axis=0), 1)
    return world.by_community(world.gates.residents * reached[world.gates.cell])


COVERAGE = Ratio(covered, residents)


def within_reach(world: World) -> NDArray[np.bool_]:
    """Whether enough of a community's residents are covered, bool (n_communities,)."""
    place, _ = COVERAGE(world)
    return place >= world.params["access.covered_share"]


def not_a_village(world: World) -> NDArray[np.bool_]:
    """Whether a community is an urban one, bool (n_communities,)."""
    return ~world.communities.village


METRICS = (
    Metric(
        name="circle_coverage_communities",
        zh="服务圈社区覆盖率",
        en="service-circle coverage of communities",
        kind=Kind.SHARE,
        direction=1,
        of=ShareOfCommunities(within_reach, among=not_a_village),
        definition_zh="达标社区占全部社区的比例（不含村）",
        definition_en="communities within reach of a circle over all communities, without villages",
    ),
    Metric(
        name="circle_coverage_residents",
        zh="服务圈居民覆盖率",
        en="service-circle coverage of residents",
        kind=Kind.SHARE,
        direction=1,
        of=COVERAGE,
        definition_zh="步行15分钟内有服务圈的居民比例",
        definition_en="residents within a 15-minute walk of an open circle",
    ),
)
