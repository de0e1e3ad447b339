"""Replicates in the background: made for those who want them, called off when nobody does, and nothing stays behind."""

import multiprocessing
import threading
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import psutil
import pytest

from experiments.view import charts
from experiments.view.background import Answer, Order
from experiments.view.headline import rows
from experiments.view.kept import Kept
from experiments.view.replicates import METRICS, Played, Replicate, Replicates, Wish, Worker
from simulation.interventions.registry import interventions
from simulation.run import simulate
from simulation.scenario.load import load_scenario

PATIENCE = 600.0
BASELINE = load_scenario("baseline").model_copy(update={"weeks": 3})
PLAN = BASELINE.model_copy(update={"interventions": {"service_circles": interventions()["service_circles"]()}})
WEEKS = {name: np.arange(3.0) for name in METRICS}


class Process:
    """Stands for a process of the machine."""

    def __init__(self, stage: "Stage") -> None:
        self._stage = stage

    def join(self, seconds: float) -> None:
        self._stage.ended.set()

    def is_alive(self) -> bool:
        return False

    def kill(self) -> None:
        self._stage.line.close()


class Stage:
    """Is the process: takes orders and answers as it is told."""

    def __init__(self, number: int) -> None:
        self.begun, self.ended = 0, threading.Event()
        self._started = threading.Event()
        self.replicates = Replicates(number, self.begin)
        self.arrived = threading.Semaphore(0)
        self.wish = Wish(self.arrived.release)

    def begin(self) -> Worker:
        self.line: Connection
        here, self.line = multiprocessing.Pipe()
        self.begun += 1
        self._started.set()
        return Worker(Process(self), here)  # type: ignore[arg-type]

    def said(self) -> Any:
        assert self._started.wait(PATIENCE) and self.line.poll(PATIENCE)
        return self.line.recv()

    def lose(self) -> None:
        """The process goes away in the middle of its order."""
        self._started.clear()
        self.line.close()

    def answer(self) -> Order:
        order = self.said()
        assert isinstance(order, Order)
        self.line.send(Answer(order.number, WEEKS))
        return order


def test_baseline_and_policy_of_each_further_seed_are_made_once() -> None:
    stage, option = Stage(2), Played(PLAN, 2**63 - 1, 0.01)  # after the last seed comes the first
    stage.replicates.want(stage.wish, [option])
    orders = [stage.answer() for _ in range(4)]
    assert [(order.seed, bool(order.scenario.interventions)) for order in orders] == [
        (0, False),
        (0, True),
        (1, False),
        (1, True),
    ]
    assert stage.ended.wait(PATIENCE)
    assert len(stage.replicates.found(option)) == 2
    other = Played(PLAN.model_copy(update={"name": "same", "title": BASELINE.title}), option.seed, option.scale)
    stage.replicates.want(stage.wish, [other, Played(BASELINE, option.seed, option.scale)])
    assert stage.begun == 1 and len(stage.replicates.found(other)) == 2  # nothing is left to be made


def test_a_changed_option_calls_off_what_nobody_wants_any_more() -> None:
    stage = Stage(1)
    stage.replicates.want(stage.wish, [Played(BASELINE, 1, 0.01)])
    first = stage.said()
    stage.replicates.want(stage.wish, [Played(BASELINE, 5, 0.01)])
    assert stage.said() == first.number
    stage.line.send(Answer(first.number, None))
    assert stage.answer().seed == 6
    assert stage.ended.wait(PATIENCE) and stage.begun == 1
    assert not stage.replicates.found(Played(BASELINE, 1, 0.01))


def test_a_visitor_who_has_left_wants_nothing_even_if_asked_for_late() -> None:
    stage = Stage(1)
    stage.replicates.want(stage.wish, [Played(BASELINE, 1, 0.01)])
    first = stage.said()
    stage.replicates.drop(stage.wish)
    stage.replicates.want(stage.wish, [Played(BASELINE, 1, 0.01)])
    assert stage.said() == first.number
    stage.line.send(Answer(first.number, None))
    assert stage.ended.wait(PATIENCE)


