"""Who takes part: never more than there are places, the same people again and again, nobody from too far away."""

from types import SimpleNamespace

import numpy as np
import pytest

from simulation.metrics.community_life import took_part_since
from simulation.parameters import Parameters
from simulation.processes import participation, ties
from simulation.state.communities import Communities
from simulation.state.gates import Gates
from simulation.state.levers import Levers
from simulation.state.organisations import Organisations
from simulation.state.residents import NEVER_CAME, _keen
from simulation.state.table import make
from simulation.state.week import Week

VALUES = {
    "participation.rate": 2.0,
    "participation.open_hours": 0.1,
    "culture.attendances_per_hour": 10.0,
    "access.catchment_near": 15.0,
    "organisations.mature_weeks": 52.0,
    "organisations.hours_mature": 25.0,
    "organisations.hours_seed": 5.0,
    "ties.memory": 52.0,
}
SIZE, GATES = 90, 40  # residents of a gate; gates, half of them in each of two communities


class Town(SimpleNamespace):
    def by_community(self, values):
        return np.bincount(self.gates.community, values, 2).astype(float)


def town(hours=(30.0, 30.0), never=0.25, walk=5.0, venue=0.0, scale=1.0, seed=1):
    """Programmes of `hours` a week in two communities, and `venue` uses of venues in each gate's cell."""
    n = SIZE * GATES
    keen = _keen(n, never, 3.0, np.random.default_rng(7))
    gate = np.repeat(np.arange(GATES), SIZE)
    levers = make(Levers, 2)
    levers.programme_hours[:] = hours
    gates = make(
        Gates,
        cell=np.arange(GATES),
        community=np.repeat([0, 1], GATES // 2),
        residents=SIZE,
        keen=np.bincount(gate, keen),
        walk=walk,
    )
    return Town(
        params=Parameters(VALUES),
        seed=seed,
        tick=0,
        scale=scale,
        infection=None,
        levers=levers,
        gates=gates,
        communities=make(Communities, 2, name_zh=np.full(2, "", object), name_en=np.full(2, "", object)),
        organisations=make(Organisations, kind=np.zeros(1), community=np.zeros(1), weeks=np.array([-1])),
        residents=SimpleNamespace(keen=keen, took_part=np.full(n, NEVER_CAME, np.int16)),
        places=SimpleNamespace(gate_ptr=np.arange(0, n + 1, SIZE)),
        venue_uses=np.full(GATES, venue),
        week=make(Week, 2),
    )


def weeks(world, count):
    """Attendances by week and community, and by resident how many of the weeks were attended."""
    seen, times = [], np.zeros(len(world.residents.keen), int)
    for _ in range(count):
        participation.step(world)
        seen.append(world.week.participants.copy())
        times += world.residents.took_part == world.tick
        world.tick += 1
    return np.array(seen), times


@pytest.mark.parametrize("hours", [(0.0, 0.3), (3.07, 11.0), (1000.0, 10.0)])
def test_participants_never_exceed_places_nor_wishes(hours):
    world = town(hours)
    places, wishes = participation.places(world), world.by_community(participation.wishes(world))
    seen, _ = weeks(world, 60)
    most = np.minimum(places, wishes)
    assert (seen <= np.floor(most) + 1).all()
    assert seen.mean(axis=0) == pytest.approx(most, abs=0.2)
    assert world.communities.attended == pytest.approx(np.minimum(1, wishes / np.maximum(places, 1e-9)))


def test_some_never_come_and_the_keen_come_most():
    world = town(venue=1.0)
    _, times = weeks(world, 104)
    keen = world.residents.keen
    assert not times[keen == 0].any() and (keen == 0).mean() == pytest.approx(0.25, abs=0.02)
    assert np.corrcoef(keen, times)[0, 1] > 0.95
    assert times[keen > 200].mean() == pytest.approx(4 * times[(keen > 40) & (keen < 60)].mean(), rel=0.25)


def test_it_is_the_same_people_from_year_to_year():
    world = town()
    _, first = weeks(world, 52)
    share = took_part_since(world, 53).sum() / len(first)  # the 53rd week has begun
    assert share == (first > 0).mean() and 0.2 < share < 0.7
    _, second = weeks(world, 52)
    assert np.corrcoef(first, second)[0, 1] > 0.8
    both = ((first > 0) & (second > 0)).mean()
    assert both > 1.2 * (first > 0).mean() * (second > 0).mean()


def test_nobody_comes_from_beyond_the_catchment():
    far = np.where(np.arange(GATES) % 2 == 0, 5.0, 15.0).astype(np.float32)
    world = town(walk=far)
    weeks(world, 20)
    by_gate = took_part_since(world, 52)
    assert (by_gate[::2] > 0).all() and not by_gate[1::2].any()


def test_a_sample_has_as_many_participants_as_the_whole():
    whole, part = (weeks(town(np.array(h), scale=s), 100)[0] for h, s in (((3.0, 6.0), 1.0), ((60.0, 120.0), 0.05)))
    assert part.mean(axis=0) / 20 == pytest.approx(whole.mean(axis=0), rel=0.05)


def test_organisations_hold_activities_open_to_residents():
    world = town((0.0, 0.0))
    world.organisations = make(
        Organisations, kind=np.array([0, 0, 3]), community=np.array([0, 1, 1]), weeks=np.array([60, 10, 60])
    )
    assert participation.places(world) == pytest.approx([25.0, 5.0])  # the environmental one settles issues


def test_ties_of_events_are_made_by_those_who_come():
    world = town((1000.0, 1.0))
    world.levers.ties[:], world.levers.event_ties[:] = 0.01, 0.02
    participation.step(world)
    ties.step(world)
    empty, full = world.communities.attended
    assert empty < 0.5 and full == 1
    assert world.communities.ties == pytest.approx([0.01 + 0.02 * empty, 0.03])


def test_luck_is_that_of_the_seed():
    runs = [weeks(town(seed=seed), 5) for seed in (1, 1, 2)]
    assert np.array_equal(runs[0][1], runs[1][1]) and not np.array_equal(runs[0][1], runs[2][1])
