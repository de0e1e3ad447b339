"""A thread that builds and steps a pair while the page stays free to answer."""

import contextlib
import ctypes
import gc
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from experiments.view.session import Pair
from simulation.interventions.base import Intervention
from simulation.scenario.types import Scenario

log = logging.getLogger("huitian.view")

LATEST_PAUSE = 0.05  # seconds a paused or waiting player looks away at most


@dataclass(frozen=True)
class Speed:
    """How fast Play goes: weeks between two pictures, and least seconds between them."""

    name: str
    weeks: int
    seconds: float


SPEEDS = (Speed("slow", 1, 1.0), Speed("normal", 1, 0.0), Speed("fast", 4, 0.0), Speed("fastest", 13, 0.0))


def give_back() -> None:
    """Hand freed memory to the system where its library can (glibc), which else keeps what threads have freed."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


class Player:
    """Carries out one order after another in its own thread.

    Parameters
    ----------
    show : callable
        Called in that thread with the pair, or None while there is none, whenever there is something new to see. It
        gives False when nobody looks any more; then the player ends.
    make : callable
        Builds a pair from scenario, seed and scale.
    idle : float
        Seconds without an order after which the player ends.
    left : callable
        Called in that thread when that was the reason.

    Attributes
    ----------
    failed : str
        Key of the page's text that says why the latest order was not carried out; "" if it was.
    """

    def __init__(
        self,
        show: Callable[[Pair | None], bool],
        make: Callable[[Scenario, int, float], Pair] = Pair,
        idle: float = 3600.0,
        left: Callable[[], object] = lambda: None,
    ) -> None:
        self.pair: Pair | None = None
        self.playing = False
        self.busy = True
        self.failed = ""
        self.speed = SPEEDS[1]
        self._show, self._make, self._idle, self._left = show, make, idle, left
        self._orders: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="player", daemon=True)
        self._thread.current_context = None  # type: ignore[attr-defined]  # of no session: Solara would end it with one
        self._thread.start()

    def build(self, scenario: Scenario, seed: int, scale: float) -> None:
        """Start anew; until the new pair is ready there is none."""
        self.playing, self.busy = False, True
        old, self.pair = self.pair, None
        self._orders.put(("build", (old, scenario, seed, scale)))

    def levers(self, interventions: Mapping[str, Intervention]) -> None:
        """Change the policy before its first week; of several changes in a row only the last one is carried out."""
        self.busy = True
        self._orders.put(("levers", dict(interventions)))

    def refresh(self) -> None:
        """Show again, because what shall be seen has changed; a playing player does so by itself."""
        if not self.playing:
            self._orders.put(("refresh", None))

    def step(self, weeks: int = 1) -> None:
        """Some weeks, then a picture."""
        self.busy = True
        self._orders.put(("step", weeks))

    def play(self) -> None:
        """Step until paused or finished."""
        self.playing = True
        self._orders.put(("play", None))

    def pause(self) -> None:
        """Stop after the week that is being stepped."""
        self.playing = False

    def hurry(self, speed: str) -> None:
        """Another speed of Play, by its name."""
        self.speed = next(known for known in SPEEDS if known.name == speed)

    def close(self) -> None:
        """End the thread and free the models."""
        self.playing = False
        self._orders.put(("close", None))

    def join(self, seconds: float) -> None:
        """Wait for the thread to end, after `close`."""
        self._thread.join(seconds)

    def _work(self) -> None:
        try:
            while self._carry_out():
                pass
        except Exception:
            log.exception("the player has failed")
        finally:
            self.playing = False
            self._let_go()

    def _let_go(self) -> None:
        """Free the models, also one that a build was still to replace."""
        pairs = [self.pair]
        with contextlib.suppress(queue.Empty):
            while True:
                order, value = self._orders.get_nowait()
                pairs += [value[0]] if order == "build" else []
        self.pair = None
        for pair in pairs:
            if pair is not None:
                pair.close()
        give_back()

    def _carry_out(self) -> bool:
        """The next order, and its picture; False when it was the last."""
        try:
            order, value = self._orders.get(timeout=self._idle)
        except queue.Empty:
            self._left()
            return False
        if order == "close":
            return False
        try:
            getattr(self, f"_{order}")(value)
            self.failed = ""
        except MemoryError:  # the page says so and lives on
            log.error("no memory for the models of a visitor: give fewer --max-visitors, or a smaller --scale")
            self.playing, self.failed = False, "no_memory"
        except Exception:
            log.exception("the models of a visitor have failed (%s)", order)
            self.playing, self.failed = False, "error"
        self.busy = not self._orders.empty()
        return (order == "refresh" and self.busy) or self._show(self.pair)  # of many looks the last is drawn

    def _build(self, what: tuple[Pair | None, Scenario, int, float]) -> None:
        old, scenario, seed, scale = what
        if old is not None:
            old.close()
        if not self._follows("build"):
            self.pair = self._make(scenario, seed, scale)

    def _follows(self, order: str) -> bool:
        """Whether an order of a kind waits, which makes the one in hand needless."""
        return order in [waiting for waiting, _ in list(self._orders.queue)]

    def _refresh(self, nothing: None) -> None:
        pass  # whatever was ordered is shown

    def _levers(self, interventions: dict[str, Intervention]) -> None:
        pair = self.pair
        if pair is not None and pair.weeks == 0 and not self._follows("levers"):
            pair.set_levers(interventions)

    def _step(self, weeks: int) -> None:
        pair = self.pair
        for _ in range(weeks):
            if pair is not None and not pair.finished:
                pair.step()

    def _play(self, nothing: None) -> None:
        while self.playing and self._orders.empty():
            began = time.monotonic()
            for _ in range(self.speed.weeks):
                if self.playing:
                    self._step(1)
            pair = self.pair
            if pair is None or pair.finished:
                break
            self.busy = False
            if not self._show(self.pair):
                break
            while self.playing and time.monotonic() - began < self.speed.seconds:
                time.sleep(LATEST_PAUSE)
        self.playing = False
