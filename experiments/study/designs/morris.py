"""Elementary effects (Morris 1991; Campolongo et al. 2007), from SALib: `samples` paths of D + 1 points."""

import pandas as pd

from experiments.study.file import Design, Plan
from experiments.study.unit_cube import sampled

TITLE = ("莫里斯筛选", "Morris screening")
SAMPLE = True
BLOCKS = True


def check(design: Design) -> None:
    """An even number of levels gives every level the same chance."""
    design.require_factors()
    if design.levels % 2:
        raise ValueError(f"levels of a Morris design must be even, not {design.levels}")


def points(plan: Plan) -> pd.DataFrame:
    """Points in the order of the trajectories."""
    from SALib.sample import morris

    return sampled(plan, morris.sample, num_levels=plan.design.levels)
