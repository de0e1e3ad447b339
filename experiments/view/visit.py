"""The state of one visitor's page: what is shown, what is set, and the player that runs the models."""

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import solara
from solara.server.kernel_context import get_current_context

from experiments.texts.catalogue import Lang
from experiments.view import charts, layers, visitors, wanted
from experiments.view import map as map_
from experiments.view.map import View
from experiments.view.player import SPEEDS, Player
from experiments.view.session import FOLLOWED, Pair
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

    The player's thread draws the pictures, so that the page's own thread is always free to answer. It belongs to no
    session, and enters this one only to hand over what it drew. What comes from the browser is checked here against
    what was offered, and does nothing otherwise.

    Parameters
    ----------
    left : callable
        Called in the session when nothing was asked of the models for too long.

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

    def __init__(self, left: Callable[[], None]) -> None:
        start = visitors.options
        self._session = get_current_context()
        scenario = start.load(start.scenario)
        self.lang: solara.Reactive[Lang] = solara.reactive(start.lang)
        self._seen = View(lang=start.lang, communities=start.scale < _DENSE)
        self.view = solara.reactive(self._seen)
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
        self.player = Player(self._show, idle=start.idle, left=lambda: self._tell(left))
        self.reset()

    def _tell(self, change: Callable[[], None]) -> bool:
        """Change what the page shows, from any thread; False if the session has ended."""
        with self._session.lock:
            if self._session.closed_event.is_set():
                return False
            with self._session:
                change()
        return True

    def _show_nothing(self) -> None:
        self.frame.set(Frame(self._numbers))
        self.started.set(False)
        self.slow.set((self._numbers, ""))

    def _show_map(self, frame: Frame) -> None:
        self.frame.set(frame)
        self.started.set(frame.weeks > 0)

    def _show(self, pair: Pair | None) -> bool:
        """In the player's thread: draw, tell the page, and wait until it has painted; False if it has gone.

        Without the wait a page that paints more slowly than the models step would paint for ever and never answer.
        """
        self._numbers += 1
        if pair is None:
            return self._tell(self._show_nothing)
        slow = not self.player.playing or time.monotonic() - self._slow_at >= _SLOW_SECONDS
        view = self._seen
        frame = Frame(self._numbers, pair, pair.weeks, pair.monday.isoformat(), view, data_url(map_.draw(pair, view)))
        self._painted.clear()
        there = self._tell(lambda: self._show_map(frame))
        if there and slow:  # drawn while the browser paints the map
            self._slow_at = time.monotonic()
            drawn = self._numbers, data_url(charts.draw(pair, view.lang))
            there = self._tell(lambda: self.slow.set(drawn))
        self._painted.wait(_PATIENCE if there and self.player.playing else 0)
        return there

    def painted(self) -> None:
        """The page has painted the latest frame."""
        self._painted.set()

    def look(self, **changes: Any) -> None:
        """Change what is shown, if all of it was offered."""
        pair = self.frame.peek().pair
        if all(wanted.FIELDS[name](value, pair) for name, value in changes.items()):
            changes = {name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()}
            self._see(replace(self.view.peek(), **changes))
            self.player.refresh()

    def _see(self, view: View) -> None:
        self._seen = view  # the player's thread reads it outside of the session
        self.view.set(view)

    def follow(self, resident: Any) -> None:
        """Another of the residents who are followed."""
        if wanted.whole(resident, FOLLOWED):
            self.resident.set(resident)

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

    def hurry(self, speed: Any) -> None:
        """Another speed, by its name."""
        if speed in [known.name for known in SPEEDS]:
            self.player.hurry(speed)
        self.controls.set(self.controls.peek() + 1)

    def reset(self) -> None:
        """Start the models anew with what is set on the page."""
        scenario = self._wanted.model_copy(update={"interventions": dict(self.levers.peek())})
        view = replace(self.view.peek(), community=None)
        self._see(view if view.layer in layers.offered(scenario.context) else replace(view, layer=View().layer))
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

    def choose(self, name: Any) -> None:
        """Take another scenario with its levers, one of those on offer: a visitor's text never becomes a path."""
        if name not in list(visitors.titles(visitors.options.scenario)):
            return
        self._wanted = visitors.options.load(name)
        self.name.set(name)
        self.levers.set(dict(self._wanted.interventions))
        self.reset()

    def set_seed(self, typed: Any) -> bool:
        """Another seed as it was typed, from the next reset on; False if it is none."""
        seed = wanted.seed(typed)
        if seed is not None and seed != self.seed.peek():
            self.seed.set(seed)
            self.pending.set(True)
        return seed is not None

    def point(self, place: Any) -> None:
        """A click on the map, as shares of its width and height."""
        pair = self.frame.peek().pair
        if pair is not None and wanted.share_of_picture(place):
            with pair.reading:
                found = map_.community_at(pair, float(place["x"]), float(place["y"]))
            if found is not None:
                self.look(community=found)

    def close(self) -> None:
        """The visitor has left; a second time does nothing."""
        self.player.close()
        self._painted.set()
