"""The map as a picture: cells coloured by a layer, borders of communities, facilities as symbols."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from experiments.charts import scales, style
from experiments.texts.catalogue import Lang, phrase
from experiments.texts.page import pick, say
from experiments.view import layers, paint
from experiments.view.session import Pair
from simulation.state.world import World

_WIDE, _HIGH = 5.0, 3.5
_LEFT, _LOW, _RIGHT, _TOP = 0.01, 0.19, 0.87, 0.91  # the map inside the picture, as shares of it
_LEAST_LIMIT = 0.01  # of the colours of a difference: rounding is not shown as one
_EDGE, _STREET, _CHOSEN = "#555555", "#111111", "#d4006a"
_MARKS = {
    "service_circle": ("o", "#ffffff", *phrase("view.map.service_circle")),
    "clinic": ("P", "#ffffff", *phrase("view.map.clinic")),
    "hospital": ("X", "#ffffff", *phrase("view.map.hospital")),
    "kindergarten": ("H", "#ffffff", *phrase("view.map.kindergarten")),
    "primary_school": ("s", "#ffffff", *phrase("view.map.primary_school")),
    "secondary_school": ("d", "#ffffff", *phrase("view.map.secondary_school")),
    "culture_centre": ("D", "#ffffff", *phrase("view.map.culture")),
    "elder_station": ("v", "#ffffff", *phrase("view.map.elder_station")),
    "elder_institution": ("^", "#ffffff", *phrase("view.map.elder_institution")),
    "bicycle_entrance": ("<", "#ffffff", *phrase("view.map.bicycle_entrance")),
    "metro": ("*", "#ffffff", *phrase("view.map.metro")),
    "service_room": ("p", "#ffffff", *phrase("view.map.service_room")),
}
_OTHER = ("h", "#ffffff")
_NEW = "#ffd400"
SHOWN_AT_FIRST = ("service_circle", "hospital", "metro")


@dataclass(frozen=True)
class View:
    """What the visitor chose to see. `community` is a row of the policy's communities, or None."""

    layer: str = "satisfaction"
    difference: bool = False
    communities: bool = False
    stretch: bool = False
    facilities: tuple[str, ...] = SHOWN_AT_FIRST
    community: int | None = None
    lang: Lang = "zh"


def facility_kinds(world: World) -> dict[str, tuple[str, str]]:
    """Names (zh, en) of the kinds of facilities in a world, those with a symbol of their own first."""
    kinds = set(world.facilities.kind)
    known = {kind: (zh, en) for kind, (_, _, zh, en) in _MARKS.items() if kind in kinds}
    return known | {kind: (kind, kind.replace("_", " ")) for kind in sorted(kinds - set(known))}


def values(pair: Pair, view: View) -> NDArray[np.float64]:
    """Number of each cell, float64 (n_cells,): the layer, or what the policy adds to the baseline's."""
    layer = layers.LAYERS[view.layer]
    shown = []
    for track in (pair.policy, pair.baseline) if view.difference else (pair.policy,):
        cells = layer.read(track)  # of both the means are taken over the policy's boundaries: the same residents
        shown.append(layers.by_community(pair.policy.world, cells) if view.communities else cells)
    return shown[0] - shown[1] if view.difference else shown[0]


def community_at(pair: Pair, x: float, y: float) -> int | None:
    """Community at a point of the picture, given as shares of its width and height from the top left; else None."""
    world = pair.policy.world
    left, low, wide, high = _extent(world)
    column = left + wide * (x - _LEFT) / (_RIGHT - _LEFT)
    row = low + high * ((1 - y) - _LOW) / (_TOP - _LOW)
    g = world.geography
    found = np.flatnonzero((g.cell_x == int(np.floor(column))) & (g.cell_y == int(np.floor(row))))
    if not found.size or world.cell_community[found[0]] < 0:
        return None
    return int(world.cell_community[found[0]])


def _extent(world: World) -> tuple[float, float, float, float]:
    """Corner and size of the part of the grid in the picture, in cells: the district, with the picture's shape."""
    g = world.geography
    wide, high = g.width + 2.0, g.height + 2.0
    shape = _WIDE * (_RIGHT - _LEFT) / (_HIGH * (_TOP - _LOW))
    wider, higher = max(wide, high * shape), max(high, wide / shape)
    return -1 - (wider - wide) / 2, -1 - (higher - high) / 2, wider, higher


