"""Speed of one week of the residents: kernel, numpy and Mesa objects on the same equations."""

import time
from collections.abc import Callable

import numba

from benchmarks.mesa_step import Town
from benchmarks.numpy_step import numpy_week
from benchmarks.state import State, kernel_week
from simulation.model import step_week
from simulation.processes.residents.coefficients import coefficients
from simulation.run import prepare
from simulation.scenario.load import load_scenario

MESA_SCALE = 0.012
"""About 10,000 residents: a week of 851,516 objects would take a quarter of a minute and gigabytes of memory."""
ROUNDS = {"kernel": 60, "numpy": 3, "Mesa": 3}


def baseline(scale: float) -> State:
    """The residents of the baseline after its burn-in and one week."""
    world = prepare(load_scenario("baseline"), 1, scale)
    step_week(world, {})
    return State(
        world.seed, world.tick, world.residents.columns, world.places, coefficients(world.params), world.output
    )


def seconds(step: Callable[[], None], rounds: int) -> float:
    """Wall time of a step, the best of some rounds after one to warm up."""
    step()
    best = float("inf")
    for _ in range(rounds):
        began = time.perf_counter()
        step()
        best = min(best, time.perf_counter() - began)
    return best


def kernel_rate(state: State, threads: int) -> float:
    """Resident-ticks a second of the kernel."""
    numba.set_num_threads(threads)
    return len(state.columns.overall) / seconds(lambda: kernel_week(state), ROUNDS["kernel"])


def rates(state: State, threads: int) -> dict[str, float]:
    """Resident-ticks a second of each way to compute a week; the objects are measured at a smaller size."""
    found = {f"kernel, {_threads(count)}": kernel_rate(state, count) for count in range(1, threads + 1)}
    found["numpy"] = len(state.columns.overall) / seconds(lambda: numpy_week(state), ROUNDS["numpy"])
    town = Town(baseline(MESA_SCALE))
    residents = len(town.people)
    found[f"Mesa objects ({residents:,} residents)"] = residents / seconds(town.step, ROUNDS["Mesa"])
    return found


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"
