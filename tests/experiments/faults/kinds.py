"""The kinds of trouble, each with what it is for a command and what it is for the page."""

from collections.abc import Callable
from typing import NamedTuple

from tests.experiments.faults import matrix, page


class Kind(NamedTuple):
    """Lets a trouble happen, and tells how often it did and what was found then."""

    to_command: Callable[[matrix.Desk], tuple[int, str]]
    to_page: Callable[[page.Page], tuple[int, str]]


FAULTS = {
    "killed (SIGKILL)": Kind(matrix.killed, page.killed),
    "SIGTERM, Ctrl-C": Kind(matrix.terminated, page.terminated),
    "disk full": Kind(matrix.disk, page.disk),
    "memory full": Kind(matrix.memory, page.memory),
    "clock set back, on": Kind(matrix.clock, page.clock),
    "network gone": Kind(matrix.network, page.network),
    "two at once": Kind(matrix.two, page.two),
}
"""Kinds by what the table of the docs calls them, in its order."""
