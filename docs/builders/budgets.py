"""Budgets of the docs spent and confirmed: the table in `docs/experiments.md`.

`python -m docs.builders.budgets FOLDER [--workers N]` asks the portfolios that ship for three budgets, and runs each
best portfolio at draws and seeds that they have not seen, and once at the default parameters, where prices were taken.
36 runs at scale 0.05; FOLDER keeps them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from docs.builders import portfolios
from docs.builders.figures import DOCS
from docs.builders.made import asked, made
from docs.builders.marks import put_between
from experiments.answers.costs import COSTS
from experiments.answers.spend import Bought, Question, spend
from experiments.console import progress
from experiments.runs.job import Job, run_name
from experiments.runs.read import weeks as read_weeks
from experiments.runs.run_file import run_to_file
from experiments.runs.store import RUNS, Store
from experiments.statistics import last_year_values, t_interval
from experiments.study.posterior import read_posterior, shipped
from experiments.study.spending import market, scenario_of
from experiments.study.study import at_point, point_of
from experiments.texts.numbers import number, signed
from experiments.texts.spent import measure
from simulation.scenario.load import load_scenario

PAGE = DOCS / "experiments.md"
BEGIN, END = "<!-- budgets: made by `python -m docs.builders.budgets` -->", "<!-- end of budgets -->"
BUDGETS = (5e6, 25e6, 100e6)
FRESH = 8
"""Draws of the posterior behind those of the portfolios that ship, each with a seed of its own."""
METRIC, BASELINE = "satisfaction", "baseline"
_MILLION = 1e6


@dataclass(frozen=True)
class Confirmed:
    """A budget: what is bought, and what it gave and cost at fresh draws, and cost at the defaults."""

    budget: float
    best: Bought
    gains: np.ndarray
    costs: np.ndarray
    at_defaults: float


def confirmed(work: Path, workers: int | None) -> list[Confirmed]:
    """Spend the budgets, and run what is bought."""
    known, file = market(portfolios.DISTRICT), shipped(portfolios.DISTRICT)
    assert known is not None and file is not None
    offered, about = known
    bought = {budget: spend(offered, Question(budget, METRIC)).best for budget in BUDGETS}
    scenarios = {f"{budget:g}": scenario_of(best, budget, about) for budget, best in bought.items()}
    scenarios[BASELINE] = load_scenario(BASELINE)
    points = read_posterior(file, scenarios[BASELINE]).first(portfolios.DRAWS + FRESH).iloc[portfolios.DRAWS :]
    jobs = {}
    for draw in (0, *map(int, points.index)):
        for name, scenario in scenarios.items():
            at = at_point(scenario, point_of(points, draw), switches=False) if draw else scenario
            seed = portfolios.SEED + draw
            place = work / RUNS / f"{run_name(at, seed, portfolios.SCALE, None)}.parquet"
            jobs[draw, name] = Job(at, seed, portfolios.SCALE, None, place)
    with progress("budgets", quiet=False) as report:
        done = made(jobs, Store(work), "budgets", run_to_file, workers, report)
    values = pd.DataFrame({key: last_year_values(read_weeks(place)) for key, place in done.items()}).T
    values["spending"] = values[list(COSTS)].sum(axis=1)
    found = []
    for budget, best in bought.items():
        own, nothing = (values.xs(name, level=1) for name in (f"{budget:g}", BASELINE))
        change = (own - nothing).astype(float)
        fresh = change.drop(index=0)
        found.append(
            Confirmed(
                budget,
                best,
                fresh[METRIC].to_numpy(),
                fresh["spending"].to_numpy() / _MILLION,
                float(change.at[0, "spending"]) / _MILLION,
            )
        )
    return found


def table(found: list[Confirmed]) -> str:
    """The table of the page."""
    lines = [
        "| budget, million yuan | bought | sum of prices; spent at the defaults; at fresh draws | foretold, points "
        "| confirmed, points | draws inside |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    for one in found:
        mean, low, high = t_interval(one.gains)
        inside = int(((one.best.low <= one.gains) & (one.gains <= one.best.high)).sum())
        what = "; ".join(
            measure(option.kind).en + "".join(f", {name} {value:,g}" for name, value in option.doses.items())
            for option in sorted(one.best.options, key=lambda option: -option.price)
        )
        cells = (
            f"{one.budget / _MILLION:g}",
            what,
            f"{one.best.cost / _MILLION:.1f}; {one.at_defaults:.1f}; {one.costs.mean():.1f}",
            _interval(one.best.gain, one.best.low, one.best.high),
            _interval(mean, low, high),
            f"{inside} of {len(one.gains)}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _interval(mean: float, low: float, high: float) -> str:
    return f"{signed(number(mean, 2))} ({number(low, 2)} to {number(high, 2)})"


def main() -> None:
    """Run, and fill the page."""
    work, workers = asked("budgets", __doc__)
    put_between(PAGE, BEGIN, END, table(confirmed(work, workers)))


if __name__ == "__main__":
    main()
