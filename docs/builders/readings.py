"""`docs/readings.csv`: which conclusions of the demo depend on how its sources are read.

`python -m docs.builders.readings [--scale F] [--replicates N]` runs the demo's scenarios once for each reading of the
communities, of their sizes and of the calendar of splits, and compares each with the baseline of the same reading and
seed. `docs/facts.md` shows the table.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from docs.builders.figures import of_today
from docs.builders.made import measured
from experiments import statistics
from experiments.answers.communities import COVERAGE, coverage, covered_share, put_together
from experiments.statistics import paired
from simulation.domains import WEEKS_PER_YEAR
from simulation.interventions.community_splits import CommunitySplits
from simulation.metrics.table import METRICS
from simulation.run import simulate
from simulation.scenario.context import Readings
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario

FILE = Path(__file__).parents[1] / "readings.csv"
_OLDER = (
    " They were measured with an earlier state of the model (before what the changelog says of changed figures); "
    "`python -m docs.builders.figures readings pages` makes them anew."
)
BASELINE = "baseline"
CONCLUSIONS = (
    ("service_circles", "satisfaction"),
    ("service_circles", "circle_coverage_communities"),
    ("community_splits", "satisfaction"),
    ("community_splits", "load_committee"),
    ("huitian_plan", "satisfaction"),
    ("huitian_plan", "load_committee"),
)
"""What the demo says: a scenario's change of a metric over the last year."""
CALENDARS = {"size": "by size", "register": "as the register"}
READINGS: tuple[tuple[dict[str, str], str], ...] = (
    ({"communities": "register_2018"}, "size"),
    ({"communities": "register_2018"}, "register"),
    ({"communities": "before_104"}, "size"),
    ({"communities": "before_109"}, "size"),
    ({"communities": "before_113"}, "size"),
    ({"sizes": "levelled"}, "size"),
    ({"sizes": "concentrated"}, "size"),
)
"""Readings of the district, and the calendar of splits."""


def scenario(name: str, reading: dict[str, str], calendar: str) -> Scenario:
    """A shipped scenario under a reading."""
    plan = load_scenario(name)
    levers = dict(plan.interventions)
    if "community_splits" in levers:
        splits = levers["community_splits"]
        assert isinstance(splits, CommunitySplits)
        levers["community_splits"] = splits.model_copy(update={"calendar": calendar})
    return plan.model_copy(update={"readings": Readings(**reading), "interventions": levers})


def last_year(plan: Scenario, seed: int, scale: float) -> "pd.Series[float]":
    """Means of the last year, and the number of communities at the end."""
    recording = simulate(plan, seed=seed, scale=scale)
    together = put_together(statistics.last_year(recording.communities), covered_share(plan.parameters))
    late = recording.district[recording.district["tick"] >= len(recording.district) - WEEKS_PER_YEAR]
    means = late[list(dict.fromkeys(metric for _, metric in CONCLUSIONS))].mean()
    means[COVERAGE] = coverage(together)  # of the communities of the start, which a split leaves as they are
    final = recording.communities[recording.communities["tick"] == recording.communities["tick"].max()]
    means["communities"] = float((final["kind"] == "community").sum())
    return means


def table(scale: float, replicates: int) -> pd.DataFrame:
    """Differences from the baseline with 95 % paired t intervals, a row a reading and conclusion."""
    rows = []
    for reading, calendar in READINGS:
        names = dict.fromkeys([BASELINE, *(name for name, _ in CONCLUSIONS)])
        ends = {
            name: pd.DataFrame(
                [last_year(scenario(name, reading, calendar), seed, scale) for seed in range(1, replicates + 1)]
            )
            for name in names
        }
        for name, metric in CONCLUSIONS:
            found = paired(ends[name][metric].to_numpy(), ends[BASELINE][metric].to_numpy())
            rows.append(
                {
                    "reading": ", ".join(f"{key}: {value}" for key, value in reading.items()),
                    "calendar": calendar,
                    "communities_before": int(ends[BASELINE]["communities"].iloc[0]),
                    "communities_after": int(ends["community_splits"]["communities"].iloc[0]),
                    "scenario": name,
                    "metric": metric,
                    "mean_difference": round(found.mean, 4),
                    "ci_low": round(found.low, 4),
                    "ci_high": round(found.high, 4),
                    "scale": scale,
                    "replicates": replicates,
                }
            )
        print(f"{reading} {calendar}", file=sys.stderr, flush=True)
    return pd.DataFrame(rows)


def page() -> list[str]:
    """Paragraphs and table for the page of facts: one line a conclusion, one column a reading; none without a file."""
    if not FILE.exists():
        return []
    found = pd.read_csv(FILE)
    first = found.iloc[0]
    keys = list(dict.fromkeys(zip(found["reading"], found["calendar"], strict=True)))
    lines = [
        f"Differences from the baseline over the last year, mean and 95 % interval of {first['replicates']} replicates "
        f"on {100 * first['scale']:g} % of the households (`python -m docs.builders.readings`). A conclusion depends "
        "on the reading where its sign, or whether it is clear, differs between lines."
        + ("" if of_today(FILE) else _OLDER),
        _row("reading", "splits", "communities", *(f"{METRICS[m].en}, `{s}`" for s, m in CONCLUSIONS)),
        _row(*["---"] * 3, *["---:"] * len(CONCLUSIONS)),
    ]
    for reading, calendar in keys:
        own = found[(found["reading"] == reading) & (found["calendar"] == calendar)]
        cells = own.set_index(["scenario", "metric"])
        lines.append(
            _row(
                f"`{reading}`",
                CALENDARS[calendar],
                f"{own['communities_before'].iloc[0]} → {own['communities_after'].iloc[0]}",
                *(_interval(cells.loc[key]) for key in CONCLUSIONS),
            )
        )
    depends = [f"{METRICS[m].en} under `{s}`" for s, m in CONCLUSIONS if _differs(found, s, m)]
    told = f"Depend on the choice: {'; '.join(depends)}." if depends else "No sign depends on the choice."
    return [lines[0], "\n".join(lines[1:]), told]


def _differs(found: pd.DataFrame, scenario: str, metric: str) -> bool:
    own = found[(found["scenario"] == scenario) & (found["metric"] == metric)]
    sign = np.sign(own["ci_low"]) + np.sign(own["ci_high"])  # 2 clearly up, -2 clearly down, else not clear
    return sign.nunique() > 1


def _interval(row: "pd.Series[float]") -> str:
    return f"{row['mean_difference']:+.3g} ({row['ci_low']:+.3g} to {row['ci_high']:+.3g})"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    measured("readings", __doc__, table, FILE, scale=0.05, replicates=3)
