"""The rivals of the benchmark compute the same week, so that the comparison is fair."""

import numpy as np
import pytest

from benchmarks.bandwidth import bytes_per_resident
from benchmarks.mesa_step import Chances, Shown, Town
from benchmarks.numpy_step import numpy_week
from benchmarks.state import State, kernel_week
from benchmarks.whole_model import line
from simulation.model import step_week
from simulation.processes.residents.coefficients import coefficients
from simulation.random import Stream, bits
from simulation.run import prepare
from simulation.scenario.load import load_scenario
from simulation.state.output import FIXED, VISIT_FLAG

CHANGED = ("satisfaction", "expectation", "efficacy", "awareness", "habit", "fatigue", "trust", "overall")


@pytest.fixture(scope="module")
def state() -> State:
    world = prepare(load_scenario("baseline"), 1, 0.005)
    step_week(world, {})
    places = world.places._replace(copies=np.array([1]))  # benchmarks run at full scale, where everyone is one person
    return State(world.seed, 1, world.residents.columns, places, coefficients(world.params), world.output)


def test_numpy_computes_the_same_week(state):
    ours, theirs = state.clone(), state.clone()
    kernel_week(ours)
    numpy_week(theirs)
    for name in CHANGED:
        assert np.allclose(getattr(ours.columns, name), getattr(theirs.columns, name), atol=2e-5), name
    assert (ours.columns.volunteer != theirs.columns.volunteer).mean() < 1e-3, "rounding may tip a threshold"
    assert ours.found() == theirs.found()
    assert np.abs(ours.output.tallies - theirs.output.tallies).max() <= FIXED


def test_objects_compute_the_same_week_when_given_the_same_draws(state):
    ours, town = state.clone(), _with_kernel_draws(state.clone())
    kernel_week(ours)
    town.step()
    columns, people = ours.columns, town.people
    for name in CHANGED:
        theirs = np.array([getattr(person, name) for person in people]).T
        assert np.allclose(getattr(columns, name), theirs, atol=1e-4), name
    assert (columns.volunteer != [person.volunteer for person in people]).mean() < 1e-3
    assert (columns.seen != [_word(person.shown) for person in people]).mean() < 1e-2, "rounding to the next byte"
    events = [
        row for k, person in enumerate(people) for row in [k] * person.has_issue + [k | VISIT_FLAG] * person.visits
    ]
    assert ours.found() == events


def _word(shown: Shown) -> int:
    return shown.topic | shown.efficacy << 8 | shown.aware << 16 | shown.active << 24 | shown.there << 25


def _with_kernel_draws(state: State) -> Town:
    n = len(state.columns.overall)
    rows = np.arange(n)
    words = [bits(state.seed, Stream.EXPERIENCE + p, rows, state.tick) for p in range(5)]
    issue, volunteer = (bits(state.seed, s, rows, state.tick) for s in (Stream.ISSUE, Stream.VOLUNTEER))
    half = [(words[d >> 1] >> np.uint64(32 * (d & 1))) & np.uint64(0xFFFFFFFF) for d in range(10)]
    use = np.stack([(h & np.uint64(255)) / 256 for h in half], 1)
    noise = np.stack([(h >> np.uint64(8)) / 2**24 for h in half], 1)
    low, high = np.uint64(0xFFFFFFFF), np.uint64(32)
    town = Town(state)
    table = zip(
        use.tolist(),
        noise.tolist(),
        ((issue & low) / 2**32).tolist(),
        ((issue >> high) / 2**32).tolist(),
        (((volunteer & low) >> np.uint64(8)) / 2**24).tolist(),
        ((volunteer >> high >> np.uint64(8)) / 2**24).tolist(),
        strict=True,
    )
    chances = {id(person): Chances(*row) for person, row in zip(town.people, table, strict=True)}
    town.chances = lambda resident: chances[id(resident)]
    return town


def test_bytes_of_a_week_by_hand(state):
    """Read and written: 2 x 10 domains and 4 columns of float32, a byte, one trust; once: the others."""
    again = 2 * 10 * 4 + 4 * 4 + 1 + 4
    once = 3 * 10 + 1 + 1 + 3 + 7 * 2 + 4 + 4 + 4 + 3 * 4 + 3 * 4 + 4
    assert bytes_per_resident(state.columns) == pytest.approx(2 * again + once)


def test_line_through_costs_that_are_a_line():
    found = line({scale: (4 + 100 * scale, 0.0) for scale in (0.01, 0.1, 1.0)})
    assert found["fixed, ms a week"] == pytest.approx(4)
    assert found["per district, ms a week"] == pytest.approx(100)
    assert found["largest deviation, %"] == pytest.approx(0, abs=1e-9)
    assert line({0.1: (1.0, 0.0), 0.5: (1.0, 0.0), 1.0: (9.0, 0.0)})["largest deviation, %"] > 50