def draw(pair: Pair, view: View) -> bytes:
    """The picture as PNG."""
    world, layer = pair.policy.world, layers.LAYERS[view.layer]
    figure = paint.blank(_WIDE, _HIGH)
    axes = figure.add_axes((_LEFT, _LOW, _RIGHT - _LEFT, _TOP - _LOW))
    left, low, wide, high = _extent(world)
    axes.set(xlim=(left, left + wide), ylim=(low, low + high), xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    cells = values(pair, view)
    lowest, highest = _range(cells, view)
    image = axes.imshow(
        _raster(world, cells, np.nan),
        origin="lower",
        interpolation="nearest",
        aspect="auto",
        cmap=scales.of_difference(view.layer) if view.difference else scales.LEVELS,
        vmin=lowest,
        vmax=highest,
        extent=(0, world.geography.width, 0, world.geography.height),
        zorder=1,
    )
    _land(axes, world)
    _borders(axes, world, view.community)
    _facilities(figure, axes, world, view)
    title = pick(view.lang, layer.zh, layer.en)
    if view.difference:
        title = say(view.lang, "map_difference", what=title)
        if not np.nan_to_num(cells).any():
            figure.text(
                (_LEFT + _RIGHT) / 2, _LOW, say(view.lang, "no_difference"), fontsize=9, ha="center", va="bottom"
            )
    figure.text(_LEFT, 0.985, title[0].upper() + title[1:], fontsize=9.5, va="top")
    bar = figure.colorbar(image, cax=figure.add_axes((0.885, 0.25, 0.022, 0.58)), format=style.tick, extend="both")
    bar.outline.set_visible(False)
    bar.locator = MaxNLocator(6)
    bar.ax.grid(visible=False)
    bar.ax.tick_params(labelsize=8)
    figure.text(0.995, 0.965, pick(view.lang, layer.unit_zh, layer.unit_en), fontsize=8, va="top", ha="right")
    return paint.png(figure)


def _range(cells: NDArray[np.float64], view: View) -> tuple[float, float]:
    """Ends of the colours: the window of the layer or, stretched, those of the cells without the few most extreme."""
    window, known = scales.WINDOWS[view.layer], cells[~np.isnan(cells)]
    if not view.stretch:
        return (-window.change, window.change) if view.difference else (window.low, window.high)
    if view.difference:
        limit = float(np.percentile(np.abs(known), 99)) if known.size else 0.0
        limit = max(limit, _LEAST_LIMIT)
        return -limit, limit
    low, high = np.percentile(known, (1, 99)) if known.size else (0.0, 1.0)
    return float(low), float(max(high, low + 1e-6))


def _raster(world: World, cells: NDArray[np.float64], empty: float) -> NDArray[np.float64]:
    g = world.geography
    image = np.full((g.height, g.width), empty)
    image[g.cell_y, g.cell_x] = cells
    return image


def _land(axes: Axes, world: World) -> None:
    """The area where nobody lives, in grey below the layer."""
    area = np.where(_raster(world, np.ones(len(world.geography.cell_x)), np.nan) > 0, 0.5, np.nan)
    axes.imshow(
        area,
        origin="lower",
        cmap="Greys",
        vmin=0,
        vmax=3,
        interpolation="nearest",
        aspect="auto",
        extent=(0, world.geography.width, 0, world.geography.height),
        zorder=0.5,
    )


def _sides(world: World, cells: NDArray[np.integer]) -> Outline:
    """Sides of cells across which the value changes."""
    image = _raster(world, cells.astype(np.float64), -1.0)
    return _sides_of(image.tobytes(), image.shape)


@lru_cache(maxsize=32)  # boundaries rarely change
def _sides_of(data: bytes, shape: tuple[int, int]) -> Outline:
    padded = np.pad(np.frombuffer(data).reshape(shape), 1, constant_values=-1)
    rows, columns = np.nonzero(padded[:, 1:] != padded[:, :-1])
    upright = np.stack([np.stack([columns, rows - 1], 1), np.stack([columns, rows], 1)], 1)
    rows, columns = np.nonzero(padded[1:] != padded[:-1])
    level = np.stack([np.stack([columns - 1, rows], 1), np.stack([columns, rows], 1)], 1)
    ends = np.concatenate([upright, level]).reshape(-1, 2).astype(np.float64)
    return Outline(ends, np.tile(np.array([Outline.MOVETO, Outline.LINETO], np.uint8), len(ends) // 2))


def _borders(axes: Axes, world: World, chosen: int | None) -> None:
    def line(cells: NDArray[np.integer], colour: str, width: float, order: float) -> None:
        axes.add_artist(PathPatch(_sides(world, cells), fill=False, edgecolor=colour, linewidth=width, zorder=order))

    home = world.cell_community
    line(home, _EDGE, 0.35, 2)
    line(world.geography.cell_subdistrict, _STREET, 0.9, 3)
    if chosen is not None:
        line(np.where(home == chosen, 1, -1), "white", 3.5, 4)
        line(np.where(home == chosen, 1, -1), _CHOSEN, 1.8, 5)


def _facilities(figure: Figure, axes: Axes, world: World, view: View) -> None:
    """Symbols of what is open, those that the plan added filled in yellow, and their legend below the map."""
    f, g, handles = world.facilities, world.geography, []
    names = facility_kinds(world)
    open_now = f.opened <= max(world.tick - 1, 0)
    for kind in view.facilities:
        if kind not in names:
            continue
        marker, fill = _MARKS[kind][:2] if kind in _MARKS else _OTHER
        size = 26 if marker == "*" else 11
        for added, colour in ((False, fill), (True, _NEW)):
            rows = np.flatnonzero((f.kind == kind) & open_now & (f.added == added))
            axes.scatter(
                g.cell_x[f.cell[rows]] + 0.5,
                g.cell_y[f.cell[rows]] + 0.5,
                marker=marker,
                s=size,
                c=colour,
                edgecolors="black",
                linewidths=0.6,
                zorder=6 + added,
            )
        count = int(((f.kind == kind) & open_now).sum())
        handles.append(
            Line2D(
                [],
                [],
                marker=marker,
                color="none",
                markerfacecolor=fill,
                markeredgecolor="black",
                markersize=7 if marker == "*" else 5,
                label=f"{pick(view.lang, *names[kind])} ({count})",
            )
        )
    if handles:
        handles.append(
            Line2D(
                [],
                [],
                marker="o",
                color="none",
                markerfacecolor=_NEW,
                markeredgecolor="black",
                markersize=5,
                label=say(view.lang, "added"),
            )
        )
        figure.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(0, 0),
            ncols=3,
            fontsize=8,
            frameon=False,
            columnspacing=1.2,
            handletextpad=0.3,
        )
