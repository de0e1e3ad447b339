"""How far a piece of work is: what reports it to people, and what says which round of the work it is."""

from collections.abc import Callable

Progress = Callable[[int, int, str], None]
"""Takes (done, total, what)."""


def in_round(report: Progress | None, zh: str, en: str, number: int, of: int) -> Progress | None:
    """A report that says which of several rounds it is."""
    if report is None:
        return None
    return lambda done, total, what: report(done, total, f"{zh} {en} {number}/{of} {what}")
