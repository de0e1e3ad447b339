"""People infected, where the scenario has an epidemic."""

import numpy as np
from numpy.typing import NDArray

from simulation.metrics.metric import Column, Kind, Metric, Sum, Summary, Total
from simulation.metrics.sums import PEOPLE, count_from
from simulation.state.infection import EXPOSED
from simulation.state.world import World


def infected(world: World) -> Column:
    """Residents exposed or infectious now, full scale."""
    assert world.infection is not None
    return world.by_community(_by_gate(world, world.infection.infected())) / world.scale


def infections(world: World) -> Column:
    """Residents infected since the start, full scale, those among them who have died or moved away since."""
    assert world.infection is not None
    still = count_from(world, world.infection.state, np.uint8(EXPOSED))
    return world.by_community(still + world.infection.gone) / world.scale


def _by_gate(world: World, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Residents of some rows by gate, int64 (n_gates,), in the run."""
    return np.bincount(world.residents.gate[rows], minlength=len(world.gates))


def _count(of: Sum, zh: str, definition_zh: str, definition_en: str, summary: Summary = "mean") -> Metric:
    """A count of residents, called after the function that counts them."""
    return Metric(
        name=of.__name__,
        zh=zh,
        en=of.__name__,
        kind=Kind.COUNT,
        counted=PEOPLE,
        direction=-1,
        summary=summary,
        of=Total(of),
        definition_zh=definition_zh,
        definition_en=definition_en,
        only_with="epidemic",
    )


METRICS = (
    _count(
        infected, "现症感染者", "周末处于潜伏期或传染期的居民", "residents exposed or infectious at the end of the week"
    ),
    _count(infections, "累计感染者", "自起始日累计的感染居民", "residents infected since the start", "last"),
)
