"""Saltelli's sample for Sobol indices (Saltelli et al. 2010), from SALib: blocks of D + 2 or 2 D + 2 points."""

import pandas as pd

from experiments.specification import Plan


def points(plan: Plan) -> pd.DataFrame:
    """Points in the order that the analysis needs."""
    from SALib.sample import sobol

    design = plan.experiment.design
    assert design is not None
    names = list(design.factors)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    shares = sobol.sample(problem, design.samples, calc_second_order=design.second_order, seed=plan.experiment.seed)
    return pd.DataFrame({path: [factor.at(share) for share in shares[:, k]]
                         for k, (path, factor) in enumerate(design.factors.items())})
