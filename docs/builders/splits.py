"""`docs/splits.csv`: what eight divided communities and their parts are like by how they are staffed.

`python -m docs.builders.splits [--scale F] [--replicates N]` runs the baseline with each way to staff a split, and with
the posts alone. `docs/interventions.md` shows the table.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from docs.builders.figures import of_today
from docs.builders.made import measured
from experiments.answers.communities import whole
from simulation.domains import DAYS_PER_WEEK
from simulation.interventions.community_splits import CommunitySplits
from simulation.run import simulate
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from simulation.state.world import World

FILE = Path(__file__).parents[1] / "splits.csv"
BEGIN, END = "<!-- splits: made by `make figures` -->", "<!-- end of splits -->"
WAYS: dict[str, dict[str, object]] = {
    "not split": {},
    "`same_staff`": {"staff_rule": "same_staff"},
    "`added`, 4 posts": {"staff_rule": "added", "added_posts": 4},
    "`added`, 8 posts": {"staff_rule": "added", "added_posts": 8},
    "`norm`": {"staff_rule": "norm"},
    "the same posts without a split: `divide: false`, `added`, 8 posts": {
        "divide": False,
        "staff_rule": "added",
        "added_posts": 8,
    },
    "`divide: false`, `norm`": {"divide": False, "staff_rule": "norm"},
}
_COLUMNS = ["load_early", "load_late", "wait_weeks", "satisfaction", "cost_million"]
_MILLION = 1e6


@dataclass
class Large:
    """Sums over the communities above the size and their parts, in weeks after the day of the split."""

    split: int  # week of it
    asked: dict[int, float] = field(default_factory=dict)
    supplied: dict[int, float] = field(default_factory=dict)
    waited: dict[int, float] = field(default_factory=dict)
    ended: dict[int, float] = field(default_factory=dict)

    def __call__(self, world: World) -> None:
        """Read a week."""
        week = world.tick - self.split
        if week < 0:
            return
        c, w = world.communities, world.week
        before = world.geography.communities["households"].to_numpy(float)
        large = (before > CommunitySplits().above_households) & ~c.village[: len(before)]
        ours = large[whole(c.parent)]
        self.asked[week] = float(c.hours_needed[ours].sum())
        self.supplied[week] = float(c.hours_supplied[ours].sum())
        self.waited[week] = float(w.waited[ours].sum()) / DAYS_PER_WEEK
        self.ended[week] = float((w.resolved + w.unresolved + w.withdrawn)[ours].sum())

    def ratio(self, above: dict[int, float], below: dict[int, float], weeks: range) -> float:
        """Ratio of two sums over some weeks."""
        return sum(above[week] for week in weeks) / sum(below[week] for week in weeks)


def scenario(fields: dict[str, object]) -> Scenario:
    """The baseline with large communities divided and staffed so, or as it is without fields."""
    base = load_scenario("baseline")
    levers = {"community_splits": CommunitySplits(**fields)} if fields else {}  # type: ignore[arg-type]
    return base.model_copy(update={"interventions": levers})


def row(fields: dict[str, object], seed: int, scale: float) -> list[float]:
    """Values of `_COLUMNS`; cost since the start, of which the undivided ones have theirs too."""
    plan = scenario(fields)
    large = Large((CommunitySplits().start - plan.start).days // DAYS_PER_WEEK)
    last = simulate(plan, seed=seed, scale=scale, watch=large).district
    cost = last[["cost_capital_yuan", "cost_operating_yuan"]].iloc[-1].sum() / _MILLION
    early, late = range(13), range(26, 51)  # the run ends with the year
    return [
        large.ratio(large.asked, large.supplied, early),
        large.ratio(large.asked, large.supplied, late),
        large.ratio(large.waited, large.ended, late),
        float(last["satisfaction"].iloc[-25:].mean()),
        float(cost),
    ]


def table(scale: float, replicates: int) -> pd.DataFrame:
    """Means over seeds of each way, and the standard error of each mean; satisfaction and cost beside not splitting."""
    seeds, rows, none = range(1, replicates + 1), [], np.zeros(len(_COLUMNS))
    for way, fields in WAYS.items():
        found = np.array([row(fields, seed, scale) for seed in seeds])
        if not fields:
            none = found * [0, 0, 0, 1, 1]
        found = found - none
        error = found.std(axis=0, ddof=1) / np.sqrt(replicates)
        rows.append([way, scale, replicates, *found.mean(axis=0).round(4), *error.round(4)])
        print(way, file=sys.stderr, flush=True)
    return pd.DataFrame(rows, columns=["way", "scale", "replicates", *_COLUMNS, *(f"{c}_error" for c in _COLUMNS)])


def section() -> str:
    """What `docs/interventions.md` shows."""
    found = pd.read_csv(FILE)
    first = found.iloc[0]
    older = "" if of_today(FILE) else " They were measured with an earlier state of the model."
    lines = [
        f"The communities above 5,000 households and their parts, at {100 * first['scale']:g} % of the households, "
        f"means of {first['replicates']} seeds with their standard errors, split on 4 January 2021 "
        f"(`python -m docs.builders.splits`).{older}",
        "",
        "| staffing | load in weeks 1–13 | load in the second half-year | wait for an answer in it, weeks | "
        "satisfaction of the district then, points | public cost by the end of 2021, million yuan |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for _, one in found.iterrows():
        load = [f"{one[c]:.2f} ({one[f'{c}_error']:.2f})" for c in _COLUMNS[:3]]
        beside = [f"{one['satisfaction']:+.3f} ({one['satisfaction_error']:.3f})", f"{one['cost_million']:+.1f}"]
        lines.append(f"| {' | '.join([one['way'], *load, *(beside if one.name else ['', ''])])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    measured("splits", __doc__, table, FILE, scale=0.1, replicates=4)
