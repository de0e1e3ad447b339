"""Runs of the options that visitors look at with other seeds: made one by one in a single background process."""

import contextlib
import itertools
import logging
import multiprocessing
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import NamedTuple

from experiments.answers.costs import COSTS
from experiments.view.background import Answer, Order, Series, work
from simulation.run import content_hash
from simulation.scenario.types import Scenario

log = logging.getLogger("huitian.view")

METRICS = ("satisfaction", "load_committee", *COSTS)
"""What is kept of a run: the metrics of the headline and of the bands."""
_MOST = 512  # runs that are remembered, the least wanted forgotten first; 14 kB each at 417 weeks
_ATTEMPTS = 2  # processes that may be lost before the rest is given up
_PATIENCE = 5.0  # seconds that a process has to end by itself
_SEEDS = 2**63


class Played(NamedTuple):
    """An option with the seed of the visitor, whose replicates have the seeds that follow."""

    scenario: Scenario
    seed: int
    scale: float

    @property
    def baseline(self) -> Scenario:
        """What it is compared with."""
        return self.scenario.model_copy(update={"interventions": {}})


class Replicate(NamedTuple):
    """Policy and baseline of one further seed over all weeks of the scenario."""

    policy: Series
    baseline: Series


class _Run(NamedTuple):
    scenario: Scenario
    seed: int
    scale: float

    @property
    def key(self) -> str:
        return f"{content_hash(self.scenario)} {self.seed} {self.scale!r}"


@dataclass(eq=False)
class Wish:
    """What one visitor wants; `arrived` is called, in another thread, when something of it has come or nothing will."""

    arrived: Callable[[], object]
    runs: dict[str, _Run] = field(default_factory=dict)
    gone: bool = False


@dataclass(frozen=True)
class Worker:
    """The background process, and the line to it."""

    process: BaseProcess
    line: Connection

    def end(self) -> None:
        """End it, at the latest by force; it leaves no zombie."""
        self.line.close()
        self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(_PATIENCE)


