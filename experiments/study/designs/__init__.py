"""Designs: one file for each kind, which says its title and gives the points of a plan.

A point is one row, indexed 0, 1, ...; columns are the factors by dotted path. The same plan gives the same points. A
new file here is a new kind; another package adds one by an entry point of the group `huitian.designs` that names a
module.
"""

from typing import Protocol

import pandas as pd

from experiments.study.file import SAMPLERS, Design, Plan
from simulation.extensions import find


class Sampler(Protocol):
    """What the module of a kind has."""

    TITLE: tuple[str, str]
    """Chinese and English name."""
    SAMPLE: bool
    """Whether its points are a sample of what may be true, and no list of options to choose from."""

    def check(self, design: Design) -> None:
        """Raise ValueError with one line if the block of the design lacks something or has too much."""

    def points(self, plan: Plan) -> pd.DataFrame:
        """Points of a plan, one column for each factor."""


def sampler(kind: str) -> Sampler:
    """The module of a kind.

    Raises
    ------
    SourceError
        If there is none, or that of another package cannot be loaded.
    """
    found: Sampler = find(*SAMPLERS, kind)
    return found


def points_of(plan: Plan) -> pd.DataFrame:
    """Points of a plan, one without columns where it has no design.

    Raises
    ------
    SourceError
        If a table cannot be read, or holds what is not allowed.
    """
    design = plan.experiment.design
    if design is None:
        return pd.DataFrame(index=pd.RangeIndex(1, name="point"))
    found = sampler(design.kind).points(plan)
    found.index = pd.RangeIndex(len(found), name="point")
    return found
