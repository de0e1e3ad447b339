"""Elementary effects (Morris 1991; Campolongo et al. 2007), from SALib: `samples` paths of D + 1 points."""

import pandas as pd

from experiments.specification import Plan


def points(plan: Plan) -> pd.DataFrame:
    """Points in the order of the trajectories."""
    from SALib.sample import morris

    design = plan.experiment.design
    assert design is not None
    names = list(design.factors)
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    shares = morris.sample(problem, design.samples, num_levels=design.levels, seed=plan.experiment.seed)
    return pd.DataFrame({path: [factor.at(share) for share in shares[:, k]]
                         for k, (path, factor) in enumerate(design.factors.items())})
