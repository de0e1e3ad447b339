"""What samplers of the unit cube have in common: they draw shares of ranges, one column per factor."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from experiments.study.dependence import correlated
from experiments.study.draws import picked, read_points
from experiments.study.file import Design, Plan, check_value
from experiments.study.posterior import shipped

SHIPPED = "shipped"
"""Word of a design that stands for the posterior of the district."""


def drawn(plan: Plan, sequence: Callable[..., qmc.QMCEngine]) -> pd.DataFrame:
    """`samples` points of a plan from a sequence of scipy's; the seed of the plan scrambles it."""
    design = plan.design
    return joint(plan, lambda factors: sequence(factors, rng=plan.experiment.seed).random(design.samples))


def joint(plan: Plan, sample: Callable[[int], NDArray[np.float64]]) -> pd.DataFrame:
    """Points whose factors may be correlated, with the draws of a posterior as one factor more.

    Parameters
    ----------
    sample : callable
        Gives shares, float64 (points, factors), of so many factors.

    Raises
    ------
    SourceError
        If the file of draws cannot be used.
    """
    design = plan.design
    names = list(design.factors)
    shares = sample(len(names) + (design.posterior is not None))
    pairs = [(one.factors, one.rank) for one in design.correlations]
    points = scaled(design, correlated(shares[:, : len(names)], names, pairs))
    if design.posterior is None:
        return points
    try:
        draws, weights = read_points(_file(plan, design.posterior))
    except ValueError as error:
        raise plan.source.error(("design", "posterior"), f"{design.posterior}: {error}") from None
    twice = sorted(set(draws.columns) & set(names))
    if twice:
        raise plan.source.error(("design", "posterior"), f"{twice[0]} stands in the file and among the factors")
    for path in draws.columns:
        for end in (draws[path].min(), draws[path].max()):
            check_value(plan, path, end.item() if hasattr(end, "item") else end, ("design", "posterior"))
    own = draws.iloc[picked(shares[:, -1], weights)].reset_index(drop=True)
    return pd.concat([points, own], axis=1)


def _file(plan: Plan, name: str) -> Path:
    """File of draws: that of the district of the scenarios, or one beside the experiment."""
    if name != SHIPPED:
        return plan.folder / name
    district = plan.scenarios[plan.baseline].district
    found = shipped(district)
    if found is None:
        raise ValueError(f"{district} comes with no posterior; name a file")
    return found


def problem(names: Sequence[str]) -> dict[str, Any]:
    """Factors as SALib takes them, each from 0 to 1."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def sampled(plan: Plan, sample: Callable[..., NDArray[np.float64]], **options: Any) -> pd.DataFrame:
    """Points of a plan that a function of SALib samples, with the seed of the plan; see `scaled`."""
    design = plan.design
    shares = sample(problem(list(design.factors)), design.samples, seed=plan.experiment.seed, **options)
    return scaled(design, shares)


def scaled(design: Design, shares: NDArray[np.float64]) -> pd.DataFrame:
    """Points of a design from shares of the ranges, float64 (points, factors)."""
    return pd.DataFrame(
        {path: [factor.at(share) for share in shares[:, k]] for k, (path, factor) in enumerate(design.factors.items())},
        index=pd.RangeIndex(len(shares)),
    )
