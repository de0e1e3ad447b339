"""Halton sequence (Halton 1960), scrambled, from scipy: points that fill the ranges evenly, however many there are."""

import pandas as pd
from scipy.stats import qmc

from experiments.study.file import Design, Plan
from experiments.study.unit_cube import drawn

TITLE = ("哈尔顿序列", "Halton sequence")
SAMPLE = True
check = Design.require_factors  # there must be something to vary


def points(plan: Plan) -> pd.DataFrame:
    """`samples` points, one column for each factor."""
    return drawn(plan, qmc.Halton)
