"""Metrics of streets (subdistricts) week by week, over the land that each had at the start.

A street is all communities that it had, with the parts that they were divided into: boundaries of communities move,
and what is compared stays the same residents. Charts of the page and of a report take values and axis from here.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.communities import weight, whole
from simulation.metrics.table import METRICS

SHOWN = ("satisfaction", "load_committee", "backlog", "requests")
"""Metrics that streets are shown by; of all of them the communities of a week are on record."""
_LEAST = 2.0  # an axis holds this many smallest differences that matter, so that noise does not fill it
_ROOM = 0.05  # of the height, above and below what is drawn


def by_street(
    metric: str, values: NDArray[np.floating], size: NDArray[np.floating], street: NDArray[np.integer], n: int
) -> NDArray[np.float64]:
    """One value for each street: counts are added up, means weighted by what they divide by.

    Parameters
    ----------
    values, size : float (n_communities,)
        The metric, NaN where there is none, and what its mean is weighted by (`communities.weight`).
    street : int (n_communities,)
        Street of each; any numbering from 0, so that several weeks can be read at once.

    Returns
    -------
    float64 (n,)
        NaN where nothing is on record.
    """
    known = ~np.isnan(values)
    if not METRICS[metric].kind.comparable:
        return np.bincount(street[known], values[known], n).astype(np.float64)
    total = np.bincount(street[known], values[known] * size[known], n)
    below = np.bincount(street[known], size[known], n)
    return np.divide(total, below, out=np.full(n, np.nan), where=below > 0)


def streets_of(subdistrict: NDArray[np.integer], parent: NDArray[np.integer]) -> NDArray[np.int64]:
    """Street of the community that each one was divided from, int (n_communities,)."""
    return subdistrict[whole(parent)].astype(np.int64)


def street_weeks(communities: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Weeks of a run's streets: columns tick, subdistrict, value.

    `communities`: tick, community, parent, subdistrict, the metric and its weight, as in `communities.parquet`.
    """
    last = (
        communities.groupby("community")[["parent", "subdistrict"]]
        .last()
        .reindex(np.arange(communities["community"].max() + 1), fill_value=-1)
    )
    home = streets_of(last["subdistrict"].to_numpy(), last["parent"].to_numpy())
    n, ticks = int(home.max()) + 1, int(communities["tick"].max()) + 1
    cell = communities["tick"].to_numpy(np.int64) * n + home[communities["community"].to_numpy()]
    values, size = (communities[name].to_numpy(float) for name in (metric, weight(metric)))
    found = by_street(metric, values, size, cell, ticks * n)
    table = pd.DataFrame(
        {"tick": np.repeat(np.arange(ticks), n), "subdistrict": np.tile(np.arange(n), ticks), "value": found}
    )
    return table[np.bincount(cell, minlength=ticks * n) > 0].reset_index(drop=True)


def axis(metric: str, series: Iterable[NDArray[np.floating]]) -> tuple[float, float]:
    """Ends of the one axis that all streets share; counts begin at 0."""
    values = np.concatenate([np.asarray(one, np.float64) for one in series] or [np.zeros(0)])
    values = values[~np.isnan(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    least = _LEAST * METRICS[metric].least.at(float(values.mean()) if values.size else 0.0)
    room = max(_ROOM * (high - low), (least - (high - low)) / 2)
    return (low - room if METRICS[metric].kind.comparable else 0.0), high + room
