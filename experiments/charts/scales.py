"""Colours with one meaning each, and what maps show: the same in every picture, before and after.

Blue is better and orange is worse, everywhere and nowhere else; green is a level, darker for more; purple is more and
brown is less of what has no better side. The dark end of a pair is the better, so that grey print keeps the order.
"""

from dataclasses import dataclass

from matplotlib.colors import Colormap, LinearSegmentedColormap

from simulation.domains import DOMAINS
from simulation.metrics.table import METRICS

BETTER, WORSE, NEITHER, SMALL = "#00528c", "#c05000", "#444444", "#b0b0b0"
KINDS = {"worse": WORSE, "small": SMALL, "better": BETTER}
"""Of changes, in the order of their size."""
LEVELS = LinearSegmentedColormap.from_list("levels", ["#edf8e9", "#74c476", "#00441b"])
_JUDGED = LinearSegmentedColormap.from_list("worse_better", ["#d95f02", "#f2a35e", "#f7f7f7", "#5b9bcb", "#00386b"])
_UNJUDGED = LinearSegmentedColormap.from_list("less_more", ["#9c7a3c", "#d8c49a", "#f7f7f7", "#b79fd0", "#4b2a7b"])


@dataclass(frozen=True)
class Window:
    """Ends of the colours of a layer: `low` to `high` for levels, -`change` to `change` for differences."""

    low: float
    high: float
    change: float


WINDOWS = {
    "satisfaction": Window(30, 70, 10),
    **{f"satisfaction_{domain}": Window(20, 80, 20) for domain in DOMAINS},
    "load_committee": Window(0.5, 1.5, 0.3),
    "circle_coverage_residents": Window(0, 1, 1),
    "waste_sorting_rate": Window(0, 1, 0.5),
    "worse_off": Window(0, 1, 0.5),
    "better_off": Window(0, 1, 0.5),
    "density": Window(0, 600, 100),
    "infected": Window(0, 50, 20),
}
"""Windows by layer: points, loads around full, shares, residents a hectare, infected of a thousand."""


def of_difference(metric: str) -> Colormap:
    """Colours of a difference: blue where it is better, orange where it is worse."""
    direction = METRICS[metric].direction if metric in METRICS else 0
    return _UNJUDGED if direction == 0 else _JUDGED if direction > 0 else _JUDGED.reversed()
