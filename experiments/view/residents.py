"""Residents who are followed: their requests, and why their satisfaction moved.

The reasons are the terms of the model's own equations, read process by process: the kernels' functions run again for
one resident with the same draws, and what they give is compared with what the columns hold.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulation.domains import DOMAINS
from simulation.processes.residents import equations
from simulation.processes.residents.coefficients import coefficients
from simulation.random import Stream, bits
from simulation.state.tickets import NOT_YET, OPEN, Tickets
from simulation.state.world import World

TERMS = ("service", "surprise", "neighbours", "requests", "moved")
"""What moves satisfaction: service met, surprise (met less expected), neighbours' opinions, outcome of the resident's
requests, and a new household in the flat. In the order of the axis of `Week.terms`."""
SERVICE, SURPRISE, NEIGHBOURS, REQUESTS, MOVED = range(len(TERMS))
_POINTS = 100.0
_WORD = (1 << 32) - 1


@dataclass(frozen=True)
class Request:
    """A request of a resident. `closed_tick` is None while it is open; `status` as in `simulation/state/tickets.py`."""

    tick: int
    domain: int
    visit: bool
    hotline: bool
    urgent: bool
    tier: int
    status: int
    closed_tick: int | None


@dataclass(frozen=True)
class Week:
    """One week of one resident.

    Attributes
    ----------
    terms : float64 (10, 5)
        Change of the satisfaction with each domain by TERMS, in points; service and surprise are what was met where the
        domain was used, and what was heard of it where not.
    used : bool (10,)
        Domains that were used.
    met, expected : float64 (10,)
        Performance met and the expectation it was measured against, 0-100; NaN where not used.
    satisfaction : float64 (10,)
        At the end of the week, 0-100.
    overall : float
        Weighted index of the week, 0-100.
    """

    terms: NDArray[np.float64]
    used: NDArray[np.bool_]
    met: NDArray[np.float64]
    expected: NDArray[np.float64]
    satisfaction: NDArray[np.float64]
    overall: float


@dataclass
class Story:
    """What happened to one resident, week by week; `since`: weeks of the run before the first that is told."""

    row: int
    since: int = 0
    weeks: list[Week] = field(default_factory=list)
    requests: dict[tuple[int, int, bool], Request] = field(default_factory=dict)


class Follower:
    """Reads the followed rows between the processes of a week."""

    def __init__(self, world: World, rows: NDArray[np.int64]) -> None:
        self.world, self.rows = world, rows
        self.stories = [Story(int(row)) for row in rows]
        self._satisfaction = self._expectation = np.zeros((len(DOMAINS), len(rows)))
        self._moved = self._experience = np.zeros((len(rows), 0))

    def follow(self, rows: NDArray[np.int64]) -> None:
        """Others from the next week on; who stays is told on."""
        told = {story.row: story for story in self.stories}
        self.rows = rows
        self.stories = [told.get(int(row)) or Story(int(row), self.world.tick) for row in rows]

    def _columns(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Satisfaction and expectation of the followed, float64 (10, n)."""
        c = self.world.residents.columns
        return c.satisfaction[:, self.rows].astype(np.float64), c.expectation[:, self.rows].astype(np.float64)

    def begin(self) -> None:
        """Before the week."""
        n = len(self.rows)
        self._satisfaction, self._expectation = self._columns()
        self._terms = np.zeros((n, len(DOMAINS), len(TERMS)))
        self._seen: list[tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]] = []

    def watch(self, process: str) -> None:
        """After a process of the week: book what it changed."""
        before, expected = self._satisfaction, self._expectation
        self._satisfaction, self._expectation = self._columns()
        change = _POINTS * (self._satisfaction - before)
        if process == "residents":
            self._experiences(before, expected, change)
        elif process == "demography":
            self._terms[:, :, MOVED] += change.T
        elif process == "requests":
            self._terms[:, :, REQUESTS] += change.T

    def _experiences(
        self, before: NDArray[np.float64], expected: NDArray[np.float64], change: NDArray[np.float64]
    ) -> None:
        """Split the change of the kernel: service met, surprise, and neighbours for what is left."""
        world, c = self.world, coefficients(self.world.params)
        for k, row in enumerate(self.rows):
            used, perceived, norm, leaning = perceive_again(world, int(row), expected[:, k])
            against = norm + float(c.own_expectation) * expected[:, k]
            gap = perceived - against
            gap = np.minimum(gap, float(c.loss_aversion) * gap)
            whole = np.clip(leaning + float(c.performance) * perceived + float(c.disconfirmation) * gap, 0, 1)
            rate = float(c.satisfaction_rate)
            start = (self._satisfaction[:, k] - rate * whole) / (1 - rate)  # after neighbours, before service
            surprise = float(c.disconfirmation) * gap
            self._terms[k, :, SURPRISE] = _POINTS * rate * surprise
            self._terms[k, :, SERVICE] = _POINTS * rate * (whole - surprise - start)
            self._terms[k, :, NEIGHBOURS] = change[:, k] - self._terms[k, :, SURPRISE] - self._terms[k, :, SERVICE]
            nothing = np.where(used, 0.0, np.nan)
            self._seen.append((used, _POINTS * perceived + nothing, _POINTS * against + nothing))

    def end(self) -> None:
        """After the week: write it down, with the requests."""
        overall = self.world.residents.columns.overall[self.rows]
        for k, story in enumerate(self.stories):
            used, met, expected = self._seen[k]
            story.weeks.append(
                Week(
                    self._terms[k], used, met, expected, _POINTS * self._satisfaction[:, k], _POINTS * float(overall[k])
                )
            )
        if self.world.handled is not None:
            self._note(self.world.handled)

    def _note(self, t: Tickets) -> None:
        place = {story.row: story for story in self.stories}
        own = t.person % self.world.copies == 0  # the others are persons that the resident only stands for
        for k in np.flatnonzero(own & np.isin(t.resident, self.rows)):
            closed = None if t.status[k] == OPEN or t.closed[k] == NOT_YET else int(t.closed[k]) // 7
            request = Request(
                int(t.opened_tick[k]),
                int(t.domain[k]),
                bool(t.visit[k]),
                bool(t.hotline[k]),
                bool(t.urgent[k]),
                int(t.tier[k]),
                int(t.status[k]),
                closed,
            )
            place[int(t.resident[k])].requests[request.tick, request.domain, request.visit] = request


