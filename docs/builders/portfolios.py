"""The prepared portfolios that ship, from which `huitian search --budget` and the page answer at once.

`python -m docs.builders.portfolios FOLDER [--workers N]` runs every option of every measure alone at the default
parameters, and a Latin hypercube of mixed portfolios over draws of the posterior, a baseline beside each; FOLDER keeps
the runs, so the same command goes on where it was stopped. 155 runs at scale 0.05 take about thirteen minutes of one
core. The table says which golden runs the model had that made it; a test compares them with today's.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from docs.builders.made import all_made, asked, ship
from experiments.answers.costs import COSTS
from experiments.runs.job import Job, run_name
from experiments.runs.read import weeks as read_weeks
from experiments.runs.run_file import run_to_file
from experiments.runs.store import RUNS
from experiments.statistics import last_year_values
from experiments.study.posterior import read_posterior, shipped
from experiments.study.prepared import PORTFOLIOS
from experiments.study.search import scenario_of
from experiments.study.study import at_point, point_of
from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario

SCENARIO, SCALE, DISTRICT = "baseline", 0.05, "huitian"
DRAWS, PORTFOLIOS_OF_A_DRAW = 20, 5
SEED = 1
"""Of the design; a draw has the seed `SEED` and its number, the defaults are draw 0."""
OFF = 0.5
"""Share of the portfolios in which a measure is off."""
Doses = dict[str, Any]
OFFER: dict[str, tuple[Doses, ...]] = {
    "community_homes": ({"count": 5}, {"count": 11}, {"count": 22}, {"count": 40}),
    "community_splits": ({"above_households": 6500}, {"above_households": 5000}, {"above_households": 4000}),
    "coordination_committees": ({},),
    "culture_programme": ({"centres": 0}, {"centres": 2}),
    "elder_care": (
        {"beds": 0, "stations": 11},
        {"beds": 0, "stations": 22},
        {"beds": 0, "stations": 44},
        {"beds": 1000, "stations": 22},
        {"beds": 2243, "stations": 22},
    ),
    "gate_groups": ({},),
    "governance_funds": ({"fund_yuan": 5_000_000.0}, {"fund_yuan": 10_000_000.0}, {"fund_yuan": 20_000_000.0}),
    "psychological_services": ({"count": 6}, {"count": 12}),
    "service_circles": tuple({"target": n} for n in (50, 58, 66, 73, 80, 90, 110)),
    "social_organisation_incubation": ({},),
    "volunteering": ({},),
    "waste_sorting": (
        {"guides": 0.0, "clean_up": 0.0},
        {"guides": 0.2, "clean_up": 0.0},
        {"guides": 0.5, "clean_up": 0.0},
        {"guides": 0.2, "clean_up": 0.2},
    ),
}
"""Measures that can be bought, each with the doses in which it is: those that give most for their money in
`docs/effects.csv`, and the splits for what they take off committees. Left out are the facilities of the three-year plan
(20 billion yuan), the reform of streets (140 million yuan), rented rooms, and what lowers satisfaction by itself."""
METRICS = (  # load of property firms is left out: of draws that it has not seen the emulator foretells too little of it
    "satisfaction",
    "satisfaction_elder_care",
    "satisfaction_convenience",
    "satisfaction_environment",
    "satisfaction_culture",
    "satisfaction_gini",
    "load_committee",
    "load_street",
    "backlog",
    *COSTS,
)


def row(chosen: dict[str, Doses]) -> dict[str, Any]:
    """A portfolio by dotted path: every measure on or off, and the doses of those that are on."""
    found: dict[str, Any] = {}
    for kind, options in OFFER.items():
        found[f"interventions.{kind}"] = kind in chosen
        for name in options[0]:
            found[f"interventions.{kind}.{name}"] = chosen[kind][name] if kind in chosen else None
    return found


def design() -> list[tuple[int, dict[str, Any]]]:
    """Draw and portfolio of every run: nothing and every option alone at draw 0, then nothing and a few mixed ones."""
    alone = [(0, row({})), *((0, row({kind: option})) for kind, options in OFFER.items() for option in options)]
    unit = qmc.LatinHypercube(len(OFFER), rng=np.random.default_rng(SEED)).random(DRAWS * PORTFOLIOS_OF_A_DRAW)
    mixed = []
    for number, point in enumerate(unit):
        draw = 1 + number // PORTFOLIOS_OF_A_DRAW
        if number % PORTFOLIOS_OF_A_DRAW == 0:
            mixed.append((draw, row({})))
        on = {
            kind: options[int((share - OFF) / (1 - OFF) * len(options))]
            for (kind, options), share in zip(OFFER.items(), point, strict=True)
            if share >= OFF
        }
        mixed.append((draw, row(on)))
    return [*alone, *mixed]


def jobs(work: Path) -> dict[int, Job]:
    """A job for each row of the design."""
    base = load_scenario(SCENARIO)
    file = shipped(DISTRICT)
    assert file is not None, f"{DISTRICT} comes with no posterior"
    points = read_posterior(file, base).first(DRAWS)
    worlds: dict[int, Scenario] = {0: base}
    worlds |= {draw: at_point(base, point_of(points, draw), switches=False) for draw in map(int, points.index)}
    found = {}
    for number, (draw, portfolio) in enumerate(design()):
        scenario = scenario_of(worlds[draw], portfolio, SCENARIO)
        place = work / RUNS / f"{run_name(scenario, SEED + draw, SCALE, None)}.parquet"
        found[number] = Job(scenario, SEED + draw, SCALE, None, place)
    return found


def table(work: Path, workers: int | None) -> pd.DataFrame:
    """Every run with its draw, seed, portfolio and the values of the last year."""
    wanted = jobs(work)
    done = all_made(wanted, work, "portfolios", run_to_file, workers)
    rows = []
    for number, (draw, portfolio) in enumerate(design()):
        values = last_year_values(read_weeks(done[number]))
        rows.append({"draw": draw, "seed": SEED + draw, **portfolio, **{name: values[name] for name in METRICS}})
    return pd.DataFrame(rows)


def main() -> None:
    """Run, and ship the table."""
    work, workers = asked("portfolios", __doc__)
    found = table(work, workers)
    ship(DISTRICT, PORTFOLIOS, found, scenario=SCENARIO, scale=SCALE, runs=len(found), draws=DRAWS)


if __name__ == "__main__":
    main()
