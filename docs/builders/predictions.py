"""`docs/predictions.csv` and `docs/predictions.md`: what the model says of 2021 to 2025, before anyone compares it.

`python -m docs.builders.predictions --work FOLDER [--posterior FILE] [--draws N] [--scale F] [--workers N]` runs the
second plan and its baseline with the first draws of the posterior, a seed for each draw, and goes on in a folder where
it was stopped.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from docs.builders.made import made
from docs.builders.predictions_page import BASELINE, EFFECT, PLAN, page
from docs.builders.yearly import error, unit, yearly
from experiments.progress import Progress
from experiments.runs.job import Job, run_name
from experiments.runs.read import weeks as read_weeks
from experiments.runs.run_file import run_to_file
from experiments.runs.store import RUNS, Store
from experiments.study.posterior import Posterior, read_posterior, shipped
from experiments.study.study import Study
from experiments.validation.observation import quantiles
from simulation.cache import code_hash
from simulation.district.data.district import load_district
from simulation.parameters import Parameters
from simulation.revision import commit
from simulation.scenario.load import load_scenario
from simulation.whole import file_hash
from simulation.yaml_source import SourceError

FIRST, LAST = 2021, 2025
SHARES = {"median": 0.5, "q05": 0.05, "q95": 0.95, "q025": 0.025, "q975": 0.975}
CSV, PAGE = "predictions.csv", "predictions.md"


class Draw(NamedTuple):
    """A draw of the posterior: its parameters in the plan, and the years of both scenarios."""

    parameters: Parameters
    years: dict[str, pd.DataFrame]


def study_of(posterior: Posterior, draws: int, scale: float, weeks: int | None) -> Study:
    """Both scenarios at the first draws."""
    scenarios = {name: load_scenario(name) for name in (BASELINE, PLAN)}
    return Study(scenarios, BASELINE, (), posterior.first(draws), scale, weeks)


def jobs_of(study: Study, out: Path) -> dict[tuple[int, str], Job]:
    """The run of each draw and scenario; the number of a draw is its seed, the same in both scenarios."""
    jobs = {}
    for draw in map(int, study.points.index):
        for name in study.scenarios:
            run = run_name(study.at(draw, name), draw, study.scale_at(draw), study.weeks)
            jobs[draw, name] = study.job(draw, name, draw, out / RUNS / f"{run}.parquet")
    return jobs


def run(study: Study, out: Path, workers: int | None, progress: Progress | None = None) -> Iterator[Draw]:
    """Make the runs that the folder lacks, and read the years of every draw whose runs are both there."""
    jobs = jobs_of(study, out)
    residents = load_district(study.scenarios[PLAN].district).population
    done = made(jobs, Store(out), "predictions", run_to_file, workers, progress)
    for draw in map(int, study.points.index):
        own = {name: jobs[draw, name] for name in study.scenarios}
        if all((draw, name) in done for name in own):
            p = {name: Parameters(job.scenario.parameters) for name, job in own.items()}
            yield Draw(p[PLAN], {name: yearly(read_weeks(job.place), residents, p[name]) for name, job in own.items()})


def summarised(draws: list[Draw]) -> pd.DataFrame:
    """Quantiles over draws: columns metric, year, scenario, the names of `SHARES`, unit, draws.

    What a survey would show has the error of the survey in its quantiles; of such figures there is no effect.
    """
    rows = []
    years = [year for year in draws[0].years[PLAN].index if FIRST <= year <= LAST]
    for metric in draws[0].years[PLAN].columns:
        for year in years:
            found = {name: np.array([d.years[name].at[year, metric] for d in draws]) for name in (PLAN, BASELINE)}
            errors = {
                name: np.array([error(metric, value, d.parameters) for value, d in zip(values, draws, strict=True)])
                for name, values in found.items()
            }
            if not errors[PLAN].any():
                found[EFFECT] = found[PLAN] - found[BASELINE]
                errors[EFFECT] = errors[PLAN]
            for name, values in found.items():
                known = ~np.isnan(values)
                if known.any():
                    told = quantiles(values[known], errors[name][known], tuple(SHARES.values()))
                    rows.append(
                        {
                            "metric": metric,
                            "year": year,
                            "scenario": name,
                            **dict(zip(SHARES, told, strict=True)),
                            "unit": unit(metric),
                            "draws": int(known.sum()),
                        }
                    )
    return pd.DataFrame(rows)


def identity(posterior: Posterior, draws: int, scale: float) -> dict[str, str]:
    """What the predictions were made with."""
    return {
        "date": date.today().isoformat(),
        "code": code_hash(),
        "commit": commit(),
        "posterior": f"{posterior.file.name}, {file_hash(posterior.file)}",
        **{
            f"posterior, {key}": f"{told}"
            for key, told in posterior.about.items()
            if isinstance(told, str | int | float)
        },
        "draws": f"{draws} (of {len(posterior.points)}), each with a seed of its own",
        "scale": f"{scale:g} of the households",
    }


def main() -> None:
    """Run and write both files."""
    parser = argparse.ArgumentParser(prog="python -m docs.builders.predictions", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder of the runs")
    parser.add_argument("--posterior", type=Path, help="file of draws; that of the district without it")
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--scale", type=float, default=0.05)
    parser.add_argument("--weeks", type=int, help="instead of those of the scenarios")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1], help="folder of the two files")
    options = parser.parse_args()
    plan = load_scenario(PLAN)
    file = options.posterior or shipped(plan.district)
    if file is None:
        parser.error(f"the district {plan.district} has no posterior; give one with --posterior FILE")
    try:
        posterior = read_posterior(file, plan)
        study = study_of(posterior, options.draws, options.scale, options.weeks)
        draws = list(run(study, options.work, options.workers, _told))
    except (SourceError, FileExistsError) as problem:
        parser.error(str(problem))
    if not draws:
        parser.error(f"no draw has both of its runs; {options.work / 'failed.csv'} says why")
    table = summarised(draws)
    table.to_csv(options.out / CSV, index=False, float_format="%.6g", lineterminator="\n")
    made_with = identity(posterior, len(draws), options.scale)
    (options.out / PAGE).write_text(page(table, made_with), "utf-8")


def _told(done: int, total: int, note: str) -> None:
    print(f"\r{done}/{total} {note}", end="\n" if done == total else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
