"""Latin hypercube (McKay, Beckman & Conover 1979), from scipy: a range is cut into as many parts as points."""

import pandas as pd
from scipy.stats import qmc

from experiments.study.file import Design, Plan
from experiments.study.unit_cube import drawn

TITLE = ("拉丁超立方", "Latin hypercube")
SAMPLE = True
check = Design.require_factors  # there must be something to vary


def points(plan: Plan) -> pd.DataFrame:
    """`samples` points."""
    return drawn(plan, qmc.LatinHypercube)
