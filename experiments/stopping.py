"""A command that is told to end stops as with Ctrl-C: what is finished stays, nothing half-written counts."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM
"""Exit codes, as shells give them."""


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
