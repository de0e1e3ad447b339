"""The state of one visitor's page: what is shown, what is set, and the player that runs the models."""

import base64
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

import solara

from experiments.texts.catalogue import Lang
from experiments.view import charts, layers, visitors
from experiments.view import map as map_
from experiments.view.map import View
from experiments.view.player import Player
from experiments.view.session import Pair
from simulation.interventions.base import Intervention

_SLOW_SECONDS = 1.0
_DENSE = 0.3  # below this scale most cells are empty, and the map begins with means of communities
_PATIENCE = 5.0  # seconds that the models wait for the page at most


def data_url(png: bytes) -> str:
    """A picture as text that the browser shows without asking for a file."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


@dataclass(frozen=True)
class Frame:
    """What the page shows: the pictures of one moment, and what they show. Without a pair they are empty."""

    number: int = 0
    pair: Pair | None = None
    weeks: int = 0
    date: str = ""
    view: View = field(default_factory=View)
    map: str = ""


class Visit:
    """One visitor. Reactive fields repaint the page when they change.

    The player's thread draws the pictures, so that the page's own thread is always free to answer.

    Attributes
    ----------
    frame : Reactive[Frame]
        The map and its moment.
    slow : Reactive[tuple[int, str]]
        Number of the frame that charts and cards show, and the charts: at most once a second while the models play.
    levers, name, seed : Reactive
        Policy, scenario and seed as set on the page; the models may still run with others, see `pending`.
    started : Reactive[bool]
        Whether a week has been stepped.
    """

    def __init__(self) -> None:
        start = visitors.options
        scenario = start.load(start.scenario)
        self.lang: solara.Reactive[Lang] = solara.reactive(start.lang)
        self.view = solara.reactive(View(lang=start.lang, communities=start.scale < _DENSE))
        self.frame = solara.reactive(Frame())
        self.slow = solara.reactive((0, ""))
        self.name = solara.reactive(start.scenario)
        self.seed = solara.reactive(start.seed)
        self.levers: solara.Reactive[dict[str, Intervention]] = solara.reactive(dict(scenario.interventions))
        self.pending, self.started = solara.reactive(False), solara.reactive(False)
        self.resident = solara.reactive(0)
        self.controls = solara.reactive(0)
        self._numbers, self._painted, self._slow_at = 0, threading.Event(), 0.0
        self._wanted = scenario
        self.player = Player(self._show)
        self.reset()

    def _show(self, pair: Pair | None) -> None:
        """In the player's thread: draw, tell the page, and wait until it has painted.

        Without the wait a page that paints more slowly than the models step would paint for ever and never answer.
        """
        self._numbers += 1
        if pair is None:
            self.frame.set(Frame(self._numbers))
            self.started.set(False)
            self.slow.set((self._numbers, ""))
            return
        slow = not self.player.playing or time.monotonic() - self._slow_at >= _SLOW_SECONDS
        view = self.view.peek()
        frame = Frame(self._numbers, pair, pair.weeks, pair.monday.isoformat(), view, data_url(map_.draw(pair, view)))
        self._painted.clear()
        self.frame.set(frame)
        self.started.set(pair.weeks > 0)
        if slow:  # drawn while the browser paints the map
            self._slow_at = time.monotonic()
            self.slow.set((self._numbers, data_url(charts.draw(pair, view.lang))))
        self._painted.wait(_PATIENCE if self.player.playing else 0)

    def painted(self) -> None:
        """The page has painted the latest frame."""
        self._painted.set()

    def look(self, **changes: Any) -> None:
        """Change what is shown."""
        self.view.set(replace(self.view.peek(), **changes))
        self.player.refresh()

    def speak(self, lang: Lang) -> None:
        """Change the language."""
        self.lang.set(lang)
        self.look(lang=lang)

    def toggle(self) -> None:
        """Play or pause."""
        if self.player.playing:
            self.player.pause()
        else:
            self.player.play()
        self.controls.set(self.controls.peek() + 1)

    def step(self) -> None:
        """One week."""
        self.player.step()
        self.controls.set(self.controls.peek() + 1)

    def hurry(self, speed: str) -> None:
        """Another speed, by its name."""
        self.player.hurry(speed)
        self.controls.set(self.controls.peek() + 1)

    def reset(self) -> None:
        """Start the models anew with what is set on the page."""
        scenario = self._wanted.model_copy(update={"interventions": dict(self.levers.peek())})
        view = replace(self.view.peek(), community=None)
        self.view.set(view if view.layer in layers.offered(scenario.context) else replace(view, layer=View().layer))
        self.pending.set(False)
        self.player.build(scenario, self.seed.peek(), visitors.options.scale)
        self._show(None)

    def set_levers(self, levers: dict[str, Intervention]) -> None:
        """A lever was moved: it counts at once before the first week, else from the next reset on."""
        self.levers.set(levers)
        pair = self.player.pair
        if pair is not None and not pair.weeks and not self.player.playing and not self.pending.peek():
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
        pair = self.frame.peek().pair
        if pair is not None:
            with pair.reading:
                found = map_.community_at(pair, float(place["x"]), float(place["y"]))
            if found is not None:
                self.look(community=found)

    def close(self) -> None:
        """The visitor has left."""
        self.player.close()
        self._painted.set()
