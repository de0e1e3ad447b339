"""One run of a scenario, start to end."""

import hashlib
import time
from collections.abc import Callable, Collection
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from simulation.cache import cached, code_hash
from simulation.compiled import use_threads
from simulation.district.data.district import District, district_folder, files_hash, load_district
from simulation.district.map.geography import Geography, load_geography
from simulation.district.people.fit import warn_of_missed
from simulation.district.people.population import Population, load_population
from simulation.extensions import distributions
from simulation.fork import Fork, Held
from simulation.machine import processor
from simulation.memory import peak_megabytes
from simulation.model import PROCESSES, DistrictModel, begin_week, step_week
from simulation.parameters import Parameters
from simulation.processes import property as property_service
from simulation.processes import rest, staff
from simulation.processes.epidemic import step as epidemic
from simulation.processes.residents import ahead
from simulation.random import replicate_seeds
from simulation.recording import Recorder, Recording, recording, sampled
from simulation.revision import commit
from simulation.scenario.context import Readings
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.state import snapshot
from simulation.state.build import build_world
from simulation.state.residents import fixed_traits, new_residents
from simulation.state.world import World

_FEW = 0.002  # share of the households in a week that only compiles
_PACKAGES = ("mesa", "numba", "numpy", "pandas", "scipy")


def content_hash(scenario: Scenario) -> str:
    """Hash of everything that a scenario says, its title left out."""
    text = scenario.model_dump_json(by_alias=True, exclude={"title", "name"})
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def people(scenario: Scenario, scale: float) -> Population:
    """The people of a scenario; the first call makes them, and then all processes share them from the cache."""
    district, geography = _place(scenario)
    return load_population(geography, district, Parameters(scenario.parameters), scale, scenario.population_seed)


def prepare(scenario: Scenario, seed: int, scale: float) -> World:
    """The world at the start of tick 0: place, people, burn-in. People and burn-in come from the cache.

    The burn-in runs without interventions, so every scenario of a seed that shares context and parameters starts
    from the same state.
    """
    replicate_seeds(seed, 1)
    ahead.start()
    world, who = _build(scenario, seed, scale)
    key = {**who, "seed": seed, "start": scenario.start.isoformat(), "context": scenario.context.model_dump()}
    snapshot.put(world, cached("burn-in", key, lambda: _burn_in(world)))
    world.ledger.restart()
    if scenario.context.epidemic:
        world.infection = epidemic.begin(world)
    return world


def _build(scenario: Scenario, seed: int, scale: float) -> tuple[World, dict[str, Any]]:
    """Place and people as a world, and what decides who they are."""
    params = Parameters(scenario.parameters)
    district, geography = _place(scenario)
    population = load_population(geography, district, params, scale, scenario.population_seed)
    warn_of_missed(population, district)
    who = {
        "district": district.content_hash,
        "scale": scale,
        "parameters": params.overrides,
        "people": scenario.population_seed,
    }
    traits = cached("traits", who, lambda: fixed_traits(population, params, scenario.population_seed))
    residents = new_residents(population, traits, params)
    return build_world(scenario.start, scenario.context, district, geography, population, residents, params, seed), who


def compile_backwards() -> None:
    """Compile what a week needs, the last process first: `ahead` has this done beside a run that begins with the first.

    A week of a few residents; what has no order in it is not the model, and nobody sees it.
    """
    world, _ = _build(load_scenario("baseline"), 1, _FEW)
    begin_week(world, {})
    for _, process in reversed(PROCESSES):
        process(world)


def district_of(scenario: Scenario) -> District:
    """The district of a scenario, by the readings that it chooses."""
    return load_district(scenario.district, **scenario.readings.model_dump())


def _place(scenario: Scenario) -> tuple[District, Geography]:
    """The district of a scenario and its map; nothing in a run changes them, so a process reads and draws them once."""
    return _drawn(scenario.district, scenario.readings, files_hash(district_folder(scenario.district)))


