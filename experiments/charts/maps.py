"""Small-multiple maps: the level once, then differences centred on 0 with one colour bar."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.charts import style
from simulation.metrics import METRICS


def maps(cells: pd.DataFrame, names: dict[str, tuple[str, str]], baseline: str, metric: str, note: str) -> Figure:
    """Baseline level and differences from it, cell by cell.

    Parameters
    ----------
    cells : DataFrame
        Columns cell_x, cell_y, scenario, community, value, difference, clear; dotted where `clear` is False, slanted
        lines where the difference is clear and below 0.
    """
    style.apply()
    others = [name for name in names if name != baseline and name in set(cells["scenario"])]
    columns = 2
    rows = -(-(1 + len(others)) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(11, 2.9 * rows + 1.1), squeeze=False)
    row = METRICS[metric]
    level = cells[cells["scenario"] == baseline]
    shown = _draw(axes[0, 0], level, "value", "cividis", *np.nanpercentile(level["value"], (1, 99)))
    axes[0, 0].set_title(f"{names[baseline][0]} {names[baseline][1]}（水平 level）", loc="left", fontsize=9)
    figure.colorbar(shown, ax=axes[0, 0], shrink=0.8, label=f"{row.unit_zh} {row.unit_en}")
    change = cells[cells["scenario"] != baseline]["difference"].to_numpy(float)
    limit = max(float(np.nanpercentile(np.abs(change), 99)) if len(change) else 1.0, 1e-9)
    for axis, name in zip(axes.flat[1:], others, strict=False):
        shown = _draw(axis, cells[cells["scenario"] == name], "difference", style.DIVERGING, -limit, limit)
        axis.set_title(f"{names[name][0]} {names[name][1]}（差异 difference）", loc="left", fontsize=9)
    for axis in axes.flat[1 + len(others):]:
        axis.set_visible(False)
    figure.colorbar(shown, ax=list(axes.flat[1:]), shrink=0.7,
                    label=f"与基线之差 difference · {row.unit_zh} {row.unit_en}")
    style.title(figure, f"{row.zh}：各社区", f"{row.en} by community", note)
    return figure


def _draw(axis: Axes, cells: pd.DataFrame, column: str, colours: str, low: float, high: float) -> plt.cm.ScalarMappable:
    image = _raster(cells, cells[column].to_numpy(float))
    mesh = axis.imshow(image, origin="lower", cmap=colours, vmin=low, vmax=high, interpolation="nearest")
    _borders(axis, _raster(cells, cells["community"].to_numpy(float)))
    if column == "difference":
        _hatch(axis, cells, ~cells["clear"], "....")
        _hatch(axis, cells, cells["clear"] & (cells["difference"] < 0), "////")  # grey print shows no sign
    axis.set_xticks([])
    axis.set_yticks([])
    axis.grid(visible=False)
    for spine in axis.spines.values():
        spine.set_visible(False)
    return mesh


def _hatch(axis: Axes, cells: pd.DataFrame, chosen: pd.Series, pattern: str) -> None:
    if chosen.any():
        marked = np.ma.masked_invalid(_raster(cells, np.where(chosen, 1.0, np.nan)))
        axis.contourf(marked, levels=[0.5, 1.5], colors="none", hatches=[pattern])


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
