"""Rows of parameters, each with its range as the width of the panel, and hollow marks on them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from experiments.charts import style
from experiments.charts.factors import factor_label

Unit = Callable[[str], NDArray[np.float64]]


def ranged_rows(axis: Axes, table: pd.DataFrame, label: str, size: float) -> Unit:
    """A grey bar for the prior range of each parameter, with its ends as numbers, and the names as ticks.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, prior_low, prior_high; the first row is the lowest.
    label : str
        Of the bars in the legend.
    size : float
        Of the names, points.

    Returns
    -------
    callable
        Turns the name of a column into places along the bars, 0 to 1, float64 (rows,).
    """
    low, width = table["prior_low"].to_numpy(float), (table["prior_high"] - table["prior_low"]).to_numpy(float)
    place = np.arange(len(table))
    axis.barh(place, np.ones(len(table)), height=0.7, color="#eeeeee", label=label)
    for k, row in enumerate(table.itertuples()):
        for across, number, side in ((-0.005, row.prior_low, "right"), (1.005, row.prior_high, "left")):
            axis.text(across, k, style.tick(number), fontsize=6.5, va="center", ha=side)
    names = [factor_label(f"parameters.{name}") for name in table["parameter"]]
    axis.set_yticks(place, names, fontsize=size, linespacing=style.LEADING)
    axis.set_xticks([])
    axis.grid(visible=False)
    return lambda column: np.asarray((table[column].to_numpy(float) - low) / width)


def marks(
    axis: Axes, x: NDArray[np.float64], y: NDArray[np.floating | np.integer], shape: str, label: str, **look: Any
) -> None:
    """A mark for each row, black and hollow unless told."""
    look = {"color": "black", "markerfacecolor": "white", "markersize": 6, **look}
    axis.plot(x, y, shape, linestyle="none", label=label, **look)
