"""What follows from who lives where: counts by gate, places in demand, and access to schools and beds."""

import numpy as np

from simulation.processes.demography import census
from simulation.processes.services import refresh
from simulation.state.facilities import STAGES
from tests.simulation.processes.demography.town import after, town


def test_demand_and_gates_follow_the_ages():
    world = town(0.02)
    refresh(world)
    demand = {need: people.copy() for need, people in world.demand.items()}
    places, lone = world.facilities.use.copy(), world.gates.lone_elders.copy()
    after(world, 4 * 52)
    census.step(world)
    r, g = world.residents, world.gates
    for need, (low, high) in zip(("kindergarten_age", "primary_age", "secondary_age"), STAGES.values(), strict=True):
        chosen = (r.age >= low) & (r.age <= high)
        count = np.bincount(g.cell[r.gate[chosen]], minlength=len(world.cell_community)) / world.scale
        assert np.allclose(world.demand[need].sum(axis=0), count) and not np.array_equal(
            demand[need], world.demand[need]
        )
    oldest = (r.age >= 75).sum() / world.scale
    seeking = world.params["elder.seek_60"] * ((r.age >= 60).sum() / world.scale - oldest)
    assert np.isclose(world.demand["bed"].sum(), seeking + world.params["elder.seek_75"] * oldest)
    assert np.isclose(world.demand["everyone"].sum(), demand["everyone"].sum())
    assert np.array_equal(g.adults, np.bincount(r.gate, r.age >= 15, len(g)))
    assert np.array_equal(g.older, np.bincount(r.gate, r.older, len(g)))
    assert np.array_equal(g.children, np.bincount(r.gate, r.age < 15, len(g)))
    h, r = world.households, world.residents
    alone = [m[0] for m in np.split(h.member, h.first[1:-1]) if len(m) == 1 and r.age[m[0]] >= 60]
    assert np.array_equal(g.lone_elders, np.bincount(r.gate[alone], minlength=len(g)))
    assert not np.array_equal(g.lone_elders, lone), "households of old people come, go and shrink"
    assert np.array_equal(g.commuters, np.bincount(r.gate, r.commute_minutes > 0, len(g)))
    schools = np.isin(world.facilities.kind, list(STAGES))
    assert not np.allclose(places[schools], world.facilities.use[schools]), "schools meet other cohorts"


def test_at_the_start_the_count_is_what_the_people_were_made_with():
    world = town(0.02)
    refresh(world)
    before = {
        name: getattr(world.gates, name).copy()
        for name in ("adults", "older", "lone_elders", "children", "commuters", "commute")
    }
    demand, access = world.demand, {kind: values.copy() for kind, values in world.access.items()}
    census.step(world)
    assert all(np.array_equal(values, getattr(world.gates, name)) for name, values in before.items())
    assert all(np.array_equal(demand[need], people) for need, people in world.demand.items())
    assert all(np.array_equal(values, world.access[kind]) for kind, values in access.items())
