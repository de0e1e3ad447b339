"""One look for every figure: fonts for both languages, line styles that differ without colour, honest footers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from experiments.texts.catalogue import Words, phrase
from simulation.whole import new_file

Drawer = Callable[[], Figure]
"""Draws a figure in the language that `language` says; the data are read before, once."""
Language = Literal["zh", "en", "both"]
Names = dict[str, tuple[str, str]]
"""Titles (zh, en) by scenario, in the order to draw."""

BASELINE = "#000000"
COLOURS = ("#117733", "#882255", "#44AA99", "#AA4499", "#999933", "#CC6677")
"""Of options: Tol (2021), muted, safe for the colour-blind; without the blue and orange of better and worse."""
DASHES = ((0, ()), (0, (6, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1.5)), (0, (8, 2, 1, 2, 1, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P")
DPI = 150
GREY = "#777777"
TOTAL = "#c8c8c8"
"""Of the interval of luck and parameters: paler than any line of luck, on the page as on a grey print."""
LEADING = 1.4  # of two-line texts: Chinese glyphs fill their line
_WIDTH = {"zh": 8.0, "en": 8.0, "both": 11.0}  # inches; one language fits an A4 page at a readable size
_TITLE, _SUBTITLE, _LEGEND = 12.0, 8.0, 8.0  # points
_MARGIN = 0.1  # inches
_PLACES = 5  # decimals of the place of a panel, as a share of the figure
_language: ContextVar[Language] = ContextVar("language", default="both")


@dataclass(frozen=True)
class Runs:
    """What a figure rests on: number of replicates and share of households in the run; the same of draws."""

    n: int
    scale: float
    draws: int = 0
    draws_scale: float = 1.0


@contextmanager
def language(lang: Language) -> Iterator[None]:
    """Draw the figures of this block in Chinese, in English or, as without it, in both."""
    token = _language.set(lang)
    try:
        yield
    finally:
        _language.reset(token)


def text(zh: str, en: str, between: str = " ") -> str:
    """A text in the language of the figure; in both, Chinese first."""
    lang = _language.get()
    return f"{zh}{between}{en}" if lang == "both" and zh != en else en if lang == "en" else zh


def say(key: str, between: str = " ", **values: object) -> str:
    """A text of the catalogue in the language of the figure; see `text` and `experiments.texts.catalogue.phrase`."""
    return text(*phrase(key, **values), between)


def label(names: Names, scenario: str, between: str = " ") -> str:
    """Title of a scenario in the language of the figure."""
    return text(*names[scenario], between)


def among(names: Names, table: pd.DataFrame) -> list[str]:
    """Scenarios of a table in the order of their names."""
    return [name for name in names if name in set(table["scenario"])]


def width() -> float:
    """Width of a figure in inches."""
    return _WIDTH[_language.get()]


def bilingual() -> bool:
    """Whether every text stands twice."""
    return _language.get() == "both"


@cache
def font_file() -> Path:
    """The Chinese font that is installed with the project (Open Font License)."""
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.sans_path())


@cache
def apply() -> None:
    """Set matplotlib up, once."""
    font_manager.fontManager.addfont(str(font_file()))
    name = font_manager.FontProperties(fname=str(font_file())).get_name()
    plt.rcParams.update(
        {
            "font.family": [name, "DejaVu Sans"],
            "font.size": 9,
            "text.parse_math": False,  # a dollar in a title is a dollar
            "axes.titlesize": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#dddddd",
            "grid.linewidth": 0.6,
            "axes.axisbelow": True,
            "figure.dpi": 100,
            "savefig.dpi": DPI,
            "axes.prop_cycle": cycler(color=COLOURS),
            "legend.frameon": False,
            "svg.fonttype": "path",
            "svg.hashsalt": "huitian",
            "figure.constrained_layout.use": True,
        }
    )


def name_axes(axes: Axes, x: str, y: str, size: float = 8.5) -> None:
    """Say what the axes of a panel measure; `size`: of the letters, points."""
    axes.set_xlabel(x, fontsize=size, linespacing=LEADING)
    axes.set_ylabel(y, fontsize=size, linespacing=LEADING)


def tick(value: float, place: object = None) -> str:
    """A number at an axis: thousands apart, no exponent, a true minus."""
    return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}").replace("-", "−")


def interval(runs: Runs, words: Words) -> str:
    """Words for the interval of a figure, or that one replicate has none; and for the one over draws behind it."""
    told = text(*words) if runs.n > 1 else say("common.no_interval")
    return f"{told} · {say('charts.style.pale_line_luck_and_parameters')}" if runs.draws else told


def total_interval(
    axis: Axes, across: NDArray[np.number], rows: pd.DataFrame, size: float = 1.0, *, upright: bool
) -> None:
    """Pale lines of the interval of luck and parameters, behind those of luck; NaN where there is none.

    `rows` have it as `ci_low_total` and `ci_high_total`, times `size` in the unit of the axis; rows of a comparison
    without draws may lack both.
    """
    if "ci_low_total" in rows:
        low, high = (size * rows[f"ci_{end}_total"].to_numpy(float) for end in ("low", "high"))
        (axis.vlines if upright else axis.hlines)(across, low, high, color=TOTAL, linewidth=4.5, zorder=1)


def frame(
    figure: Figure,
    title: Words,
    runs: Runs | None,
    what: str = "",
    legend: tuple[Sequence[Artist], Sequence[str]] | None = None,
) -> None:
    """Title, subtitle (replicates, scale, what the marks stand for), legend below them, and source line.

    The panels keep to what is left, so that no text lies over them. Without `runs` the figure is analytic.
    """
    wide, high = figure.get_size_inches()
    subtitle = _wrap(" · ".join(part for part in (_basis(runs), what) if part), wide, _SUBTITLE)
    source = say("charts.style.source_huitian_model")
    top = _MARGIN
    for words, points, colour in ((text(*title, "\n"), _TITLE, "black"), (subtitle, _SUBTITLE, "#444444")):
        figure.text(_MARGIN / wide, 1 - top / high, words, fontsize=points, color=colour, va="top", linespacing=LEADING)
        top += (words.count("\n") + 1) * points * 1.1 * LEADING / 72 + 0.02
    if legend is not None and legend[0]:
        top += _legend(figure, legend, top)
    figure.text(_MARGIN / wide, 0.05 / high, source, fontsize=_SUBTITLE - 0.5, color="#444444", va="bottom")
    bottom = (_SUBTITLE * LEADING) / 72 + 0.1
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0.01, bottom / high, 0.98, 1 - (top + bottom) / high))  # type: ignore[call-arg]


def _basis(runs: Runs | None) -> str:
    if runs is None:
        return ""
    size = say("common.full_population") if runs.scale >= 1 else say("charts.style.scale") + f" {runs.scale:g}"
    count = say("charts.style.replicate" if runs.n == 1 else "charts.style.replicates")
    basis = f"n = {runs.n} {count} · {size}"
    if not runs.draws:
        return basis
    return f"{basis} · {say('charts.style.draws', draws=runs.draws, scale=runs.draws_scale)}"


def _legend(figure: Figure, legend: tuple[Sequence[Artist], Sequence[str]], top: float) -> float:
    """Legend in as many columns as fit under the subtitle; returns its height in inches."""
    handles, labels = legend
    wide, high = figure.get_size_inches()
    longest = max(ems(words) for words in labels) * _LEGEND / 72 + 0.8
    columns = max(1, min(len(labels), int((wide - 2 * _MARGIN) / longest)))
    figure.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(0, 1 - top / high),
        ncols=columns,
        fontsize=_LEGEND,
        handlelength=4,
        borderaxespad=0.2,
    )
    return -(-len(labels) // columns) * _LEGEND * 1.75 / 72 + 0.1


def ems(words: str) -> float:
    """Width of a line in units of the font size: Chinese glyphs are square, others about half as wide."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.54 for c in words)