def perceive_again(
    world: World, row: int, expected: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64], float]:
    """What one resident met or heard of in the week just stepped: the kernel's functions with the same draws.

    `expected` is what the resident believed before, 0-1 (10,).

    Returns
    -------
    tuple
        Whether each domain was used, bool (10,); performance perceived, 0-1 (10,); the weighted norm, that of the
        community and one's own, 0-1 (10,); the level of the resident's judgements, 0-1.
    """
    c, at, gate = world.residents.columns, world.places, int(world.residents.gate[row])
    k = coefficients(world.params)
    used, perceived = np.zeros(len(DOMAINS), np.bool_), np.zeros(len(DOMAINS))
    for d in range(len(DOMAINS)):
        thrown = int(bits(world.seed, int(Stream.EXPERIENCE) + (d >> 1), row, world.tick))
        word = np.uint32(thrown >> 32 * (d & 1) & _WORD)
        used[d] = equations.uses(word, c.exposure[d, row])
        found = equations.offered(at.performance[gate, d, c.mobility[row]], c.provider[d, row])
        noise = np.float32(k.noise * (equations.unit(word) - np.float32(0.5)))
        perceived[d] = equations.perceived(found, np.float32(expected[d]), used[d], noise, k.hearsay)
    leaning = k.base + equations.steps(np.int32(c.disposition[row]) + np.int32(c.luck[row]))
    aspiration = k.normative * equations.steps(c.aspiration[row])
    return used, perceived, at.norm[gate].astype(np.float64) + float(aspiration), float(leaning)
