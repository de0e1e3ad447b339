"""A sample of the district before its burn-in: all that demography reads and writes, made in a second."""

from functools import cache

import numpy as np

from simulation.district.data.district import District, load_district
from simulation.district.map.geography import Geography, load_geography
from simulation.district.people.population import Population, load_population
from simulation.parameters import Parameters
from simulation.processes.demography import step
from simulation.scenario.load import load_scenario
from simulation.state.build import build_world
from simulation.state.residents import fixed_traits, new_residents
from simulation.state.world import World


@cache
def _made(scale: float) -> tuple[District, Geography, Population, dict[str, np.ndarray]]:
    district = load_district("huitian")
    geography = load_geography(district)
    people = load_population(geography, district, Parameters(), scale, 1)
    return district, geography, people, fixed_traits(people, Parameters(), 1)


def town(scale: float = 0.01, *, demography: bool = True, seed: int = 1, **overrides: float) -> World:
    """A world in week 0; `overrides` are parameters of the group `demography`."""
    scenario = load_scenario("baseline")
    params = Parameters({f"demography.{name}": value for name, value in overrides.items()})
    district, geography, people, traits = _made(scale)
    residents = new_residents(people, traits, params)
    context = scenario.context.model_copy(update={"demography": demography})
    world = build_world(scenario.start, context, district, geography, people, residents, params, seed)
    world.places.performance[:] = 0.5
    return world


def after(world: World, weeks: int) -> np.ndarray:
    """The world so many weeks later; accounts of these weeks by sex and age, int64 (4, 2, N_AGES)."""
    accounts = [step.week(world).ages for world.tick in range(world.tick, world.tick + weeks)]
    world.tick += 1
    return np.sum(accounts, axis=0)


def homes(world: World) -> np.ndarray:
    """Household of each entry of `member`, by the pointers."""
    first = world.households.first
    return np.repeat(np.arange(len(first) - 1), np.diff(first))
