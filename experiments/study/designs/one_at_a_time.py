"""One at a time: a base point, then each factor alone at each of its other values."""

import pandas as pd

from experiments.study.factors import Factor, Value
from experiments.study.file import Design, Plan
from simulation.parameters import PARAMETERS

TITLE = ("逐个变动", "one at a time")
SAMPLE = False
check = Design.require_factors  # there must be something to vary


def points(plan: Plan) -> pd.DataFrame:
    """Point 0 is the base: each factor's `default`, else the baseline's parameter, the lever's value, its first.

    Raises
    ------
    SourceError
        If a factor has no value besides that of the base.
    """
    design = plan.design
    base = {path: _base(plan, path, factor) for path, factor in design.factors.items()}
    rows = [base]
    for path, factor in design.factors.items():
        others = [value for value in factor.grid(design.levels) if value != base[path]]
        if not others:
            raise plan.source.error(("design", "factors", path), f"does not vary: {base[path]} is its only value")
        rows += [{**base, path: value} for value in others]
    return pd.DataFrame(rows, columns=list(design.factors))


def _base(plan: Plan, path: str, factor: Factor) -> Value:
    if factor.default is not None:
        return factor.default
    area, _, rest = path.partition(".")
    if area == "parameters":
        return plan.scenarios[plan.baseline].parameters.get(rest, PARAMETERS[rest].default)
    kind, _, field = rest.partition(".")
    for scenario in plan.scenarios.values():
        if field and kind in scenario.interventions:
            value: Value = getattr(scenario.interventions[kind], field)
            return value
    return factor.grid(2)[0]
