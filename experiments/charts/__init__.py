"""Charts: each a function from a DataFrame to a Figure; `draw_all` makes those of a comparison."""

from pathlib import Path

from experiments.compare import Comparison


def draw_all(result: Comparison) -> list[Path]:
    """Draw every chart of a comparison to `charts/` in its folder; returns the PNG files."""
    from experiments.charts.comparison import draw

    return draw(result)
