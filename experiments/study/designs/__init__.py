"""Designs: one file a kind, each a function from a plan to its points.

A point is one row, indexed 0, 1, ...; columns are the factors by dotted path. The same plan gives the same points.
"""

import pandas as pd

from experiments.study.designs import factorial, latin_hypercube, morris, one_at_a_time, sobol, table
from experiments.study.file import Plan

_KINDS = {
    "factorial": factorial.points,
    "one_at_a_time": one_at_a_time.points,
    "latin_hypercube": latin_hypercube.points,
    "sobol": sobol.points,
    "morris": morris.points,
    "table": table.points,
}


def points_of(plan: Plan) -> pd.DataFrame:
    """Points of a plan, one without columns where it has no design.

    Raises
    ------
    SourceError
        If a table cannot be read, or holds what is not allowed.
    """
    design = plan.experiment.design
    if design is None:
        return pd.DataFrame(index=pd.RangeIndex(1, name="point"))
    found = _KINDS[design.kind](plan)
    found.index = pd.RangeIndex(len(found), name="point")
    return found
