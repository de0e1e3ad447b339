"""Map of a district as a picture, in both languages."""

import math
from pathlib import Path
from typing import Any, Literal

import matplotlib
import numpy as np
import pylopdf_fonts_zh_cn
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import ListedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation
from numpy.typing import NDArray

from simulation.district.data.district import District
from simulation.district.map.geography import Geography, draw_land
from simulation.district.map.labels import BESIDE, CENTRED, arrange, label
from simulation.district.map.land import CELL_METRES, Land, line_points, project
from simulation.whole import new_file

_FILLS = ("#9ecae1", "#fdd0a2", "#bcbddc", "#c7e9c0", "#fcae91", "#dadaeb", "#e6d8ad")
_OPEN = "#eef3ea"
_GREEN = "#9cc49c"
_INCHES = 14.0, 7.0  # about what the map takes of the picture
_NAME = 0.63, 0.21  # inches, half the width and height of a subdistrict's name
_BAR = 0.15  # of the width, about, that the scale bar takes
_STRIP = 0.6  # inches below the map, for scale and north
_AWAY = 0.75  # inches beyond which a name is far enough from another
_LINES: dict[str, tuple[str, float, Literal["-", "--"]]] = {
    "rail": ("#b2182b", 2.0, "-"),
    "expressway": ("#8c6d31", 3.0, "-"),
    "arterial": ("#999999", 1.2, "--"),
}
_MARKS = {  # kind: marker, size, colour, Chinese, English
    "service_circle": ("o", 38, "#08519c", "便民服务圈", "service circle"),
    "hospital": ("P", 90, "#d7301f", "医院", "hospital"),
    "elder_institution": ("s", 42, "#6a3d9a", "养老机构", "elder institution"),
    "culture_centre": ("*", 110, "#e08214", "文体中心", "culture and sports centre"),
    "metro": ("D", 30, "#b2182b", "地铁站", "metro station"),
}
_DRAWN = (
    "街道位置按公开地图目测，街道人口有来源；边界、社区规模和设施点位均为合成\n"
    "Subdistricts are placed by eye from public maps, their populations are sourced; boundaries, sizes of communities "
    "and sites of facilities are synthetic"
)
_KNOWN = (
    "街道轮廓、社区位置与面积、地铁站为公开数据；社区之间的界线、户数和多数设施点位为推算或合成\n"
    "Outlines of subdistricts, positions and areas of communities, and stations are public data; lines between "
    "communities, households and most sites of facilities are derived or synthetic"
)
"""What a reader should know: of a map of known units, and of one drawn by rule."""
Labels = list[tuple[Annotation, tuple[tuple[float, float], ...]]]
_FULL_DENSITY = 250.0  # households a hectare drawn darkest


def draw_map(district: District, geography: Geography, file: Path) -> None:
    """Write the map: subdistricts, communities, density of homes, railways and roads, and some facilities."""
    font = str(pylopdf_fonts_zh_cn.sans_path())
    font_manager.fontManager.addfont(font)
    name = font_manager.FontProperties(fname=font).get_name()
    with matplotlib.rc_context(
        {"text.parse_math": False, "font.family": [name, "DejaVu Sans"], "axes.unicode_minus": False}
    ):
        figure = Figure(figsize=(15, 10), layout="constrained")
        axes = figure.add_subplot()
        land = draw_land(district)
        axes.imshow(
            _colours(geography),
            origin="lower",
            extent=(0, geography.width, 0, geography.height),
            interpolation="nearest",
            zorder=0,
        )
        _borders(axes, geography)
        _lines(axes, district, land)
        _frame(axes, district, geography)
        stations, parks = _facilities(axes, geography), _open_land(axes, district, land, geography)
        taken = np.array([text.xy for text, _ in [*stations, *parks]], np.float64).reshape(-1, 2)
        names = _names(axes, geography, taken)
        figure.draw_without_rendering()  # places the axes
        arrange([*names, *stations, *parks, *_landmarks(axes, district, land)])
        file.parent.mkdir(parents=True, exist_ok=True)
        with new_file(file) as new:
            figure.savefig(new, format="png", dpi=110, metadata={"Software": None})


def _image(geography: Geography, values: NDArray[np.floating | np.integer], empty: float) -> NDArray[np.float64]:
    image = np.full((geography.height, geography.width), empty)
    image[geography.cell_y, geography.cell_x] = values
    return image


