"""What samplers of the unit cube have in common: they draw shares of ranges, one column per factor."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.study.file import Design, Plan


def drawn(plan: Plan, sequence: Callable[..., qmc.QMCEngine]) -> pd.DataFrame:
    """`samples` points of a plan from a sequence of scipy's; the seed of the plan scrambles it."""
    design = plan.design
    return scaled(design, sequence(len(design.factors), rng=plan.experiment.seed).random(design.samples))


def problem(design: Design) -> dict[str, Any]:
    """The factors of a design as SALib takes them, each from 0 to 1."""
    names = list(design.factors)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def scaled(design: Design, shares: NDArray[np.float64]) -> pd.DataFrame:
    """Points of a design from shares of the ranges, float64 (points, factors)."""
    return pd.DataFrame(
        {path: [factor.at(share) for share in shares[:, k]] for k, (path, factor) in enumerate(design.factors.items())}
    )
