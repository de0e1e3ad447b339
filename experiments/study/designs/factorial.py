"""Full factorial: every combination of the values; ranges are cut into `levels`."""

from itertools import product

import pandas as pd

from experiments.study.file import Design, Plan

TITLE = ("全因子", "full factorial")
SAMPLE = False
check = Design.require_factors  # there must be something to vary


def points(plan: Plan) -> pd.DataFrame:
    """All combinations; the last factor changes fastest."""
    design = plan.design
    grids = [factor.grid(design.levels) for factor in design.factors.values()]
    return pd.DataFrame(list(product(*grids)), columns=list(design.factors))
