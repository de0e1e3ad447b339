"""Elementary effects (Morris 1991; Campolongo et al. 2007), from SALib: `samples` paths of D + 1 points."""

import pandas as pd

from experiments.study.designs.unit_cube import problem, scaled
from experiments.study.file import Plan


def points(plan: Plan) -> pd.DataFrame:
    """Points in the order of the trajectories."""
    from SALib.sample import morris

    design = plan.experiment.design
    assert design is not None
    shares = morris.sample(problem(design), design.samples, num_levels=design.levels, seed=plan.experiment.seed)
    return scaled(design, shares)
