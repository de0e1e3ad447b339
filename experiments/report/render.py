"""From a report's content to one HTML file that needs nothing else."""

import base64
import hashlib
import io
import re
import urllib.parse
from functools import cache
from pathlib import Path
from typing import Literal

import jinja2
import matplotlib.pyplot as plt
import numpy as np
from markupsafe import Markup, escape
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from experiments.charts import style
from experiments.report import document, live
from experiments.report.document import Download, Figure, Report
from experiments.texts.catalogue import Words

Chosen = Literal["zh", "en", "both"]
_FOLDER = Path(__file__).parent / "templates"
_DPI = 150


def render(report: Report, lang: Chosen = "both") -> str:
    """HTML of a report in Chinese, in English, or one after the other.

    The same report gives the same bytes: there is no clock, no random number and no name of the machine in it.
    """
    languages: list[Literal["zh", "en"]] = ["zh", "en"] if lang == "both" else [lang]
    charts = {block.name: block.live for block in _figures(report) if block.live is not None}
    script = Markup(f"{_file('report.js')}\n{live.scripts()}" if charts else _file("report.js"))
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            languages=languages,
            style=_file("report.css"),
            script=script,
            policy=_policy(script),
            live=Markup(live.as_json(charts, languages)) if charts else "",
            font="",
        )
    )
    return page.replace("@FONT@", _font(page))


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.filters |= {"say": say, "image": image, "saved": saved, "kind": kind}
    return made


def _file(name: str) -> Markup:
    return Markup((_FOLDER / name).read_text("utf-8"))


def _figures(report: Report) -> list[Figure]:
    return [block for section in report.sections for block in section.blocks if isinstance(block, Figure)]


def _policy(script: str) -> str:
    """Content policy that forbids every request, and any script but our own."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def say(words: Words, lang: Literal["zh", "en"]) -> Markup:
    """A text in one language; line ends stay, marks are told to be marks."""
    return Markup("<br>").join(escape(line) for line in getattr(words, lang).split("\n"))


def kind(block: object) -> str:
    """Name of a block's class, for the template."""
    known = (document.Paragraph, document.Bullets, document.Box, document.Table, document.Figure, document.Downloads)
    assert isinstance(block, known)
    return type(block).__name__


def image(figure: Figure, lang: Literal["zh", "en"]) -> str:
    """The chart in one language as a data address: every colour as it was drawn (WebP without loss)."""
    with style.language(lang):
        drawn = figure.draw()
    style.settle(drawn)
    drawn.set_dpi(_DPI)
    canvas = FigureCanvasAgg(drawn)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])  # type: ignore[no-untyped-call]
    plt.close(drawn)
    file = io.BytesIO()
    pixels.save(file, "webp", lossless=True, quality=75, method=4)  # above: three times the time for 1 %
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode()


def saved(item: Download, lang: Literal["zh", "en"]) -> str:
    """A table as a data address; the mark at its begin tells spreadsheets that it is UTF-8."""
    return "data:text/csv;charset=utf-8," + urllib.parse.quote("\ufeff" + getattr(item.csv, lang), safe=",;:()+-")


def _font(page: str) -> str:
    """The Chinese glyphs that the page uses, so that it looks the same where no Chinese font is installed."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    text = "".join(sorted(set(re.sub(r"data:[^\"]*", "", page))))
    options = subset.Options(
        flavor="woff",
        layout_features=["kern", "liga", "pwid"],
        notdef_outline=True,
        hinting=False,
        desubroutinize=True,
        name_IDs=[],
        recalc_timestamp=False,
    )
    font = TTFont(style.font_file(), recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    file = io.BytesIO()
    font.flavor = "woff"
    font.save(file, reorderTables=True)
    return "data:font/woff;base64," + base64.b64encode(file.getvalue()).decode()
