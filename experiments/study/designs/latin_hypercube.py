"""Latin hypercube (McKay, Beckman & Conover 1979), from scipy: a range is cut into as many parts as points."""

import pandas as pd
from scipy.stats import qmc

from experiments.study.designs.unit_cube import scaled
from experiments.study.file import Plan


def points(plan: Plan) -> pd.DataFrame:
    """`samples` points."""
    design = plan.experiment.design
    assert design is not None
    shares = qmc.LatinHypercube(len(design.factors), rng=plan.experiment.seed).random(design.samples)
    return scaled(design, shares)
