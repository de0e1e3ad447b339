"""What the command line asked for, and how many visitors have a place."""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from experiments.texts.catalogue import Lang
from experiments.view.replicates import Replicates
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario


@dataclass(frozen=True)
class Options:
    """What every visit starts with; after `idle` seconds in which nothing is asked of its models it ends.

    `replicates`: further seeds of what is looked at that are run in the background; `results`: folders of stored
    results that may be opened.
    """

    scenario: str = "huitian_plan"
    seed: int = 1
    scale: float = 1.0
    district: str | None = None
    lang: Lang = "zh"
    most: int = 4
    idle: float = 3600.0
    replicates: int = 4
    results: tuple[Path, ...] = ()

    def load(self, name: str) -> Scenario:
        """A scenario by name or path, in the district of the command line."""
        scenario = load_scenario(name)
        return scenario if self.district is None else scenario.model_copy(update={"district": self.district})


class Visitors:
    """Places for visitors; each has two models in memory, so their number is limited."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._inside = 0
        self._lock = threading.Lock()

    def enter(self) -> "Place | None":
        """Take a place if there is one."""
        with self._lock:
            if self._inside >= self.most:
                return None
            self._inside += 1
            return Place(self._leave)

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1


class Place:
    """The place of one visitor."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave = [leave]

    def leave(self) -> None:
        """Give it back; a second time does nothing."""
        with contextlib.suppress(IndexError):
            self._leave.pop()()


options = Options()
visitors = Visitors(options.most)
replicates = Replicates(0)


def configure(chosen: Options) -> None:
    """Set what the page starts with, before the server does."""
    global options, visitors, replicates
    options, visitors, replicates = chosen, Visitors(chosen.most), Replicates(chosen.replicates)
