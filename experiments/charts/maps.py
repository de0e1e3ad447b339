"""Small-multiple maps: the level once, then differences centred on 0, on scales that never change."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.charts import scales, style
from experiments.texts.catalogue import Words, capital, phrase
from simulation.metrics.table import METRICS


def maps(cells: pd.DataFrame, names: style.Names, baseline: str, metric: str, runs: style.Runs) -> Figure:
    """Baseline level and differences from it, cell by cell; the level alone when there is no other scenario.

    Parameters
    ----------
    cells : DataFrame
        Columns cell_x, cell_y, scenario, community, value, difference, clear; dotted where `clear` is False, else a
        triangle in each community: up where it is better, down where it is worse.
    names : dict
        Titles (zh, en) by scenario, in the order to draw.
    metric : str
        Name in `simulation.metrics.table.METRICS`; gives title and unit.
    """
    style.apply()
    others = [name for name in names if name != baseline and name in set(cells["scenario"])]
    columns = 2 if others else 1
    rows = -(-(1 + len(others)) // columns)
    high = 1.95 * rows * style.width() / 8 if others else 0.52 * style.width()
    figure, axes = plt.subplots(rows, columns, figsize=(style.width(), high + 1.1), squeeze=False)
    row = METRICS[metric]
    unit = style.text(row.unit_zh, row.unit_en)
    level = cells[cells["scenario"] == baseline]
    window = scales.WINDOWS[metric]
    shown = _draw(axes[0, 0], level, "value", scales.LEVELS, window.low, window.high)
    _title(axes[0, 0], style.say("charts.maps.level", title=Words(*names[baseline]), between="\n"))
    figure.colorbar(shown, ax=axes[0, 0], shrink=0.8, extend="both").set_label(unit, fontsize=8)
    if others:
        for axis, name in zip(axes.flat[1:], others, strict=False):
            part = cells[cells["scenario"] == name]
            shown = _draw(axis, part, "difference", scales.of_difference(metric), -window.change, window.change)
            _mark(axis, part, row.direction)
            _title(axis, style.say("charts.maps.difference", title=Words(*names[name]), between="\n"))
        for axis in axes.flat[1 + len(others) :]:
            axis.set_visible(False)
        bar = figure.colorbar(shown, ax=list(axes.flat[1:]), shrink=0.7 if rows > 1 else 0.9, extend="both")
        bar.set_label(
            f"{style.say('charts.maps.difference_from_baseline')}\n{unit}", fontsize=8, linespacing=style.LEADING
        )
    when = style.say("charts.maps.at_the_end") if metric == "satisfaction" else style.say("charts.maps.last_52_weeks")
    marks = style.interval(runs, phrase("charts.maps.marks"))
    style.frame(
        figure,
        phrase("charts.maps.by_community", metric=capital(Words(row.zh, row.en))),
        runs,
        f"{when} · {marks}" if others else when,
    )
    return figure


def _title(axis: Axes, words: str) -> None:
    axis.set_title(words, loc="left", fontsize=8.5, linespacing=style.LEADING)


def _draw(
    axis: Axes, cells: pd.DataFrame, column: str, colours: Colormap, low: float, high: float
) -> plt.cm.ScalarMappable:
    image = _raster(cells, cells[column].to_numpy(float))
    mesh = axis.imshow(image, origin="lower", cmap=colours, vmin=low, vmax=high, interpolation="nearest")
    _borders(axis, _raster(cells, cells["community"].to_numpy(float)))
    axis.set_xticks([])
    axis.set_yticks([])
    axis.grid(visible=False)
    for spine in axis.spines.values():
        spine.set_visible(False)
    return mesh


def _mark(axis: Axes, cells: pd.DataFrame, direction: int) -> None:
    """What a print in grey needs: dots where nothing can be said, else a triangle by community, up for better."""
    if not cells["clear"].all():
        marked = np.ma.masked_invalid(_raster(cells, np.where(cells["clear"], np.nan, 1.0)))
        axis.contourf(marked, levels=[0.5, 1.5], colors="none", hatches=["...."])
    places = cells[cells["clear"]].groupby("community")[["cell_x", "cell_y", "difference"]].mean()
    good = places["difference"] * (direction or 1) > 0
    for chosen, marker in ((good, "^"), (~good, "v")):
        part = places[chosen]
        axis.scatter(part["cell_x"], part["cell_y"], s=9, marker=marker, c="white", edgecolors="black", linewidths=0.5)


def _raster(cells: pd.DataFrame, values: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = cells["cell_x"].to_numpy(int), cells["cell_y"].to_numpy(int)
    image = np.full((y.max() + 2, x.max() + 2), np.nan)
    image[y, x] = values
    return image


def _borders(axis: Axes, community: NDArray[np.float64]) -> None:
    """Thin lines where two communities, or a community and open land, meet."""
    known = np.nan_to_num(community, nan=-1)
    right, top = np.nonzero(np.diff(known, axis=1)), np.nonzero(np.diff(known, axis=0))
    axis.vlines(right[1] + 0.5, right[0] - 0.5, right[0] + 0.5, color="black", linewidth=0.25)
    axis.hlines(top[0] + 0.5, top[1] - 0.5, top[1] + 0.5, color="black", linewidth=0.25)
