"""What the command line asked for, and how many visitors have a place."""

import threading
from dataclasses import dataclass

from experiments.texts.catalogue import Lang
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario


@dataclass(frozen=True)
class Options:
    """What every visit starts with."""

    scenario: str = "huitian_plan"
    seed: int = 1
    scale: float = 1.0
    district: str | None = None
    lang: Lang = "zh"
    most: int = 4

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

    def enter(self) -> bool:
        """Take a place if there is one."""
        with self._lock:
            free = self._inside < self.most
            self._inside += free
            return free

    def leave(self) -> None:
        """Give a place back."""
        with self._lock:
            self._inside -= 1


options = Options()
visitors = Visitors(options.most)


def configure(chosen: Options) -> None:
    """Set what the page starts with, before the server does."""
    global options, visitors
    options, visitors = chosen, Visitors(chosen.most)
