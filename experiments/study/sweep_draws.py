"""The draws of a sweep: every scenario at every point of the design, at each draw of the posterior.

All options meet the same draws, each with one seed of its own, as in a comparison (`experiments.study.over_draws`).
"""

from pathlib import Path

import pandas as pd

from experiments.answers.outcomes import uncertainties
from experiments.progress import Progress
from experiments.runs.planned import COLUMNS, PLAN, read_planned
from experiments.runs.runner import Runner
from experiments.study.designs import study_of
from experiments.study.file import Plan
from experiments.study.over_draws import DRAWS_SCALE, FOLDER, Draws, choose, made_at_draws
from experiments.study.study import Study
from simulation.whole import write_csv
from simulation.yaml_source import SourceError

DRAWN = "draws.csv"
"""Draws and their seeds, with the parameters that each sets."""


def choose_for(plan: Plan, count: int, file: Path | None) -> Draws | None:
    """The first draws of a posterior, for a sweep whose points are options to choose from; None for a count of 0.

    Raises
    ------
    SourceError
        If the points are cases, or as `experiments.study.over_draws.choose`.
    """
    if count == 0:
        return None
    cases = uncertainties(study_of(plan).points)
    if cases:
        raise SourceError(
            f"--draws {count}: the points of this design are cases that vary {cases[0]}, not options; "
            "a latin_hypercube takes draws with `posterior: shipped`"
        )
    return choose(plan.scenarios.values(), count, file, plan.experiment.seed)


def run_sweep_over_draws(runner: Runner, study: Study, draws: Draws, progress: Progress | None = None) -> None:
    """Make what is missing of the runs at draws, and write which belong to the sweep; see `draws_of`.

    A draw at which a run fails is left out of all options.
    """
    scale, names = min(study.scale, DRAWS_SCALE), list(draws.points.columns)
    studies = {
        draw: Study(
            study.scenarios,
            study.baseline,
            [seed],
            study.points.assign(**{name: draws.points.at[draw, name] for name in names}),
            scale,
            study.weeks,
            study.keep,
        )
        for draw, seed in zip(draws.points.index, draws.seeds, strict=True)
    }
    plan, failed = made_at_draws(runner, studies, progress)
    out = runner.store.out / FOLDER
    write_csv(out / PLAN, plan.loc[~plan["draw"].isin(failed), COLUMNS])
    points = draws.points.rename_axis("draw").reset_index()
    points.insert(1, "seed", draws.seeds)
    write_csv(out / DRAWN, points[~points["draw"].isin(failed)])


def forget_draws(out: Path) -> None:
    """The answers of a sweep without draws are of luck alone; runs that are there stay for the next time."""
    for name in (PLAN, DRAWN):
        (out / FOLDER / name).unlink(missing_ok=True)


def draws_of(out: Path) -> pd.DataFrame | None:
    """Plan of the runs at draws (columns run, point, scenario, seed; a seed is a draw); None without draws."""
    return read_planned(out / FOLDER) if (out / FOLDER / PLAN).exists() else None
