"""What each group of measures contributes to the plans: the runs that ship, for report, page and gallery.

`python -m docs.builders.contributions FOLDER [--workers N]` puts the groups of a plan in place one after the other, in
an order and its reverse for each draw of the posterior, and leaves each out of the whole; FOLDER keeps the runs, so the
same command goes on where it was stopped. 140 runs at scale 0.05 take about twelve minutes of one core. The second
plan is not among them: its runs take twice as long.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from docs.builders.made import all_made, asked, ship
from experiments.answers.contributions import WITHOUT, contributions, groups_of
from experiments.answers.costs import COSTS
from experiments.charts import save
from experiments.charts.waterfall import waterfall
from experiments.runs.job import Job, run_name
from experiments.runs.read import weeks as read_weeks
from experiments.runs.run_file import run_to_file
from experiments.runs.store import RUNS
from experiments.statistics import last_year_values
from experiments.study.posterior import read_posterior, shipped
from experiments.study.prepared import CONTRIBUTIONS
from experiments.study.study import at_point, point_of
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario

PLANS, DISTRICT = ("huitian_plan", "circles_and_splits"), "huitian"
DRAWS, SCALE = 5, 0.05
METRICS = ("satisfaction", "satisfaction_elder_care", "load_committee", "load_street", "backlog", *COSTS)


@dataclass(frozen=True)
class Step:
    """A run of the table: the groups that are there, and where it stands in the table."""

    plan: str
    draw: int
    order: int
    step: int
    group: str
    there: frozenset[str]


def steps(plan: str, names: list[str]) -> Iterator[Step]:
    """Every row of a plan whose groups have these names."""
    for draw in range(1, DRAWS + 1):
        order = [names[k] for k in np.random.default_rng(draw).permutation(len(names))]
        for number, path in enumerate((order, order[::-1])):
            for step in range(len(path) + 1):
                last = path[step - 1] if step else ""
                yield Step(plan, draw, number, step, last, frozenset(path[:step]))
        for name in names:
            yield Step(plan, draw, WITHOUT, len(names) - 1, name, frozenset(names) - {name})


def scenario(plan: Scenario, there: frozenset[str]) -> Scenario:
    """The plan with some of its groups only."""
    kinds = {kind for name, members in groups_of(plan.interventions).items() if name in there for kind in members}
    kept = {kind: lever for kind, lever in plan.interventions.items() if kind in kinds}
    return plan.model_copy(update={"interventions": kept})


def jobs(work: Path) -> dict[Step, Job]:
    """The run of every row; rows that are alike share one."""
    file = shipped(DISTRICT)
    assert file is not None, f"{DISTRICT} comes with no posterior"
    points = read_posterior(file, load_scenario("baseline")).first(DRAWS)
    found = {}
    for name in PLANS:
        plan = load_scenario(name)
        for step in steps(name, list(groups_of(plan.interventions))):
            at = at_point(scenario(plan, step.there), point_of(points, step.draw), switches=False)
            place = work / RUNS / f"{run_name(at, step.draw, SCALE, None)}.parquet"
            found[step] = Job(at, step.draw, SCALE, None, place)
    return dict(sorted(found.items(), key=lambda item: item[0].draw))


def table(work: Path, workers: int | None) -> pd.DataFrame:
    """Every row with the values of its run over the last year."""
    wanted = jobs(work)
    places = all_made(wanted, work, "contributions", run_to_file, workers)
    values = {place: last_year_values(read_weeks(place)) for place in set(places.values())}
    rows = [
        {
            "scenario": step.plan,
            "draw": step.draw,
            "seed": job.seed,
            "order": step.order,
            "step": step.step,
            "group": step.group,
            **{name: values[job.place][name] for name in METRICS},
        }
        for step, job in wanted.items()
    ]
    return pd.DataFrame(rows).sort_values("scenario", kind="stable", ignore_index=True)


def main() -> None:
    """Run, and ship the table."""
    work, workers = asked("contributions", __doc__)
    found = table(work, workers)
    ship(DISTRICT, CONTRIBUTIONS, found, scale=SCALE, draws=DRAWS)
    plan = load_scenario(PLANS[0])
    told = contributions(found[found["scenario"] == plan.name], "satisfaction")
    save(waterfall(told, "satisfaction", (plan.title.zh, plan.title.en), SCALE), work / "waterfall.png")


if __name__ == "__main__":
    main()
