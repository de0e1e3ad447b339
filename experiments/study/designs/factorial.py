"""Full factorial: every combination of the values; ranges are cut into `levels`."""

from itertools import product

import pandas as pd

from experiments.study.file import Plan


def points(plan: Plan) -> pd.DataFrame:
    """All combinations; the last factor changes fastest."""
    design = plan.experiment.design
    assert design is not None
    grids = [factor.grid(design.levels) for factor in design.factors.values()]
    return pd.DataFrame(list(product(*grids)), columns=list(design.factors))
