"""Estates: parts of communities with one property firm and one fee."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.district.data.district import District
from simulation.district.map.growth import bisect, mend
from simulation.district.map.land import Land
from simulation.elementary import exp

_MOST_ESTATES = 5
_FIRM_SIZES = 1, 5  # relative numbers of estates of the smallest and the largest firm


def draw_estates(
    district: District,
    land: Land,
    communities: pd.DataFrame,
    cell_community: NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Table of estates, sorted by community, and the estate of each cell, int64 (n_cells,), -1 without housing.

    A community has one estate for every `estate_households`, one to five; a village is one. Estates are contiguous.
    Fee and cost of full service (yuan/m2/month) are log-normal, see model equation (19).
    """
    cell_estate = np.full(len(land.x), -1)
    rows: list[dict[str, object]] = []
    for c, row in enumerate(communities.to_dict("records")):
        cells = np.flatnonzero(cell_community == c)
        wanted = round(row["households"] / district.figure("estate_households"))
        count = 1 if row["kind"] == "village" else int(np.clip(wanted, 1, min(_MOST_ESTATES, len(cells))))
        x, y = land.x[cells].astype(np.int64), land.y[cells].astype(np.int64)
        cell_estate[cells] = len(rows) + mend(x, y, bisect(x, y, np.ones(count)))
        rows += [_named(row, c, k + 1, count) for k in range(count)]
    table = pd.DataFrame(rows)
    _add_property(district, table, rng)
    return table, cell_estate


def _named(community: dict[str, object], number: int, estate: int, of: int) -> dict[str, object]:
    zh, en = (f"第{estate}小区", f" Estate {estate}") if of > 1 else ("", "")
    return {"name_zh": f"{community['name_zh']}{zh}", "name_en": f"{community['name_en']}{en}", "community": number}


def _add_property(district: District, table: pd.DataFrame, rng: np.random.Generator) -> None:
    """Fees, costs, firms and walks to the bins (minutes); neighbouring estates share a firm."""
    n, firms = len(table), len(district.table("firms"))
    full = district.figure("full_service_yuan_m2")
    ratio = exp(district.figure("fee_spread") * rng.standard_normal(n))
    table["b0"] = full * exp(district.figure("full_service_spread") * rng.standard_normal(n))
    low, high = _range(district, "fee_yuan_m2")
    table["fee_yuan_m2"] = np.clip(district.figure("fee_yuan_m2") * table["b0"] / full * ratio, low, high)
    size = rng.integers(*_FIRM_SIZES, endpoint=True, size=firms)
    table["firm"] = np.searchsorted(np.cumsum(size) / size.sum(), (np.arange(n) + 0.5) / n)
    table["station_minutes"] = rng.uniform(*_range(district, "bin_walk_minutes"), n)


def _range(district: District, name: str) -> tuple[float, float]:
    """Range of a figure that is an assumption, and so has one."""
    figure = district.figures[name]
    assert figure.low is not None and figure.high is not None
    return figure.low, figure.high
