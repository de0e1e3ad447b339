"""How each pattern is measured: a function of the runs of one seed, NaN where the runs are too short to show it."""

from experiments.validation.measures import levels, shapes, splits
from experiments.validation.measures.table import MEASURES

__all__ = ["MEASURES", "levels", "shapes", "splits"]
