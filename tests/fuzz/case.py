"""What every fuzzer does with one input: try it, and see that the answer is a value or a clear refusal.

An input is mutated by a strategy of hypothesis that is built from the product's own declarations. Cases follow from
the test alone (derandomised, no database), so that the same inputs are tried each time; `COUNTS` has a number for the
fast tier and one for the slow.
"""

import re
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simulation.yaml_source import SourceError

CPU_SECONDS = 10.0  # of one input; processor time, so that a busy machine changes nothing
_LONGEST = 3000  # characters of a message
T = TypeVar("T")


def counts(quick: int, many: int) -> pytest.MarkDecorator:
    """Parametrise a test by `cases`: a few in the fast tier, if any, many in the slow."""
    slow = pytest.param(many, id="many", marks=pytest.mark.slow)
    return pytest.mark.parametrize("cases", [pytest.param(quick, id="quick"), slow] if quick else [slow])


def every(cases: int, inputs: st.SearchStrategy[T], check: Callable[[T], None]) -> None:
    """Call `check` with so many inputs; the first that fails is made as small as it can be."""

    @settings(
        max_examples=cases,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def run(one: T) -> None:
        with bounded():
            check(one)

    run()


def some(count: int, inputs: st.SearchStrategy[T]) -> list[T]:
    """So many inputs, the same each time: to be mutated, which is quicker than to make each anew."""
    found: list[T] = []
    every(count, inputs, found.append)
    return found


@contextmanager
def bounded() -> Iterator[None]:
    """Fail where the work on one input takes more than `CPU_SECONDS` of the processor."""

    def late(*_: object) -> None:
        raise AssertionError(f"still at work after {CPU_SECONDS:g} s of processor time")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def answer(read: Callable[[], T]) -> tuple[T | None, list[str]]:
    """What reading gives, or the lines in which it is refused; anything else that is raised is a fault."""
    try:
        return read(), []
    except SourceError as error:
        return None, told(error.lines)


def told(lines: Any) -> list[str]:
    """The lines of a refusal, each fit to be shown."""
    found = list(lines)
    assert found and all(found), "a refusal says something"
    for line in found:
        assert "\n" not in line and line.isprintable(), f"not fit for a terminal: {line!r}"
        assert len(line) < _LONGEST, f"{len(line)} characters: {line[:200]}"
        assert "Traceback" not in line and "fault of the program" not in line, line
    return found


def named(keys: Iterable[str | int], lines: list[str]) -> None:
    """See that a refusal names one of the keys: what is wrong, or what it stands in."""
    words = [_shown(key) for key in keys if isinstance(key, str)]
    assert not words or any(word in line for line in lines for word in words), (words, lines)


def _shown(word: str) -> str:
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in word)


def at_its_line(text: str, lines: list[str]) -> None:
    """Where a message names a line of the text, a key that it names stands there."""
    rows = text.splitlines()
    for line in lines:
        place = re.search(r"\.ya?ml:(\d+): ([\w.]+): ", line)
        if place is None:
            continue
        number = int(place[1])
        assert 1 <= number <= len(rows), f"no such line: {line}"
        parts = place[2].split(".")
        named = {".".join(parts[a:b]) for a in range(len(parts)) for b in range(a + 1, len(parts) + 1)}
        assert any(name in rows[number - 1] for name in named), f"{line}: the key is not in {rows[number - 1]!r}"
