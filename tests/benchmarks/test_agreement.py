"""The rivals of the benchmark compute the same week, so that the comparison is fair."""

import numpy as np
import pytest

from benchmarks.bandwidth import bytes_per_resident
from benchmarks.mesa_step import Chances, Town
from benchmarks.numpy_step import numpy_week
from benchmarks.state import State, kernel_week
from simulation.model import step_week
from simulation.population import kernels
from simulation.population.random import Stream, bits
from simulation.processes.residents import coefficients
from simulation.run import prepare
from simulation.scenario import load_scenario

CHANGED = ("satisfaction", "expectation", "efficacy", "awareness", "habit", "fatigue", "trust", "overall")


@pytest.fixture(scope="module")
def state() -> State:
    world = prepare(load_scenario("baseline"), 1, 0.005)
    step_week(world, {})
    return State(world.seed, 1, world.residents.columns, world.places, coefficients(world.params), world.output)


def test_numpy_computes_the_same_week(state):
    ours, theirs = state.clone(), state.clone()
    kernel_week(ours)
    numpy_week(theirs)
    for name in CHANGED:
        assert np.allclose(getattr(ours.columns, name), getattr(theirs.columns, name), atol=2e-5), name
    assert (ours.columns.volunteer != theirs.columns.volunteer).mean() < 1e-3, "rounding may tip a threshold"
    assert ours.found() == theirs.found()
    assert np.abs(ours.output.tallies - theirs.output.tallies).max() <= kernels.FIXED


def test_objects_compute_the_same_week_when_given_the_same_draws(state):
    ours, town = state.clone(), _with_kernel_draws(state.clone())
    kernel_week(ours)
    town.step()
    for k, person in enumerate(town.people):
        assert np.allclose(ours.columns.satisfaction[:, k], person.satisfaction, atol=1e-4)
        assert np.allclose(ours.columns.expectation[:, k], person.expectation, atol=1e-4)
        assert abs(ours.columns.efficacy[k] - person.efficacy) < 1e-4
        assert abs(ours.columns.awareness[k] - person.awareness) < 1e-4
        assert abs(ours.columns.habit[k] - person.habit) < 1e-4


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
    table = zip(use.tolist(), noise.tolist(), ((issue & low) / 2**32).tolist(), ((issue >> high) / 2**32).tolist(),
                (((volunteer & low) >> np.uint64(8)) / 2**24).tolist(),
                ((volunteer >> high >> np.uint64(8)) / 2**24).tolist(), strict=True)
    chances = {id(person): Chances(*row) for person, row in zip(town.people, table, strict=True)}
    town.chances = lambda resident: chances[id(resident)]
    return town


def test_the_count_of_bytes_covers_every_column(state):
    """Each column is read at least once a week, so the count is no less than their sizes."""
    n = len(state.columns.overall)
    width = sum(column.nbytes / n for column in state.columns if column.nbytes)
    assert width <= bytes_per_resident() <= 4 * width
