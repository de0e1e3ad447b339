"""However a visit ends, the player's thread ends and its models are let go of."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from experiments.view.player import Player
from experiments.view.visitors import Visitors
from simulation.scenario.load import load_scenario

BASELINE = load_scenario("baseline")
PATIENCE = 600.0


class Models:
    """Stands for a pair."""

    weeks, finished = 0, False

    def __init__(self) -> None:
        self.closed = 0

    def step(self) -> None:
        self.weeks += 1

    def close(self) -> None:
        self.closed += 1


class Stage:
    """Makes models, and shows them as it is told."""

    def __init__(self, show: Callable[[Any], bool] = lambda pair: True, **options: Any) -> None:
        self.made: list[Models] = []
        self.shown = threading.Event()
        self._show = show
        self.player = Player(self.show, self.make, **options)

    def make(self, scenario: Any, seed: int, scale: float) -> Any:
        self.made.append(Models())
        return self.made[-1]

    def show(self, pair: Any) -> bool:
        try:
            return self._show(pair)
        finally:
            self.shown.set()

    def ended(self) -> bool:
        """Wait for the thread's end; whether all models were closed once."""
        self.player.join(PATIENCE)
        return not self.player._thread.is_alive() and [one.closed for one in self.made] == [1] * len(self.made)


def build(stage: Stage) -> None:
    stage.player.build(BASELINE, 1, 0.01)


def test_the_visitor_leaves() -> None:
    stage = Stage()
    build(stage)
    assert stage.shown.wait(PATIENCE)
    stage.player.close()
    assert stage.ended() and len(stage.made) == 1


def test_nobody_looks_any_more_at_the_first_picture() -> None:
    stage = Stage(lambda pair: False)
    build(stage)
    assert stage.ended() and len(stage.made) == 1


def test_the_picture_fails(caplog: pytest.LogCaptureFixture) -> None:
    def fail(pair: Any) -> bool:
        raise RuntimeError("no known context")

    stage = Stage(fail)
    build(stage)
    assert stage.ended() and "no known context" in caplog.text


def test_nobody_looks_while_it_plays() -> None:
    stage = Stage(lambda pair: pair.weeks < 3)
    build(stage)
    stage.player.play()
    assert stage.ended() and stage.made[0].weeks == 3 and not stage.player.playing


def test_models_that_were_to_be_replaced_are_closed_too() -> None:
    """Reset, and gone before its order is taken up."""
    waits = threading.Event()
    stage = Stage(lambda pair: waits.wait(PATIENCE) and False)
    build(stage)
    assert _until(lambda: stage.player.pair is not None)
    build(stage)
    waits.set()
    assert stage.ended() and len(stage.made) == 1


def test_of_many_orders_the_last_is_carried_out() -> None:
    """A visitor who resets and looks around a hundred times costs one build and a few pictures."""
    waits, shows = threading.Event(), []
    stage = Stage(lambda pair: shows.append(pair) is None and waits.wait(PATIENCE))
    build(stage)
    assert _until(lambda: bool(shows))
    for _ in range(100):
        build(stage)
        stage.player.refresh()
    waits.set()
    assert _until(lambda: stage.player._orders.empty() and not stage.player.busy)
    stage.player.close()
    assert stage.ended() and len(stage.made) == 2


def test_nothing_is_asked_for_long() -> None:
    left = threading.Event()
    stage = Stage(idle=0.01, left=left.set)
    build(stage)
    assert stage.ended() and left.is_set()


def test_a_fault_of_the_models_is_not_the_end(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage()
    stage.player._make = lambda *given: 1 / 0  # type: ignore[assignment, return-value]
    build(stage)
    assert stage.shown.wait(PATIENCE) and stage.player.failed and "ZeroDivisionError" in caplog.text
    stage.shown.clear()
    stage.player._make = stage.make
    build(stage)
    assert stage.shown.wait(PATIENCE) and not stage.player.failed
    stage.player.close()
    assert stage.ended()


def _until(what: Callable[[], bool]) -> bool:
    pause = threading.Event()
    return any(what() or pause.wait(0.01) for _ in range(int(PATIENCE * 100)))


def test_a_place_is_given_back_once() -> None:
    visitors = Visitors(1)
    place = visitors.enter()
    assert place is not None and visitors.enter() is None
    place.leave()
    place.leave()
    assert visitors.enter() is not None and visitors.enter() is None


def test_drawing_depends_on_no_session() -> None:
    """Solara looks settings of matplotlib up in the session of the thread, which may have ended."""
    pytest.importorskip("solara")
    code = (
        "import solara.server.starlette, matplotlib\n"
        "from experiments.view.server.solara_settings import settle\n"
        "settle()\n"
        "from solara.server import patch\n"
        "patch.patch_heavy_imports()\n"
        "assert type(matplotlib.rcParams).__module__ == 'matplotlib', type(matplotlib.rcParams)\n"
        "assert 'Noto Sans SC' in matplotlib.rcParams['font.family'][0], matplotlib.rcParams['font.family']\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
