"""Latin hypercube (McKay, Beckman & Conover 1979) that nests: a range is cut into as many parts as points.

Twice as many points hold all of before: every part is halved, and the halves without a point get one, as in nested
designs (Qian 2009) and progressive Latin hypercube sampling (Sheikholeslami & Razavi 2017).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.study.file import Design, Plan
from experiments.study.unit_cube import joint

TITLE = ("拉丁超立方", "Latin hypercube")
SAMPLE = True
JOINT = True


def check(design: Design) -> None:
    """There must be something to vary: factors, or the draws of a posterior."""
    if design.posterior is None:
        design.require_factors()


def points(plan: Plan) -> pd.DataFrame:
    """`samples` points; the seed of the plan draws them."""
    return joint(plan, lambda factors: nested(plan.design.samples, factors, plan.experiment.seed))


def nested(samples: int, factors: int, seed: int) -> NDArray[np.float64]:
    """Latin hypercube of the unit cube, float64 (samples, factors); that of half as many samples is its first half.

    The first points are as many as the odd part of `samples`, and are doubled from there: 5, 10, 20, 40.
    """
    rng = np.random.default_rng(seed)
    size = samples // (samples & -samples)
    cells = rng.permuted(np.tile(np.arange(size)[:, None], factors), axis=0)
    within = rng.random((size, factors))  # place in the cell, 0 to 1; kept apart from it, so that halving is exact
    while size < samples:
        half = within >= 0.5
        cells, within = 2 * cells + half, 2 * within - half
        free = np.ones((2 * size, factors), bool)
        np.put_along_axis(free, cells, False, axis=0)
        empty = np.nonzero(free.T)[1].reshape(factors, size).T
        cells = np.concatenate([cells, rng.permuted(empty, axis=0)])
        within = np.concatenate([within, rng.random((size, factors))])
        size *= 2
    return np.minimum((cells + within) / samples, np.nextafter(1.0, 0.0))
