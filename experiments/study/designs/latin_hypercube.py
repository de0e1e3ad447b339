"""Latin hypercube (McKay, Beckman & Conover 1979), from scipy: a range is cut into as many parts as points."""

import pandas as pd
from scipy.stats import qmc

from experiments.study.file import Design, Plan
from experiments.study.unit_cube import scaled

TITLE = ("拉丁超立方", "Latin hypercube")
SAMPLE = True


def check(design: Design) -> None:
    """There must be something to vary."""
    design.require_factors()


def points(plan: Plan) -> pd.DataFrame:
    """`samples` points."""
    design = plan.experiment.design
    assert design is not None
    shares = qmc.LatinHypercube(len(design.factors), rng=plan.experiment.seed).random(design.samples)
    return scaled(design, shares)
