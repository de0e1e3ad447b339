"""Chains of runs: those that share a past, one after the other in one process, so that it is simulated once.

Runs of a seed and a scale that differ in nothing but levers are the leaves of a tree: they part where the first lever
in which they differ may act (`simulation/scenario/past.py`). A chain goes through the tree depth first. Each run begins
at the week up to which it shares the past of the one before it, from a snapshot that a run before has left there; so no
more snapshots are held at once than the tree is deep. A run that finds none begins at the start, with the same bits.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from experiments.runs.job import Job, Turn
from experiments.runs.memory import free, of_a_run
from simulation.scenario.past import acting, setting

_BYTES_PER_SNAPSHOT = 410.0  # for each resident: 0.35 GB at full scale
_LEAST = 85_000.0  # residents, below which what a snapshot holds besides weighs more


@dataclass(frozen=True)
class Chain:
    """Runs in the order in which one process makes them.

    Attributes
    ----------
    shared : tuple of int
        Weeks that each takes over from those before it; 0 for the first.
    """

    jobs: tuple[Job, ...]
    shared: tuple[int, ...]

    @property
    def weeks(self) -> int:
        """Weeks that are simulated."""
        return sum(job.length - shared for job, shared in zip(self.jobs, self.shared, strict=True))

    def leave(self) -> list[tuple[int, ...]]:
        """Weeks before which each run has to leave a snapshot, or to let one stay, ascending."""
        left: list[tuple[int, ...]] = [()]
        for shared in self.shared[:0:-1]:
            left.append((*(week for week in left[-1] if week < shared), shared))
        return left[::-1]

    def within(self, snapshots: int) -> "Chain":
        """The chain with fewer shared weeks, so that beside that of the start no more snapshots are held at once."""
        shared = self.shared
        while True:
            deepest = max(({*weeks} - {0} for weeks in Chain(self.jobs, shared).leave()), key=len)
            if len(deepest) <= snapshots:
                return Chain(self.jobs, shared)
            least = min(deepest, key=lambda week: week * shared.count(week))
            shared = tuple(0 if week == least else week for week in shared)

    def cut(self) -> "tuple[Chain, Chain]":
        """Two chains of which the longer is as short as can be."""
        done = [0]
        for job, shared in zip(self.jobs, self.shared, strict=True):
            done.append(done[-1] + job.length - shared)
        at = min(range(1, len(self.jobs)), key=lambda k: max(done[k], done[-1] - done[k] + self.shared[k]))
        return Chain(self.jobs[:at], self.shared[:at]), Chain(self.jobs[at:], (0, *self.shared[at + 1 :]))

    def turns(self) -> list[Job]:
        """The jobs, each with its turn; a lone one has none."""
        if len(self.jobs) == 1:
            return list(self.jobs)
        name = str(self.jobs[0].place)
        return [replace(job, turn=Turn(name, leave)) for job, leave in zip(self.jobs, self.leave(), strict=True)]


def chains(jobs: Iterable[Job], workers: int, snapshots: int, watched: bool = False) -> list[Chain]:
    """Chains of some jobs, in the order in which their first jobs come.

    Parameters
    ----------
    workers : int
        A chain is cut, and so shares less, where these would be done sooner with its parts.
    snapshots : int
        How many a worker can hold besides that of the start; negative: nothing is shared.
    watched : bool
        Whether somebody reads the world while the runs are made.
    """
    if snapshots < 0:
        return [Chain((job,), (0,)) for job in jobs]
    alike: dict[tuple[str, int, float], list[Job]] = {}
    for job in jobs:
        alike.setdefault((setting(job.scenario), job.seed, job.scale), []).append(job)
    return _cut([_chain(group, watched).within(snapshots) for group in alike.values()], workers)


def _chain(jobs: Sequence[Job], watched: bool) -> Chain:
    """Jobs that may share weeks, those side by side that share most."""
    paths = [(_path(job, watched), number, job) for number, job in enumerate(jobs)]
    paths.sort(key=lambda item: item[:2])
    shared = [0, *(_parting(one[0], two[0]) for one, two in pairwise(paths))]
    return Chain(tuple(job for *_, job in paths), tuple(shared))


Path = list[tuple[Any, ...]]
"""Levers of a run in the order in which they may act, then its end."""


def _path(job: Job, watched: bool) -> Path:
    return [*(lever for lever in acting(job.scenario, watched) if lever.week < job.length), (job.length,)]


def _parting(one: Path, two: Path) -> int:
    """Weeks up to the first in which two paths differ: the earlier of the steps at which they part."""
    found = next((pair for pair in zip(one, two, strict=False) if pair[0] != pair[1]), (one[-1], two[-1]))
    return int(min(found)[0])


def _cut(found: list[Chain], workers: int) -> list[Chain]:
    """Cut the chain of the busiest worker as long as that makes the work shorter; the second part comes last."""
    ends, last = _ends(found, workers)
    while len(found[last].jobs) > 1:
        first, second = found[last].cut()
        tried = [*found[:last], first, *found[last + 1 :], second]
        sooner, busiest = _ends(tried, workers)
        if sooner >= ends:
            break
        found, ends, last = tried, sooner, busiest
    return found


def _ends(found: Sequence[Chain], workers: int) -> tuple[list[int], int]:
    """Weeks until each worker has done, the latest first, when each takes the next chain; and which one ends last."""
    busy, latest, number = [0] * workers, -1, 0
    for k, chain in enumerate(found):
        end = heapq.heappop(busy) + chain.weeks
        heapq.heappush(busy, end)
        if end > latest:
            latest, number = end, k
    return sorted(busy, reverse=True), number


def room(residents: float, workers: int, memory: float | None = None) -> int:
    """Snapshots that each of some workers can hold beside its run and the start of it, as memory is now.

    Parameters
    ----------
    residents : float
        Simulated residents of the largest run.
    memory : float, optional
        GB that runs may take together; without it what is free.
    """
    left = free(memory) / workers - of_a_run(residents)
    return int(left / (_BYTES_PER_SNAPSHOT * max(residents, _LEAST))) - 1
