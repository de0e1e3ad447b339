"""A thread that builds and steps a pair while the page stays free to answer."""

import queue
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from experiments.view.session import Pair
from simulation.interventions.base import Intervention
from simulation.scenario.types import Scenario

LATEST_PAUSE = 0.05  # seconds a paused or waiting player looks away at most


@dataclass(frozen=True)
class Speed:
    """How fast Play goes: weeks between two pictures, and least seconds between them."""

    name: str
    weeks: int
    seconds: float


SPEEDS = (Speed("slow", 1, 1.0), Speed("normal", 1, 0.0), Speed("fast", 4, 0.0), Speed("fastest", 13, 0.0))


class Player:
    """Carries out one order after another in its own thread.

    Parameters
    ----------
    show : callable
        Called in that thread with the pair, or None while there is none, whenever there is something new to see.
    make : callable
        Builds a pair from scenario, seed and scale.
    """

    def __init__(
        self, show: Callable[[Pair | None], None], make: Callable[[Scenario, int, float], Pair] = Pair
    ) -> None:
        self.pair: Pair | None = None
        self.playing = False
        self.busy = True
        self.error = ""
        self.speed = SPEEDS[1]
        self._show, self._make = show, make
        self._orders: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="player", daemon=True)
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
        while True:
            order, value = self._orders.get()
            if order == "close":
                if self.pair is not None:
                    self.pair.close()
                self.pair = None
                return
            try:
                getattr(self, f"_{order}")(value)
                self.error = ""
            except Exception as error:  # the page shows it and lives on
                traceback.print_exc()
                self.playing, self.error = False, f"{type(error).__name__}: {error}"
            self.busy = not self._orders.empty()
            self._show(self.pair)

    def _build(self, what: tuple[Pair | None, Scenario, int, float]) -> None:
        old, scenario, seed, scale = what
        if old is not None:
            old.close()
        self.pair = self._make(scenario, seed, scale)

    def _refresh(self, nothing: None) -> None:
        pass  # whatever was ordered is shown

    def _levers(self, interventions: dict[str, Intervention]) -> None:
        pair = self.pair
        later = [order for order, _ in list(self._orders.queue)]
        if pair is not None and pair.weeks == 0 and "levers" not in later:
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
            self._show(self.pair)
            while self.playing and time.monotonic() - began < self.speed.seconds:
                time.sleep(LATEST_PAUSE)
        self.playing = False