def _wrap(words: str, inches: float, points: float) -> str:
    """Lines that fit the figure, broken between the parts that dots separate, else between words."""
    room = (inches - 2 * _MARGIN) * 72 / points
    lines, line = [], ""
    for part in words.replace(" · ", " ·\u200b").replace(" ", " \u200b").split("\u200b"):
        if line and ems(line + part) > room:
            lines.append(line.rstrip())
            line = ""
        line += part if not line.endswith("·") else f" {part}"
    return "\n".join([*lines, line])


def settle(figure: Figure) -> None:
    """Lay the panels out once and for all, to places that do not carry the noise of the layout's solver."""
    if (layout := figure.get_layout_engine()) and figure.axes:
        for _ in range(2):  # ticks, and so the room that they take, are known after the first time
            layout.execute(figure)
    figure.set_layout_engine("none")
    for axis in figure.axes:
        place = axis.get_position(original=True)
        left, low, wide, high = (round(edge, _PLACES) for edge in place.bounds)
        axis.set_position((left, low, wide, high))


def save(figure: Figure, path: Path) -> Path:
    """Write PNG and SVG without dates, so that the same data give the same files, and close the figure.

    Parameters
    ----------
    path : Path
        File without suffix, or with that of one of the two.

    Returns
    -------
    Path
        The PNG file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    stem = path.with_suffix("") if path.suffix in (".png", ".svg") else path
    settle(figure)
    for kind, about in (("png", {"Software": None}), ("svg", {"Date": None})):
        with new_file(Path(f"{stem}.{kind}")) as new:
            figure.savefig(new, format=kind, metadata=about)
    plt.close(figure)
    return Path(f"{stem}.png")
