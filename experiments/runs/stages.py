"""What residents of each life stage show, read from the world while a run is made: runs record satisfaction alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.communities import whole
from experiments.runs.kept import Kept
from simulation.domains import DOMAINS, WEEKS_PER_YEAR
from simulation.metrics.table import METRICS
from simulation.recording import GROUP_WEEKS
from simulation.state.residents import LIFE_STAGES
from simulation.state.world import World

Values = Callable[[World], NDArray[Any]]
_POINTS = 100.0


def _domain(number: int) -> Values:
    return lambda world: _POINTS * world.residents.columns.satisfaction[number]


def _satisfied(world: World) -> NDArray[np.bool_]:
    return world.residents.columns.overall >= np.float32(world.params["survey.satisfied"] / _POINTS)


def _took_part(world: World) -> NDArray[np.bool_]:
    return world.residents.took_part >= np.int16(world.tick - WEEKS_PER_YEAR + 1)


OF_RESIDENTS: dict[str, Values] = {
    "satisfaction": lambda world: _POINTS * world.residents.columns.overall,
    **{f"satisfaction_{domain}": _domain(number) for number, domain in enumerate(DOMAINS)},
    "share_satisfied": _satisfied,
    "trust": lambda world: world.residents.columns.trust.mean(axis=0),
    "participation": _took_part,
    "waste_sorting_awareness": lambda world: world.residents.columns.awareness,
    "volunteers": lambda world: (world.residents.columns.volunteer > 0) / world.scale,
}
"""Metrics that single residents have, by name: what each of them adds to the mean or the count, float or bool
(n_residents,). They alone can be told by life stage."""


@dataclass
class Stages:
    """Reads the world after every fourth week; `table` is what it saw.

    Attributes
    ----------
    metrics : tuple of str
        Which of `OF_RESIDENTS`.
    """

    metrics: tuple[str, ...]
    seen: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, world: World) -> None:
        """Read the week that has just been stepped, if it is a fourth one."""
        if world.tick % GROUP_WEEKS:
            return
        r, c = world.residents, world.communities
        start = whole(c.parent)
        cell = start[world.gates.community[r.gate]] * len(LIFE_STAGES) + r.life_stage
        n = len(c) * len(LIFE_STAGES)
        people = np.bincount(cell, minlength=n)
        rows = np.flatnonzero(people)
        values = {
            name: np.bincount(cell, OF_RESIDENTS[name](world).astype(np.float64), n)[rows] for name in self.metrics
        }
        means = [name for name in self.metrics if METRICS[name].kind.comparable]
        self.seen.append(
            {
                "tick": np.full(len(rows), world.tick),
                "community": rows // len(LIFE_STAGES),
                "subdistrict": c.subdistrict[rows // len(LIFE_STAGES)].astype(np.int64),
                "life_stage": rows % len(LIFE_STAGES),
                "residents": people[rows].astype(np.float64),
                **values,
                **{name: values[name] / people[rows] for name in means},
            }
        )

    def table(self) -> pd.DataFrame:
        """A row for each fourth week, community of the start and life stage that has residents there.

        Columns tick, community, subdistrict (numbers), life_stage (name), residents (in the run), metrics: mean of the
        residents, or their number at full scale.
        """
        columns = {name: np.concatenate([week[name] for week in self.seen]) for name in self.seen[0]}
        return pd.DataFrame(columns).assign(life_stage=np.array(LIFE_STAGES, object)[columns["life_stage"]])


def of_life_stages(kept: Kept) -> bool:
    """Whether a metric by place tells residents of different life stages apart."""
    return "life_stage" in (kept.by, *(dimension for dimension, _ in kept.within))


def stages_for(keep: Iterable[Kept]) -> Stages | None:
    """Who must watch a run so that it can keep some metrics; None where nobody need."""
    metrics = tuple(sorted({kept.metric for kept in keep if of_life_stages(kept)}))
    return Stages(metrics) if metrics else None
