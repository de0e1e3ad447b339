"""Charts of comparisons that other packages add."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from experiments.runs.folders import ComparisonFolder
from simulation.extensions import instances

GROUP = "huitian.charts"
"""Entry-point group: `name = module:object`, where the object is a `Chart`."""


@dataclass(frozen=True)
class Chart:
    """A chart of a comparison.

    Attributes
    ----------
    zh, en : str
        Caption in the report: what it shows and how to read it.
    draw : callable
        Takes the comparison and gives the figure, in the language that `experiments.charts.style.text` speaks.
    """

    zh: str
    en: str
    draw: Callable[[ComparisonFolder], Figure]


def offered_charts() -> dict[str, Chart]:
    """Charts of other packages by the names of their entry points.

    Raises
    ------
    SourceError
        If one cannot be loaded or is no chart.
    """
    return instances(GROUP, Chart)
