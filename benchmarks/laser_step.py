"""The nearest kin beside us: a day of an epidemic on the columns of LASER, if `laser-core` is installed.

LASER (Institute for Disease Modeling) keeps agents as columns in a `LaserFrame` and steps them by loops of numba, one
for each process, as `day` does here in the manner of its examples. Its model is another one, so what can be compared is
how many variables of agents are brought up to date in a second.
"""

from importlib.util import find_spec
from typing import Any

import numba
import numpy as np
from numba import njit, prange

from benchmarks.resident_step import seconds

SUSCEPTIBLE, EXPOSED, INFECTIOUS, REMOVED = range(4)
VARIABLES = 3  # state and two timers
_ROUNDS = 30
_SHARES = (0.85, 0.05, 0.05, 0.05)  # of the four states at the start
_DAYS = 200  # a timer at most: states last beyond the measurement, so that each day has the same work
_FORCE = np.float32(1e-4)


@njit(parallel=True, nogil=True)
def _progress(state, exposed_for, infectious_for):  # type: ignore[no-untyped-def]  # numba takes types from the call
    for i in prange(state.shape[0]):
        if state[i] == EXPOSED:
            exposed_for[i] -= 1
            if exposed_for[i] == 0:
                state[i] = INFECTIOUS
        elif state[i] == INFECTIOUS:
            infectious_for[i] -= 1
            if infectious_for[i] == 0:
                state[i] = REMOVED


@njit(parallel=True, nogil=True)
def _transmit(state, exposed_for, force, incubation):  # type: ignore[no-untyped-def]  # as above
    for i in prange(state.shape[0]):
        if state[i] == SUSCEPTIBLE and np.random.random() < force:  # noqa: NPY002  # what compiled loops have
            state[i] = EXPOSED
            exposed_for[i] = incubation


def frame(agents: int) -> Any:
    """Agents of LASER in the four states of an SEIR model."""
    from laser.core import LaserFrame  # only where it is installed

    rng, made = np.random.default_rng(1), LaserFrame(agents)
    for name in ("state", "exposed_for", "infectious_for"):
        made.add_scalar_property(name, dtype=np.int8 if name == "state" else np.int16)
    made.state[:] = rng.choice(4, agents, p=_SHARES)
    made.exposed_for[:], made.infectious_for[:] = rng.integers(1, _DAYS, (2, agents))
    return made


def rate(agents: int, threads: int) -> float | None:
    """Agent-ticks a second, the best of some days; None without LASER."""
    if find_spec("laser") is None:
        return None
    people = frame(agents)

    def day() -> None:
        _progress(people.state, people.exposed_for, people.infectious_for)
        _transmit(people.state, people.exposed_for, _FORCE, np.int16(_DAYS))

    numba.set_num_threads(threads)
    return agents / seconds(day, _ROUNDS)
