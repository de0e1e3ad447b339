"""Full factorial: every combination of the values; ranges are cut into `levels`."""

from itertools import product
from math import prod

import pandas as pd

from experiments.study.file import Design, Plan

TITLE = ("全因子", "full factorial")
SAMPLE = False
MOST = 100_000
"""Points that a design must stay below: beyond them a sample says as much."""


def check(design: Design) -> None:
    """Something varies, and the combinations can be run."""
    design.require_factors()
    sizes = [len(factor.grid(design.levels)) for factor in design.factors.values()]
    if prod(sizes) >= MOST:
        raise ValueError(
            f"a factorial design of {' × '.join(map(str, sizes))} = {prod(sizes):,} points; it must have fewer than "
            f"{MOST:,}: give fewer values or levels, or draw a latin_hypercube or sobol sample"
        )


def points(plan: Plan) -> pd.DataFrame:
    """All combinations; the last factor changes fastest."""
    design = plan.design
    grids = [factor.grid(design.levels) for factor in design.factors.values()]
    return pd.DataFrame(list(product(*grids)), columns=list(design.factors))
