"""What happens with a fault of a district's file: a run stops at the first, `huitian district check` notes them all.

A reader calls `fault` where it could go on without the value, and raises where it cannot. Inside `noted` the faults
are collected and the reader goes on; anywhere else `fault` raises, so that no run ever uses what a reader put in place
of a wrong value.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from simulation.yaml_source import SourceError

_noted: ContextVar[list[SourceError] | None] = ContextVar("noted", default=None)


def fault(error: SourceError) -> None:
    """Note the error where faults are collected.

    Raises
    ------
    SourceError
        The error itself, everywhere else.
    """
    found = _noted.get()
    if found is None:
        raise error
    found.append(error)


@contextmanager
def noted() -> Iterator[list[SourceError]]:
    """Collect the faults of what is read inside."""
    found: list[SourceError] = []
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


@contextmanager
def part() -> Iterator[None]:
    """A file or block whose end is not the end of the others: an error that it raises is a fault like any other."""
    try:
        yield
    except SourceError as error:
        fault(error)
