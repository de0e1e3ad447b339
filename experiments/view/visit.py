"""The state of one visitor's page: what is shown, what is set, and the player that runs the models."""

import base64
import itertools
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import solara
from numpy.typing import NDArray
from solara.server.kernel_context import get_current_context

from experiments.study.scenario_file import yaml_text
from experiments.texts.catalogue import Lang, Words, phrase
from experiments.texts.errors import both
from experiments.view import files, kept, layers, offered, sheet, slow, visitors, wanted
from experiments.view import map as map_
from experiments.view.address import Address
from experiments.view.files import File
from experiments.view.kept import Kept
from experiments.view.map import Picture, View
from experiments.view.people import FOLLOWED, Sought
from experiments.view.player import SPEEDS, Player
from experiments.view.replicates import Played, Wish
from experiments.view.session import Pair
from experiments.view.shelf import Shelf
from simulation.interventions.base import Intervention
from simulation.scenario.types import Scenario
from simulation.yaml_source import SourceError

_SLOW_SECONDS = 1.0
_AT_ONCE = 13  # weeks of a link that are played between two pictures
OPENED = "opened_file"
"""In the list of scenarios the one of a file that the visitor brought."""
_LONGEST_NAME = 50  # characters of a name that something is added to
_PATIENCE = 5.0  # seconds that the models wait for the page at most


@dataclass(frozen=True)
class Frame:
    """What the page shows: one moment of the models as the map draws it. Without a pair there is nothing."""

    number: int = 0
    pair: Pair | None = None
    weeks: int = 0
    date: str = ""
    view: View = field(default_factory=View)
    map: Picture | None = None


