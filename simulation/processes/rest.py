"""Where a world starts: at rest, so that what happens later is due to what changes.

Each state is set where its own equation leaves it, given what the place offers: awareness and habit of sorting,
norms, efficacy, the register of volunteers with their fatigue and the norms of gates, satisfaction and expectations.
What depends on queues follows once these have formed: satisfaction again, and trust in those who answer requests,
which moves so rarely that no burn-in would bring it to rest.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.domains import N_ACTORS, WEEKS_PER_YEAR
from simulation.elementary import exp
from simulation.processes import order, quality
from simulation.processes.demography import arrival
from simulation.processes.demography.rates import moving
from simulation.processes.residents import luck
from simulation.processes.residents.coefficients import coefficients
from simulation.processes.residents.terms import set_terms
from simulation.random import Stream, uniform
from simulation.state.world import World

_ROUNDS = 12  # of the fixed points, which are stable: each round more than halves the distance
_DRIVE_SLOPE = 4.0  # of the logit of registering, as in `enlist`
_RARE = 0.002  # contacts of a resident and week, one in ten years: more seldom, trust stays as it is in any run

_Floats = NDArray[np.float64]


def begin(world: World) -> None:
    """Set the world at rest before its first week."""
    quality.step(world)
    luck.begin(world)
    _sort(world)
    _feel_able(world)
    _volunteer(world)
    settle(world)


def settle(world: World) -> None:
    """Order, norms, satisfaction, expectations, trust in the firm at rest with the performance of the moment."""
    world.gates.order[:] = order.held_up(world)
    quality.step(world)
    world.communities.norm[:] = np.maximum(world.communities.norm, quality.best_quarter(world))
    quality.step(world)
    arrival.settle(world)


def _sort(world: World) -> None:
    """Habit and compliance at the lowest point that repeats itself: p = sigma(z0 + z_h p + z_n p + ...) a (22, 23)."""
    p, g = world.params, world.gates
    aware = p["sorting.awareness_start"]
    for _ in range(_ROUNDS):
        set_terms(world)  # the norm is last week's compliance
        logit = world.places.sorting + p["sorting.habit"] * g.compliance
        g.compliance[:] = aware / (1 + exp(-logit))
    world.residents.columns.habit[:] = g.compliance[world.residents.gate]
    world.mean_compliance = float(world.residents.columns.habit.mean(dtype=np.float64))


def _feel_able(world: World) -> None:
    """Efficacy where the pull of one's own base and that of the ties balance (15, 16)."""
    c, col = coefficients(world.params), world.residents.columns
    rows = np.arange(len(world.residents))
    goal = np.clip(col.efficacy_base + world.places.efficacy_shift[world.residents.gate], 0, 1)
    pull = 255 * c.efficacy_influence * (1 - c.efficacy_memory)  # of a tie of unit weight
    known = [*(rows + col.near.T), col.far.astype(np.int64)]
    weight = [w * (other != rows) for w, other in zip(pull * c.weights, known, strict=True)]
    near, f = sum(weight[1:], start=weight[0]), goal
    for _ in range(_ROUNDS):
        shown = sum(w * f[other] for w, other in zip(weight, known, strict=True))
        f = (c.efficacy_memory * goal + shown) / (c.efficacy_memory + near)
    col.efficacy[:] = f


def _volunteer(world: World) -> None:
    """Register, fatigue and norms of gates where joining and leaving balance (17).

    Who acts tires until the drive is gone or the fatigue of a week's hours is reached: z = min(tau h / H, x / b_z).
    A registered resident then acts in z over tau h / H of the weeks. The share that acts at a gate stands for the
    share of the ties that act.
    """
    p, g, at, col = world.params, world.gates, world.places, world.residents.columns
    gate, renter = world.residents.gate, world.residents.renter
    tired = p["volunteering.fatigue_memory"] / p["volunteering.fatigue_hours"] * col.hours.astype(np.float64)
    moves = np.where(renter, *moving(world))
    leaves = p["volunteering.exit"] + moves / WEEKS_PER_YEAR
    acting = np.zeros(len(g))
    for _ in range(_ROUNDS):
        idle = 1 - np.minimum(1, acting / p["gate.active_reference"])
        g.norm[:] = 1 - idle * (1 - p["gate.head_norm"] * g.head)
        set_terms(world)
        drive = col.efficacy + (at.volunteering + p["volunteering.neighbours"] * acting)[gate] - col.threshold
        fatigue = np.clip(drive / p["volunteering.fatigue"], 0, tired)
        joins = at.registration[gate] * _logistic(_DRIVE_SLOPE * drive)
        share = joins / (joins + leaves + p["volunteering.exit_fatigue"] * fatigue)
        acting = np.bincount(gate, share * fatigue / tired, len(g)) / np.maximum(g.residents, 1)
    registered = uniform(world.seed, Stream.INITIAL, np.arange(len(gate))) < share
    col.volunteer[:] = registered & (col.adult > 0)
    col.fatigue[:] = np.where(col.volunteer > 0, fatigue, 0)


class Contacts:
    """What requests taught about each actor in some weeks, read from how trust moved, and where it would rest."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._before = world.residents.columns.trust.copy()
        self._met: list[list[_Floats]] = [[] for _ in range(N_ACTORS)]
        self._weeks = 0

    def watch(self, process: str) -> None:
        """After a process of the week: a contact moves trust t by a rate times y - t, bad ones by more."""
        if process not in ("residents", "requests"):
            return
        trust, p = self._world.residents.columns.trust, self._world.params
        if process == "requests":
            self._weeks += 1
            for met, old, new in zip(self._met, self._before, trust, strict=True):
                who = np.flatnonzero(old != new)
                step = new[who].astype(np.float64) - old[who]
                met.append(old[who] + step / (p["trust.rate"] * np.where(step < 0, p["trust.negative"], 1)))
        self._before = trust.copy()

    def settle(self) -> None:
        """Move everyone's trust in the actors they met so that its mean is where good and bad contacts balance."""
        enough = max(1.0, _RARE * self._weeks * len(self._world.residents))
        for trust, met in zip(self._world.residents.columns.trust, self._met, strict=True):
            contacts = np.concatenate(met) if met else np.zeros(0)
            if len(contacts) >= enough:
                rest = _balance(contacts, self._world.params["trust.negative"])
                trust[:] = np.clip(trust + np.float32(rest - trust.mean(dtype=np.float64)), 0, 1)


def _balance(met: _Floats, negative: float) -> float:
    """The trust t at which the contacts above it lift as much as those below, `negative` times as heavy, lower it."""
    t = float(met.mean())
    for _ in range(_ROUNDS):
        weight = np.where(met < t, negative, 1.0)
        t = float((weight * met).sum() / weight.sum())
    return t


def _logistic(x: _Floats) -> _Floats:
    """1 / (1 + exp(-x)); minus infinity, the drive of children, gives nil."""
    return 1 / (1 + exp(-np.maximum(x, -50.0)))
