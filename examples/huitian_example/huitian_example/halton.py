"""Halton sequence (Halton 1960), scrambled, from scipy: points that fill the ranges evenly, however many there are."""

import pandas as pd
from scipy.stats import qmc

from experiments.study.file import Design, Plan
from experiments.study.unit_cube import scaled

TITLE = ("哈尔顿序列", "Halton sequence")
SAMPLE = True


def check(design: Design) -> None:
    """There must be something to vary."""
    design.require_factors()


def points(plan: Plan) -> pd.DataFrame:
    """`samples` points, one column for each factor."""
    design = plan.experiment.design
    assert design is not None
    shares = qmc.Halton(len(design.factors), rng=plan.experiment.seed).random(design.samples)
    return scaled(design, shares)
