"""One run of a scenario, start to end."""

import hashlib
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import numba
import numpy as np
import pandas as pd
from numba import njit, prange
from numpy.typing import NDArray

from simulation.cache import cached, code_hash
from simulation.district.data.district import District, district_folder, files_hash, load_district
from simulation.district.map.geography import Geography, load_geography
from simulation.district.people.population import Population, load_population
from simulation.domains import DOMAINS
from simulation.metrics import sums as observe
from simulation.metrics.table import METRICS
from simulation.model import DistrictModel, step_week
from simulation.parameters import Parameters
from simulation.processes import demography, quality
from simulation.processes.epidemic import step as epidemic
from simulation.scenario.context import Readings
from simulation.scenario.types import Scenario
from simulation.state import snapshot
from simulation.state.build import build_world
from simulation.state.residents import LIFE_STAGES, fixed_traits, new_residents
from simulation.state.world import World

GROUP_WEEKS = 4
POPULATION_SEED = 1
"""The people are the same in every run: replicates differ in luck, not in who lives there."""
_PEAK_UNIT = 2**20 if sys.platform == "darwin" else 2**10  # getrusage counts bytes there, kilobytes elsewhere
_PACKAGES = ("mesa", "numba", "numpy", "pandas", "scipy")


def content_hash(scenario: Scenario) -> str:
    """Hash of everything that a scenario says, its title left out."""
    text = scenario.model_dump_json(by_alias=True, exclude={"title", "name"})
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


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

    def week(self, world: World) -> None:
        """Read the week that has just been stepped."""
        place, district = observe.week(world)
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


def people(scenario: Scenario, scale: float) -> Population:
    """The people of a scenario; the first call makes them, and then all processes share them from the cache."""
    district, geography = _place(scenario)
    return load_population(geography, district, Parameters(scenario.parameters), scale, POPULATION_SEED)


def prepare(scenario: Scenario, seed: int, scale: float) -> World:
    """The world at the start of tick 0: place, people, burn-in. People and burn-in come from the cache.

    The burn-in runs without interventions, so every scenario of a seed that shares context and parameters starts
    from the same state.
    """
    params = Parameters(scenario.parameters)
    district, geography = _place(scenario)
    population = load_population(geography, district, params, scale, POPULATION_SEED)
    who = {"district": district.content_hash, "scale": scale, "parameters": params.overrides}
    traits = cached("traits", who, lambda: fixed_traits(population, params, POPULATION_SEED))
    residents = new_residents(population, traits, params, seed)
    world = build_world(scenario, district, geography, population, residents, params, seed)
    key = {**who, "seed": seed, "start": scenario.start.isoformat(), "context": scenario.context.model_dump()}
    snapshot.put(world, cached("burn-in", key, lambda: _burn_in(world)))
    world.ledger.restart()
    if scenario.context.epidemic:
        world.infection = epidemic.begin(world)
    return world


def district_of(scenario: Scenario) -> District:
    """The district of a scenario, by the readings that it chooses."""
    return load_district(
        scenario.district, population=scenario.readings.population, communities=scenario.readings.communities
    )


def _place(scenario: Scenario) -> tuple[District, Geography]:
    """The district of a scenario and its map; nothing in a run changes them, so a process reads and draws them once."""
    return _drawn(scenario.district, scenario.readings, files_hash(district_folder(scenario.district)))


@lru_cache(maxsize=2)
def _drawn(name: str, readings: Readings, files: str) -> tuple[District, Geography]:
    district = load_district(name, population=readings.population, communities=readings.communities)
    return district, load_geography(district)


def _burn_in(world: World) -> dict[str, NDArray[np.generic]]:
    weeks = int(world.params["run.burn_in_weeks"])
    world.tick = -weeks
    while world.tick < 0:
        if world.tick in (-weeks, -weeks // 2):  # before queues have formed, and when they have
            quality.step(world)
            demography.settle(world)
        step_week(world, {})
        world.tick += 1
    return snapshot.take(world)


def simulate(
    scenario: Scenario,
    *,
    seed: int = 1,
    scale: float = 1.0,
    weeks: int | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    watch: Callable[[World], None] | None = None,
) -> Recording:
    """Run a scenario.

    Parameters
    ----------
    seed : int
        0 to 2**63 - 1; runs of the same seed share every draw that the policy does not touch.
    scale : float
        Share of households in the run, over 0 to 1; counts and money are reported for the whole district.
    weeks : int, optional
        Instead of the scenario's.
    threads : int, optional
        Threads of the kernels; the results do not depend on it.
    progress : callable, optional
        Called with (weeks done, weeks in all).
    watch : callable, optional
        Called with the world after each week, to read what no metric tells; what it writes would change the run.
    """
    began = time.perf_counter()
    if threads is not None:
        numba.set_num_threads(threads)
    world = prepare(scenario, seed, scale)
    model = DistrictModel(world, scenario)
    weeks = scenario.weeks if weeks is None else weeks
    recorder = Recorder(sampled(len(world.residents), scenario.outputs.resident_sample))
    stepping = time.perf_counter()
    for done in range(weeks):
        model.step()
        recorder.week(world)
        if watch is not None:
            watch(world)
        model.turn()
        if progress is not None:
            progress(done + 1, weeks)
    seconds = time.perf_counter() - stepping
    manifest = {
        "seed": seed,
        "scale": scale,
        "weeks": weeks,
        "scenario": scenario.model_dump(mode="json", by_alias=True),
        "residents": len(world.residents),
        "wall_seconds": round(time.perf_counter() - began, 3),
        "step_seconds": round(seconds, 3),
        "threads": numba.get_num_threads(),
        "resident_ticks_per_second": round(len(world.residents) * weeks / max(seconds, 1e-9)),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _PEAK_UNIT, 1),
        "hashes": {"scenario": content_hash(scenario), "district": world.district.content_hash, "code": code_hash()},
        "versions": {name: version(name) for name in _PACKAGES},
    }
    model.forget()
    return _recording(world, recorder, manifest)


def _recording(world: World, recorder: Recorder, manifest: dict[str, Any]) -> Recording:
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
