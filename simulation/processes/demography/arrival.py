"""What those who come to the district bring: no history with the place.

They are at rest with what they find, think of committee, street and neighbours as the district does, and have not been
infected. What is declared to stay (`Column.stays`: disposition, luck, own norms and providers, base efficacy, hours of
volunteering, the bent to take part, ties beyond the home) is the row's: who comes is as likely to be content as who
went. Nothing else of who went is left.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from simulation.domains import DAYTIME, N_ACTORS, N_DOMAINS, PROPERTY, TRUST_FIRM
from simulation.processes.residents.coefficients import coefficients
from simulation.processes.residents.equations import aimed, offered, weighed
from simulation.processes.residents.mirror import mirrored
from simulation.state.output import FIXED, T_TRUST
from simulation.state.residents import ACTIVE, IN_STEPS, NEVER_CAME
from simulation.state.world import World
from simulation.threads import on_threads, take

_NOTHING = np.float32(0)
_PART = 512  # residents that one thread works on together


def welcome(world: World, came: NDArray[np.uint8]) -> None:
    """Those who came this week begin without a history.

    Parameters
    ----------
    came : uint8 array (n,)
        1 + mobility of who came into a row, as they came; 0 where nobody did.
    """
    rows, r = np.flatnonzero(came > 0), world.residents
    c = r.columns
    c.trust[:, rows] = _reputation(world)[:, None]
    c.efficacy[rows] = c.efficacy_base[rows]
    c.awareness[rows] = world.mean_awareness
    c.habit[rows] = world.mean_compliance
    c.volunteer[rows] = 0
    c.fatigue[rows] = 0
    r.took_part[rows], r.since[rows] = NEVER_CAME, world.tick
    _rest(world, rows, came[rows] - 1)
    if world.infection is not None:
        world.infection.renew(rows, r.gate[rows])


def settle(world: World) -> None:
    """Set everyone at rest with the performance of the moment: satisfaction, expectations, trust in the firm.

    Ties see them so in the week that begins.
    """
    _rest(world, np.arange(len(world.residents.gate)), world.residents.columns.mobility)


def _rest(world: World, rows: NDArray[np.int64], mobility: NDArray[np.uint8]) -> None:
    """Set some residents, who get about as `mobility` says, at rest with what their gates offer."""
    at = world.places
    on_threads(
        _settle,
        np.zeros(1, np.int64),
        rows,
        mobility,
        world.tick % N_DOMAINS,
        world.residents.gate,
        at.performance,
        at.norm,
        world.residents.columns,
        coefficients(world.params),
    )


def _reputation(world: World) -> NDArray[np.float32]:
    """Mean trust of the residents in each actor last week, float32 (4,)."""
    people = FIXED * max(len(world.residents), 1)
    mean = world.output.tallies[:, T_TRUST : T_TRUST + N_ACTORS].sum(axis=0) / people
    return np.where(mean > 0, mean, world.params["trust.start"]).astype(np.float32)


@njit(cache=True, nogil=True)
def _settle(counter, rows, mobility, topic, gate, met, norm, col, c):
    """Satisfaction, expectation and trust in the firm at rest with what the gate offers, and what ties see of it.

    Parameters
    ----------
    counter : int64[1]
        Of parts of the rows, shared by threads.
    rows, mobility : int64[k], uint8[k]
        Of the residents.
    topic : int
        Domain of which ties speak this week.
    met, norm : float32[n_gates, 10, 3], float32[n_gates, 10]
        Performance of the moment by domain and mobility, and the norm.
    """
    begin = _PART * take(counter)
    while begin < rows.shape[0]:
        for k in range(begin, min(begin + _PART, rows.shape[0])):
            i = rows[k]
            g = gate[i]
            leaning = c.base + (col.disposition[i] + col.luck[i]) / IN_STEPS
            aspiration = c.normative * col.aspiration[i] / IN_STEPS
            total = _NOTHING
            for d in range(col.satisfaction.shape[0]):
                y = offered(met[g, d, mobility[k]], col.provider[d, i])
                col.expectation[d, i] = y
                col.satisfaction[d, i] = aimed(y, y, norm[g, d] + aspiration, leaning, c)
                total += col.satisfaction[d, i] * np.float32(col.importance[d, i])
            col.overall[i] = weighed(total)
            active = col.volunteer[i] == ACTIVE
            col.seen[i] = mirrored(col.satisfaction[topic, i], col.efficacy[i], col.awareness[i], active)
            col.trust[TRUST_FIRM, i] = offered(met[g, PROPERTY, DAYTIME], col.provider[PROPERTY, i])
        begin = _PART * take(counter)
