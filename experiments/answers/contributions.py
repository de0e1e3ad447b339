"""What did it? What each group of measures contributes to the effect of a plan, two readings of the same runs.

*Shapley* (1953): the mean of what a group adds when groups are put in place one after the other, over orders. Each draw
of the parameters has one order and its reverse, which together give exact values where groups interact in pairs only
(antithetic permutations; Mitchell, Cooper, Frank and Holmes 2022). The parts add up to the whole in every draw.
*Left out*: what the whole plan loses without the group. These parts do not add up; the rest is what groups do to each
other, and is told as a part of its own.
"""

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from experiments.statistics import LEVEL

GROUPS: dict[str, tuple[str, ...]] = {
    "everyday": ("service_circles",),
    "facilities": ("infrastructure",),
    "elders": ("elder_care",),
    "culture": ("culture_programme", "psychological_services"),
    "environment": ("waste_sorting",),
    "neighbourhood": ("community_homes", "service_rooms", "gate_groups", "five_party_governance"),
    "size": ("community_splits",),
    "coordination": ("high_level_coordination", "street_reform", "coordination_committees"),
    "society": ("volunteering", "social_organisation_incubation", "governance_funds"),
    "epidemic": ("epidemic_mobilisation",),
}
"""Levers by what they aim at; names in both languages: `contributions.groups` of the texts."""
SHAPLEY, LEFT_OUT = "shapley", "left_out"
TOTAL, REST = "total", "rest"
"""Rows that are no group: the whole effect, and what the parts left out lack to it."""
COLUMNS = ["reading", "group", "draws", "value", "low", "high"]
WITHOUT = -1
"""Number of the order of rows that have all groups but one."""


def groups_of(kinds: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Groups that some levers fall into, with those of each; a lever that none names is a group of its own."""
    known = {kind for members in GROUPS.values() for kind in members}
    found = {name: tuple(kind for kind in members if kind in kinds) for name, members in GROUPS.items()}
    return {name: members for name, members in found.items() if members} | {
        kind: (kind,) for kind in kinds if kind not in known
    }


def contributions(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Contributions to the effect on a metric, in its unit.

    Parameters
    ----------
    rows : DataFrame
        Runs of one plan: columns draw, order (`WITHOUT` where all groups but one are there), step (groups there),
        group (the one that was put in place last, or is left out; "" where there is none yet) and the metric.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: in both readings a row for each group, the largest first, and `TOTAL`; with `LEFT_OUT` also
        `REST`. The value is the mean over draws; low and high hold the contribution at a further draw with 95 % (the
        prediction interval of a normal sample), NaN with one draw.
    """
    wide = {SHAPLEY: _shapley(rows, metric), LEFT_OUT: _left_out(rows, metric)}
    return pd.concat([_told(reading, table) for reading, table in wide.items()], ignore_index=True)


def priced(rows: pd.DataFrame, metric: str, costs: Collection[str]) -> pd.DataFrame:
    """What each group of a plan gives and costs, means over draws; indexed by group, the largest gain first.

    Returns
    -------
    DataFrame
        Columns value and money (the Shapley parts of the effect and of the costs together), kept and spent (what the
        plan without the group keeps of its effect and of its costs, 1 for all of it).
    """
    means = {
        reading: {name: table(rows, name).mean() for name in (metric, *costs)}
        for reading, table in ((SHAPLEY, _shapley), (LEFT_OUT, _left_out))
    }
    added, lost = means[SHAPLEY][metric], means[LEFT_OUT][metric]
    money, saved = (sum(means[reading][cost] for cost in costs) for reading in (SHAPLEY, LEFT_OUT))
    found = pd.DataFrame(
        {
            "value": added,
            "money": money,
            "kept": 1 - lost.drop(REST) / lost[TOTAL],
            "spent": 1 - saved.drop(REST) / saved[TOTAL],
        }
    )
    return found.drop(TOTAL).sort_values("value", ascending=False, kind="stable")


def _shapley(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Mean over orders of what each group adds, a row for each draw, a column for each group, and the whole."""
    paths = rows[rows["order"] != WITHOUT].sort_values(["draw", "order", "step"])
    added = paths.assign(value=paths.groupby(["draw", "order"])[metric].diff())
    table = added[added["step"] > 0].groupby(["draw", "group"])["value"].mean().unstack("group")
    return table.assign(**{TOTAL: _whole(rows, metric)})


def _left_out(rows: pd.DataFrame, metric: str) -> pd.DataFrame:
    """What is lost without each group, the rest and the whole, a row for each draw."""
    part = rows[rows["order"] == WITHOUT].pivot(index="draw", columns="group", values=metric)
    lost = -part.sub(_last(rows, metric), axis=0)
    whole = _whole(rows, metric)
    return lost.assign(**{REST: whole - lost.sum(axis=1), TOTAL: whole})


def _last(rows: pd.DataFrame, metric: str) -> "pd.Series[float]":
    return rows[rows["step"] == rows["step"].max()].groupby("draw")[metric].first()


def _whole(rows: pd.DataFrame, metric: str) -> "pd.Series[float]":
    return _last(rows, metric) - rows[rows["step"] == 0].groupby("draw")[metric].first()


def _told(reading: str, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of a reading: groups by the size of their mean, then the rest and the whole."""
    last = [name for name in (REST, TOTAL) if name in table]
    groups = table.drop(columns=last).mean().sort_values(key=np.abs, ascending=False, kind="stable").index
    ordered = table[[*groups, *last]]
    half = _half(ordered.to_numpy(float))
    mean = ordered.mean().to_numpy(float)
    return pd.DataFrame(
        {
            "reading": reading,
            "group": list(ordered.columns),
            "draws": len(ordered),
            "value": mean,
            "low": mean - half,
            "high": mean + half,
        }
    )[COLUMNS]


def _half(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half-width of the prediction interval for one more row, float64 (columns,)."""
    n = len(values)
    if n < 2:
        return np.full(values.shape[1], np.nan)
    reach = stats.t.ppf(0.5 + LEVEL / 2, n - 1) * np.sqrt(1 + 1 / n)
    return np.asarray(reach * values.std(axis=0, ddof=1))
