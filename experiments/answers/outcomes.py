"""What a study measured, in the shapes that the questions take.

The store gives `values`: columns point, scenario, seed, metric, value, one row per run and metric, and `points`: one
row per point of the design, indexed by point, one column per factor (dotted path). Factors below `interventions.` are
levers, which someone may choose; all others are uncertainties, which nobody does. A choice of scenario and levers is
an option, a combination of uncertainties is a case.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from experiments.answers.costs import COSTS
from experiments.answers.placed import Placed
from experiments.study.designs import sampler
from simulation.metrics.table import METRICS
from simulation.state.residents import LIFE_STAGE_LABELS

Acting = Mapping[str, Collection[str]]
"""Factors that change a scenario, by scenario."""

SPENDING = "spending_yuan"
"""Name of the metric that `with_spending` adds: capital and operating cost together, yuan, cumulative."""
_LEVERS = "interventions."
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Outcomes:
    """What a study measured; a comparison has one point without factors.

    Attributes
    ----------
    titles : dict
        Titles (zh, en) by scenario, in the order of the experiment.
    baseline : str
        Scenario that the others are measured against; it may be the only one.
    kind : str
        Kind of design, "" without one.
    points, values : DataFrame
        See above.
    metrics : sequence of str
        What is asked about.
    scale : float
        Share of households in the runs.
    levels : int
        Grid levels of a Morris design.
    second_order : bool
        Whether a Sobol design has the points for pairs.
    sequential : bool
        Whether replicates were added until intervals were narrow enough.
    own : mapping of str to int
        Outcomes that the experiment itself declares, whose values stand among those of metrics: 1 when more is better,
        -1 when less is, 0 when neither can be said.
    matters : mapping of str to float
        Smallest difference that matters of those that say one.
    places : mapping of str to Placed
        Outcomes that the experiment declares by place.
    streets : mapping of str to (str, str)
        Names (zh, en) of subdistricts by code, where an outcome is by place.
    acting : mapping, optional
        See `as_options`.
    crossed : Outcomes, optional
        The same runs with the scenarios as points of a table of levers and parameters, where they cross.
    filled : mapping of str to DataFrame
        Points as each scenario takes them, where designs that vary other factors leave some unset.
    draws : DataFrame
        As `values`, of runs at draws of the posterior, a seed for each draw; no rows without draws.
    """

    titles: dict[str, tuple[str, str]]
    baseline: str
    kind: str
    points: pd.DataFrame
    values: pd.DataFrame
    metrics: Sequence[str]
    scale: float
    levels: int = 4
    second_order: bool = False
    sequential: bool = False
    own: Mapping[str, int] = field(default_factory=dict)
    matters: Mapping[str, float] = field(default_factory=dict)
    places: Mapping[str, Placed] = field(default_factory=dict)
    streets: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    acting: Acting | None = None
    crossed: "Outcomes | None" = None
    filled: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    draws: pd.DataFrame = field(default_factory=pd.DataFrame)

    def factors(self, scenario: str) -> tuple[pd.DataFrame, list[str]]:
        """Points as numbers, switches and words, and factors that some points lack in a scenario and are left out."""
        points = self.filled.get(scenario, self.points).reindex(self.points.index)
        lacking = [str(name) for name in points.columns if points[name].isna().any()]
        return numbered(points.drop(columns=lacking)), lacking

    @property
    def sampled(self) -> bool:
        """Whether the points are a sample of what may be true, and no list of options."""
        return bool(self.kind) and sampler(self.kind).SAMPLE

    @property
    def asked(self) -> list[str]:
        """Metrics that are asked about, and the study's own outcomes."""
        return [*self.metrics, *self.own]

    def direction(self, name: str) -> int:
        """1 when more of a metric or an own outcome is better, -1 when less is, 0 when neither can be said."""
        return self.own[name] if name in self.own else METRICS[name].direction

    @property
    def place_names(self) -> dict[str, tuple[str, str]]:
        """Names (zh, en) of places by code; communities have none, for real names stand for real people's homes."""
        return {**LIFE_STAGE_LABELS, **self.streets}

    @property
    def replicates(self) -> int:
        """Seeds that were run."""
        return int(self.values["seed"].nunique())


def numbered(points: pd.DataFrame) -> pd.DataFrame:
    """Points with days as numbers (`datetime.date.toordinal`), which have an order and distances."""
    days = {str(name): points[name].map(_ordinal) for name in points.columns}
    return points.assign(**{name: column for name, column in days.items() if column.notna().all()})


def _ordinal(value: Any) -> float:
    """Number of a day, as a date or as text; NaN of anything else."""
    if isinstance(value, date):
        return value.toordinal()
    return date.fromisoformat(value).toordinal() if isinstance(value, str) and _DAY.fullmatch(value) else np.nan


