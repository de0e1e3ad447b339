"""Designs: one file for each kind, which says its title and gives the points of a plan.

A point is one row, indexed 0, 1, ...; columns are the factors by dotted path. The same plan gives the same points. A
new file here is a new kind; another package adds one by an entry point of the group `huitian.designs` that names a
module.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Protocol

import pandas as pd

from experiments.study.dependence import Condition
from experiments.study.file import SAMPLERS, Design, Plan
from experiments.study.study import Study, point_of
from simulation.extensions import find


class Sampler(Protocol):
    """What the module of a kind has."""

    TITLE: tuple[str, str]
    """Chinese and English name."""
    SAMPLE: bool
    """Whether its points are a sample of what may be true, and no list of options to choose from."""

    JOINT: bool
    """Whether its factors may be correlated, and come with the draws of a posterior; without it they may not."""
    BLOCKS: bool
    """Whether its points come in blocks that an analysis needs whole; without it they do not."""

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
    e = plan.experiment
    parts = [_of_one(replace(plan, experiment=e.model_copy(update={"design": design}))) for design in e.designs]
    if e.design is not None:
        parts = [_of_one(plan)]
    if not parts:
        return pd.DataFrame(index=pd.RangeIndex(1, name="point"))
    if len(parts) > 1:  # whole numbers stay whole beside a point that does not set them
        joined = pd.concat([part.astype(object) for part in parts], ignore_index=True)
        return joined.drop_duplicates(ignore_index=True).rename_axis("point")
    return parts[0].reset_index(drop=True).rename_axis("point")


@lru_cache(maxsize=1)
def study_of(plan: Plan) -> Study:
    """The study of a plan; what one command asks again and again, its points and the names of its runs, is found once.

    Raises
    ------
    SourceError
        As `points_of`.
    """
    return plan.study(points_of(plan))


def _of_one(plan: Plan) -> pd.DataFrame:
    """Points of a design that meet its constraints."""
    design = plan.design
    found = sampler(design.kind).points(plan)
    names = [str(name) for name in found.columns]
    try:
        conditions = [Condition(text, names) for text in design.constraints]
        kept = [all(one.holds(point_of(found, k)) for one in conditions) for k in found.index] if conditions else []
    except ValueError as error:
        raise plan.source.error(("design", "constraints"), str(error)) from None
    if conditions:
        found = found[kept]
    if found.empty:
        raise plan.source.error(("design", "constraints"), "no point meets them")
    return found
