"""Where: the places that gain most and least, of some places of one kind."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Ends:
    """The place with the largest change and the one with the smallest, by their rows, and their changes."""

    top: int
    most: float
    low: int
    least: float


def ends(change: NDArray[np.floating]) -> Ends | None:
    """Both ends of some changes, float (n_places,), NaN where nobody lives; None where all are alike."""
    known = np.flatnonzero(~np.isnan(change))
    if not len(known) or change[known].min() == change[known].max():
        return None
    top, low = known[np.argmax(change[known])], known[np.argmin(change[known])]
    return Ends(int(top), float(change[top]), int(low), float(change[low]))


def mean_change(
    now: NDArray[np.floating], before: NDArray[np.floating], place: NDArray[np.integer], n: int
) -> NDArray[np.float64]:
    """Mean change of the same residents by where they live now, float64 (n,); NaN where nobody does.

    Parameters
    ----------
    now, before : float (n_residents,)
        The index of each resident in both runs.
    place : int (n_residents,)
        Place of each, from 0 and below `n`.
    """
    people = np.bincount(place, minlength=n)
    total = np.bincount(place, now.astype(np.float64) - before, n)
    return np.divide(total, people, out=np.full(n, np.nan), where=people > 0)
