"""One look for every figure: fonts for both languages, line styles that differ without colour, honest footers."""

from functools import cache
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib import font_manager
from matplotlib.figure import Figure

BASELINE = "#000000"
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # Okabe & Ito 2008: colour-blind safe
DASHES = ((0, ()), (0, (6, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 1.5)), (0, (8, 2, 1, 2, 1, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P")
DIVERGING = "PuOr"
DPI = 150
GREY = "#777777"
LEADING = 1.4  # of two-line texts: Chinese glyphs fill their line


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
    plt.rcParams.update({
        "font.family": [name, "DejaVu Sans"], "axes.unicode_minus": False, "font.size": 9, "axes.titlesize": 10,
        "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#dddddd",
        "grid.linewidth": 0.6, "axes.axisbelow": True, "figure.dpi": 100, "savefig.dpi": DPI,
        "axes.prop_cycle": cycler(color=COLOURS), "legend.frameon": False, "svg.fonttype": "path",
        "svg.hashsalt": "huitian", "figure.constrained_layout.use": True})


def title(figure: Figure, zh: str, en: str, note: str) -> None:
    """Title in both languages, and under it what the marks stand for."""
    figure.suptitle(f"{zh}\n{en}", fontsize=12, x=0.01, ha="left", linespacing=LEADING)
    figure.supxlabel(note, fontsize=7.5, color="#444444", x=0.01, ha="left")


def source(n: int, scale: float, what: str) -> str:
    """Footer: replicates, interval, where the numbers come from."""
    size = "全量 full population" if scale >= 1 else f"抽样 scale {scale:g}"
    return f"n = {n} 次重复 replicates · {what} · {size} · 来源 source: 回天模型 Huitian model (合成地图 synthetic map)"


def save(figure: Figure, folder: Path, name: str) -> Path:
    """Write PNG and SVG without dates, so that the same data give the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.png"
    figure.savefig(file, metadata={"Software": None})
    figure.savefig(file.with_suffix(".svg"), metadata={"Date": None})
    plt.close(figure)
    return file