def levers(points: pd.DataFrame) -> list[str]:
    """Factors that are levers, in their order."""
    return [name for name in points.columns if str(name).startswith(_LEVERS)]


def uncertainties(points: pd.DataFrame) -> list[str]:
    """Factors that are none."""
    return [name for name in points.columns if not str(name).startswith(_LEVERS)]


def better(metric: str) -> int:
    """+1 when more of the metric is better, -1 when less is; spending is the better the less.

    Raises
    ------
    ValueError
        If the metric has no better side.
    """
    direction = -1 if metric == SPENDING else METRICS[metric].direction
    if direction == 0:
        raise ValueError(f"neither more nor less of '{metric}' is better; choose another metric")
    return direction


def with_spending(values: pd.DataFrame) -> pd.DataFrame:
    """`values`, or differences at draws, with the sum of both costs of each run as one more metric."""
    sums = [name for name in ("baseline", "value", "difference") if name in values]
    keys = [name for name in values.columns if name not in ("metric", *sums)]
    costs = values[values["metric"].isin(COSTS)]
    total = costs.groupby(keys, as_index=False, sort=False)[sums].sum().assign(metric=SPENDING)
    return pd.concat([values, total[values.columns]], ignore_index=True)


def effects(values: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Difference of each run from the baseline's run of the same point and seed; the rows of the baseline go."""
    base = values.loc[values["scenario"] == baseline, ["point", "seed", "metric", "value"]]
    others = values[values["scenario"] != baseline]
    pairs = others.merge(base, on=["point", "seed", "metric"], suffixes=("", "_base"))
    return pairs.assign(value=pairs["value"] - pairs["value_base"])[values.columns]


def by_point(values: pd.DataFrame) -> pd.DataFrame:
    """Mean over the seeds of a point; one that lacks a seed that others have is left out, for its luck is another.

    Returns
    -------
    DataFrame
        Columns scenario, metric, point, replicates, value (mean), variance (of that mean; NaN with one replicate).
    """
    groups = values.groupby(["scenario", "metric", "point"], sort=False)["value"]
    found = groups.agg(replicates="count", value="mean", variance="var").reset_index()
    found = found[found["replicates"] == found.groupby(["scenario", "metric"])["replicates"].transform("max")]
    found = found.reset_index(drop=True)
    found["variance"] /= found["replicates"]
    return found


def as_options(values: pd.DataFrame, points: pd.DataFrame, acting: Acting | None = None) -> pd.DataFrame:
    """`values` with an option in place of scenario and levers, and a case in place of the point.

    Parameters
    ----------
    acting : mapping of str to collection of str, optional
        Factors that change each scenario; without it all change all. A scenario that no lever changes is one option,
        and its runs at points that differ in levers alone are one run.

    Returns
    -------
    DataFrame
        Columns option (name of the scenario, with what the point switches on or sets), case (int, 0 when the design
        has no uncertainties), seed, metric, value, scenario, point (the first that gives the option and case).
    """
    open_ = uncertainties(points)
    cases = (
        points.groupby(open_, sort=False, dropna=False).ngroup()
        if open_
        else pd.Series(0, index=points.index, dtype="int64")
    )
    pairs = values[["scenario", "point"]].drop_duplicates()
    pairs = pairs.assign(
        option=[
            " ".join(filter(None, (s, describe(levers_at(points, p, s, acting)))))
            for s, p in zip(pairs["scenario"], pairs["point"], strict=True)
        ],
        case=pairs["point"].map(cases).fillna(0).astype("int64"),
    ).drop_duplicates(["option", "case"])
    return pairs.merge(values, on=["scenario", "point"])[
        ["option", "case", "seed", "metric", "value", "scenario", "point"]
    ]


def levers_at(points: pd.DataFrame, point: Any, scenario: str, acting: Acting | None = None) -> dict[str, Any]:
    """What a point sets in a scenario, by lever; fields of a lever that it switches off are left out."""
    if point not in points.index:
        return {}
    chosen = {name: points.at[point, name] for name in levers(points) if acting is None or name in acting[scenario]}
    off = [name for name, value in chosen.items() if str(value) == "False"]
    return {name: value for name, value in chosen.items() if not any(name.startswith(f"{lever}.") for lever in off)}


def describe(chosen: Mapping[str, Any]) -> str:
    """Levers in words: `+circles` for a switch that is on, `circles.target=73` for a value."""
    words = []
    for name, value in chosen.items():
        short = name.removeprefix(_LEVERS)
        if isinstance(value, bool) or str(value) in ("True", "False"):
            if str(value) == "True":
                words.append(f"+{short}")
        elif not pd.isna(value):
            words.append(f"{short}={value:g}" if isinstance(value, int | float) else f"{short}={value}")
    return " ".join(words)
