"""Figures of the page as PNG. No pyplot, which would keep every figure alive."""

import io

from matplotlib.figure import Figure

from experiments.charts import style

DPI = 150


def blank(wide: float, high: float) -> Figure:
    """An empty figure, in inches, whose panels stay where they are put: a layout engine costs more than the drawing."""
    style.apply()
    figure = Figure(figsize=(wide, high), dpi=DPI)
    figure.set_layout_engine("none")
    return figure


def png(figure: Figure) -> bytes:
    """The figure as a PNG file."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=DPI)
    return out.getvalue()
