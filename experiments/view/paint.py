"""Figures of the page as PNG. No pyplot, which would keep every figure alive."""

import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from experiments.charts import style

DPI = 150
_COMPRESSION = 3  # of 9: the browser is near, time is dear


def blank(wide: float, high: float) -> Figure:
    """An empty figure, in inches, whose panels stay where they are put: a layout engine costs more than the drawing."""
    style.apply()
    figure = Figure(figsize=(wide, high), dpi=DPI)
    figure.set_layout_engine("none")
    return figure


def png(figure: Figure) -> bytes:
    """The figure as a PNG file, drawn once (`savefig` draws twice)."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    Image.fromarray(pixels[:, :, :3]).save(out, "png", compress_level=_COMPRESSION)
    return out.getvalue()
