"""What the measures of a plan contribute, where a table of it comes with the district."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from experiments.answers.contributions import contributions
from experiments.answers.costs import COSTS
from experiments.study.prepared import CONTRIBUTIONS, Prepared, of_this_model, prepared
from simulation.metrics.table import METRICS
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError

_ALIKE = ("interventions", "context", "parameters", "readings", "start", "weeks", "population_seed")
"""What makes two scenarios one plan, whatever they are called."""


@dataclass(frozen=True, eq=False)
class Contributed:
    """The runs of one plan with its groups put in place and left out.

    Attributes
    ----------
    plan : str
        Name of the scenario.
    rows : DataFrame
        As `experiments.answers.contributions.contributions` takes them.
    about : dict
        How they were made.
    current : bool
        Whether the model that made them is the one that is installed.
    """

    plan: str
    rows: pd.DataFrame
    about: dict[str, Any]
    current: bool

    @property
    def groups(self) -> int:
        """Groups of measures in the plan."""
        return int(self.rows["step"].max())

    @property
    def metrics(self) -> list[str]:
        """Metrics of the table, money left out."""
        return [name for name in self.rows if name in METRICS and name not in COSTS]

    def table(self, metric: str) -> pd.DataFrame:
        """Contributions to the effect on a metric."""
        return contributions(self.rows, metric)


def plans(district: str) -> list[str]:
    """Plans whose contributions come with a district."""
    found = prepared(district, CONTRIBUTIONS)
    return [] if found is None else list(found.table["scenario"].unique())


def contributed(scenario: Mapping[str, Any]) -> Contributed | None:
    """Contributions of the plan that a resolved scenario (as in a manifest) is; None where there are none."""
    district = str(scenario["district"])
    try:
        found = prepared(district, CONTRIBUTIONS)
    except SourceError:  # results of a district that is not here
        return None
    if found is None:
        return None
    for plan in plans(district):
        known = _resolved(plan)
        if all(scenario.get(key) == known[key] for key in _ALIKE):
            return _of(found, plan, district)
    return None


@cache
def _resolved(plan: str) -> dict[str, Any]:
    return load_scenario(plan).model_dump(mode="json", by_alias=True)


def _of(found: Prepared, plan: str, district: str) -> Contributed:
    rows = found.table[found.table["scenario"] == plan]
    return Contributed(plan, rows.reset_index(drop=True), found.about, of_this_model(found, district))
