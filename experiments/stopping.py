"""A command that is told to end stops as with Ctrl-C: what is finished stays, nothing half-written counts."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM
"""Exit codes, as shells give them."""


@contextmanager
def in_one_go() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait until the block has ended, which should be short.

    They raise between any two steps of the main thread; in the middle of a queue's `put` its lock would never be
    given back, and whoever waits for it would wait for ever.
    """
    if threading.current_thread() is not threading.main_thread():  # where they raise nothing
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        for number in numbers:
            if callable(before[number]):
                signal.signal(number, lambda *call: came.append(call))
        yield
    finally:
        for number in numbers:
            if callable(handler := before[number]):
                signal.signal(number, handler)
        for call in came[:1]:
            if callable(handler := before[signal.Signals(call[0])]):
                handler(*call)


@contextmanager
def stopping() -> Iterator[list[int]]:
    """Let SIGTERM, as batch systems and `kill` send it, do what Ctrl-C does; the list takes what has come."""
    came: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield came
    finally:
        signal.signal(signal.SIGTERM, before)
