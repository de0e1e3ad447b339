"""The state of one visitor's page: what is shown, what is set, and the player that runs the models."""

import base64
from dataclasses import replace
from typing import Any

import solara

from experiments.view import charts, visitors
from experiments.view import map as map_
from experiments.view.map import View
from experiments.view.player import Player
from experiments.view.words import Lang
from simulation.interventions.base import Intervention


def data_url(png: bytes) -> str:
    """A picture as text that the browser shows without asking for a file."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


class Visit:
    """One visitor. Reactive fields repaint the page when they change.

    Attributes
    ----------
    frame : Reactive[int]
        Counts up whenever the models have something new to show.
    levers, name, seed : Reactive
        Scenario, policy and seed as set on the page; the models may still run with others, see `pending`.
    """

    def __init__(self) -> None:
        start = visitors.options
        scenario = start.load(start.scenario)
        self.lang: solara.Reactive[Lang] = solara.reactive(start.lang)
        self.view = solara.reactive(View(lang=start.lang))
        self.frame = solara.reactive(0)
        self.name = solara.reactive(start.scenario)
        self.seed = solara.reactive(start.seed)
        self.levers: solara.Reactive[dict[str, Intervention]] = solara.reactive(dict(scenario.interventions))
        self.pending = solara.reactive(False)
        self.resident = solara.reactive(0)
        self.player = Player(self._show)
        self._wanted = scenario
        self.reset()

    def _show(self) -> None:
        self.frame.set(self.frame.peek() + 1)

    def look(self, **changes: Any) -> None:
        """Change what is shown."""
        self.view.set(replace(self.view.peek(), **changes))

    def speak(self, lang: Lang) -> None:
        """Change the language."""
        self.lang.set(lang)
        self.look(lang=lang)

    def reset(self) -> None:
        """Start the models anew with what is set on the page."""
        scenario = self._wanted.model_copy(update={"interventions": dict(self.levers.peek())})
        self.look(community=None)
        self.pending.set(False)
        self.player.build(scenario, self.seed.peek(), visitors.options.scale)
        self._show()

    def set_levers(self, levers: dict[str, Intervention]) -> None:
        """A lever was moved: it counts at once before the first week, else from the next reset on."""
        self.levers.set(levers)
        pair = self.player.pair
        if pair is not None and not pair.weeks and not self.pending.peek():
            self.player.levers(levers)
        else:
            self.pending.set(True)

    def choose(self, name: str) -> None:
        """Take another scenario with its levers."""
        self._wanted = visitors.options.load(name)
        self.name.set(name)
        self.levers.set(dict(self._wanted.interventions))
        self.reset()

    def set_seed(self, seed: int) -> None:
        """Another seed, from the next reset on."""
        if seed != self.seed.peek():
            self.seed.set(seed)
            self.pending.set(True)

    def point(self, place: dict[str, float]) -> None:
        """A click on the map, as shares of its width and height."""
        pair = self.player.pair
        if pair is not None:
            with pair.reading:
                self.look(community=map_.community_at(pair, float(place["x"]), float(place["y"])))

    def map_picture(self) -> str:
        """The map as it is now; empty while the models are being built."""
        pair = self.player.pair
        if pair is None:
            return ""
        with pair.reading:
            return data_url(map_.draw(pair, self.view.peek()))

    def chart_picture(self) -> str:
        """The charts as they are now; empty while the models are being built."""
        pair = self.player.pair
        if pair is None:
            return ""
        with pair.reading:
            return data_url(charts.draw(pair, self.lang.peek()))

    def close(self) -> None:
        """The visitor has left."""
        self.player.close()
