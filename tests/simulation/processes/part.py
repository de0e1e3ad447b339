"""A part of a world: what one process reads and writes, and nothing else."""

from types import SimpleNamespace
from typing import Any

from simulation.parameters import Parameters


def part_of_world(params: Parameters, *, seed: int = 1, **parts: Any) -> SimpleNamespace:
    """The named parts of a world in its first week."""
    return SimpleNamespace(**{"params": params, "seed": seed, "tick": 0, "infection": None} | parts)
