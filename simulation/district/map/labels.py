"""Names on a map that do not cover one another: the first has its place, later ones step aside or are left out."""

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

HALO = [withStroke(linewidth=2, foreground="white")]
CENTRED = ((0.0, 0.0), (0.0, 12.0), (0.0, -12.0))
"""Offsets in points for the name of an area: in its middle, above it, below it."""
BESIDE = ((4.0, 4.0), (4.0, -4.0), (-4.0, 4.0), (-4.0, -4.0))
"""Offsets in points for the name of a mark: right or left of it, above or below."""


def label(axes: Axes, text: str, at: tuple[float, float], size: float, colour: str = "black") -> Annotation:
    """A name in front of all else, that `arrange` puts beside `at` (data coordinates)."""
    made = axes.annotate(
        text,
        at,
        (0, 0),
        textcoords="offset points",
        fontsize=size,
        color=colour,
        zorder=8,
        path_effects=HALO,
        annotation_clip=False,
    )
    made.set_in_layout(False)
    return made


def arrange(labels: list[tuple[Annotation, tuple[tuple[float, float], ...]]]) -> None:
    """Put each label at the first of its offsets where it covers none before it; take it away where there is none.

    The layout of the figure must be final.
    """
    taken: list[Bbox] = []
    for text, offsets in labels:
        for x, y in offsets:
            text.set_position((x, y))
            text.set_horizontalalignment("left" if x > 0 else "right" if x < 0 else "center")
            text.set_verticalalignment("bottom" if y > 0 and x else "top" if y < 0 and x else "center")
            box = text.get_window_extent()
            if not any(box.overlaps(other) for other in taken):
                taken.append(box)
                break
        else:
            text.remove()
