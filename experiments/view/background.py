"""The background process of the page: one run after another, at the lowest priority, until it is done or called off."""

import contextlib
import os
import queue
import signal
import threading
from collections.abc import Set
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from numpy.typing import NDArray

from simulation.scenario.types import Scenario

Series = dict[str, NDArray[np.float64]]
"""District metrics week by week, float64 (weeks,) each."""
_LOWEST = 19  # niceness: whatever else is to be done on the machine goes first


@dataclass(frozen=True)
class Order:
    """A run that is to be made, with its number, and the metrics that are wanted of it."""

    number: int
    scenario: Scenario
    seed: int
    scale: float
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What came of an order: its weeks, None if it was called off or has failed, and then why it failed."""

    number: int
    series: Series | None
    fault: str = ""


class CalledOffError(Exception):
    """Nobody wants the run any more."""


def work(line: Connection) -> None:
    """Carry out the orders that come along a line; a number that comes calls off its order. Ends with the line.

    A run that was called off ends with its week. What stands before the first week (people, burn-in) is finished,
    since it goes to the cache and the next order most likely begins with the same.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which takes the line with it
    if hasattr(os, "nice"):
        os.nice(_LOWEST)
    orders: queue.Queue[Order] = queue.Queue()
    off: set[int] = set()

    def listen() -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                said = line.recv()
                if isinstance(said, Order):
                    orders.put(said)
                else:
                    off.add(said)
        os._exit(0)  # whatever the other thread is in the middle of: nobody is there to tell

    threading.Thread(target=listen, daemon=True).start()
    while True:
        order = orders.get()
        line.send(_answer(order, off))


def _answer(order: Order, off: Set[int]) -> Answer:
    from simulation.run import simulate

    def look(done: int, weeks: int) -> None:
        if order.number in off:
            raise CalledOffError

    try:
        district = simulate(order.scenario, seed=order.seed, scale=order.scale, threads=1, progress=look).district
    except CalledOffError:
        return Answer(order.number, None)
    except Exception as error:  # the process lives on, and the page says so
        return Answer(order.number, None, f"{type(error).__name__}: {error}")
    return Answer(order.number, {name: district[name].to_numpy(np.float64) for name in order.metrics})
