"""Engines behind one interface, `experiments.runs.engine.Engine`; each file imports what it needs when it opens.

A file here with a function `opened` is an engine by its name; another package adds one by an entry point of the group
`huitian.engines` that names a module with such a function.
"""

from typing import TYPE_CHECKING

from simulation.extensions import find, names

if TYPE_CHECKING:
    from experiments.runs.engine import Engine

GROUP = "huitian.engines"


def engines() -> tuple[str, ...]:
    """Names of all engines, sorted; none is loaded."""
    return names(GROUP, __name__)


def engine(name: str) -> "Engine":
    """The engine of a name.

    Raises
    ------
    SourceError
        If there is none, or that of another package cannot be loaded.
    """
    opened: Engine = find(GROUP, __name__, name).opened
    return opened


def makes_chains(name: str) -> bool:
    """Whether an engine makes the runs of a chain in one process, so that they can share weeks: its `CHAINS`."""
    return bool(getattr(find(GROUP, __name__, name), "CHAINS", False))
