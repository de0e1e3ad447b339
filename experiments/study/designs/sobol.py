"""Saltelli's sample for Sobol indices (Saltelli et al. 2010), from SALib: blocks of D + 2 or 2 D + 2 points."""

import pandas as pd

from experiments.study.designs.unit_cube import problem, scaled
from experiments.study.file import Plan


def points(plan: Plan) -> pd.DataFrame:
    """Points in the order that the analysis needs."""
    from SALib.sample import sobol

    design = plan.experiment.design
    assert design is not None
    shares = sobol.sample(
        problem(design), design.samples, calc_second_order=design.second_order, seed=plan.experiment.seed
    )
    return scaled(design, shares)