def test_visitors_take_turns() -> None:
    stage, other = Stage(2), Wish(lambda: None)
    stage.replicates.want(stage.wish, [Played(BASELINE, 1, 0.01)])
    first = stage.said()
    stage.replicates.want(other, [Played(BASELINE, 11, 0.01)])
    stage.line.send(Answer(first.number, WEEKS))
    assert [stage.answer().seed for _ in range(3)] == [12, 3, 13]
    assert stage.ended.wait(PATIENCE)


def test_a_lost_process_is_replaced_once_and_then_said(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(1)
    stage.replicates.want(stage.wish, [Played(BASELINE, 1, 0.01)])
    for _ in range(2):
        stage.said()
        stage.lose()
    assert stage.arrived.acquire(timeout=PATIENCE)
    assert stage.replicates.lost and stage.begun == 2 and "lost 2 times" in caplog.text


def test_a_run_that_fails_is_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(1)
    stage.replicates.want(stage.wish, [Played(BASELINE, 1, 0.01)])
    order = stage.said()
    stage.line.send(Answer(order.number, None, "ValueError: no"))
    assert stage.ended.wait(PATIENCE)
    assert "ValueError: no" in caplog.text and not stage.replicates.found(Played(BASELINE, 1, 0.01))


def test_the_process_makes_the_runs_of_the_command_line_and_is_gone_when_it_has() -> None:
    arrived, before = threading.Event(), {child.pid for child in psutil.Process().children()}
    replicates, option = Replicates(1), Played(BASELINE, 1, 0.01)
    replicates.want(Wish(arrived.set), [option])
    assert arrived.wait(PATIENCE)
    run = simulate(BASELINE, seed=2, scale=0.01).district
    (one,) = replicates.found(option)
    for metric in METRICS:
        np.testing.assert_array_equal(one.policy[metric], run[metric].to_numpy(float))
    replicates.close()
    assert {child.pid for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())} <= before


def now(seeds: int) -> Kept:
    """An option of which each seed gains a little more than the one before."""
    sides = [{name: 50 + k + np.arange(3.0) for name in METRICS} for k in range(seeds)]
    base = {name: 50 + np.arange(3.0) for name in METRICS}
    return Kept(PLAN, 1, 0.01, sides[0], base, replicates=tuple(Replicate(side, base) for side in sides[1:]))


def test_an_interval_and_a_band_come_with_the_third_seed() -> None:
    two, three = now(2), now(3)
    assert np.isnan(two.gain("satisfaction").low) and two.gain("satisfaction").mean == 0
    assert two.band("load_committee") is None
    gain = three.gain("satisfaction")
    half = 4.302652729911275 / np.sqrt(3)  # t of two degrees of freedom at 97.5 %, standard deviation 1
    assert (gain.low, gain.mean, gain.high) == pytest.approx((1 - half, 1, 1 + half))
    found = three.band("satisfaction")
    assert found is not None
    np.testing.assert_array_equal(found, [[50, 51, 52], [52, 53, 54]])
    assert charts.band(two, "satisfaction", "zh") is None and charts.band(three, "rates", "zh") is None
    drawn = charts.band(three, "satisfaction", "zh")
    assert drawn is not None and drawn["label"] == "3个种子的最低至最高" and drawn["highs"] == [52, 53, 54]
    assert rows(two, "en")[0][2:] == ["–", "no interval, no verdict"]
    assert rows(three, "zh")[0][1:3] == ["+1.00 分", "−1.48 至 +3.48"]


def test_weeks_that_are_not_yet_played_do_not_count() -> None:
    long = {name: np.array([51.0, 51.0, 51.0, 999.0]) for name in METRICS}
    base = {name: np.array([50.0, 50.0, 50.0, 0.0]) for name in METRICS}
    short = {name: values[:3] for name, values in long.items()}
    one = Kept(PLAN, 1, 0.01, short, {n: v[:3] for n, v in base.items()}, replicates=(Replicate(long, base),) * 2)
    assert one.gain("satisfaction").mean == one.gain("satisfaction").low == 1
