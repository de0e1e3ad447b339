"""Charts of a sheet as images that Word and PDF take."""

import io
from typing import Literal, NamedTuple

import matplotlib.pyplot as plt

from experiments.charts import style
from experiments.report.document import Figure, Report

_DPI = 200


class Picture(NamedTuple):
    """A PNG without a date, and its shape: width over height."""

    png: bytes
    shape: float


def pictures(report: Report, lang: Literal["zh", "en"]) -> dict[str, Picture]:
    """The charts of the first section in one language, by name."""
    blocks = report.sections[0].blocks
    return {block.name: _drawn(block, lang) for block in blocks if isinstance(block, Figure)}


def _drawn(figure: Figure, lang: Literal["zh", "en"]) -> Picture:
    with style.language(lang):
        drawn = figure.draw()
    style.settle(drawn)
    wide, high = drawn.get_size_inches()
    file = io.BytesIO()
    drawn.savefig(file, format="png", dpi=_DPI, metadata={"Software": None})
    plt.close(drawn)
    return Picture(file.getvalue(), float(wide / high))
