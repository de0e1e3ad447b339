"""What a run records: the metrics of every week, groups of residents, those who are followed, the end of the run."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numba import njit, prange
from numpy.typing import NDArray

from simulation.domains import DOMAINS
from simulation.metrics.table import METRICS, read_week
from simulation.state.residents import LIFE_STAGES
from simulation.state.world import World

GROUP_WEEKS = 4


@dataclass
class Recording:
    """What a run leaves: see `docs/results.md` for the columns."""

    district: pd.DataFrame
    communities: pd.DataFrame
    groups: pd.DataFrame
    residents: pd.DataFrame
    cells: pd.DataFrame
    panel: pd.DataFrame | None
    manifest: dict[str, Any]


Rows = dict[str, NDArray[Any]]
"""Columns of equal length, some rows of a table."""


def _table(weeks: list[Rows]) -> pd.DataFrame:
    """The rows of all weeks; a DataFrame a week would take longer to make than the metrics in it."""
    return pd.DataFrame({name: np.concatenate([rows[name] for rows in weeks]) for name in weeks[0]})


@dataclass
class Recorder:
    """Collects the metrics of each week, and what becomes of the sampled residents (rows)."""

    sample: NDArray[np.int64]
    district: list[dict[str, Any]] = field(default_factory=list)
    communities: list[Rows] = field(default_factory=list)
    groups: list[Rows] = field(default_factory=list)
    panel: list[Rows] = field(default_factory=list)

    def copied(self) -> "Recorder":
        """The same weeks, to which others can be added; a week that was read is never written to."""
        return Recorder(self.sample, [*self.district], [*self.communities], [*self.groups], [*self.panel])

    def week(self, world: World) -> None:
        """Read the week that has just been stepped."""
        place, district = read_week(world)
        self.district.append(
            {
                "tick": world.tick,
                "date": pd.Timestamp(world.date),
                **{name: district[name] for name in METRICS if name in district},
            }
        )
        c = world.communities
        self.communities.append(
            {
                "tick": np.full(len(c), world.tick, np.int32),
                "community": np.arange(len(c), dtype=np.int16),
                "parent": c.parent.astype(np.int16),
                "subdistrict": c.subdistrict.astype(np.int16),
                **{name: place[name] for name in ("residents", "households", "workers")},
                **{name: place[name] for name in METRICS if name in place},
            }
        )
        if world.tick % GROUP_WEEKS == 0:
            self.groups.append(_groups(world))
        if len(self.sample):
            self.panel.append(_followed(world, self.sample))


def sampled(n_residents: int, wanted: int) -> NDArray[np.int64]:
    """Rows of the residents that are followed: even steps along the district, the same in every scenario and seed."""
    return np.unique(np.linspace(0, n_residents - 1, wanted).round().astype(np.int64))


def _followed(world: World, rows: NDArray[np.int64]) -> Rows:
    r, c = world.residents, world.residents.columns
    return {
        "tick": np.full(len(rows), world.tick, np.int32),
        "resident": rows,
        "community": world.gates.community[r.gate[rows]].astype(np.int16),
        "life_stage": r.life_stage[rows],
        "overall": 100 * c.overall[rows],
        **{f"satisfaction_{domain}": 100 * c.satisfaction[d, rows] for d, domain in enumerate(DOMAINS)},
        "efficacy": c.efficacy[rows],
        "trust": c.trust[:, rows].mean(axis=0),
        "awareness": c.awareness[rows],
        "volunteer": c.volunteer[rows],
    }


@njit(parallel=True, cache=True)
def _sum_groups(gate_ptr: Any, subdistrict: Any, life_stage: Any, overall: Any, people: Any, index: Any) -> None:
    for s in prange(people.shape[0]):  # a subdistrict is summed by one thread, in the order of its residents
        for g in range(subdistrict.shape[0]):
            if subdistrict[g] == s:
                for i in range(gate_ptr[g], gate_ptr[g + 1]):
                    people[s, life_stage[i]] += 1
                    index[s, life_stage[i]] += overall[i]


def _groups(world: World) -> Rows:
    stages, r = len(LIFE_STAGES), world.residents
    n = stages * len(world.streets)
    people, index = np.zeros((len(world.streets), stages), np.int64), np.zeros((len(world.streets), stages))
    _sum_groups(world.places.gate_ptr, world.gates.subdistrict, r.life_stage, r.columns.overall, people, index)
    return {
        "tick": np.full(n, world.tick, np.int32),
        "life_stage": np.tile(LIFE_STAGES, len(world.streets)),
        "subdistrict": np.repeat(np.arange(len(world.streets), dtype=np.int16), stages),
        "residents": people.ravel(),
        "satisfaction": np.divide(100 * index, people, out=np.full(index.shape, np.nan), where=people > 0).ravel(),
    }


def recording(world: World, recorder: Recorder, manifest: dict[str, Any]) -> Recording:
    """All tables of a run that has ended."""
    r, c = world.residents, world.communities
    communities = _table(recorder.communities)
    residents = pd.DataFrame(
        {
            "overall": (100 * r.columns.overall).round(1),
            "life_stage": r.life_stage,
            "subdistrict": world.gates.subdistrict[r.gate].astype(np.int16),
            "community": world.gates.community[r.gate].astype(np.int16),
        }
    )
    homes = np.flatnonzero(world.cell_community >= 0)
    cells = pd.DataFrame(
        {
            "cell_x": world.geography.cell_x[homes],
            "cell_y": world.geography.cell_y[homes],
            "community": world.cell_community[homes].astype(np.int16),
        }
    )
    names = pd.DataFrame(
        {
            "community": np.arange(len(c), dtype=np.int16),
            "name_zh": c.name_zh,
            "name_en": c.name_en,
            "kind": np.where(c.village, "village", "community"),
        }
    )
    groups = _table(recorder.groups)
    panel = _table(recorder.panel) if recorder.panel else None
    return Recording(
        pd.DataFrame(recorder.district),
        communities.merge(names, on="community"),
        groups,
        residents,
        cells,
        panel,
        manifest,
    )