class Visit:
    """One visitor. Reactive fields repaint the page when they change.

    The player's thread reads the models, so that the page's own thread is always free to answer. It belongs to no
    session, and enters this one only to hand over what it read. What comes from the browser is checked here against
    what was offered, and does nothing otherwise.

    Parameters
    ----------
    linked : Address
        What the visit starts with.
    left : callable
        Called in the session when nothing was asked of the models for too long.

    Attributes
    ----------
    frame : Reactive[Frame]
        The map and its moment.
    slow : Reactive[Slow]
        Charts and cards: at most once a second while the models play.
    place : Reactive[dict]
        Where the map stands: zoom, and cells from the middle.
    taken : Reactive[int]
        How often a scenario was taken with its levers: what was typed for one before counts no more.
    levers, name, seed : Reactive
        Policy, scenario and seed as set on the page; the models may still run with others, see `pending`.
    started : Reactive[bool]
        Whether a week has been stepped.
    kept : Reactive[tuple[Kept, ...]]
        Options that were kept to compare.
    opened : Reactive[Scenario | None]
        Scenario of a file that the visitor brought.
    shelf : Shelf
        Stored results that may be opened.
    file, fault : Reactive
        The latest file to save, and what is wrong with the latest one that was opened.
    """

    def __init__(self, linked: Address, left: Callable[[], None]) -> None:
        start = visitors.options
        self._session = get_current_context()
        name = linked.scenario or start.scenario
        scenario = start.load(name)
        levers = scenario.interventions if linked.levers is None else linked.levers
        self.lang: solara.Reactive[Lang] = solara.reactive(linked.view.lang)
        self._seen, self._beside = linked.view, ()  # type: tuple[View, tuple[Kept, ...]]
        self.view = solara.reactive(linked.view)
        self.frame = solara.reactive(Frame())
        self.slow = solara.reactive(slow.Slow())
        self.place: solara.Reactive[dict[str, float]] = solara.reactive(dict(linked.place))
        self.taken = solara.reactive(0)
        self.name = solara.reactive(name)
        self.seed = solara.reactive(start.seed if linked.seed is None else linked.seed)
        self.levers: solara.Reactive[dict[str, Intervention]] = solara.reactive(dict(levers))
        self.pending, self.started = solara.reactive(False), solara.reactive(False)
        self.resident = solara.reactive(0)
        self.controls = solara.reactive(0)
        self.kept: solara.Reactive[tuple[Kept, ...]] = solara.reactive(())
        self.opened: solara.Reactive[Scenario | None] = solara.reactive(None)
        self.file: solara.Reactive[File | None] = solara.reactive(None)
        self.fault = solara.reactive("")
        self._numbers = itertools.count(1)  # one for both threads: taking the next cannot be cut in two
        self._painted, self._slow_at = threading.Event(), 0.0
        self._wanted = scenario
        self._people: dict[tuple[Any, ...], NDArray[np.int64]] = {}  # of the player's thread
        self.player = Player(self._show, idle=start.idle, left=lambda: self._tell(left))
        self.shelf = Shelf(start.results, self._tell)
        self._wish = Wish(self.player.refresh)
        self.reset()
        self._see(replace(self.view.peek(), community=linked.view.community))
        for first in range(0, min(linked.week, scenario.weeks), _AT_ONCE):
            self.player.step(min(_AT_ONCE, linked.week - first))

    def _tell(self, change: Callable[[], None]) -> bool:
        """Change what the page shows, from any thread; False if the session has ended."""
        with self._session.lock:
            if self._session.closed_event.is_set():
                return False
            with self._session:
                change()
        return True

    def _show_nothing(self, number: int) -> None:
        self.frame.set(Frame(number))
        self.started.set(False)
        self.slow.set(slow.Slow(number))

    def _show_map(self, frame: Frame) -> None:
        self.frame.set(frame)
        self.started.set(frame.weeks > 0)

    def _show(self, pair: Pair | None) -> bool:
        """In the player's thread: read, tell the page, and wait until it has painted; False if it has gone.

        Without the wait a page that paints more slowly than the models step would paint for ever and never answer.
        """
        number = next(self._numbers)
        if pair is None:
            return self._tell(lambda: self._show_nothing(number))
        due = not self.player.playing or time.monotonic() - self._slow_at >= _SLOW_SECONDS
        view = self._seen
        with pair.reading:
            if pair.sought != view.sought:
                self._follow(pair, view.sought)
            picture = map_.picture(pair, view)
        frame = Frame(number, pair, pair.weeks, pair.monday.isoformat(), view, picture)
        self._painted.clear()
        there = self._tell(lambda: self._show_map(frame))
        if there and due:  # read while the browser paints the map
            self._slow_at = time.monotonic()
            now = self._replicated(kept.played(pair))
            drawn = slow.read(number, pair, view, self._beside, now)
            there = self._tell(lambda: self.slow.set(drawn))
        self._painted.wait(_PATIENCE if there and self.player.playing else 0)
        return there

    def _follow(self, pair: Pair, sought: Sought) -> None:
        """Follow who is sought; after a reset the very same residents, so that their whole story is told."""
        key = (pair.seed, pair.scale, pair.scenario.district, sought)
        self._people = {key: pair.seek(sought, self._people.get(key))}

    def _replicated(self, one: Kept | None) -> Kept | None:
        return None if one is None else replace(one, replicates=visitors.replicates.found(one.option))

    def kept_now(self) -> tuple[Kept, ...]:
        """Options that were kept, with what has arrived of their replicates."""
        return tuple(replace(one, replicates=visitors.replicates.found(one.option)) for one in self.kept.value)

    def _replicate(self) -> None:
        """Have replicates made of what is played and of what was kept, instead of those before."""
        visitors.replicates.want(self._wish, [self._option, *(one.option for one in self.kept.peek())])

    def _chosen(self) -> Played:
        scenario = self._wanted.model_copy(update={"interventions": dict(sorted(self.levers.peek().items()))})
        return Played(scenario, self.seed.peek(), visitors.options.scale)

    def painted(self) -> None:
        """The page has painted the latest frame."""
        self._painted.set()

    def show(self, **changes: Any) -> bool:
        """Change how what was read is shown, if all of it was offered; the browser has all it needs."""
        pair = self.frame.peek().pair
        fine = all(wanted.FIELDS[name](value, pair) for name, value in changes.items())
        if fine:
            self._see(replace(self.view.peek(), **changes))
        return fine

    def look(self, **changes: Any) -> None:
        """Change what is read from the models, if all of it was offered."""
        if self.show(**changes):
            self.player.refresh()

    def _see(self, view: View) -> None:
        self._seen = view  # the player's thread reads it outside of the session
        self.view.set(view)

    def follow(self, resident: Any) -> None:
        """Another of the residents who are followed."""
        if wanted.whole(resident, FOLLOWED):
            self.resident.set(resident)

    def seek(self, **changes: Any) -> None:
        """Follow others: residents of some age, place or status, from the next week on."""
        sought = replace(self.view.peek().sought, **{"turn": 0, **changes})
        if wanted.FIELDS["sought"](sought, self.frame.peek().pair):
            self.resident.set(0)
            self.look(sought=sought)

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
        self._option = self._chosen()
        scenario = self._option.scenario
        view = replace(self.view.peek(), community=None)
        self._see(view if view.layer in layers.offered(scenario.context) else replace(view, layer=View().layer))
        self.pending.set(False)
        self.player.build(*self._option)
        self._replicate()
        self._show(None)

    def set_levers(self, levers: dict[str, Intervention]) -> None:
        """A lever was moved: it counts at once before the first week, else from the next reset on."""
        self.levers.set(levers)
        pair = self.player.pair
        if pair is not None and not pair.weeks and not self.player.playing and not self.pending.peek():
            self.player.levers(levers)
            self._option = self._chosen()
            self._replicate()
        else:
            self.pending.set(True)

    def choose(self, name: Any) -> None:
        """Take another scenario with its levers, one of those on offer: a visitor's text never becomes a path."""
        opened = self.opened.peek()
        if name == OPENED and opened is not None:
            self._wanted = opened
        elif name in list(offered.scenarios(visitors.options.scenario)):
            self._wanted = visitors.options.load(name)
        else:
            return
        self.name.set(name)
        self.taken.set(self.taken.peek() + 1)
        self.levers.set(dict(self._wanted.interventions))
        self.reset()

    def open(self, brought: Any) -> None:
        """Take the scenario of a file that the visitor brought, or say what is wrong with it."""
        file = wanted.opened(brought)
        if file is None:
            return
        name, text = file
        try:
            self.opened.set(files.scenario_of(text, name, self._wanted.district))
        except SourceError as error:
            self.fault.set("\n".join(map(both, error.lines)))
            return
        self.fault.set("")
        self.choose(OPENED)

    def save(self, kind: Any) -> None:
        """Make a file for the browser to save: `yaml`, the scenario as it is set; `csv`, the weeks so far; `docx` or
        `pdf`, the options on a page.
        """
        pair, number = self.frame.peek().pair, next(self._numbers)
        if kind == "yaml":
            scenario = self.as_set()
            self.file.set(File(number, f"{scenario.name}.yaml", yaml_text(scenario), "application/yaml"))
        elif kind == "csv" and pair is not None and pair.weeks:
            with pair.reading:
                text = files.csv_text(pair, self.kept.peek(), self.lang.peek())
            self.file.set(File(number, f"{pair.scenario.name}_{pair.weeks}.csv", text, "text/csv"))
        elif kind in list(sheet.KINDS) and (now := self.slow.peek().now) is not None:
            made = sheet.made(kind, now, self.kept.peek(), self.lang.peek())
            text = base64.b64encode(made).decode()
            self.file.set(File(number, f"{now.scenario.name}_{now.weeks}.{kind}", text, sheet.KINDS[kind], binary=True))

    def as_set(self) -> Scenario:
        """The scenario with the levers of the page; another name and title where they are not those of its file."""
        if not self.changed(self.levers.peek()):
            return self._wanted
        name, title = f"{self._wanted.name[:_LONGEST_NAME]}_edited", self._wanted.title
        words = phrase("page.edited", title=Words(title.zh, title.en))
        return self._wanted.model_copy(
            update={
                "name": name,
                "title": type(title)(zh=words.zh, en=words.en),
                "interventions": dict(self.levers.peek()),
            }
        )

    def changed(self, now: Mapping[str, Intervention]) -> int:
        """How many levers are not as the scenario's file has them."""
        then = self._wanted.interventions
        return sum(now.get(kind) != then.get(kind) for kind in {*now, *then})

    def keep(self) -> None:
        """Keep the option that is played, to compare others with it."""
        now = self.slow.peek().now
        if now is not None and len(self.kept.peek()) < kept.MOST:
            self._put_beside(kept.keep(now, self.kept.peek(), self.changed(now.scenario.interventions)))

    def drop(self, letter: str) -> None:
        """Let go of an option that was kept."""
        self._put_beside(tuple(one for one in self.kept.peek() if one.letter != letter))

    def _put_beside(self, options: tuple[Kept, ...]) -> None:
        self._beside = options  # the player's thread reads it outside of the session
        self.kept.set(options)
        self._replicate()
        self.player.refresh()

    def address(self) -> Address:
        """What a link to this view says; a file that was opened is not part of it."""
        levers = self.levers.value if self.changed(self.levers.value) and self.name.value != OPENED else None
        name = "" if self.name.value == OPENED else self.name.value
        frame = self.frame.peek()
        return Address(name, self.seed.value, frame.weeks, self.view.value, levers, self.place.value)

    def set_seed(self, typed: Any) -> bool:
        """Another seed as it was typed, from the next reset on; False if it is none."""
        seed = wanted.seed(typed)
        if seed is not None and seed != self.seed.peek():
            self.seed.set(seed)
            self.pending.set(True)
        return seed is not None

    def point(self, place: Any) -> None:
        """A click on a cell of the map."""
        pair = self.frame.peek().pair
        if pair is not None:
            home = pair.policy.world.cell_community
            cell = wanted.cell(place, len(home))
            if cell is not None and home[cell] >= 0:
                self.show(community=int(home[cell]))

    def moved(self, place: Any) -> None:
        """The map stands elsewhere."""
        self.place.set(wanted.place(place) or self.place.peek())

    def close(self) -> None:
        """The visitor has left; a second time does nothing."""
        visitors.replicates.drop(self._wish)
        self.player.close()
        self._painted.set()
