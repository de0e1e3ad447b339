"""People infected, where the scenario has an epidemic."""

import numpy as np
from numpy.typing import NDArray

from simulation.metrics.metric import Column, Kind, Metric, Total
from simulation.state.world import World


def infected(world: World) -> Column:
    """Residents exposed or infectious now, full scale."""
    assert world.infection is not None
    return _by_community(world, world.infection.infected())


def infections(world: World) -> Column:
    """Residents infected since the start, full scale."""
    assert world.infection is not None
    return _by_community(world, np.flatnonzero(world.infection.state))


def _by_community(world: World, rows: NDArray[np.int64]) -> Column:
    """Residents of some rows by community, full scale."""
    by_gate = np.bincount(world.residents.gate[rows], minlength=len(world.gates))
    return world.by_community(by_gate) / world.scale


METRICS = (
    Metric(
        name="infected",
        zh="现症感染者",
        en="infected",
        kind=Kind.COUNT,
        counted=("人", "people"),
        direction=-1,
        of=Total(infected),
        definition_zh="周末处于潜伏期或传染期的居民",
        definition_en="residents exposed or infectious at the end of the week",
        only_with="epidemic",
    ),
    Metric(
        name="infections",
        zh="累计感染者",
        en="infections",
        kind=Kind.COUNT,
        counted=("人", "people"),
        direction=-1,
        summary="last",
        of=Total(infections),
        definition_zh="自起始日累计的感染居民",
        definition_en="residents infected since the start",
        only_with="epidemic",
    ),
)
