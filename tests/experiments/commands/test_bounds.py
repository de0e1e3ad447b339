"""Numbers on the command line lie between two ends: infinity reached timers of the system, which know none."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from experiments import cli
from tests.experiments.commands.conftest import Command, huitian

__all__ = ["huitian"]


def numbers(command: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Options and arguments of all commands that are numbers."""
    for word, inner in getattr(command, "commands", {}).items():
        yield from numbers(inner, f"{name}{word} ")
    for one in getattr(command, "params", ()):
        if one.type_descriptor.annotation in (int, float):
            yield name + one.opts[0], one


def test_every_number_has_two_ends() -> None:
    found = dict(numbers(typer.main.get_command(cli.app)))
    assert len(found) > 30
    open_ = {name for name, one in found.items() if (one.min is None or one.max is None) and one.callback is None}
    assert not open_


@pytest.mark.parametrize(
    "words",
    [
        ("compare", "baseline", "service_circles", "--time-limit", "inf"),  # setitimer: every run failed
        ("view", "--idle", "1e12"),  # a queue's timeout: the player of a visit failed
        ("search", "--budget", "inf"),  # answered, with Infinity in its JSON
        ("answers", "nowhere", "--threshold", "nan"),  # shares of NaN
    ],
)
def test_beyond_them_is_refused(huitian: Command, words: tuple[str, ...]) -> None:
    code, _, err = huitian(*words)
    assert code == 2 and words[-2] in err
