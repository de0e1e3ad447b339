"""A snapshot holds all that a week hands on: a world that starts from it goes on, to the bit, as its original does."""

import numpy as np
import pytest

from simulation.district.data.district import load_district
from simulation.district.map.geography import load_geography
from simulation.district.people.population import load_population
from simulation.model import step_week
from simulation.parameters import Parameters
from simulation.scenario.load import load_scenario
from simulation.state import snapshot
from simulation.state.build import build_world
from simulation.state.residents import fixed_traits, new_residents
from simulation.state.table import columns
from simulation.state.world import World

WEEKS = 14  # more than a bill's weeks, and the fourth week that moves norms


def built() -> World:
    scenario, district, params = load_scenario("baseline"), load_district("huitian"), Parameters()
    geography = load_geography(district)
    people = load_population(geography, district, params, 0.01, 1)
    residents = new_residents(people, fixed_traits(people, params, 1), params)
    return build_world(scenario.start, scenario.context, district, geography, people, residents, params, 1)


def stepped(world: World, weeks: int) -> World:
    for _ in range(weeks):
        step_week(world, {})
        world.tick += 1
    return world


def arrays(world: World) -> dict[str, np.ndarray]:
    """Every declared array of a world, those included that no snapshot keeps."""
    holders = {"world": world, "columns": world.residents.columns, **vars(world)}
    return {
        f"{name}.{column}": getattr(holder, column)
        for name, holder in holders.items()
        for column in columns(type(holder))
    }


@pytest.fixture(scope="module")
def original() -> World:
    return stepped(built(), WEEKS)


def test_a_world_from_a_snapshot_goes_on_to_the_bit(original: World) -> None:
    copy = built()
    snapshot.put(copy, snapshot.take(original))
    stepped(original, WEEKS), stepped(copy, WEEKS)
    ours, theirs = arrays(original), arrays(copy)
    assert ours.keys() == theirs.keys()
    different = [name for name in ours if not np.array_equal(ours[name], theirs[name])]
    assert different in ([], ["output.found"])  # beyond what a block found there lies what earlier weeks left


def test_a_snapshot_holds_as_many_members_as_there_are(original: World) -> None:
    """Half of them stopped reporting, and those left are tired, each in a way of its own."""
    r, m = original.residents, original.members
    r.reports[m.resident[::2]] = False
    m.follow(r.reports, np.zeros(len(r), np.uint8))
    m.fatigue[:], m.came[:] = np.linspace(0.1, 2, len(m)), original.tick - np.arange(len(m))
    copy = built()
    assert 0 < len(m) < len(copy.members)
    snapshot.put(copy, snapshot.take(original))
    for world in (original, copy):
        stepped(world, 4)
    for name, column in vars(original.members).items():
        assert np.array_equal(getattr(copy.members, name), column), name
    assert np.array_equal(copy.residents.reports, r.reports) and original.members.fatigue.any()


def test_a_snapshot_is_a_copy(original: World) -> None:
    state = snapshot.take(original)
    kept = {name: values.copy() for name, values in state.items()}
    stepped(original, 2)
    assert all(np.array_equal(state[name], kept[name]) for name in kept if not name.startswith("access."))
    assert not np.array_equal(state["residents.satisfaction"], original.residents.columns.satisfaction)


def test_what_moves_is_kept_and_what_stands_is_not(original: World) -> None:
    state = snapshot.take(original)
    assert {"gates.norm", "tickets.left", "world.covered", "households.arrears", "workers.burnout"} <= state.keys()
    assert not {"gates.cell", "residents.hours", "communities.name_zh", "week.opened", "places.issue"} & state.keys()