def begin() -> Worker:
    """A process of its own, which shares nothing with the server and ends with it."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=work, args=(there,), name="replicates", daemon=True)
    process.start()
    there.close()
    return Worker(process, here)


class Replicates:
    """All replicates of a server. Visitors take turns; the process is there only while something is to be made.

    Parameters
    ----------
    number : int
        Further seeds of each option; 0 makes none.
    begin : callable
        Starts a process.
    """

    def __init__(self, number: int, begin: Callable[[], Worker] = begin) -> None:
        self.number = number
        self.lost = False
        self._begin = begin
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._found: OrderedDict[str, Series | None] = OrderedDict()
        self._wishes: list[Wish] = []  # whose turn is next comes first
        self._thread: threading.Thread | None = None
        self._ending: threading.Thread | None = None
        self._worker: Worker | None = None
        self._now: tuple[int, str] | None = None

    def want(self, wish: Wish, options: Sequence[Played]) -> None:
        """Make the replicates of some options, the first ones first, and no longer what the visitor wanted before."""
        runs = {run.key: run for one in options for pair in self._seeds(one) for run in pair}
        with self._lock:
            self._leave(wish)
            wish.runs = runs
            if runs and not wish.gone:
                self._wishes.insert(0, wish)
            self._call_off()
            self.lost = False
            if self._thread is None and self._missing() is not None:
                self._thread = threading.Thread(target=self._attend, name="replicates", daemon=True)
                self._thread.current_context = None  # type: ignore[attr-defined]  # of no session
                self._thread.start()

    def drop(self, wish: Wish) -> None:
        """The visitor has left."""
        with self._lock:
            wish.gone = True
            self._leave(wish)
            self._call_off()

    def found(self, option: Played) -> tuple[Replicate, ...]:
        """What has come of an option so far, in the order of seeds."""
        found = []
        with self._lock:
            for baseline, policy in self._seeds(option):
                a, b = self._found.get(policy.key), self._found.get(baseline.key)
                if a is not None and b is not None:
                    found.append(Replicate(a, b))
        return tuple(found)

    def close(self) -> None:
        """End the process; the server ends."""
        with self._lock:
            self._wishes.clear()
            worker, threads = self._worker, (self._thread, self._ending)
        if worker is not None:
            worker.process.kill()
        for thread in threads:
            if thread is not None:
                thread.join(2 * _PATIENCE)

    def _seeds(self, one: Played) -> list[tuple[_Run, _Run]]:
        seeds = [(one.seed + k) % _SEEDS for k in range(1, self.number + 1)]
        return [(_Run(one.baseline, seed, one.scale), _Run(one.scenario, seed, one.scale)) for seed in seeds]

    def _leave(self, wish: Wish) -> None:
        if wish in self._wishes:
            self._wishes.remove(wish)

    def _call_off(self) -> None:
        """Call off what is being made if nobody wants it any more."""
        if self._now is not None and not any(self._now[1] in wish.runs for wish in self._wishes):
            number, self._now = self._now[0], None
            if self._worker is not None:
                with contextlib.suppress(OSError):  # a lost process is found out by the thread that waits for it
                    self._worker.line.send(number)

    def _missing(self) -> tuple[Wish, _Run] | None:
        for wish in self._wishes:
            for key, run in wish.runs.items():
                if key not in self._found:
                    return wish, run
        return None

    def _attend(self) -> None:
        """Have made what is missing, until nothing is; the thread."""
        worker, lost = None, 0
        try:
            while lost < _ATTEMPTS:
                chosen = self._choose()
                if chosen is None:
                    return
                worker = worker or self._begin()
                try:
                    if self._order(worker, *chosen):
                        self._take(chosen[1], worker.line.recv())
                        lost = 0
                except (EOFError, OSError):
                    worker.end()
                    worker, lost = None, lost + 1
            log.error("the background process of the page was lost %d times", _ATTEMPTS)
        except Exception:
            log.exception("the background runs of the page have failed")
        finally:
            self._give_up()
            if worker is not None:
                worker.end()

    def _choose(self) -> tuple[int, _Run] | None:
        """The next run, of the visitor whose turn it is; None, and the end of the thread, if nothing is missing."""
        with self._lock:
            missing = self._missing()
            if missing is None:
                self._end_thread()
                return None
            wish, run = missing
            self._wishes.append(self._wishes.pop(self._wishes.index(wish)))
            self._now = next(self._numbers), run.key
            return self._now[0], run

    def _end_thread(self) -> None:
        """Let the next wish begin a thread of its own; this one has its process to end yet."""
        self._ending, self._thread = self._thread, None
        self._worker = self._now = None

    def _order(self, worker: Worker, number: int, run: _Run) -> bool:
        """Order a run, unless it was called off while the process began."""
        with self._lock:
            self._worker = worker
            wanted = self._now is not None
            if wanted:
                worker.line.send(Order(number, *run, METRICS))
            return wanted

    def _take(self, run: _Run, answer: Answer) -> None:
        if answer.fault:
            log.error("a background run of %s has failed: %s", run.scenario.name, answer.fault)
        with self._lock:
            self._now = None
            if answer.series is None and not answer.fault:
                return
            self._found[run.key] = answer.series
            while len(self._found) > _MOST:
                self._found.popitem(last=False)
            told = [wish for wish in self._wishes if run.key in wish.runs]
        for wish in told:
            wish.arrived()

    def _give_up(self) -> None:
        """Tell those who wait that nothing more comes, if this thread did not end because nothing was missing."""
        with self._lock:
            if self._thread is not threading.current_thread():
                return
            self._end_thread()
            told, self.lost = list(self._wishes), bool(self._wishes)
            self._wishes.clear()
        for wish in told:
            wish.arrived()