def _colours(geography: Geography) -> NDArray[np.float64]:
    """Colour of each cell of the canvas, float64 (height, width, 3): the denser the homes, the darker."""
    fills = np.array([to_rgb(c) for c in _FILLS])
    cell = fills[geography.cell_subdistrict % len(fills)]
    darker = 1 - 0.5 * np.clip(geography.cell_households / _FULL_DENSITY, 0, 1)[:, None]
    housing = (geography.cell_community >= 0)[:, None]
    cell = np.where(housing, cell * darker, 0.35 * cell + 0.65 * np.array(to_rgb(_OPEN)))
    image = np.ones((geography.height, geography.width, 3))
    image[geography.cell_y, geography.cell_x] = cell
    return image


def _edges(image: NDArray[np.float64]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Sides of cells across which the value changes."""
    rows, columns = np.nonzero(image[:, 1:] != image[:, :-1])
    sides = [((int(c) + 1, int(r)), (int(c) + 1, int(r) + 1)) for r, c in zip(rows, columns, strict=True)]
    rows, columns = np.nonzero(image[1:] != image[:-1])
    return sides + [((int(c), int(r) + 1), (int(c) + 1, int(r) + 1)) for r, c in zip(rows, columns, strict=True)]


def _borders(axes: Axes, geography: Geography) -> None:
    """Edges of the homes of communities in white, of their land in grey, of subdistricts in black."""
    community = _image(geography, geography.cell_community, -1)
    unit = _image(geography, geography.cell_unit, -1)
    subdistrict = _image(geography, geography.cell_subdistrict, -1)
    if (geography.cell_unit != geography.cell_community).any():
        axes.add_collection(LineCollection(_edges(unit), colors="#777777", linewidths=0.6, zorder=1.5))
    axes.add_collection(LineCollection(_edges(community), colors="white", linewidths=0.9, zorder=1))
    axes.add_collection(LineCollection(_edges(subdistrict), colors="#222222", linewidths=1.8, zorder=2))


def _open_land(axes: Axes, district: District, land: Land, geography: Geography) -> Labels:
    """Parks and works, drawn as far as they lie within the area; their names, at the middle of what lies there."""
    names: Labels = []
    for row in district.table("open_land").to_dict("records"):
        (x,), (y,) = project(np.array([row["lon"]]), np.array([row["lat"]]), land.origin)
        radius = row["radius_m"] / CELL_METRES
        inside = np.hypot(geography.cell_x + 0.5 - x, geography.cell_y + 0.5 - y) < radius
        if not inside.any():
            continue
        cells = _image(geography, np.where(inside, 1.0, np.nan), np.nan)
        axes.imshow(
            cells,
            origin="lower",
            extent=(0, geography.width, 0, geography.height),
            zorder=0.5,
            cmap=ListedColormap([_GREEN]),
            interpolation="nearest",
        )
        middle = float(geography.cell_x[inside].mean()), float(geography.cell_y[inside].mean())
        names.append((label(axes, _both(row), middle, 6.5, "#1c4a23"), CENTRED))
    return names


def _lines(axes: Axes, district: District, land: Land) -> None:
    for kind, points in line_points(district, land).values():
        colour, width, dash = _LINES[kind]
        axes.plot(points["x"], points["y"], color=colour, linewidth=width, linestyle=dash, zorder=3)


def _facilities(axes: Axes, geography: Geography) -> Labels:
    """Marks of some facilities; the names of metro stations."""
    names: Labels = []
    for kind, (marker, size, colour, _, _) in _MARKS.items():
        rows = geography.facilities[geography.facilities["kind"] == kind]
        x, y = geography.cell_x[rows["cell"]] + 0.5, geography.cell_y[rows["cell"]] + 0.5
        axes.scatter(x, y, marker=marker, s=size, color=colour, edgecolors="white", linewidths=0.8, zorder=5)
        if kind == "metro":
            names += [
                (label(axes, zh, (px, py), 7, "#67001f"), BESIDE)
                for px, py, zh in zip(x.tolist(), y.tolist(), rows["name_zh"], strict=True)
            ]
    return names


def _landmarks(axes: Axes, district: District, land: Land) -> Labels:
    """Malls and offices to know the place by, where they are; their names."""
    table = district.tables.get("landmarks")
    if table is None:
        return []
    known = table[table["kind"] != "park"]
    x, y = project(known["lon"].to_numpy(float), known["lat"].to_numpy(float), land.origin)
    axes.plot(x, y, marker=".", color="#444444", markersize=4, linestyle="none", zorder=5)
    return [
        (label(axes, zh, (px, py), 6, "#444444"), BESIDE)
        for px, py, zh in zip(x.tolist(), y.tolist(), known["name_zh"], strict=True)
    ]


def _names(axes: Axes, geography: Geography, taken: NDArray[np.float64]) -> Labels:
    """Names of the subdistricts, each within its own land and away from the names at `taken` (n, 2)."""
    names: Labels = []
    inch = _inch(geography)
    x, y = geography.cell_x + 0.5, geography.cell_y + 0.5
    for s, row in enumerate(geography.subdistricts.to_dict("records")):
        own = geography.cell_subdistrict == s
        px, py = x[own], y[own]
        around = (np.abs(px[:, None] - px) <= _NAME[0] * inch) & (np.abs(py[:, None] - py) <= _NAME[1] * inch)
        room = around.sum(axis=1)
        away = np.min(
            np.hypot((px[:, None] - taken[:, 0]) / 2, py[:, None] - taken[:, 1]), axis=1, initial=_AWAY * inch
        )
        best = np.lexsort((py, away, room >= 0.95 * room.max()))[-1]  # where it is as free: the northernmost
        names.append((label(axes, _both(row), (px[best], py[best]), 11), CENTRED))
    return names


def _both(row: dict[str, Any]) -> str:
    """A name in both languages, once where they are alike."""
    zh, en = row["name_zh"], row["name_en"]
    return str(zh) if zh == en else f"{zh}\n{en}"


def _frame(axes: Axes, district: District, geography: Geography) -> None:
    wide, high = geography.width, geography.height
    strip = _STRIP * _inch(geography)
    axes.set(xlim=(0, wide), ylim=(-strip, high), aspect="equal", xticks=[], yticks=[])
    metres = _round_metres(_BAR * wide * CELL_METRES)
    left, right = 0.02 * wide, 0.02 * wide + metres / CELL_METRES
    axes.plot([left, right], [-0.7 * strip, -0.7 * strip], color="black", linewidth=3)
    length = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
    axes.text((left + right) / 2, -0.6 * strip, length, ha="center", va="bottom")
    north = right + 0.04 * wide
    axes.annotate("北 N", (north, 0), (north, -0.8 * strip), ha="center", arrowprops={"arrowstyle": "->"})
    handles: list[Artist] = [
        Line2D([], [], marker=m, color=c, linestyle="none", markersize=8, label=f"{zh} {en}")
        for m, _, c, zh, en in _MARKS.values()
    ]
    labels = {"rail": "轨道交通 railway", "expressway": "高速公路 expressway", "arterial": "主干路 arterial"}
    handles += [
        Line2D([], [], color=c, linewidth=w, linestyle=d, label=labels[kind]) for kind, (c, w, d) in _LINES.items()
    ]
    handles.append(Patch(color=_GREEN, label="公园等无住房用地 parks and other land without homes"))
    axes.legend(handles=handles, loc="upper center", bbox_to_anchor=(0.5, -0.05), ncols=4, fontsize=9, frameon=False)
    title, size = district.title, len(geography.communities)
    axes.set_title(
        f"{title['zh']}：{size} 个社区和村，{len(geography.estates)} 个小区；颜色越深住户越密\n"
        f"{title['en']}: {size} communities and villages, {len(geography.estates)} estates; the darker, the more homes "
        "a hectare",
        loc="left",
        fontsize=12,
    )
    known = (geography.cell_unit != geography.cell_community).any()
    axes.set_xlabel(_KNOWN if known else _DRAWN, fontsize=9)


def _inch(geography: Geography) -> float:
    """Cells, about, that an inch of the picture shows."""
    return max(geography.width / _INCHES[0], geography.height / _INCHES[1])


def _round_metres(most: float) -> float:
    """The largest of 1, 2, 5, 10, 20, 50, ... that is not above `most`."""
    power = math.pow(10, math.floor(math.log10(most)))
    return max(step * power for step in (1, 2, 5) if step * power <= most)
