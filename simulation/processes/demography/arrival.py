"""What those who come to the district bring: no history with the place.

They are at rest with what they find, and think of committee, street and neighbours as the district does. Disposition,
luck, own norms and providers, base efficacy, hours of volunteering, the bent to take part and ties beyond the home
stay with the row: who comes is as likely to be content as who went.
"""

from typing import NamedTuple

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from simulation.domains import DAYTIME, N_ACTORS, PROPERTY, TRUST_FIRM
from simulation.processes.demography.people import inner_njit
from simulation.processes.residents.coefficients import coefficients
from simulation.processes.residents.equations import aimed, offered
from simulation.state.output import FIXED, T_TRUST
from simulation.state.residents import IN_STEPS, NEVER_CAME
from simulation.state.world import World


class Place(NamedTuple):
    """What newcomers find, by gate, what the district thinks and does, and coefficients of satisfaction at rest."""

    met: np.ndarray  # float32 (n_gates, 10, 3), performance of the moment
    norm: np.ndarray  # float32 (n_gates, 10)
    trust: np.ndarray  # float32 (4,)
    awareness: float
    habit: float
    base: float  # this and the next as in `Coefficients`
    performance: float
    disconfirmation: float
    loss_aversion: float
    own_expectation: float
    normative: float


def place(world: World) -> Place:
    """The district as a newcomer of this week finds it."""
    c = coefficients(world.params)
    return Place(
        world.places.performance,
        world.places.norm,
        _reputation(world),
        world.mean_awareness,
        world.mean_compliance,
        c.base,
        c.performance,
        c.disconfirmation,
        c.loss_aversion,
        c.own_expectation,
        c.normative,
    )


def _reputation(world: World) -> NDArray[np.float32]:
    """Mean trust of the residents in each actor last week, float32 (4,)."""
    people = FIXED * max(len(world.residents), 1)
    mean = world.output.tallies[:, T_TRUST : T_TRUST + N_ACTORS].sum(axis=0) / people
    return np.where(mean > 0, mean, world.params["trust.start"]).astype(np.float32)


@inner_njit
def _arrive(i, g, col, met, norm, c):
    """Satisfaction, expectation and trust in the firm of resident i at rest with what the gate g offers."""
    leaning = c.base + (col.disposition[i] + col.luck[i]) / IN_STEPS
    aspiration = c.normative * col.aspiration[i] / IN_STEPS
    for d in range(col.satisfaction.shape[0]):
        y = offered(met[g, d, col.mobility[i]], col.provider[d, i])
        col.expectation[d, i] = y
        col.satisfaction[d, i] = aimed(y, y, norm[g, d] + aspiration, leaning, c)
    col.trust[TRUST_FIRM, i] = offered(met[g, PROPERTY, DAYTIME], col.provider[PROPERTY, i])


@inner_njit
def welcome(i, g, who, col, found):
    """Resident i begins at gate g without a history."""
    for a in range(N_ACTORS):
        col.trust[a, i] = found.trust[a]
    _arrive(i, g, col, found.met, found.norm, found)
    col.efficacy[i] = col.efficacy_base[i]
    col.awareness[i] = found.awareness
    col.habit[i] = found.habit
    col.volunteer[i] = 0
    col.fatigue[i] = 0.0
    who.took_part[i] = NEVER_CAME


@njit(parallel=True, cache=True)
def _settle(gate, performance, norm, col, c):
    for i in prange(gate.shape[0]):
        _arrive(i, gate[i], col, performance, norm, c)


def settle(world: World) -> None:
    """Set everyone at rest with the performance of the moment: satisfaction, expectations, trust in the firm."""
    _settle(
        world.residents.gate,
        world.places.performance,
        world.places.norm,
        world.residents.columns,
        coefficients(world.params),
    )
