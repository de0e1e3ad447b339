"""How often something may happen."""

import time
from collections.abc import Callable


class Bucket:
    """A token bucket: `burst` times at once, then `rate` times a second.

    Parameters
    ----------
    rate : float
        Times a second, over 0.
    burst : int
        Times at once.
    clock : callable
        Seconds that never go back.
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left, self._at = float(burst), clock()

    def _fill(self) -> None:
        now = self._clock()
        self._left = min(self._burst, self._left + self._rate * (now - self._at))
        self._at = now

    def take(self) -> bool:
        """Once more, if it may happen now."""
        self._fill()
        free = self._left >= 1
        self._left -= free
        return free

    def delay(self) -> float:
        """Once more, after this many seconds."""
        self._fill()
        self._left -= 1
        return max(0.0, -self._left / self._rate)
