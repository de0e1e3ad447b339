"""Committees over full load: those whose residents asked more of them, over the last year, than they had hours for."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.domains import WEEKS_PER_YEAR

FULL = 1.0
"""Load of a committee whose hours are all asked for."""


@dataclass(frozen=True)
class Overload:
    """How many committees are over full load, and of how many: a division of communities makes more of them."""

    over: int
    committees: int


def overload(load: NDArray[np.floating]) -> Overload:
    """Count committees over full load.

    Parameters
    ----------
    load : float (n_communities,)
        Mean load of the last year, NaN for a community without a committee.
    """
    known = load[~np.isnan(load)]
    return Overload(int((known > FULL).sum()), len(known))


def overload_of_weeks(weeks: Sequence[NDArray[np.floating]]) -> Overload:
    """The same from the loads of each week, float (n_communities,); later weeks may have more communities."""
    late = weeks[-WEEKS_PER_YEAR:]
    table = np.full((len(late), len(late[-1]) if late else 0), np.nan)
    for row, week in zip(table, late, strict=True):
        row[: len(week)] = week
    known = ~np.isnan(table)
    total, count = np.where(known, table, 0.0).sum(axis=0), known.sum(axis=0)
    return overload(np.divide(total, count, out=np.full(table.shape[1], np.nan), where=count > 0))
