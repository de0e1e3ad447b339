"""Rows of parameters, each with its range as the width of the panel, and hollow marks on them."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.charts import style
from experiments.charts.factors import factor_label

Unit = Callable[[str], NDArray[np.float64]]


def ranged_rows(table: pd.DataFrame, label: str, inches: float, size: float) -> tuple[Figure, Axes, Unit]:
    """A figure with a grey bar for the prior range of each parameter, its ends as numbers, and the names as ticks.

    Parameters
    ----------
    table : DataFrame
        Columns parameter, prior_low, prior_high; the first row is the lowest.
    label : str
        Of the bars in the legend.
    inches : float
        Height of a row.
    size : float
        Of the names, points.

    Returns
    -------
    tuple
        Figure, axis, and what turns the name of a column into places along the bars, 0 to 1, float64 (rows,).
    """
    style.apply()
    figure, axis = plt.subplots(figsize=(style.width(), inches * len(table) + 1.9))
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
    return figure, axis, lambda column: np.asarray((table[column].to_numpy(float) - low) / width)


def span(axis: Axes, y: NDArray[np.integer], unit: Unit, ends: tuple[str, str], **look: Any) -> None:
    """A bar for each row between two columns."""
    low, high = map(unit, ends)
    axis.barh(y, high - low, left=low, **look)


def marks(
    axis: Axes, x: NDArray[np.float64], y: NDArray[np.floating | np.integer], shape: str, label: str, **look: Any
) -> None:
    """A mark for each row, black and hollow unless told."""
    look = {"color": "black", "markerfacecolor": "white", "markersize": 6, **look}
    axis.plot(x, y, shape, linestyle="none", label=label, **look)
