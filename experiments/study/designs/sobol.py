"""Saltelli's sample for Sobol indices (Saltelli et al. 2010), from SALib: blocks of D + 2 or 2 D + 2 points."""

import pandas as pd

from experiments.study.file import Design, Plan
from experiments.study.unit_cube import sampled

TITLE = ("索博尔（Saltelli抽样）", "Sobol (Saltelli's sample)")
SAMPLE = True
BLOCKS = True


def check(design: Design) -> None:
    """A power of two blocks keeps the sequence balanced."""
    design.require_factors()
    if design.samples & (design.samples - 1):
        raise ValueError(f"samples of a Sobol design must be a power of two, not {design.samples}")


def points(plan: Plan) -> pd.DataFrame:
    """Points in the order that the analysis needs."""
    from SALib.sample import sobol

    return sampled(plan, sobol.sample, calc_second_order=plan.design.second_order)