@lru_cache(maxsize=2)
def _drawn(name: str, readings: Readings, files: str) -> tuple[District, Geography]:
    district = load_district(name, **readings.model_dump())
    return district, load_geography(district)


def _burn_in(world: World) -> dict[str, NDArray[np.generic]]:
    weeks = int(world.params["run.burn_in_weeks"])
    world.tick = -weeks
    property_service.settle(world)
    rest.begin(world)
    for part in (0, 1):
        contacts, past = rest.Contacts(world), staff.Past(world)
        watch = _both(contacts.watch, past.watch)
        for week in range(weeks * part // 2, weeks * (part + 1) // 2):
            step_week(world, {}, watch if week >= weeks * (2 * part + 1) // 4 else None)
            world.tick += 1
        contacts.settle()
        past.settle()
        if part == 0:  # queues have formed
            property_service.settle(world)
            property_service.live(world)
            rest.settle(world)
    return snapshot.take(world)


def _both(first: Callable[[str], None], second: Callable[[str], None]) -> Callable[[str], None]:
    """A watcher that tells two others."""

    def watch(process: str) -> None:
        first(process)
        second(process)

    return watch


def _begun(fork: Fork, scenario: Scenario, seed: int, scale: float) -> tuple[DistrictModel, Recorder]:
    """Model and empty records before the first week."""
    world = prepare(scenario, seed, scale)
    recorder = Recorder(sampled(len(world.residents), scenario.outputs.resident_sample))
    return fork.begin(world, recorder), recorder


def simulate(
    scenario: Scenario,
    *,
    seed: int = 1,
    scale: float = 1.0,
    weeks: int | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    watch: Callable[[World], None] | None = None,
    held: Held | None = None,
    leave: Collection[int] = (),
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
        Threads of the kernels, at most as many as numba allows; the results do not depend on it.
    progress : callable, optional
        Called with (weeks done, weeks in all).
    watch : callable, optional
        Called with the world after each week, to read what no metric tells; what it writes would change the run.
    held : dict, optional
        Snapshots that runs of this process share: the run begins from one whose past is its own, if there is one. A
        `watch` is called for the weeks from there on; one that is a dataclass gets back what its fields held then, and
        a function does not. See `simulation/fork.py`.
    leave : collection of int
        Weeks before which it leaves a snapshot there.
    """
    began = time.perf_counter()
    if threads is not None:
        use_threads(threads)
    weeks = scenario.weeks if weeks is None else weeks
    fork = Fork({} if held is None else held, leave, scenario, seed, scale, watch)
    model, recorder = fork.resume(weeks) or _begun(fork, scenario, seed, scale)
    world, first = model.world, len(recorder.district)
    stepping = time.perf_counter()
    for done in range(first, weeks):
        fork.keep(world, recorder)
        model.step()
        recorder.week(world)
        if watch is not None:
            watch(world)
        model.turn()
        if progress is not None:
            progress(done + 1, weeks)
    fork.keep(world, recorder)
    seconds = time.perf_counter() - stepping
    manifest = {
        "seed": seed,
        "scale": scale,
        "weeks": weeks,
        "scenario": scenario.model_dump(mode="json", by_alias=True),
        "residents": len(world.residents),
        "wall_seconds": round(time.perf_counter() - began, 3),
        "step_seconds": round(seconds, 3),
        "processor": processor(),
        "threads": numba.get_num_threads(),
        "resident_ticks_per_second": round(len(world.residents) * (weeks - first) / max(seconds, 1e-9)),
        "peak_memory_mb": round(peak_megabytes(), 1),
        "hashes": {"scenario": content_hash(scenario), "district": world.district.content_hash, "code": code_hash()},
        "commit": commit(),
        "versions": {name: version(name) for name in _PACKAGES} | distributions(),
    }
    model.forget()
    return recording(world, recorder, manifest)
